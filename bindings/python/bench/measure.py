"""Measures archives beside CSV and Parquet: bytes read, time, size, equality of answers, and speed beside the command line.

    python bench/measure.py --megabytes 64 --queries 1000 --program target/release/qres

Makes a text of eight columns: a time each second, a machine, a state, and five numbers that walk, drift or repeat.
"""

from __future__ import annotations

import argparse
import datetime
import pathlib
import platform
import random
import subprocess
import tempfile
import time
from collections.abc import Callable
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

import qres

START = datetime.datetime(2025, 1, 1)
NUMBERS = ["temperature", "humidity", "pressure", "current", "count"]
NAMES = ["time", "machine", "state", *NUMBERS]


def text(megabytes: int) -> bytes:
    """Return a table of about so many megabytes."""
    chance = random.Random(1)
    lines, length, row = [",".join(NAMES)], 0, 0
    temperature, humidity, pressure = 2000, 500, 10130
    while length < megabytes << 20:
        temperature += chance.randint(-6, 6)
        humidity = min(1000, max(0, humidity + chance.randint(-2, 2)))
        pressure += chance.choice((-1, 0, 0, 0, 1))
        line = (
            f"{START + datetime.timedelta(seconds=row)},m{row % 4},{'idle' if row // 600 % 3 else 'busy'},"
            f"{temperature / 100:.2f},{humidity / 10:.1f},{pressure / 10:.1f},{chance.gauss(3, 0.2):.3f},{row * 7 % 1000}"
        )
        lines.append(line)
        length += len(line) + 1
        row += 1
    return "\n".join([*lines, ""]).encode()


def bytes_read() -> int:
    """Return what this process has read so far, wherever Linux counts it."""
    for line in pathlib.Path("/proc/self/io").read_text().splitlines():
        if line.startswith("rchar: "):
            return int(line.split()[1])
    return 0


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Return the shortest time of some runs, and the last result."""
    shortest, result = float("inf"), None
    for _ in range(times):
        began = time.perf_counter()
        result = work()
        shortest = min(shortest, time.perf_counter() - began)
    return shortest, result


def speed(csv: pathlib.Path, program: pathlib.Path | None) -> None:
    """Print the throughput of compress and decompress, and its share of the command line's."""
    table = csv.read_bytes()
    packed, archive = best(lambda: qres.compress(table))
    unpacked, back = best(lambda: qres.decompress(archive))
    assert back == table
    mb = len(table) / 1e6
    print(f"compress {mb / packed:.1f} MB/s, decompress {mb / unpacked:.1f} MB/s, in Python")
    if program is None:
        return
    file = csv.with_suffix(".cli.qres")

    def command(*arguments: str) -> Callable[[], Any]:
        return lambda: subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)

    pack, _ = best(command("compress", "-q", "-f", "-o", str(file), str(csv)))
    assert file.read_bytes() == archive
    unpack, _ = best(command("decompress", "-q", "-f", "-o", str(csv.with_suffix(".back")), str(file)))
    print(f"compress {mb / pack:.1f} MB/s, decompress {mb / unpack:.1f} MB/s, by the command line, start and files included")
    print(f"Python has {pack / packed:.2f} and {unpack / unpacked:.2f} of its speed")


