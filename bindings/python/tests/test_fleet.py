"""The example of a data set on several workers: the same bytes and answers as one process, whoever dies."""

import datetime
import os
import pathlib
import signal
import sys
import tempfile
import threading
import time
import unittest

try:
    from distributed import Client, LocalCluster
except ImportError as error:
    raise unittest.SkipTest("distributed is not installed") from error

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "examples"))
import fleet

PARTITIONS, ROWS = 12, 4000
SINCE = fleet.START + datetime.timedelta(seconds=5 * ROWS + 1000)
UNTIL = SINCE + datetime.timedelta(seconds=ROWS)


class Fleet(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.alone = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.catalogue = fleet.build(cls.alone, PARTITIONS, ROWS, fleet.here)
        cluster = cls.enterClassContext(LocalCluster(n_workers=4, threads_per_worker=1, dashboard_address=None))
        cls.client = cls.enterClassContext(Client(cluster))

    def setUp(self) -> None:
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def assert_same_files(self) -> None:
        files = [path.name for path in sorted(self.folder.glob("*.qres"))]
        self.assertEqual(files, [entry["file"] for entry in self.catalogue])
        for name in [*files, fleet.CATALOGUE]:
            self.assertEqual((self.folder / name).read_bytes(), (self.alone / name).read_bytes(), name)

    def test_four_workers_make_the_same_bytes_and_answers(self) -> None:
        spread = fleet.workers_of(self.client)
        self.assertEqual(fleet.build(self.folder, PARTITIONS, ROWS, spread), self.catalogue)
        self.assert_same_files()
        for by in ("machine", "load"):
            found, read = fleet.query(self.folder, SINCE, UNTIL, by, "temperature", spread)
            self.assertEqual(found, fleet.query(self.alone, SINCE, UNTIL, by, "temperature", fleet.here)[0])
            self.assertEqual(sum(group["count"] for group in found), ROWS)
            self.assertLess(read, sum(entry["bytes"] for entry in self.catalogue) / 2)

    def test_a_worker_that_is_killed_costs_nothing_but_time(self) -> None:
        victim = next(iter(self.client.run(os.getpid).values()))

        def kill() -> None:
            while not list(self.folder.glob("*.qres")):
                time.sleep(0.005)
            os.kill(victim, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        fleet.build(self.folder, PARTITIONS, ROWS, fleet.workers_of(self.client))
        killer.join()
        self.assert_same_files()


if __name__ == "__main__":
    unittest.main()
