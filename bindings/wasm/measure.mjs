#!/usr/bin/env node
// Measures the npm package: its size, and its speed beside that of the command line, on one thread and in memory.
//
//   bindings/wasm/measure.mjs [FILE...]
//
// Takes target/npm, which bindings/wasm/build makes, and target/release/qres (QRES_PACKAGE and QRES name others). Without
// files a series of the fixtures is measured, repeated to a megabyte.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = process.env.QRES_PACKAGE ?? join(root, "target/npm");
const qres = process.env.QRES ?? join(root, "target/release/qres");
const { compress, decompress } = await import(join(folder, "node.js"));

const LEVELS = [1, 5, 9];
/** Times that both are measured, in turns; the best of each counts, so that other work on the machine does not. */
const RUNS = 3;

/** Rows of the weather, again and again. */
const made = () => {
  const place = mkdtempSync(join(tmpdir(), "qres-measure-"));
  process.on("exit", () => rmSync(place, { recursive: true }));
  const [head, ...rows] = readFileSync(join(root, "fixtures/weather.csv"), "utf8").trimEnd().split("\n");
  const file = join(place, "weather.csv");
  writeFileSync(file, `${head}\n${`${rows.join("\n")}\n`.repeat(45)}`);
  return file;
};

const seconds = (run) => {
  const begun = performance.now();
  run();
  return (performance.now() - begun) / 1000;
};

const ofModule = (text, level) => {
  const archive = compress(text, { level });
  decompress(archive);
  return { encode: seconds(() => compress(text, { level })), decode: seconds(() => decompress(archive)) };
};

/** Times of the command line by its own bench, whose first run warms it up as well. */
const ofNative = (file, level) => {
  const said = execFileSync(qres, ["bench", "--json", "--levels", `${level}`, "--peers", "none", "--runs", "1", file]);
  const [{ runs: [{ encode_seconds, decode_seconds }] }] = JSON.parse(said).results;
  return { encode: encode_seconds, decode: decode_seconds };
};

const best = (one, other) => ({ encode: Math.min(one.encode, other.encode), decode: Math.min(one.decode, other.decode) });

/** Seconds that all files take at a level, each in its best run. */
const measured = (files, level) => {
  const sums = { module: { encode: 0, decode: 0 }, native: { encode: 0, decode: 0 } };
  for (const file of files) {
    const text = new Uint8Array(readFileSync(file)), never = { encode: Infinity, decode: Infinity };
    let [module, native] = [never, never];
    for (let run = 0; run < RUNS; run += 1) [module, native] = [best(module, ofModule(text, level)), best(native, ofNative(file, level))];
    for (const way of ["encode", "decode"]) [sums.module[way] += module[way], sums.native[way] += native[way]];
  }
  return sums;
};

const module = readFileSync(join(folder, "qres_bg.wasm")), script = readFileSync(join(folder, "qres.js"));
const size = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
console.log(`module ${size(module.length)}, ${size(gzipSync(module, { level: 9 }).length)} gzipped; script ${size(gzipSync(script).length)} gzipped`);
console.log(`${cpus()[0].model}, Node ${process.versions.node}, ${execFileSync(qres, ["--version"], { encoding: "utf8" }).trim()}\n`);

const files = process.argv.length > 2 ? process.argv.slice(2) : [made()];
const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
console.log("level          module MB/s  native MB/s  share");
for (const level of LEVELS) {
  const { module, native } = measured(files, level);
  for (const way of ["encode", "decode"]) {
    const [ours, theirs] = [module, native].map((times) => bytes / 1e6 / times[way]), share = ours / theirs;
    console.log(`${level} ${way}  ${ours.toPrecision(3).padStart(15)} ${theirs.toPrecision(3).padStart(12)} ${share.toFixed(2).padStart(6)}`);
  }
}