def engines(csv: pathlib.Path, archive: pathlib.Path, parquet: pathlib.Path, rows: int) -> None:
    """Print what one column of eight in 1 % of the rows costs."""
    since = START + datetime.timedelta(seconds=rows // 2)
    until = since + datetime.timedelta(seconds=rows // 100)
    where = f"time >= timestamp '{since}' and time < timestamp '{until}'"
    among = (pl.col("time") >= since) & (pl.col("time") < until)

    def of_duckdb(source: str) -> Any:
        data = qres.dataset(archive)  # noqa: F841, DuckDB finds it by its name
        return duckdb.sql(f"select sum(temperature), count(*) from {source} where {where}").fetchall()

    def of_polars(frame: Callable[[], pl.LazyFrame]) -> Any:
        total = frame().filter(among).select(pl.col("temperature").sum(), pl.len()).collect()
        return [tuple(total.row(0))]

    cases: list[tuple[str, pathlib.Path, Callable[[], Any]]] = [
        ("DuckDB, archive", archive, lambda: of_duckdb("data")),
        ("DuckDB, CSV", csv, lambda: of_duckdb(f"'{csv}'")),
        ("DuckDB, Parquet", parquet, lambda: of_duckdb(f"'{parquet}'")),
        ("Polars, archive", archive, lambda: of_polars(lambda: pl.scan_pyarrow_dataset(qres.dataset(archive)))),
        ("Polars, CSV", csv, lambda: of_polars(lambda: pl.scan_csv(csv, try_parse_dates=True))),
        ("Polars, Parquet", parquet, lambda: of_polars(lambda: pl.scan_parquet(parquet))),
    ]
    wanted: Any = None
    for name, file, work in cases:
        work()
        before = bytes_read()
        taken, ((total, count),) = best(work)
        share = (bytes_read() - before) / 3 / file.stat().st_size
        wanted = wanted or (total, count)
        assert count == wanted[1] and abs(total - wanted[0]) < 1e-6 * abs(total), (name, total, wanted)
        print(f"{name:16} {1000 * taken:8.1f} ms, {100 * share:6.2f} % of its bytes read by system calls")


def equality(csv: pathlib.Path, archive: pathlib.Path, queries: int) -> None:
    """Ask random questions of the archive and of the CSV."""
    chance, rows = random.Random(2), duckdb.sql(f"select * from '{csv}'").to_arrow_table()
    data, different = qres.dataset(archive), 0
    for _ in range(queries):
        query = f"from {{}} where {condition(chance, rows, 2)}"
        shown = chance.sample(NAMES, 2)
        query = f"select count(*), min({shown[0]}), max({shown[1]}), count({shown[0]}) {query}"
        found = duckdb.sql(query.format("data")).fetchall()
        wanted = duckdb.sql(query.format("rows")).fetchall()
        different += found != wanted
    known = [segment is not None for one in data.archives for segment in one.known]
    print(f"{queries} random queries of {len(known)} segments, {sum(known)} of them with statistics:", end=" ")
    print(f"{different} with another answer than on the CSV")
    assert different == 0


def condition(chance: random.Random, rows: pa.Table, depth: int) -> str:
    """Return a condition on columns, with values that they have."""
    if depth and chance.random() < 0.5:
        one, other = condition(chance, rows, depth - 1), condition(chance, rows, depth - 1)
        return chance.choice([f"({one} and {other})", f"({one} or {other})", f"not ({one})"])
    name = chance.choice(NAMES)
    value = rows[name][chance.randrange(rows.num_rows)].as_py()
    written = repr(value) if isinstance(value, int | float) else f"'{value}'"
    return f"{name} {chance.choice(['<', '<=', '>', '>=', '=', '!='])} {written}"


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=64)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--query-megabytes", type=int, default=4, help="the table that random queries are asked of")
    parser.add_argument("--program", type=pathlib.Path, help="the command line to compare with")
    given = parser.parse_args()
    versions = f"Python {platform.python_version()}, pyarrow {pa.__version__}, DuckDB {duckdb.__version__}"
    print(f"{platform.machine()}, {versions}, Polars {pl.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        csv, archive, parquet = (pathlib.Path(folder, f"table.{ending}") for ending in ("csv", "qres", "parquet"))
        csv.write_bytes(text(given.megabytes))
        archive.write_bytes(qres.compress(csv.read_bytes()))
        table = pa.csv.read_csv(csv)
        pa.parquet.write_table(table, parquet, compression="zstd")
        small = csv.with_suffix(".19.parquet")
        pa.parquet.write_table(table, small, compression="zstd", compression_level=19)
        sizes = ", ".join(f"{name} {file.stat().st_size}" for name, file in (("CSV", csv), ("archive", archive)))
        print(f"{table.num_rows} rows: {sizes}, Parquet zstd {parquet.stat().st_size}, zstd -19 {small.stat().st_size}")
        speed(csv, given.program)
        engines(csv, archive, parquet, table.num_rows)
        csv.write_bytes(text(given.query_megabytes))
        archive.write_bytes(qres.compress(csv.read_bytes(), segment=1 << 20))
        equality(csv, archive, given.queries)


if __name__ == "__main__":
    main()
