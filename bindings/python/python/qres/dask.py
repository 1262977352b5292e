"""Archives as a Dask data frame: a partition for each run of segments, read by whichever worker has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dask.dataframe as dd
import pandas as pd

if TYPE_CHECKING:
    from pyarrow.compute import Expression

    from qres._dataset import Dataset, Fragment


def read(data: Dataset, where: Expression | None = None, *, segments: int = 16) -> dd.DataFrame:
    """Return the rows of `data` that meet `where`; Dask asks for the columns that it needs.

    >>> import qres, qres.dask  # doctest: +SKIP
    >>> qres.dask.read(qres.dataset("archive/"))["temp"].mean().compute()  # doctest: +SKIP
    """
    meta = pd.DataFrame.from_arrow(data.schema.empty_table())
    fragments = list(data.fragments(segments=segments, where=where))
    return dd.from_map(_partition, fragments, where=where, meta=meta, label="qres")


def _partition(
    fragment: Fragment, columns: Sequence[str] | None = None, where: Expression | None = None
) -> pd.DataFrame:
    return pd.DataFrame.from_arrow(fragment.to_table(columns, where, threads=1))
