"""Archives as a Ray data set: a read task for each run of segments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import ray.data
from ray.data.block import BlockMetadata
from ray.data.datasource import Datasource, ReadTask

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.compute import Expression

    from qres._dataset import Dataset, Fragment


class Source(Datasource):
    """What Ray asks for read tasks."""

    def __init__(self, data: Dataset, columns: Sequence[str] | None, where: Expression | None) -> None:
        self._fragments = list(data.fragments(where=where))
        self._columns, self._where = columns, where

    def estimate_inmemory_data_size(self) -> int | None:
        """Return nothing: Ray looks at the first blocks."""
        return None

    def get_read_tasks(self, parallelism: int, *_: Any, **__: Any) -> list[ReadTask]:
        """Return a task for each fragment."""
        return [ReadTask(partial(_blocks, part, self._columns, self._where), _said(part)) for part in self._fragments]


def read(data: Dataset, columns: Sequence[str] | None = None, where: Expression | None = None) -> ray.data.Dataset:
    """Return the values of `columns` in the rows of `data` that meet `where`."""
    return ray.data.read_datasource(Source(data, columns, where))


def _blocks(fragment: Fragment, columns: Sequence[str] | None, where: Expression | None) -> Iterator[pa.Table]:
    yield fragment.to_table(columns, where, threads=1)


def _said(fragment: Fragment) -> BlockMetadata:
    """Return what is known of a block before it is read: at most so many rows."""
    return BlockMetadata(num_rows=None, size_bytes=None, input_files=(fragment.path,), exec_stats=None)
