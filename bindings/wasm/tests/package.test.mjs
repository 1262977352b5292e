// The package in Node: the bytes and the words of the command line.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

/** The command line to compare with. */
const QRES = process.env.QRES;
const PACKAGE = process.env.QRES_PACKAGE ?? new URL("../../../target/npm", import.meta.url).pathname;
const { Archive, Reader, Writer, compress, decompress } = await import(`${PACKAGE}/node.js`);

const FIXTURES = new URL("../../../fixtures/", import.meta.url);
/** Bytes of text in a segment, and lines of a flush. */
const SEGMENT = 16 << 10, LINES = 7;
const read = (name) => new Uint8Array(readFileSync(new URL(name, FIXTURES)));
const text = (bytes) => new TextDecoder().decode(bytes);
const weather = read("weather.csv");

/** The inputs among the fixtures. */
const INPUTS = readdirSync(FIXTURES).filter((name) => /\.(csv|tsv|txt|jsonl|influx|logfmt|log|i16|bin)$/.test(name));
const isRaw = (name) => name.endsWith(".i16");

/** Text in pieces of some lines. */
function* pieces(bytes, lines) {
  let start = 0, seen = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== 10 || (seen += 1) % lines !== 0) continue;
    yield bytes.subarray(start, at + 1);
    start = at + 1;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

test("golden archives are read", () => {
  for (const golden of readdirSync(new URL("golden/", FIXTURES))) {
    const fixture = golden.match(/^v1-(?:level|flushed)\d-(.*)\.qres$/)[1];
    assert.deepEqual(decompress(read(`golden/${golden}`)), read(fixture), golden);
  }
});

test("archives are the same bytes as those of the command line", { skip: QRES ? false : "QRES names no program" }, () => {
  for (const name of INPUTS) {
    const bytes = read(name), raw = isRaw(name) ? { raw: "i16", channels: 2 } : {};
    for (const level of [1, 2, 3, 5, 7, 9]) {
      const flags = ["compress", `-${level}`, "-c", "--segment", "16K", ...(isRaw(name) ? ["--raw", "i16", "--channels", "2"] : [])];
      const archive = execFileSync(QRES, flags, { input: bytes });
      assert.deepEqual(compress(bytes, { level, segment: SEGMENT, ...raw }), new Uint8Array(archive), `${name}, level ${level}`);
    }
  }
});

test("a stream can be read as far as it was flushed", () => {
  for (const level of [1, 5, 9]) {
    const writer = new Writer({ level, live: true }), reader = new Reader(), out = [];
    for (const piece of pieces(weather, LINES)) {
      const bytes = [writer.write(piece), writer.flush()];
      const came = bytes.map((bytes) => text(reader.read(bytes))).join("");
      assert.equal(came, text(piece));
      out.push(...bytes);
    }
    out.push(writer.finish());
    reader.read(out.at(-1));
    reader.finish();
    assert.deepEqual(decompress(Buffer.concat(out)), weather);
  }
});

test("pieces change no byte", () => {
  const whole = compress(weather, { segment: SEGMENT }), writer = new Writer({ segment: SEGMENT });
  const out = [...pieces(weather, 3)].map((piece) => writer.write(piece));
  assert.deepEqual(new Uint8Array(Buffer.concat([...out, writer.finish()])), whole);
  const reader = new Reader(), back = [];
  for (let at = 0; at < whole.length; at += 100) back.push(reader.read(whole.subarray(at, at + 100)));
  reader.finish();
  assert.deepEqual(new Uint8Array(Buffer.concat(back)), weather);
});

