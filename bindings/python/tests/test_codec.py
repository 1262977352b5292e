"""Texts to archives and back: the bytes of the command line, its words, and Ctrl-C."""

import _thread
import io
import os
import pathlib
import pickle
import subprocess
import tempfile
import threading
import time
import unittest

import qres

ROOT = pathlib.Path(__file__).parents[3]
FIXTURES = sorted(path for path in (ROOT / "fixtures").iterdir() if path.is_file())
#: The command line, if it was built.
PROGRAM = pathlib.Path(os.environ.get("QRES_PROGRAM", ROOT / "target/debug/qres"))
WEATHER = (ROOT / "fixtures/weather.csv").read_bytes()
HEADER, ROWS = WEATHER.split(b"\n", 1)


def long_table(rows: int) -> bytes:
    lines = (b"%d,%d.%02d,%d\n" % (n * 60, n * n % 97, n % 89, n * 7 % 1009) for n in range(rows))
    return b"time,a,b\n" + b"".join(lines)


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, check=False)


class RoundTrip(unittest.TestCase):
    def test_every_fixture_comes_back(self) -> None:
        for path in FIXTURES:
            text = path.read_bytes()
            for level in (1, 5, 9) if len(text) < 40_000 else (3,):
                self.assertEqual(qres.decompress(qres.compress(text, level=level)), text, path)

    def test_threads_change_no_byte(self) -> None:
        text = long_table(40_000)
        archives = [qres.compress(text, segment=100_000, threads=threads) for threads in (1, 2, 5)]
        self.assertEqual(len(set(archives)), 1)
        for threads in (1, 3):
            self.assertEqual(qres.decompress(archives[0], threads=threads), text)

    def test_any_buffer_of_bytes_will_do(self) -> None:
        archive = qres.compress(WEATHER)
        self.assertEqual(qres.compress(bytearray(WEATHER)), archive)
        self.assertEqual(qres.decompress(memoryview(archive)), WEATHER)
        with self.assertRaises(TypeError):
            qres.compress("text")  # type: ignore[arg-type]

    def test_a_bound_holds_and_saves(self) -> None:
        exact = qres.compress(WEATHER)
        for error in (0.5, {"temperature_c": 0.5}, "temperature_c=0.5", ["temperature_c=0.5", "wind_ms=1%"]):
            bounded = qres.compress(WEATHER, error=error)
            self.assertLess(len(bounded), len(exact))
            for before, after in zip(ROWS.splitlines(), qres.decompress(bounded).splitlines()[1:], strict=True):
                before, after = before.split(b","), after.split(b",")
                self.assertLessEqual(abs(float(before[1]) - float(after[1])), 0.5000001)

    def test_a_tiny_bound_is_written_without_an_exponent(self) -> None:
        self.assertEqual(qres.decompress(qres.compress(WEATHER, error=1e-9)), WEATHER)


class Streams(unittest.TestCase):
    def test_pieces_change_no_byte(self) -> None:
        for text in (b"", WEATHER, long_table(9_000)):
            for size in (1000, 77_777):
                sink = io.BytesIO()
                with qres.Writer(sink, segment=50_000) as writer:
                    for at in range(0, len(text), size):
                        writer.write(text[at : at + size])
                self.assertTrue(writer.closed)
                self.assertEqual(sink.getvalue(), qres.compress(text, segment=50_000))

    def test_what_was_flushed_can_be_read(self) -> None:
        sink = io.BytesIO()
        writer = qres.Writer(sink, live=True)
        for line in WEATHER.splitlines(keepends=True):
            writer.write(line)
            writer.flush()
        writer.close()
        self.assertEqual(qres.decompress(sink.getvalue()), WEATHER)

    def test_an_exception_leaves_no_end(self) -> None:
        sink = io.BytesIO()
        with self.assertRaises(KeyError), qres.Writer(sink, segment=16 << 10) as writer:
            writer.write(long_table(5000))
            raise KeyError
        with self.assertRaises(ValueError):
            writer.write(b"more")
        with self.assertRaises(qres.Error) as caught:
            qres.decompress(sink.getvalue())
        self.assertEqual(caught.exception.kind, "truncated")

    def test_a_sink_may_take_a_part(self) -> None:
        class Slow(io.RawIOBase):
            taken = b""

            def writable(self) -> bool:
                return True

            def write(self, data) -> int:  # type: ignore[no-untyped-def, override]
                self.taken += bytes(data[:7])
                return min(len(data), 7)

        sink = Slow()
        with qres.Writer(sink) as writer:
            writer.write(WEATHER)
        self.assertEqual(sink.taken, qres.compress(WEATHER))

    def test_the_fault_of_a_sink_is_raised(self) -> None:
        class Full:
            def write(self, data: bytes) -> int:
                raise OSError(28, "No space left on device")

        with self.assertRaises(OSError), qres.Writer(Full()) as writer:
            writer.write(WEATHER)


