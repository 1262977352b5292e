import os
from typing import IO, Any, Literal, Self

from _typeshed import SupportsWrite

type BytesLike = bytes | bytearray | memoryview
#: How many values are missing, which are there, the values, and where texts end.
type Column = tuple[int, bytes | None, bytes, bytes | None]
#: How many cells are blank, how many are words for a missing value, and the kind, the least and the most of the others.
type Known = tuple[int, int, tuple[str, str, str] | None]
type GeneLike = Gene | str | os.PathLike[str]

class Error(ValueError):
    """An archive or gene cannot be read."""

    kind: Literal["truncated", "corrupt", "gene", "history", "limit", "unsupported", "not-archive"]
    hint: str

def compress(
    text: BytesLike,
    *,
    level: int = 5,
    error: list[str] = ...,
    gene: GeneLike | None = None,
    segment: int = ...,
    threads: int | None = None,
) -> bytes: ...
def decompress(
    archive: BytesLike, *, gene: GeneLike | None = None, memory: int = ..., threads: int | None = None
) -> bytes: ...

class Gene:
    def __new__(cls, gene: BytesLike) -> Self: ...
    @staticmethod
    def train(
        *texts: BytesLike,
        rows: int = 4000,
        level: int = 9,
        neuron: Literal["linear", "lstm", "fusion", "auto"] = "linear",
    ) -> Gene: ...
    @staticmethod
    def find(word: str | os.PathLike[str], *, store: str | os.PathLike[str] | None = None) -> Gene: ...
    def install(
        self, name: str | None = None, *, force: bool = False, store: str | os.PathLike[str] | None = None
    ) -> None: ...
    @property
    def id(self) -> str: ...
    @property
    def columns(self) -> int: ...
    def __bytes__(self) -> bytes: ...

class Writer:
    def __new__(
        cls,
        sink: SupportsWrite[bytes],
        *,
        level: int = 5,
        error: list[str] = ...,
        gene: GeneLike | None = None,
        live: bool = False,
        segment: int = ...,
        threads: int | None = None,
        types: bytes | None = None,
    ) -> Self: ...
    def write(self, text: BytesLike) -> int: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...
    @property
    def closed(self) -> bool: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, kind: object, value: object, trace: object) -> None: ...

class Archive:
    def __new__(
        cls, source: str | os.PathLike[str] | IO[bytes], *, gene: GeneLike | None = None, memory: int = ...
    ) -> Self: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def rows(self) -> int: ...
    @property
    def segments(self) -> list[tuple[int, int, int]]: ...
    @property
    def bytes_read(self) -> int: ...
    @property
    def types(self) -> bytes | None: ...
    @property
    def kinds(self) -> list[tuple[str, str]]: ...
    def statistics(self) -> list[list[Known | None] | None]: ...
    def values(
        self, segment: int, columns: list[tuple[str, str]], start: int, end: int
    ) -> tuple[int, list[Column]]: ...
    def text_of_rows(self, start: int, end: int) -> bytes: ...
