"""Tables of Arrow to archives and back, for those who have pyarrow: it is imported when one of these is called."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qres._codec import Bounds
    from qres._dataset import Dataset
    from qres._gene import Gene


def write(
    table: Any,
    path: str | os.PathLike[str],
    *,
    level: int = 5,
    error: Bounds = None,
    gene: Gene | str | os.PathLike[str] | None = None,
    segment: int = 4 << 20,
    threads: int | None = None,
) -> None:
    """Write the archive of a table: of pyarrow, pandas, Polars or DuckDB, or of anything else that streams Arrow.

    It holds the values as text, as people write tables, and the types that they had, with which `open` gives them back. Texts
    with line ends, and types that no cell of a table holds, are refused.

    >>> import pathlib, pyarrow as pa, qres, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "table.qres")
    >>> table = pa.table({"n": pa.array([1, None, 3], pa.int16()), "word": ["a", "", None]})
    >>> qres.write(table, path)
    >>> pa.table(qres.open(path)) == table
    True
    """
    from qres._write import write

    write(table, path, level, error, gene, segment, threads)


def dataset(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    gene: Gene | str | None = None,
    decimals: bool = False,
) -> Dataset:
    """Return archives as one table: those at some paths, or all `*.qres` in a folder, in the order of their names.

    A column that an archive lacks has no values there. Decimals come as the doubles next to them, or exactly with `decimals`.
    """
    from qres._dataset import Dataset

    if isinstance(paths, str | os.PathLike):
        path = pathlib.Path(paths)
        paths = sorted(path.glob("*.qres")) if path.is_dir() else [path]
    return Dataset([os.fspath(path) for path in paths], gene, decimals=decimals)
