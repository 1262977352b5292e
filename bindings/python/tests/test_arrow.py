"""Values out of archives: types, columns, rows, filters, and the engines that read them."""

import datetime
import io
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

    tests.addTests(doctest.DocTestSuite(qres._dataset))
    return tests


if __name__ == "__main__":
    unittest.main()
