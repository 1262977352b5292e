"""Tables of values to archives: text as people write it, and a note of the types that the values had."""

from __future__ import annotations

import os
import pathlib
import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from pyarrow import types

from qres._archive import Archive
from qres._codec import Bounds
from qres._writer import Writer

if TYPE_CHECKING:
    from qres._gene import Gene


def write(
    table: Any,
    path: str | os.PathLike[str],
    level: int,
    error: Bounds,
    gene: Gene | str | os.PathLike[str] | None,
    segment: int,
    threads: int | None,
) -> None:
    """Write the archive of a table; nobody sees it before it is whole."""
    reader = pa.RecordBatchReader.from_stream(table)
    schema = pa.schema([_plain(field) for field in reader.schema])
    note = _bounded(schema, error).remove_metadata().serialize().to_pybytes()
    path = pathlib.Path(path)
    draft = tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".qres-part", delete=False)
    try:
        with draft, Writer(draft, level=level, error=error, gene=gene, segment=segment, threads=threads, types=note) as sink:
            sink.write(_names(schema))
            rows = 0
            for batch in reader:
                sink.write(_text(batch.cast(schema)))
                rows += batch.num_rows
        if rows and Archive(draft.name, gene=gene).columns != schema.names:
            raise ValueError("as text, these values are not seen to be a table: add a column of numbers, such as their number")
        os.chmod(draft.name, 0o666 & ~_umask())
        os.replace(draft.name, path)
    except BaseException:
        pathlib.Path(draft.name).unlink(missing_ok=True)
        raise


def _plain(field: pa.Field) -> pa.Field:
    """Return the field as text can hold it and give it back."""
    kind = field.type
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_string_view(kind) or types.is_large_string(kind):
        kind = pa.string()
    if types.is_timestamp(kind) and kind.tz is not None:
        kind = pa.timestamp(kind.unit, "UTC")
    if not _is_held(kind):
        raise TypeError(
            f"column `{field.name}` is of {field.type}; qres holds numbers, booleans, dates, times since 1970 and texts: cast it"
        )
    return pa.field(field.name, kind)


def _is_held(kind: pa.DataType) -> bool:
    numbers = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) or types.is_boolean(kind)
    others = types.is_date(kind) or types.is_timestamp(kind) or types.is_string(kind) or types.is_null(kind)
    return (numbers or others) and not types.is_float16(kind)


def _bounded(schema: pa.Schema, error: Bounds) -> pa.Schema:
    """Return the types of what comes back: numbers within a bound may have more decimals than before."""
    if error is None:
        return schema
    named = set(error) if isinstance(error, Mapping) else set(schema.names)
    moved = [
        field.with_type(pa.float64())
        if field.name in named and (types.is_integer(field.type) or types.is_decimal(field.type))
        else field
        for field in schema
    ]
    return pa.schema(moved)


def _names(schema: pa.Schema) -> bytes:
    if len(set(schema.names)) < len(schema.names) or not schema.names:
        raise ValueError("columns need names, each its own")
    cells = []
    for name in schema.names:
        if not name or any(sign in name for sign in "\r\n"):
            raise ValueError(f"`{name}` cannot be the name of a column: it is empty or has a line end")
        cells.append('"' + name.replace('"', '""') + '"' if any(sign in name for sign in ',"') else name)
    return (",".join(cells) + "\n").encode()


def _text(batch: pa.RecordBatch) -> bytes:
    """Return rows as lines. Texts stand between quotes, so that an empty one is not a missing one."""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if types.is_string(column.type) and pc.any(pc.match_substring_regex(column, "[\r\n]")).as_py():
            raise ValueError(f"column `{name}` has a text with a line end, which a row cannot hold: replace it")
    if batch.num_columns == 1 and batch.column(0).null_count:
        raise ValueError("a row of one column cannot be without a value: add a column, such as its number")
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(batch, sink, pa.csv.WriteOptions(include_header=False))
    return bytes(sink.getvalue())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
