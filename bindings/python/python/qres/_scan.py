"""Streams of values: segments decoded on several threads, given in order, filtered exactly.

A filter is an expression of `pyarrow.compute`. Which segments can match is decided by what the archive says of each; that is
a promise of whoever wrote it, which `qres check` verifies.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial, reduce
from operator import and_
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.fs

from qres._kinds import Forms, schema_of
from qres._promise import promise

if TYPE_CHECKING:
    from pyarrow.compute import Expression

    from qres._archive import Archive


class Part(NamedTuple):
    """Rows of one segment."""

    archive: Archive
    segment: int
    start: int
    end: int

    def batch(self, forms: Forms) -> pa.RecordBatch:
        """Decode columns in the forms that are asked for; one that the archive lacks has no values."""
        known = set(self.archive.columns)
        wanted = [(name, form.kind) for name, form in forms.items() if name in known]
        rows, values = self.archive.values(self.segment, wanted, self.start, self.end)
        found = {name: forms[name].array(rows, column) for (name, _), column in zip(wanted, values, strict=True)}
        schema = schema_of(forms)
        arrays = [found.get(field.name, pa.nulls(rows, field.type)) for field in schema]
        return pa.RecordBatch.from_arrays(arrays, schema=schema) if arrays else _bare(rows)

    def promise(self, forms: Forms) -> Expression:
        """Return what the archive says of the values of all of these rows."""
        known = self.archive.known[self.segment]
        promises = [promise(name, form, known.get(name)) for name, form in forms.items()] if known else []
        return reduce(and_, (one for one in promises if one is not None), pc.scalar(True))


def _bare(rows: int) -> pa.RecordBatch:
    """Return rows without columns, which are only counted."""
    return pa.RecordBatch.from_struct_array(pa.array([{}] * rows, pa.struct([])))


def scan(
    parts: Iterable[Part],
    forms: Forms,
    columns: Sequence[str] | None,
    where: Expression | None,
    threads: int | None,
) -> pa.RecordBatchReader:
    """Return a stream of the values of `columns` in those rows of `parts` that meet `where`."""
    schema = schema_of(forms)
    chosen = schema.names if columns is None else list(columns)
    for name in chosen:
        if name not in forms:
            raise KeyError(f"there is no column `{name}`")
    needed = set(chosen) | set(mentioned(where, schema))
    decoded = {name: form for name, form in forms.items() if name in needed}
    tasks = (partial(part.batch, decoded) for part in matching(parts, where, forms))
    batches = pa.RecordBatchReader.from_batches(schema_of(decoded), _ordered(tasks, threads))
    if where is None and chosen == list(decoded):
        return batches
    return ds.Scanner.from_batches(batches, columns=chosen, filter=where, use_threads=False).to_reader()


def _ordered(tasks: Iterable[Callable[[], pa.RecordBatch]], threads: int | None) -> Iterator[pa.RecordBatch]:
    """Run tasks ahead of the consumer, a few at a time."""
    count = threads or os.cpu_count() or 1
    under_way: deque[Future[pa.RecordBatch]] = deque()
    # A consumer may leave early: what was begun is finished, the rest is not begun.
    pool = ThreadPoolExecutor(count, "qres")
    try:
        for task in tasks:
            under_way.append(pool.submit(task))
            if len(under_way) > count:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def mentioned(where: Expression | None, schema: pa.Schema) -> list[str]:
    """Return the columns of `schema` that an expression needs: without one of them it has no meaning."""
    if where is None:
        return []
    return [name for index, name in enumerate(schema.names) if not _has_meaning(where, schema.remove(index))]


def _has_meaning(where: Expression, schema: pa.Schema) -> bool:
    try:
        schema.empty_table().filter(where)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def matching(parts: Iterable[Part], where: Expression | None, forms: Forms) -> list[Part]:
    """Return the parts of which some row may meet `where`, by what their archives say of them.

    Arrow knows how to tell: it prunes the fragments of a data set by what is promised of each.
    """
    parts = list(parts)
    if where is None or not parts:
        return parts
    schema = schema_of(forms)
    needed = {name: forms[name] for name in mentioned(where, schema)}
    form, files = ds.IpcFileFormat(), pyarrow.fs.LocalFileSystem()
    fragments = [
        form.make_fragment(str(index), filesystem=files, partition_expression=part.promise(needed))
        for index, part in enumerate(parts)
    ]
    kept = ds.FileSystemDataset(fragments, schema, form).get_fragments(filter=where)
    return [parts[int(fragment.path)] for fragment in kept]
