// qres for Node: the module is read from beside this file, so that there is nothing to wait for.
import { readFileSync } from "node:fs";
import { initSync } from "./qres.js";

initSync({ module: readFileSync(new URL("qres_bg.wasm", import.meta.url)) });

export * from "./qres.js";
export { default } from "./qres.js";
