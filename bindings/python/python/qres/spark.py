"""Archives as a Spark data source: `spark.dataSource.register(qres.spark.Source)`, then
`spark.read.format("qres").load("folder")`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

import qres

if TYPE_CHECKING:
    import pyarrow as pa

    from qres._dataset import Fragment


class Part(InputPartition):
    """A run of segments."""

    def __init__(self, fragment: Fragment) -> None:
        self.fragment = fragment


class Source(DataSource):
    """What Spark calls `qres`."""

    @classmethod
    def name(cls) -> str:
        """Return the name of the format."""
        return "qres"

    def schema(self) -> StructType:
        """Return the columns of all archives."""
        return from_arrow_schema(qres.dataset(self.options["path"]).schema)

    def reader(self, schema: StructType) -> Reader:
        """Return what shares the rows out."""
        return Reader(self.options["path"], schema.names)


class Reader(DataSourceReader):
    """Shares rows out among workers."""

    def __init__(self, path: str, columns: Sequence[str]) -> None:
        self._path, self._columns = path, columns

    def partitions(self) -> list[Part]:
        """Return a part for each run of segments."""
        return [Part(fragment) for fragment in qres.dataset(self._path).fragments()]

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """Return the batches of a part."""
        assert isinstance(partition, Part)
        return iter(partition.fragment.scan(self._columns, threads=1))
