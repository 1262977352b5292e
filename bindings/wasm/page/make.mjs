#!/usr/bin/env node
// Writes the page: one file with the module inside, which asks nothing of any network.
//
//   bindings/wasm/page/make.mjs [PACKAGE [PAGE]]
//
// PACKAGE is what bindings/wasm/build has made (target/npm), PAGE the file to write (target/qres.html).
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../../..");
const [made = join(root, "target/npm"), page = join(root, "target/qres.html")] = process.argv.slice(2);

const read = (...path) => readFileSync(join(...path), "utf8");
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const packed = (bytes) => gzipSync(bytes, { level: 9 }).toString("base64");

const style = read(root, "src/web/page.css") + read(here, "page.css");
const scripts = [read(root, "src/web/page.js"), read(here, "page.js")];
const worker = read(made, "qres.classic.js") + read(here, "worker.js");
const example = readFileSync(join(root, "fixtures/golden/v1-level9-weather.csv.qres"));
if (worker.includes("</script")) throw new Error("the worker would end the script that it stands in");

// Its own scripts run and nothing else, and nothing can be fetched or sent.
const policy = ["default-src 'none'", `script-src ${scripts.map(hash).join(" ")} 'wasm-unsafe-eval'`, `style-src ${hash(style)}`,
  "worker-src blob:", "base-uri 'none'", "form-action 'none'"].join("; ");

writeFileSync(page, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>qres</title>
<style>${style}</style>
</head>
<body>
<button id="light" type="button" title="light or dark" aria-label="light or dark">◐</button>
<main>
${read(here, "page.html")}</main>
<script type="text/plain" id="module">${packed(readFileSync(join(made, "qres_bg.wasm")))}</script>
<script type="text/plain" id="weather">${example.toString("base64")}</script>
<script type="text/plain" id="worker">${worker}</script>
${scripts.map((script) => `<script>${script}</script>`).join("\n")}
</body>
</html>
`);
