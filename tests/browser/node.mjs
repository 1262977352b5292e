// Looks at the page of a running `qres node --http` in a headless Chromium: `node tests/browser/node.mjs ADDRESS ROWS`, where
// ROWS is how many lines the node has of its own. `QRES_PICTURES` names a folder for a picture.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Browser } from "./chromium.mjs";

const [address, rows] = process.argv.slice(2);
const browser = await Browser.start();
if (!browser) {
  console.log("skipped: Chromium is not installed");
  process.exit();
}

try {
  const text = (selector) => browser.run(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ""`);
  await browser.look(1200, 900);
  await browser.goto(`http://${address}/`);
  await browser.until(`document.getElementById("figures").innerText.includes(${JSON.stringify(Number(rows).toLocaleString("en"))})`);
  await browser.until(`document.querySelectorAll("#streams figure").length > 0`);
  assert.match(await text("#state"), /^running for /);
  assert.match(await text("#streams"), /Its own/);
  assert.equal(await browser.run(`document.querySelector("#streams svg").getAttribute("aria-label").startsWith("temp: from ")`), true);
  // Nodes of the picture can be chosen with the keyboard.
  await browser.run(`document.querySelector("#swarm .node").focus()`);
  for (const type of ["keyDown", "keyUp"]) await browser.ask("Input.dispatchKeyEvent", { type, key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" });
  assert.match(await text("#inspector"), /^This node/);
  await browser.look(390, 800);
  assert.ok(await browser.run("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than a phone");
  await browser.look(1200, 900, true);
  const foreign = browser.requests.filter((asked) => !asked.startsWith(`http://${address}/`));
  assert.deepEqual(foreign, [], "the page asks the node alone");
  assert.deepEqual(browser.complaints.filter((said) => !said.includes("favicon") && !said.includes("404")), []);
  if (process.env.QRES_PICTURES) {
    mkdirSync(process.env.QRES_PICTURES, { recursive: true });
    writeFileSync(join(process.env.QRES_PICTURES, "node.png"), await browser.picture());
  }
  console.log("seen");
} finally {
  await browser.close();
}