test("an archive tells its columns, rows and values", () => {
  const archive = new Archive(compress(weather, { segment: SEGMENT, error: ["wind_ms=5%"] }));
  assert.equal(archive.rows, 420);
  const [time, temperature, , , wind] = archive.columns;
  assert.deepEqual([time.name, time.holds, time.within], ["time", "time", undefined]);
  assert.deepEqual([temperature.name, temperature.holds, temperature.cells], ["temperature_c", "decimal, 2 places", 420]);
  assert.equal(wind.within, "5%");
  assert.ok(archive.columns.every(({ bytes }) => bytes > 0 && bytes < archive.bytes));
  const segments = archive.segments, last = segments.at(-1);
  assert.deepEqual([segments.length > 1, segments[0].first, last.first + last.rows], [true, 0, 420]);
  const lines = text(weather).split("\n");
  assert.equal(text(archive.text(300, 302)).split(",")[0], lines[301].split(",")[0]);
  const values = archive.values("temperature_c");
  assert.deepEqual([...values], lines.slice(1, 421).map((line) => Number(line.split(",")[1])));
  assert.deepEqual([...archive.values("temperature_c", 100, 103)], [9.17, 9.23, 9.31]);
  assert.equal(archive.values("time")[0], Date.parse("2025-10-24T21:00:00Z"));
});

test("texts have no values, gaps are no numbers, and columns without names have numbers", () => {
  const lines = Array.from({ length: 50 }, (_, row) => `${row},${row % 7 === 3 ? "" : row / 4},${row % 2 ? "on" : "off"}\n`);
  const archive = new Archive(compress(new TextEncoder().encode(lines.join(""))));
  assert.deepEqual(archive.columns.map(({ name }) => name), ["1", "2", "3"]);
  assert.equal(archive.values("3"), undefined);
  assert.deepEqual([...archive.values("2")].slice(2, 5), [0.5, NaN, 1]);
  assert.equal(archive.series("3"), undefined);
});

test("what is not foreseen is surprising", () => {
  const lines = Array.from({ length: 900 }, (_, row) => `${row},${(row === 700 ? 99 : 20 + 5 * Math.sin(row / 9)).toFixed(2)}\n`);
  const archive = new Archive(compress(new TextEncoder().encode(`n,temp\n${lines.join("")}`)));
  const { values, surprises, anomalies } = archive.series("temp");
  assert.equal(values[700], 99);
  assert.ok(anomalies.includes(700), anomalies);
  assert.ok(surprises[700] > 11 && surprises.slice(200, 700).every((bits) => bits < surprises[700]));
});

test("errors have the words of the command line", () => {
  const archive = compress(weather), threw = (run, said) => assert.throws(run, { name: "Error", message: said });
  threw(() => decompress(weather), "not a qres archive");
  threw(() => decompress(archive.subarray(0, 900)), "truncated");
  threw(() => decompress(new Uint8Array()), "truncated");
  threw(() => decompress(archive, 1 << 10), "decoding needs 67108864 bytes of memory, the limit is 1024");
  threw(() => new Archive(archive.subarray(0, 900)), /truncated/);
  const flipped = archive.slice();
  flipped[700] ^= 1;
  threw(() => decompress(flipped), /^corrupt: /);
  for (const level of [0, 10, 5.5, -1, NaN, 261]) {
    threw(() => compress(weather, { level }), `there is no level ${level} in this version; the strongest is 9`);
  }
  threw(() => compress(weather, { error: ["no=1"] }), "there is no column `no` to bound");
  threw(() => compress(weather, { error: ["much"] }), "`much` is no bound");
  threw(() => compress(weather, { segment: 100 }), "a segment is from 16K to 64M");
  threw(() => compress(weather, { raw: "i12" }), "`i12` is no type of samples");
  threw(() => new Archive(archive).values("no"), "there is no column `no`");
  const writer = new Writer();
  writer.finish();
  threw(() => writer.write(weather), "it has ended");
});

test("nothing that is damaged ends the module", () => {
  const archive = compress(weather, { level: 9 });
  for (let at = 0; at < archive.length; at += 3) {
    const flipped = archive.slice();
    flipped[at] ^= 1 << (at % 8);
    for (const run of [() => decompress(flipped), () => new Archive(flipped).series("wind_ms")]) {
      try { run(); } catch (error) { assert.equal(error.constructor, Error, `${at}: ${error.stack}`); }
    }
  }
  assert.deepEqual(decompress(archive), weather);
});
