"""Values out of archives: types, columns, rows, filters, and the engines that read them."""

import datetime
import decimal
import pathlib
import pickle
import random
import tempfile
import unittest

import pyarrow as pa
import pyarrow.compute as pc

import qres

START = datetime.datetime(2025, 1, 1)


def table(rows: int, seed: int = 1) -> pa.Table:
    """Return a table of all kinds of columns, as values."""
    chance = random.Random(seed)
    times = [START + datetime.timedelta(seconds=10 * row) for row in range(rows)]
    return pa.table(
        {
            "time": pa.array(times, pa.timestamp("us")),
            "temp": [round(20 + row % 97 / 7 + chance.random(), 2) for row in range(rows)],
            "count": pa.array([None if row % 50 == 7 else row * row % 1009 for row in range(rows)], pa.int64()),
            "state": [["on", "off", None][row // 9 % 3] for row in range(rows)],
        }
    )


def text_of(values: pa.Table) -> bytes:
    """Return a table as people write it."""
    lines = [",".join(values.column_names)]
    for row in values.to_pylist():
        lines.append(",".join("" if cell is None else str(cell) for cell in row.values()))
    return "\n".join([*lines, ""]).encode()


class Folder(unittest.TestCase):
    """Four archives of a folder, and the same values as a table."""

    folder: pathlib.Path
    values: pa.Table

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.values = table(8000)
        for part in range(4):
            text = text_of(cls.values.slice(part * 2000, 2000))
            (cls.folder / f"{part}.qres").write_bytes(qres.compress(text, segment=16 << 10))
        cls.data = qres.dataset(cls.folder)


class Scans(Folder):
    def test_values_come_back_with_their_types(self) -> None:
        self.assertEqual(self.data.schema, self.values.schema)
        self.assertEqual(self.data.to_table().combine_chunks(), self.values.combine_chunks())
        self.assertEqual(pa.table(self.data).num_rows, 8000)

    def test_a_stream_is_fresh_each_time(self) -> None:
        archive = qres.open(self.folder / "0.qres")
        self.assertEqual([pa.table(archive).num_rows for _ in range(2)], [2000, 2000])

    def test_rows_and_columns_are_chosen(self) -> None:
        for rows in (range(0, 1), range(1990, 4010), range(7999, 9000), range(3, 3)):
            for columns in (["temp"], ["state", "time"], []):
                found = self.data.scan(columns, rows).read_all()
                wanted = self.values.select(columns).slice(rows.start, len(range(8000)[rows.start : rows.stop]))
                self.assertEqual(found.num_rows, wanted.num_rows)
                self.assertEqual(found.column_names, columns)
                self.assertEqual(found.to_pylist(), wanted.to_pylist())

    def test_filters_are_exact(self) -> None:
        chance = random.Random(7)
        for _ in range(60):
            where = self.expression(chance, 3)
            self.assertEqual(
                self.data.to_table(["count", "time"], where).to_pylist(),
                self.values.filter(where).select(["count", "time"]).to_pylist(),
                where,
            )

    def expression(self, chance: random.Random, depth: int) -> pc.Expression:
        if depth and chance.random() < 0.6:
            one, other = self.expression(chance, depth - 1), self.expression(chance, depth - 1)
            return chance.choice([one & other, one | other, ~one])
        name, row = chance.choice(self.values.column_names), chance.randrange(8000)
        value, field = self.values[name][row], pc.field(name)
        if not value.is_valid or chance.random() < 0.1:
            return field.is_null()
        if chance.random() < 0.2:
            return field.isin([value.as_py(), self.values[name][row // 2].as_py()])
        return chance.choice([field < value, field >= value, field == value, field != value])

    def test_an_unknown_column_is_named(self) -> None:
        with self.assertRaisesRegex(KeyError, "there is no column `nowhere`"):
            self.data.scan(["nowhere"])
        with self.assertRaises(pa.ArrowInvalid):
            self.data.scan(where=pc.field("nowhere") > 1).read_all()

    def test_a_consumer_may_leave_early(self) -> None:
        for _ in range(20):
            self.assertGreater(self.data.scan(["temp"]).read_next_batch().num_rows, 0)

    def test_decimals_are_exact_if_they_are_asked_for(self) -> None:
        exact = qres.dataset(self.folder, decimals=True)
        self.assertEqual(exact.schema.field("temp").type, pa.decimal128(19, 2))
        doubles = [float(number) for number in exact.to_table(["temp"])["temp"].to_pylist()]
        self.assertEqual(doubles, self.values["temp"].to_pylist())

    def test_columns_are_as_wide_as_all_archives_need(self) -> None:
        texts = ["n,x\n" + "".join(f"{row},{x}\n" for row in range(9)) for x in ("1", "0.5", "word")]
        texts.append("n,other\n" + "".join(f"{row},2025-01-0{row % 9 + 1}\n" for row in range(9)))
        with tempfile.TemporaryDirectory() as folder:
            for index, text in enumerate(texts):
                pathlib.Path(folder, f"{index}.qres").write_bytes(qres.compress(text.encode()))
            data = qres.dataset(folder)
            kinds = [(field.name, str(field.type)) for field in data.schema]
            self.assertEqual(kinds, [("n", "int64"), ("x", "string"), ("other", "date32[day]")])
            self.assertEqual(data.to_table()["x"].to_pylist()[::9], ["1", "0.5", "word", None])
            numbers = qres.dataset([pathlib.Path(folder, "0.qres"), pathlib.Path(folder, "1.qres")])
            self.assertEqual(numbers.to_table()["x"].to_pylist()[::9], [1.0, 0.5])


    def test_only_segments_that_can_match_are_read(self) -> None:
        chance = random.Random(3)
        rows = (f"{START + datetime.timedelta(seconds=row)},{chance.random()},{chance.random()}" for row in range(20_000))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "noise.qres")
            path.write_bytes(qres.compress("\n".join(["time,a,b", *rows, ""]).encode(), segment=64 << 10, level=2))
            data = qres.dataset(path)
            (archive,) = data.archives
            self.assertEqual(str(data.schema.field("time").type), "timestamp[us]")
            opened = archive.bytes_read
            hour = (pc.field("time") >= START) & (pc.field("time") < START + datetime.timedelta(seconds=900))
            self.assertEqual(data.scan(["a"], where=hour).read_all().num_rows, 900)
            self.assertEqual(data.scan(where=pc.field("a") > 1).read_all().num_rows, 0)
            self.assertLess(archive.bytes_read - opened, path.stat().st_size / 8)
            self.assertLess(opened, path.stat().st_size / 50)
            self.assertEqual([fragment.rows.start for fragment in data.fragments(where=hour)], [0])


class Writing(unittest.TestCase):
    def setUp(self) -> None:
        self.path = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()), "table.qres")

    def assert_comes_back(self, values: pa.Table, **options: object) -> None:
        qres.write(values, self.path, **options)  # type: ignore[arg-type]
        found = pa.table(qres.open(self.path))
        self.assertEqual(found.schema, values.schema)
        self.assertEqual(found.combine_chunks(), values.combine_chunks())

    def test_all_types_come_back(self) -> None:
        numbers = {
            str(kind).split("(")[0]: pa.array([value, None, 7], kind)
            for kind, value in (
                (pa.int8(), -128),
                (pa.int16(), -(2**15)),
                (pa.int64(), -(2**63)),
                (pa.uint8(), 255),
                (pa.uint64(), 2**64 - 1),
                (pa.float32(), 0.1),
                (pa.float64(), 1e-300),
                (pa.decimal128(38, 4), decimal.Decimal("-12345678901234567890.5000")),
            )
        }
        others = {
            "bool": pa.array([True, None, False]),
            "date": pa.array([datetime.date(1969, 7, 20), None, datetime.date(2262, 1, 1)]),
            "s": pa.array([START, None, START], pa.timestamp("s")),
            "ns": pa.array([START, None, START], pa.timestamp("ns")),
            "utc": pa.array([START, None, START], pa.timestamp("ms", "UTC")),
            "text": pa.array(['a, "quoted" word', "", None]),
            "digits": pa.array(["007", " 1 ", "NA"]),
            "nothing": pa.nulls(3),
            "odd": pa.array([float("inf"), float("nan"), None]),
        }
        values = pa.table(numbers | others)
        qres.write(values, self.path)
        found = pa.table(qres.open(self.path))
        self.assertEqual(found.schema, values.schema)
        self.assertEqual(repr(found.to_pylist()), repr(values.to_pylist()))

    def test_tables_of_any_length_come_back(self) -> None:
        for rows in (0, 1, 2, 5, 3000):
            self.assert_comes_back(table(rows), segment=16 << 10, level=3)

    def test_filters_are_exact_on_values_that_were_written(self) -> None:
        values = table(3000).append_column("x", pa.array([float("nan") if row % 3 else row / 7 for row in range(3000)]))
        qres.write(values, self.path, segment=16 << 10)
        for where in (pc.field("x") > 100, pc.field("x") != 0, ~(pc.field("x") < 9), pc.field("count").is_null()):
            found = qres.open(self.path).scan(["time"], where=where).read_all()
            self.assertEqual(found, values.filter(where).select(["time"]).combine_chunks(), where)

    def test_frames_of_others_come_back(self) -> None:
        import pandas as pd
        import polars as pl

        values = table(100)
        for frame in (values, pl.DataFrame(values), pd.DataFrame.from_arrow(values), values.to_reader()):
            qres.write(frame, self.path)
            self.assertEqual(qres.open(self.path).scan(["temp"]).read_all()["temp"].to_pylist(), values["temp"].to_pylist())

    def test_a_bound_holds(self) -> None:
        values = table(2000)
        qres.write(values, self.path, error={"temp": 0.5, "count": 3})
        found = pa.table(qres.open(self.path))
        for before, after in zip(values["temp"].to_pylist(), found["temp"].to_pylist(), strict=True):
            self.assertLessEqual(abs(before - after), 0.5000001)
        self.assertEqual(found.schema.field("count").type, pa.float64())
        self.assertEqual(found["time"], values["time"])

    def test_what_cannot_come_back_is_refused(self) -> None:
        for values, kind, words in (
            (pa.table({"a": [[1]]}), TypeError, "column `a` is of list<.*cast it"),
            (pa.table({"a": ["x\ny"], "b": [1]}), ValueError, "column `a` has a text with a line end"),
            (pa.table({"a": [1, None]}), ValueError, "a row of one column cannot be without a value"),
            (pa.table([pa.array([1])] * 2, ["a", "a"]), ValueError, "columns need names, each its own"),
        ):
            with self.assertRaisesRegex(kind, words):
                qres.write(values, self.path)
            self.assertEqual(list(self.path.parent.iterdir()), [])


class Fragments(Folder):
    def test_fragments_are_shared_out_by_pickle(self) -> None:
        fragments = pickle.loads(pickle.dumps(list(self.data.fragments(segments=2))))
        self.assertGreater(len(fragments), 7)
        parts = [fragment.to_table(["count"], threads=1) for fragment in fragments]
        self.assertEqual(pa.concat_tables(parts).to_pylist(), self.values.select(["count"]).to_pylist())
        again = pickle.loads(pickle.dumps(self.data))
        self.assertEqual(again.count_rows(), 8000)

    def test_rows_are_counted_without_decoding(self) -> None:
        data = qres.dataset(self.folder)
        self.assertEqual(data.count_rows(), 8000)
        self.assertEqual(data.count_rows(pc.field("state") == "on"), self.values["state"].to_pylist().count("on"))


class Engines(Folder):
    def test_pandas(self) -> None:
        import pandas as pd

        frame = pd.DataFrame.from_arrow(self.data.scan(["time", "temp"], where=pc.field("count") > 500))
        wanted = self.values.filter(pc.field("count") > 500)
        self.assertEqual(list(frame["temp"]), wanted["temp"].to_pylist())

    def test_polars(self) -> None:
        import polars as pl

        lazy, wanted = pl.scan_pyarrow_dataset(self.data), pl.DataFrame(self.values)
        for where in (
            pl.col("time") < START + datetime.timedelta(hours=3),
            (pl.col("temp") > 27) & (pl.col("state") == "on"),
            pl.col("count").is_between(10, 500) | pl.col("state").is_null(),
        ):
            found = lazy.filter(where).select("count", "time").collect()
            self.assertTrue(found.equals(wanted.filter(where).select("count", "time")), where)
        self.assertTrue(lazy.head(10).collect().equals(wanted.head(10)))

    def test_duckdb(self) -> None:
        import duckdb

        data, expected = self.data, self.values  # noqa: F841, DuckDB finds them by their names
        for query in (
            "select count(*), round(sum(temp), 3), min(time), max(state) from {} where temp > 27 and time < '2025-01-01 12:00'",
            "select state, count(count) from {} where count between 10 and 500 or state is null group by 1 order by 1",
            "select a.time, b.count from {} a join {} b on a.time = b.time where b.count = 9 order by 1",
            "select * from {} where time in ('2025-01-01 00:01:00', '2025-01-01 20:00:00')",
        ):
            found = duckdb.sql(query.format("data", "data")).fetchall()
            wanted = duckdb.sql(query.format("expected", "expected")).fetchall()
            self.assertEqual(found, wanted, query)
            self.assertTrue(found)


def load_tests(loader, tests, pattern):  # type: ignore[no-untyped-def]
    """Add the examples of the docstrings."""
    import doctest

    import qres._dataset
    import qres._tables

    for module in (qres._dataset, qres._tables):
        tests.addTests(doctest.DocTestSuite(module))
    return tests


if __name__ == "__main__":
    unittest.main()
