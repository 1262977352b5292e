"""Archives whose rows are read where they lie."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self

from qres import _qres

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.compute import Expression

    from qres._gene import Gene
    from qres._qres import Known
    from qres._kinds import Form
    from qres._scan import Part


class Segment(NamedTuple):
    """A part of an archive that is decoded by itself."""

    #: Rows of the archive.
    rows: range
    #: Where it begins in the file.
    offset: int
    #: Bytes that it takes there.
    bytes: int


class Archive(_qres.Archive):
    """An archive in a file. Opening it reads its end; what is asked for is read when it is asked for.

    >>> import io, qres
    >>> csv = b"time,temp\\n0,20.1\\n60,20.2\\n120,20.2\\n"
    >>> archive = qres.open(io.BytesIO(qres.compress(csv)))
    >>> archive.columns, archive.rows
    (['time', 'temp'], 3)
    >>> archive.text(range(1, 3))
    b'60,20.2\\n120,20.2\\n'
    >>> archive.segments[0].rows
    range(0, 3)
    """

    def __new__(
        cls,
        source: str | os.PathLike[str] | IO[bytes],
        *,
        gene: Gene | str | os.PathLike[str] | None = None,
        memory: int = 1 << 30,
    ) -> Self:
        return super().__new__(cls, source, gene=gene, memory=memory)

    def __init__(
        self,
        source: str | os.PathLike[str] | IO[bytes],
        *,
        gene: Gene | str | os.PathLike[str] | None = None,
        memory: int = 1 << 30,
    ) -> None:
        self._opened = (source, gene, memory)

    def __reduce__(self) -> tuple[object, ...]:
        return _reopen, self._opened

    def __len__(self) -> int:
        return self.rows

    def __repr__(self) -> str:
        return f"<qres.Archive {self._opened[0]!r} of {self.rows} rows>"

    @property
    def rows(self) -> int:
        """How many rows there are. Names alone are a line of text, but of a table that was written they are no row."""
        return 0 if self.types is not None and not self.columns else super().rows

    @property
    def segments(self) -> list[Segment]:  # type: ignore[override]
        """The parts that are decoded by themselves, in order."""
        segments, first = [], 0
        for rows, offset, length in super().segments:
            segments.append(Segment(range(first, first + rows), offset, length))
            first += rows
        return segments

    def text(self, rows: range | None = None) -> bytes:
        """Return the text of `rows` without the names before them; only their segments are read.

        All rows are meant if none are given. The whole text of a file, byte for byte, is ``qres.decompress(file.read())``.
        """
        start, end = row_range(rows, self.rows)
        return self.text_of_rows(start, end)

    @cached_property
    def known(self) -> list[dict[str, Known | None] | None]:
        """What the archive says of each column in each segment."""
        names = [name for name, _ in self.kinds]
        return [None if known is None else dict(zip(names, known, strict=True)) for known in self.statistics()]

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns and the Arrow type of each, as wide as the values of all segments need it.

        >>> import io, qres
        >>> csv = b"day,n,x\\n2025-01-01,1,0.5\\n2025-01-02,,1.25\\n"
        >>> for field in qres.open(io.BytesIO(qres.compress(csv))).schema:
        ...     print(field.name, field.type)
        day date32[day]
        n int64
        x double
        """
        from qres._kinds import schema_of

        return schema_of(self.forms(decimals=False))

    def scan(
        self,
        columns: Sequence[str] | None = None,
        rows: range | None = None,
        where: Expression | None = None,
        *,
        decimals: bool = False,
        threads: int | None = None,
    ) -> pa.RecordBatchReader:
        """Return a stream of the values of `columns` in those of `rows` that meet `where`.

        Only segments that have such rows and may meet `where` are read, and of them only the columns that are needed are
        decoded. Decimals come as the doubles next to them, or exactly with `decimals`; times in microseconds, or finer.

        >>> import io, qres, pyarrow.compute as pc
        >>> csv = b"time,temp\\n" + b"".join(b"%d,%d.5\\n" % (60 * n, n % 7) for n in range(100))
        >>> archive = qres.open(io.BytesIO(qres.compress(csv)))
        >>> archive.scan(["time"], where=pc.field("temp") > 6).read_all()["time"][:3].to_pylist()
        [360, 780, 1200]
        """
        from qres import _scan

        parts = self.parts(row_range(rows, self.rows))
        return _scan.scan(parts, self.forms(decimals=decimals), columns, where, threads)

    def parts(self, rows: tuple[int, int]) -> Iterator[Part]:
        """Return the segments that have some of the rows from the first to the last but one."""
        from qres._scan import Part

        for index, segment in enumerate(self.segments):
            start, end = max(rows[0], segment.rows.start), min(rows[1], segment.rows.stop)
            if start < end:
                yield Part(self, index, start, end)

    def forms(self, *, decimals: bool) -> dict[str, Form]:
        """Return the form of each column: the type that its values had, or one that its texts suggest."""
        from qres._kinds import Form, usual

        forms = {name: Form.of_kind(usual(kind, decimals=decimals)) for name, kind in self.kinds}
        return forms | {field.name: Form.of_type(field.type) for field in noted_schema(self.types)}

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        """Return a fresh stream of all values, for anything that reads Arrow."""
        return self.scan().__arrow_c_stream__(requested_schema)


def open(
    source: str | os.PathLike[str] | IO[bytes],
    *,
    gene: Gene | str | os.PathLike[str] | None = None,
    memory: int = 1 << 30,
) -> Archive:
    """Open the archive at a path, or in a binary file that can seek.

    >>> import qres
    >>> qres.open("nowhere.qres")
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: 'nowhere.qres'
    """
    return Archive(source, gene=gene, memory=memory)


def _reopen(source: str | os.PathLike[str] | IO[bytes], gene: Gene | str | None, memory: int) -> Archive:
    return Archive(source, gene=gene, memory=memory)


def noted_schema(types: bytes | None) -> pa.Schema:
    """Return the schema that an archive notes."""
    import pyarrow as pa

    if types is None:
        return pa.schema([])
    return pa.ipc.read_schema(pa.py_buffer(types))


def row_range(rows: range | None, total: int) -> tuple[int, int]:
    """Return the first and the last row but one that `rows` means."""
    if rows is None:
        return 0, total
    if rows.step != 1 or rows.start < 0:
        raise ValueError("rows are a range without steps, counted from 0")
    return min(rows.start, total), min(max(rows.stop, rows.start), total)
