"""Dask, Ray and Spark read the same rows, each if it is installed."""

import importlib.util
import os
import pathlib
import sys
import tempfile
import unittest

import pyarrow as pa
import pyarrow.compute as pc

import qres

ROWS = 3000
WHERE = pc.field("n") >= 2000


def needs(name: str):  # type: ignore[no-untyped-def]
    return unittest.skipUnless(importlib.util.find_spec(name), f"{name} is not installed")


class Clusters(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        for part in range(3):
            values = pa.table({"n": range(part * 1000, part * 1000 + 1000), "x": [n % 17 / 4 for n in range(1000)]})
            qres.write(values, cls.folder / f"{part}.qres", segment=16 << 10)
        cls.data = qres.dataset(cls.folder)

    @needs("dask")
    def test_dask(self) -> None:
        import qres.dask

        frame = qres.dask.read(self.data)
        self.assertEqual(frame.npartitions, 3)
        with dask_threads():
            self.assertEqual(frame["n"].sum().compute(), ROWS * (ROWS - 1) // 2)
            found = qres.dask.read(self.data, WHERE)[["n"]].compute()
        self.assertEqual(list(found["n"]), list(range(2000, ROWS)))

    @needs("ray")
    def test_ray(self) -> None:
        import ray

        import qres.ray

        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        self.addCleanup(ray.shutdown)
        found = qres.ray.read(self.data, ["n"], WHERE)
        self.assertEqual(sorted(row["n"] for row in found.take_all()), list(range(2000, ROWS)))

    @needs("pyspark")
    def test_spark(self) -> None:
        from pyspark.sql import SparkSession

        import qres.spark

        os.environ["PYSPARK_PYTHON"] = sys.executable
        spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
        self.addCleanup(spark.stop)
        spark.dataSource.register(qres.spark.Source)
        frame = spark.read.format("qres").load(str(self.folder))
        self.assertEqual(frame.schema.names, ["n", "x"])
        self.assertEqual(frame.where("n >= 2000").count(), 1000)


def dask_threads():  # type: ignore[no-untyped-def]
    import dask

    return dask.config.set(scheduler="threads")


if __name__ == "__main__":
    unittest.main()
