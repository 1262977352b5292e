"""Whole texts to archives and back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from qres import _qres

if TYPE_CHECKING:
    from qres._gene import Gene
    from qres._qres import BytesLike

#: How far numbers may move: `0.05`, `"1%"`, `"temp=0.05"`, several such texts, or a mapping from columns to numbers.
Bounds = float | Decimal | str | Iterable[str] | Mapping[str, float | Decimal | str] | None


def compress(
    text: BytesLike,
    *,
    level: int = 5,
    error: Bounds = None,
    gene: Gene | str | os.PathLike[str] | None = None,
    segment: int = 4 << 20,
    threads: int | None = None,
) -> bytes:
    """Return the archive of `text`: the bytes that ``qres compress`` writes.

    `level` goes from 1 (fastest) to 9 (smallest). `error` lets numbers move: by 0.05, by a share of their range
    (``"1%"``), or column by column (``{"temp": 0.05}``). Whoever reads what continues a `gene` needs it too. `segment` is
    the text that a reader of one row decodes. `threads` are all processors unless told otherwise; they change no byte.

    >>> import qres
    >>> csv = b"time,temp\\n" + b"".join(b"%d,%d.%d\\n" % (60 * n, n % 7, n % 10) for n in range(500))
    >>> len(qres.compress(csv, level=9)) < len(csv) // 20
    True
    >>> len(qres.compress(csv, error={"temp": 0.5})) < len(qres.compress(csv))
    True
    """
    return _qres.compress(text, level=level, error=bounds(error), gene=gene, segment=segment, threads=threads)


def decompress(
    archive: BytesLike,
    *,
    gene: Gene | str | os.PathLike[str] | None = None,
    memory: int = 1 << 30,
    threads: int | None = None,
) -> bytes:
    """Return the text of all archives and messages in `archive`, which may stand one after the other.

    A gene that the archive continues is found in the store, unless it is given. `memory` bounds what decoding may take beside
    the text.

    >>> import qres
    >>> qres.decompress(qres.compress(b"1,2\\n") + qres.compress(b"3,4\\n"))
    b'1,2\\n3,4\\n'
    >>> try:
    ...     qres.decompress(b"no archive")
    ... except qres.Error as error:
    ...     print(error, error.kind, error.hint, sep="\\n")
    not a qres archive
    not-archive
    only what qres compressed can be read; is this the right file?
    """
    return _qres.decompress(archive, gene=gene, memory=memory, threads=threads)


def bounds(error: Bounds) -> list[str]:
    """Return bounds as the command line takes them."""
    if error is None:
        return []
    if isinstance(error, Mapping):
        return [f"{column}={_plain(bound)}" for column, bound in error.items()]
    if isinstance(error, str | int | float | Decimal):
        return [_plain(error)]
    return list(error)


def _plain(bound: float | Decimal | str) -> str:
    """Return a number without an exponent."""
    return bound if isinstance(bound, str) else format(Decimal(str(bound)), "f")
