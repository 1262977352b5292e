"""Many archives as one table, and the parts that it is shared out in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.dataset as ds

from qres._archive import Archive, row_range
from qres._kinds import Form, schema_of, usual, widest
from qres._scan import Part, matching, scan

if TYPE_CHECKING:
    from pyarrow.compute import Expression

    from qres._gene import Gene


class Fragment(NamedTuple):
    """A run of segments of one archive: what one worker reads. It can be pickled."""

    path: str
    #: Its rows of the archive: all of some segments.
    rows: range
    #: The columns of the whole data set and their forms.
    forms: tuple[tuple[str, Form], ...]
    gene: Gene | str | None = None

    def scan(
        self,
        columns: Sequence[str] | None = None,
        where: Expression | None = None,
        *,
        threads: int | None = None,
    ) -> pa.RecordBatchReader:
        """Return a stream of the values of `columns` in rows that meet `where`."""
        archive = Archive(self.path, gene=self.gene)
        parts = archive.parts((self.rows.start, self.rows.stop))
        return scan(parts, dict(self.forms), columns, where, threads)

    def to_table(
        self,
        columns: Sequence[str] | None = None,
        where: Expression | None = None,
        *,
        threads: int | None = None,
    ) -> pa.Table:
        """Return what `scan` streams."""
        return self.scan(columns, where, threads=threads).read_all()

    @property
    def schema(self) -> pa.Schema:
        """The columns of the whole data set."""
        return schema_of(dict(self.forms))


class Dataset(ds.Dataset):  # type: ignore[misc]
    """Archives one after the other as one table, whose columns are those of all of them.

    DuckDB reads it by the name of the variable that holds it, and asks for the columns and rows that a query needs.

    >>> import pathlib, qres, tempfile, pyarrow.compute as pc
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for day in range(3):
    ...     rows = "".join(f"2025-01-0{day + 1} {hour:02}:00:00,{hour}.5\\n" for hour in range(24))
    ...     _ = (folder / f"{day}.qres").write_bytes(qres.compress(f"time,temp\\n{rows}".encode()))
    >>> data = qres.dataset(folder)
    >>> data.count_rows(), len(list(data.fragments()))
    (72, 3)
    >>> data.scan(["temp"], where=pc.field("temp") > 22).read_all().num_rows
    6
    """

    def __init__(self, paths: Iterable[str], gene: Gene | str | None, *, decimals: bool) -> None:
        # The base class holds nothing: all that it would ask its own half for is answered here.
        self._paths, self._gene, self._decimals = list(paths), gene, decimals

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self._paths, self._gene, self._decimals)

    @cached_property
    def archives(self) -> list[Archive]:
        """The archives, opened."""
        return [Archive(path, gene=self._gene) for path in self._paths]

    @cached_property
    def forms(self) -> dict[str, Form]:
        """The form of each column: that of all archives, or one as wide as all of them need it."""
        kinds: dict[str, list[str]] = {}
        forms: dict[str, set[Form]] = {}
        for archive in self.archives:
            for name, kind in archive.kinds:
                kinds.setdefault(name, []).append(kind)
            for name, form in archive.forms(decimals=self._decimals).items():
                forms.setdefault(name, set()).add(form)
        return {
            name: found.pop() if len(found) == 1 else self._wide(kinds[name]) for name, found in forms.items()
        }

    def _wide(self, kinds: list[str]) -> Form:
        return Form.of_kind(usual(widest(kinds), decimals=self._decimals))

    @property
    def schema(self) -> pa.Schema:
        """The columns of all archives."""
        return schema_of(self.forms)

    def count_rows(self, filter: Expression | None = None, **_: Any) -> int:
        """Return how many rows meet `filter`; without one none is decoded."""
        if filter is None:
            return sum(archive.rows for archive in self.archives)
        return sum(batch.num_rows for batch in self.scan([], where=filter))

    def fragments(self, *, segments: int = 16, where: Expression | None = None) -> Iterator[Fragment]:
        """Return runs of at most `segments` segments, in order; those that no row of which can meet `where` are left out."""
        forms = tuple(self.forms.items())
        for path, archive in zip(self._paths, self.archives, strict=True):
            parts = matching(archive.parts((0, archive.rows)), where, self.forms)
            for run in _runs(parts, segments):
                yield Fragment(path, range(run[0].start, run[-1].end), forms, self._gene)

    def scan(
        self,
        columns: Sequence[str] | None = None,
        rows: range | None = None,
        where: Expression | None = None,
        *,
        threads: int | None = None,
    ) -> pa.RecordBatchReader:
        """Return a stream of the values of `columns` in those of `rows`, counted through all archives, that meet `where`."""
        return scan(self._parts(row_range(rows, self.count_rows())), self.forms, columns, where, threads)

    def _parts(self, rows: tuple[int, int]) -> Iterator[Part]:
        first = 0
        for archive in self.archives:
            start, end = max(rows[0] - first, 0), min(rows[1] - first, archive.rows)
            if start < end:
                yield from archive.parts((start, end))
            first += archive.rows

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        """Return a fresh stream of all values, for anything that reads Arrow."""
        return self.scan().__arrow_c_stream__(requested_schema)

    # What engines call of a data set of Arrow.

    def scanner(
        self,
        columns: Sequence[str] | None = None,
        filter: Expression | None = None,
        batch_size: int | None = None,
        **_: Any,
    ) -> ds.Scanner:
        """Return a scanner of what `scan` streams."""
        return ds.Scanner.from_batches(self.scan(columns, where=filter))

    def to_table(self, columns: Sequence[str] | None = None, filter: Expression | None = None, **_: Any) -> pa.Table:
        """Return what `scan` streams."""
        return self.scan(columns, where=filter).read_all()

    def to_batches(
        self, columns: Sequence[str] | None = None, filter: Expression | None = None, **_: Any
    ) -> Iterator[pa.RecordBatch]:
        """Return the batches that `scan` streams."""
        return iter(self.scan(columns, where=filter))

    def head(self, num_rows: int, columns: Sequence[str] | None = None, **_: Any) -> pa.Table:
        """Return the first rows."""
        return self.scan(columns, range(num_rows)).read_all()

    def _unknown(self, *_: object, **__: object) -> Any:
        raise NotImplementedError("archives are scanned: write `data.scan(columns, rows, where)`")

    get_fragments = take = filter = join = join_asof = replace_schema = sort_by = _unknown
    partition_expression = property(_unknown)


def _runs(parts: Iterable[Part], most: int) -> Iterator[list[Part]]:
    """Return runs of at most so many segments that follow one another."""
    run: list[Part] = []
    for part in parts:
        if run and (part.segment != run[-1].segment + 1 or len(run) >= most):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _again(paths: list[str], gene: Gene | str | None, decimals: bool) -> Dataset:
    return Dataset(paths, gene, decimals=decimals)
