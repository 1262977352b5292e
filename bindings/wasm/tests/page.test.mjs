// The page in a headless Chromium: what it shows, and that nothing leaves it. `QRES_PICTURES` names a folder for pictures.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Browser } from "../../../tests/browser/chromium.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const PACKAGE = process.env.QRES_PACKAGE ?? path("../../../target/npm");
const FIXTURES = path("../../../fixtures/");
const { compress, decompress } = await import(`${PACKAGE}/node.js`);

let browser, folder, url;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "qres-page-"));
  execFileSync("node", [path("../page/make.mjs"), PACKAGE, join(folder, "qres.html")]);
  url = pathToFileURL(join(folder, "qres.html")).href;
  browser = await Browser.start();
  if (browser) await browser.ask("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A test that needs the browser. */
const inBrowser = (name, run) => test(name, async (context) => {
  if (!browser) return context.skip("Chromium is not installed");
  [browser.requests.length, browser.complaints.length] = [0, 0];
  await browser.look(1200, 900);
  await browser.goto(url);
  await run();
  // Its own address, and what it made itself.
  const foreign = browser.requests.filter((asked) => asked !== url && !/^(blob|data):/.test(asked));
  assert.deepEqual(foreign, [], "the page asks nobody");
  assert.deepEqual(browser.complaints, []);
});

const shown = (id) => browser.run(`document.getElementById("${id}").innerText`);
const worked = (said) => browser.until(`document.getElementById("state").textContent.includes(${JSON.stringify(said)})`);
const choose = async (name) => {
  await browser.choose("#file", [join(FIXTURES, name)]);
  await worked(name.endsWith(".qres") ? "checks are right" : "byte for byte");
};

const picture = async (name) => {
  const png = await browser.picture();
  if (process.env.QRES_PICTURES) {
    mkdirSync(process.env.QRES_PICTURES, { recursive: true });
    writeFileSync(join(process.env.QRES_PICTURES, `${name}.png`), png);
  }
};

inBrowser("a table is compressed in the page, shown, and saved as the command line would", async () => {
  await choose("weather.csv");
  const columns = await browser.run(`[...document.querySelectorAll("#columns tr")].map((row) => [...row.cells].map((cell) => cell.innerText))`);
  assert.deepEqual(columns[1].slice(0, 5), ["temperature_c", "decimal, 2 places", "plain", "0", "274"]);
  assert.equal(columns.at(-1)[0], "the rest");
  const bytes = columns.reduce((sum, row) => sum + Number(row[4].replaceAll(",", "")), 0);
  const archive = compress(new Uint8Array(readFileSync(join(FIXTURES, "weather.csv"))));
  assert.equal(bytes, archive.length);
  assert.match(await shown("figures"), /14\.2×\s*22\.2 KiB in 1\.56 KiB\s*420\s*rows in 1 segment\s*8\s*columns/);
  const series = await browser.run(`[...document.querySelectorAll("#series svg")].map((svg) => svg.getAttribute("aria-label"))`);
  assert.equal(series.length, 7);
  assert.equal(series[0], "temperature_c: from 8.48 to 12.04, 0 anomalies");
  await browser.run(`document.querySelector("#links a").click()`);
  const saved = join(folder, "weather.csv.qres");
  for (let tries = 0; tries < 100 && !readdirSync(folder).includes("weather.csv.qres"); tries += 1) await new Promise((then) => setTimeout(then, 50));
  assert.deepEqual(new Uint8Array(readFileSync(saved)), archive);
  await picture("light");
  await browser.look(1200, 900, true);
  await picture("dark");
  await browser.look(390, 800);
  await picture("narrow");
  assert.ok(await browser.run("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than a phone");
});

inBrowser("an archive is looked into, and its text saved", async () => {
  await choose("golden/v1-level5-stations.influx.qres");
  assert.match(await shown("links"), /Save v1-level5-stations\.influx$/m);
  assert.ok(await browser.run(`document.querySelectorAll("#series figure").length > 0`));
});

inBrowser("level and bounds are taken up at once", async () => {
  await browser.run(`document.getElementById("example").click()`);
  await worked("byte for byte");
  const length = () => browser.run(`document.querySelector("#columns tr:last-child").closest("table").innerText.length > 0 && document.querySelector(".figure span").innerText`);
  const exact = await length();
  await browser.run(`document.getElementById("error").value = "temperature_c=0.5"; document.getElementById("error").dispatchEvent(new Event("change"))`);
  await worked("within the bounds");
  assert.notEqual(await length(), exact);
  assert.match(await shown("columns"), /decimal, 2 places ± 0\.5/);
  await browser.run(`document.getElementById("error").value = "no=1"; document.getElementById("error").dispatchEvent(new Event("change"))`);
  await worked("weather.csv: there is no column `no` to bound");
});

inBrowser("what is no table is compressed all the same, and what is damaged is told", async () => {
  await choose("prose.txt");
  assert.ok(await browser.run(`document.getElementById("table").hidden && document.getElementById("pictures").hidden`));
  const damaged = join(folder, "damaged.qres");
  writeFileSync(damaged, compress(new Uint8Array(readFileSync(join(FIXTURES, "weather.csv")))).subarray(0, 900));
  await browser.choose("#file", [damaged]);
  await worked("damaged.qres: truncated");
  assert.equal(await browser.run(`document.getElementById("state").className`), "wrong");
});

inBrowser("the policy of the page lets nothing out", async () => {
  const tried = await browser.run(`Promise.all(["https://example.org/", "data:text/plain,x"].map((there) => fetch(there).then(() => "out", () => "refused")))`);
  assert.deepEqual(tried, ["refused", "refused"]);
  assert.ok(browser.complaints.length > 0 && browser.complaints.every((said) => said.includes("Content Security Policy")), browser.complaints);
  [browser.requests.length, browser.complaints.length] = [0, 0];
});

inBrowser("it can be used with a keyboard, and everything has a name", async () => {
  await browser.run(`document.getElementById("example").click()`);
  await worked("byte for byte");
  const nameless = await browser.run(`[...document.querySelectorAll("button, a, input, select, [role=img], [role=region]")]
    .filter((one) => !(one.getAttribute("aria-label") || one.innerText || one.labels?.length)).map((one) => one.outerHTML)`);
  assert.deepEqual(nameless, []);
  const order = [];
  await browser.run("document.activeElement.blur()");
  for (let tab = 0; tab < 7; tab += 1) {
    for (const type of ["keyDown", "keyUp"]) await browser.ask("Input.dispatchKeyEvent", { type, key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 });
    order.push(await browser.run(`document.activeElement.id || document.activeElement.className`));
  }
  assert.deepEqual(order, ["light", "file", "level", "error", "example", "button first", "scroll"]);
});
