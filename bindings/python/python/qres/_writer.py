"""Archives written piece by piece."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from qres import _qres
from qres._codec import Bounds, bounds

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from qres._gene import Gene


class Writer(_qres.Writer):
    """Writes an archive into a binary file or anything else with `write`, in bounded memory.

    How the text is cut into pieces changes no byte; `flush` does. With `live`, what was flushed teaches what follows, so
    that a flush costs a few bytes. A `with` block that ends by an exception leaves the archive without an end. `types` are
    those that values had before they were written as text, as `qres.write` notes them.

    >>> import io, qres
    >>> sink = io.BytesIO()
    >>> with qres.Writer(sink, live=True) as writer:
    ...     for row in range(1000):
    ...         _ = writer.write(b"%d,%d\\n" % (row, row * row % 97))
    ...     writer.flush()
    >>> qres.decompress(sink.getvalue()).endswith(b"999,65\\n")
    True
    """

    def __new__(
        cls,
        sink: SupportsWrite[bytes],
        *,
        level: int = 5,
        error: Bounds = None,
        gene: Gene | str | os.PathLike[str] | None = None,
        live: bool = False,
        segment: int = 4 << 20,
        threads: int | None = None,
        types: bytes | None = None,
    ) -> Self:
        return super().__new__(
            cls,
            sink,
            level=level,
            error=bounds(error),
            gene=gene,
            live=live,
            segment=segment,
            threads=threads,
            types=types,
        )
