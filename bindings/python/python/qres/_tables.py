"""Tables of Arrow to archives and back, for those who have pyarrow: it is imported when one of these is called."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qres._dataset import Dataset
    from qres._gene import Gene


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
