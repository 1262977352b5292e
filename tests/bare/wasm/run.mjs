// `node run.mjs MODULE`: calls the module's `run` and prints the lines it gives.

import { readFile } from "node:fs/promises";

let memory;
const line = (text, bytes) => console.log(new TextDecoder().decode(new Uint8Array(memory.buffer, text, bytes)));
const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), { host: { line } });
memory = instance.exports.memory;
instance.exports.run();