class Archives(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "long.csv.qres"
        self.table = long_table(20_000)
        self.path.write_bytes(qres.compress(self.table, segment=64 << 10))

    def test_rows_are_read_where_they_lie(self) -> None:
        archive = qres.open(self.path)
        lines = self.table.splitlines(keepends=True)[1:]
        self.assertEqual((archive.columns, archive.rows, len(archive)), (["time", "a", "b"], 20_000, 20_000))
        self.assertGreater(len(archive.segments), 3)
        self.assertEqual(archive.segments[-1].rows.stop, 20_000)
        before = archive.bytes_read
        self.assertEqual(archive.text(range(7000, 7010)), b"".join(lines[7000:7010]))
        self.assertLess(archive.bytes_read - before, self.path.stat().st_size // 2)
        self.assertEqual(archive.text(), b"".join(lines))
        self.assertEqual(archive.text(range(19_999, 30_000)), lines[-1])
        self.assertEqual(archive.text(range(5, 5)), b"")
        with self.assertRaises(ValueError):
            archive.text(range(0, 9, 2))

    def test_an_archive_can_be_sent_to_another_process(self) -> None:
        archive = pickle.loads(pickle.dumps(qres.open(self.path)))
        self.assertEqual(archive.text(range(0, 1)), b"0,0.00,0\n")

    def test_a_file_object_will_do(self) -> None:
        with self.path.open("rb") as file:
            archive = qres.open(file)
            found = []
            threads = [
                threading.Thread(target=lambda at=at: found.append(archive.text(range(at, at + 1))))
                for at in range(0, 20_000, 4_000)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(len(set(found)), 5)


class Genes(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.environ.pop, "QRES_STORE", None)
        os.environ["QRES_STORE"] = folder.name
        self.folder = pathlib.Path(folder.name)
        lines = WEATHER.splitlines(keepends=True)
        self.past, self.message = b"".join(lines[:371]), b"".join(lines[-50:])
        self.gene = qres.Gene.train(self.past)

    def test_a_gene_saves_and_is_needed(self) -> None:
        warm = qres.compress(self.message, level=9, gene=self.gene)
        self.assertLess(len(warm), len(qres.compress(self.message, level=9)))
        self.assertEqual(qres.decompress(warm, gene=self.gene), self.message)
        with self.assertRaises(qres.Error) as caught:
            qres.decompress(warm)
        self.assertEqual(str(caught.exception), f"it goes on from gene {self.gene.id}, which is not at hand")
        self.assertEqual(caught.exception.kind, "gene")
        other = qres.Gene.train(self.message)
        with self.assertRaisesRegex(qres.Error, "and the one given is"):
            qres.decompress(warm, gene=other)
        self.gene.install()
        self.assertEqual(qres.decompress(warm), self.message)
        self.assertEqual(qres.open(io.BytesIO(warm)).text(), self.message)

    def test_names_stand_for_genes(self) -> None:
        self.gene.install("station")
        for word in ("station", self.gene.id, self.gene.id[:8]):
            self.assertEqual(qres.Gene.find(word), self.gene)
        self.assertEqual(
            qres.compress(self.message, gene="station"), qres.compress(self.message, gene=self.gene)
        )
        other = qres.Gene.train(self.message)
        with self.assertRaisesRegex(ValueError, "stands for gene .* already"):
            other.install("station")
        other.install("station", force=True)
        self.assertEqual(qres.Gene.find("station"), other)
        for name in ("", "-x", "a/b", self.gene.id):
            with self.assertRaisesRegex(ValueError, "cannot be the name of a gene"):
                other.install(name)
        with self.assertRaisesRegex(ValueError, "neither a file nor a gene of the store"):
            qres.Gene.find("nobody")

    def test_a_gene_is_a_file(self) -> None:
        path = self.folder / "own.gene"
        path.write_bytes(bytes(self.gene))
        self.assertEqual(qres.Gene.find(path), self.gene)
        self.assertEqual(pickle.loads(pickle.dumps(self.gene)), self.gene)
        self.assertEqual(self.gene.columns, 8)

    @unittest.skipUnless(PROGRAM.exists(), "the command line is not built")
    def test_the_command_line_shares_the_store(self) -> None:
        self.gene.install("ours")
        listed = run("gene", "list", "--names")
        self.assertEqual(listed.stdout.decode().split(), ["ours"])
        trained = run("gene", "train", "-", "-o", "-", stdin=self.past)
        self.assertEqual(trained.stdout, bytes(self.gene))
        warm = run("compress", "-9", "-c", "--gene", "ours", stdin=self.message).stdout
        self.assertEqual(warm, qres.compress(self.message, level=9, gene="ours"))
        messages = run("compress", "--gene", "ours", "--messages", "10", stdin=self.message).stdout
        self.assertEqual(qres.decompress(messages), self.message)


class Faults(unittest.TestCase):
    def test_arguments_that_make_no_sense(self) -> None:
        for wrong, words in (
            ({"level": 0}, "there is no level 0"),
            ({"error": "x%"}, "`x%` is no bound"),
            ({"error": {"nowhere": 1}}, "there is no column `nowhere` to bound"),
            ({"error": ["1", "2"]}, "two bounds for the same columns"),
            ({"segment": 1}, "a segment is from 16K to 64M"),
            ({"threads": 0}, "there must be a thread"),
        ):
            with self.assertRaisesRegex(ValueError, words) as caught:
                qres.compress(WEATHER, **wrong)  # type: ignore[arg-type]
            self.assertNotIsInstance(caught.exception, qres.Error)
            self.assertTrue(caught.exception.__notes__[0].startswith("hint: "))

    def test_every_cut_and_flip_is_an_error_or_the_text(self) -> None:
        archive = qres.compress(WEATHER[:3000])
        for at in range(len(archive)):
            with self.assertRaises(qres.Error):
                qres.decompress(archive[:at])
            flipped = archive[:at] + bytes([archive[at] ^ 0x10]) + archive[at + 1 :]
            try:
                self.assertEqual(qres.decompress(flipped), WEATHER[:3000])
            except qres.Error as error:
                self.assertIn(error.kind, ("corrupt", "truncated", "unsupported", "not-archive", "limit", "gene"))

    def test_memory_is_bounded(self) -> None:
        with self.assertRaises(qres.Error) as caught:
            qres.decompress(qres.compress(WEATHER), memory=1)
        self.assertEqual(caught.exception.kind, "limit")

    @unittest.skipUnless(PROGRAM.exists(), "the command line is not built")
    def test_the_words_are_those_of_the_command_line(self) -> None:
        archive = qres.compress(WEATHER)
        newer = archive[:4] + b"\x7f" + archive[5:]
        cases = (archive[:-9], archive[:60] + bytes(20) + archive[80:], b"x", b"", newer, archive + b"more")
        for case in cases:
            with self.assertRaises(qres.Error) as caught:
                qres.decompress(case)
            said = run("decompress", "-c", stdin=case).stderr.decode().splitlines()[0]
            self.assertEqual(said, f"error: stdin: {caught.exception}")


class CommandLine(unittest.TestCase):
    @unittest.skipUnless(PROGRAM.exists(), "the command line is not built")
    def test_the_bytes_are_those_of_the_command_line(self) -> None:
        for path in FIXTURES:
            text = path.read_bytes()
            self.assertEqual(qres.compress(text, level=4), run("compress", "-4", "-c", stdin=text).stdout, path)
        text = long_table(6000)
        for size in (len(text), len(text) - 1, 20_000):
            ours = qres.compress(text, level=2, segment=size)
            self.assertEqual(ours, run("compress", "-2", "-c", "--segment", str(size), stdin=text).stdout)


class Signals(unittest.TestCase):
    def test_a_long_call_ends_on_ctrl_c(self) -> None:
        text = long_table(400_000)
        timer = threading.Timer(0.3, _thread.interrupt_main)
        started = time.monotonic()
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            for _ in range(50):
                qres.compress(text, level=9, segment=64 << 10)
        self.assertLess(time.monotonic() - started, 20)

    def test_other_threads_run_meanwhile(self) -> None:
        ticks, done = 0, threading.Event()

        def tick() -> None:
            nonlocal ticks
            while not done.is_set():
                ticks += 1
                time.sleep(0.001)

        thread = threading.Thread(target=tick)
        thread.start()
        qres.compress(long_table(30_000), level=7, threads=1)
        done.set()
        thread.join()
        self.assertGreater(ticks, 5)


def load_tests(loader, tests, pattern):  # type: ignore[no-untyped-def]
    """Add the examples of the docstrings."""
    import doctest

    import qres._archive
    import qres._codec
    import qres._writer

    for module in (qres, qres._codec, qres._archive, qres._writer):
        tests.addTests(doctest.DocTestSuite(module))
    return tests


if __name__ == "__main__":
    unittest.main()
