"""What the statistics of an archive promise of the values of a segment, as an expression that holds for each of its rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

if TYPE_CHECKING:
    from pyarrow.compute import Expression

    from qres._kinds import Form
    from qres._qres import Known

#: Nanoseconds in a unit of time.
NANOSECONDS = {"day": 86_400_000_000_000, "s": 1_000_000_000, "ms": 1_000_000, "us": 1000, "ns": 1}


def promise(name: str, form: Form, known: Known | None) -> Expression | None:
    """Return what is promised of a column in a form, if anything is."""
    field = pc.field(name)
    if known is None:
        return None
    blank, missing, span = known
    if missing and form.kind == "text":
        # Words such as `nan` are values there.
        return None
    if span is None:
        return field.is_null()
    bounds = _numbers(form.type, span) if span[0] == "number" else _times(form.type, span)
    if bounds is None:
        return None
    between = (field >= bounds[0]) & (field <= bounds[1])
    return between | field.is_null() if blank + missing else between


def _numbers(kind: pa.DataType, span: tuple[str, str, str]) -> list[Any] | None:
    """Return the least and the most as scalars of that type. What rounds twice on its way there promises nothing."""
    bounds = [Decimal(bound) for bound in span[1:]]
    if types.is_float64(kind):
        return [pa.scalar(float(bound), kind) for bound in bounds]
    if types.is_integer(kind):
        return [pa.scalar(int(bound), kind) for bound in bounds]
    if types.is_decimal(kind):
        return [pa.scalar(bound.quantize(Decimal(1).scaleb(-kind.scale)), kind) for bound in bounds]
    return None


def _times(kind: pa.DataType, span: tuple[str, str, str]) -> list[Any] | None:
    """Return the earliest and the latest as scalars of that type, if both count from the same midnight."""
    _, unit, *zoned = span[0].split(" ") if span[0].startswith("time") else ("", "")
    if types.is_date32(kind) and unit == "day":
        return [pa.scalar(int(bound), kind) for bound in span[1:]]
    if not unit or not types.is_timestamp(kind) or (kind.tz is None) != (not zoned):
        return None
    return [pa.scalar(int(bound) * NANOSECONDS[unit] // NANOSECONDS[kind.unit], kind) for bound in span[1:]]
