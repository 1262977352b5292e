"""A data set too big for one machine: workers compress it into a folder of archives, and query it there.

    python fleet.py FOLDER --partitions 16 --rows 50000 --workers 1,2

Each partition becomes one archive, and a catalogue says of each which file it is, its rows, its times, its bytes and a digest.
A file appears whole under its name or not at all, and the same partition makes the same bytes wherever it is compressed: so a
worker that dies costs its unfinished partitions and nothing else, and who does them again can do no harm. A query looks into
the catalogue for archives that can have rows of its time, and asks each of their segments alike. Sums are of decimals, which
are exact in any order: any number of workers gives the same answer.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import tempfile
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

import qres

if TYPE_CHECKING:
    from distributed import Client

#: Runs a function on each item, here or elsewhere, and returns the results in order.
Map = Callable[[Callable[[Any], Any], Iterable[Any]], list[Any]]

CATALOGUE = "catalogue.json"
START = datetime.datetime(2025, 1, 1)
STEP = datetime.timedelta(seconds=1)
MACHINES = 5


def partition(index: int, rows: int) -> bytes:
    """Return the table of a partition; a real one would read a log, a broker or a bucket."""
    state = index * 2_654_435_761 % 2**32
    temperature, load, lines = 2000 + state % 500, 50, ["time,machine,temperature,load"]
    for row in range(rows):
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        temperature += (state >> 16) % 11 - 5
        load = (load + (state >> 24) % 5 - 2) % 100
        at = START + (index * rows + row) * STEP
        lines.append(f"{at},m{row % MACHINES},{temperature // 100}.{temperature % 100:02},{load}")
    return "\n".join([*lines, ""]).encode()


def compress(folder: str, index: int, rows: int) -> dict[str, Any]:
    """Write the archive of a partition and return what the catalogue says of it."""
    archive = qres.compress(partition(index, rows), segment=1 << 20, threads=1)
    name = f"part-{index:06}.qres"
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(archive)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, pathlib.Path(folder, name))
    return {
        "file": name,
        "rows": rows,
        "since": str(START + index * rows * STEP),
        "until": str(START + (index + 1) * rows * STEP),
        "bytes": len(archive),
        "digest": hashlib.blake2b(archive, digest_size=16).hexdigest(),
    }


def build(folder: pathlib.Path, partitions: int, rows: int, spread: Map) -> list[dict[str, Any]]:
    """Compress all partitions and write the catalogue, which names what is whole."""
    catalogue = spread(lambda index: compress(str(folder), index, rows), range(partitions))
    draft = folder / f"{CATALOGUE}.part"
    draft.write_text(json.dumps(catalogue, indent=1))
    draft.replace(folder / CATALOGUE)
    return catalogue


def query(
    folder: pathlib.Path, since: datetime.datetime, until: datetime.datetime, by: str, of: str, spread: Map
) -> tuple[list[dict[str, Any]], int]:
    """Return the number, mean and most of a column by the values of another between two times, and the bytes read for it."""
    catalogue = json.loads((folder / CATALOGUE).read_text())
    paths = [
        folder / entry["file"] for entry in catalogue if entry["since"] < str(until) and entry["until"] > str(since)
    ]
    found = spread(lambda path: part_of_query(str(path), since, until, by, of), paths)
    # Copied into one piece: what comes over the network is not aligned as Arrow computes with it.
    groups = pa.concat_tables([table for table, _ in found], promote_options="permissive").combine_chunks()
    sums = [(f"{of}_count", "sum"), (f"{of}_sum", "sum"), (f"{of}_max", "max")]
    rows = groups.group_by(by).aggregate(sums).sort_by(by).to_pylist()
    answer = [
        {by: row[by], "count": row[f"{of}_count_sum"], "sum": row[f"{of}_sum_sum"], "max": row[f"{of}_max_max"]}
        for row in rows
    ]
    return answer, sum(read for _, read in found)


def part_of_query(
    path: str, since: datetime.datetime, until: datetime.datetime, by: str, of: str
) -> tuple[pa.Table, int]:
    """Return an archive's share of a query, and the bytes that were read for it."""
    archive = qres.open(path)
    where = (pc.field("time") >= pa.scalar(since)) & (pc.field("time") < pa.scalar(until))
    table = archive.scan([by, of], where=where, decimals=True, threads=1).read_all()
    return table.group_by(by).aggregate([(of, "count"), (of, "sum"), (of, "max")]), archive.bytes_read


def here(function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    """Run in this process."""
    return [function(item) for item in items]


def workers_of(client: Client) -> Map:
    """Run on the workers of a Dask cluster; what a worker that dies had begun is begun again by another."""
    return lambda function, items: list(client.gather(client.map(function, list(items), pure=False)))


def measure(folder: pathlib.Path, partitions: int, rows: int, workers: int) -> None:
    """Print what building and a query of 1 % of the rows take with so many workers."""
    from distributed import Client, LocalCluster

    folder.mkdir(parents=True, exist_ok=True)
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        began = time.perf_counter()
        catalogue = build(folder, partitions, rows, workers_of(client))
        built = time.perf_counter() - began
        total = partitions * rows
        since = START + total // 2 * STEP
        began = time.perf_counter()
        answer, read = query(folder, since, since + total // 100 * STEP, "machine", "temperature", workers_of(client))
        asked = time.perf_counter() - began
    archives = sum(entry["bytes"] for entry in catalogue)
    print(
        f"{workers} workers: {total} rows, {archives} bytes in {partitions} archives, built in {built:.1f} s; "
        f"1 % of the rows by machine in {asked:.2f} s, {100 * read / archives:.1f} % of the bytes read, {len(answer)} groups"
    )


def main() -> None:
    """Measure with each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--partitions", type=int, default=16)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--workers", default="1,2", help="numbers of workers, such as 1,2,4")
    given = parser.parse_args()
    for workers in given.workers.split(","):
        measure(given.folder / f"workers-{workers}", given.partitions, given.rows, int(workers))


if __name__ == "__main__":
    main()
