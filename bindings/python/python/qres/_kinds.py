"""Kinds of columns as Arrow types, and back.

A kind is what an archive says of a column in words: `null`, `integer`, `decimal 2`, `float`, `time ms`, `time ms zoned` or
`text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Self

import pyarrow as pa

if TYPE_CHECKING:
    from qres._qres import Column

#: Units of time from the coarsest to the finest.
UNITS = ["day", "s", "ms", "us", "ns"]
#: Digits of the decimals of an archive at most.
DIGITS = 19


def arrow_type(kind: str) -> pa.DataType:
    """Return the Arrow type of a kind."""
    match kind.split(" "):
        case ["null"]:
            return pa.null()
        case ["integer"]:
            return pa.int64()
        case ["decimal", places]:
            return pa.decimal128(max(DIGITS, int(places)), int(places))
        case ["float"]:
            return pa.float64()
        case ["time", "day", *_]:
            return pa.date32()
        case ["time", unit]:
            return pa.timestamp(unit)
        case ["time", unit, "zoned"]:
            return pa.timestamp(unit, "UTC")
        case _:
            return pa.string()


class Form(NamedTuple):
    """The form in which the values of a column are given: decoded as a kind, then cast to a type."""

    kind: str
    type: pa.DataType

    @classmethod
    def of_kind(cls, kind: str) -> Self:
        """Return the form of values that keep their kind."""
        return cls(kind, arrow_type(kind))

    @classmethod
    def of_type(cls, given: pa.DataType) -> Self:
        """Return the form of values that are cast from their texts to the type that they had before."""
        return cls("null" if pa.types.is_null(given) else "text", given)

    def array(self, rows: int, column: Column) -> pa.Array:
        """Return the values of a column that was decoded as the kind."""
        array = _array(self.kind, rows, column)
        return array if array.type == self.type else array.cast(self.type)


#: The form of each column.
Forms = Mapping[str, Form]


def schema_of(forms: Forms) -> pa.Schema:
    """Return the schema of columns of these forms."""
    return pa.schema([(name, form.type) for name, form in forms.items()])


def _array(kind: str, rows: int, column: Column) -> pa.Array:
    nulls, validity, values, ends = column
    if kind == "null":
        return pa.nulls(rows)
    buffers = [None if validity is None else pa.py_buffer(validity)]
    if ends is not None:
        buffers.append(pa.py_buffer(ends))
    buffers.append(pa.py_buffer(values))
    return pa.Array.from_buffers(arrow_type(kind), rows, buffers, null_count=nulls)


def usual(kind: str, *, decimals: bool) -> str:
    """Return the kind that engines compute with: times in microseconds at least, and decimals as doubles unless they are
    wanted as they are."""
    match kind.split(" "):
        case ["decimal", _] if not decimals:
            return "float"
        case ["time", "s" | "ms", *zoned]:
            return " ".join(["time", "us", *zoned])
        case _:
            return kind


def widest(kinds: Iterable[str]) -> str:
    """Return the narrowest kind that holds the values of all `kinds`."""
    wide = "null"
    for kind in kinds:
        wide = _wider(wide, kind)
    return wide


def _wider(one: str, other: str) -> str:
    if one == other or other == "null":
        return one
    if one == "null":
        return other
    names = {one.split(" ")[0], other.split(" ")[0]}
    if names == {"time"}:
        return _wider_time(one.split(" "), other.split(" "))
    if names <= {"integer", "decimal"}:
        places = [int(kind.split(" ")[1]) for kind in (one, other) if kind.startswith("decimal")]
        return f"decimal {max(places)}"
    return "float" if names <= {"integer", "decimal", "float"} else "text"


def _wider_time(one: list[str], other: list[str]) -> str:
    """Return the finer of two times, if both tell zones or neither does."""
    if one[2:] != other[2:]:
        return "text"
    return " ".join(["time", max(one[1], other[1], key=UNITS.index), *one[2:]])
