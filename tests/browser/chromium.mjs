// Drives a headless Chromium over a pipe: no port, no package, just the DevTools protocol.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The names that Chromium has; `CHROMIUM` says another. */
const NAMES = [process.env.CHROMIUM, "chromium", "chromium-browser", "google-chrome"].filter(Boolean);
/** Milliseconds that a page may take for what is waited for. */
const PATIENCE = 30_000;

const started = async (profile) => {
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
    "--force-color-profile=srgb", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"];
  for (const name of NAMES) {
    const child = spawn(name, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const isThere = await Promise.race([once(child, "spawn").then(() => true), once(child, "error").then(() => false)]);
    if (isThere) return child;
  }
  return null;
};

/** A browser with one page. */
export class Browser {
  #child; #profile; #session; #next = 1; #asked = new Map(); #rest = "";
  /** Addresses that the page, or what it started, has asked for. */
  requests = [];
  /** What it has said: errors, warnings, and what its policy refused. */
  complaints = [];

  /** Starts it; `null` where there is none. */
  static async start() {
    const profile = mkdtempSync(join(tmpdir(), "qres-chromium-"));
    const child = await started(profile);
    if (child) return new Browser().#open(child, profile);
    rmSync(profile, { recursive: true });
    return null;
  }

  async #open(child, profile) {
    [this.#child, this.#profile] = [child, profile];
    child.stdio[4].setEncoding("utf8").on("data", (text) => this.#hear(text));
    const { targetInfos } = await this.#ask("Target.getTargets");
    const page = targetInfos.find(({ type }) => type === "page") ?? await this.#ask("Target.createTarget", { url: "about:blank" });
    await this.#attach(page.targetId);
    return this;
  }

  async #attach(targetId) {
    const { sessionId } = await this.#ask("Target.attachToTarget", { targetId, flatten: true });
    this.#session = sessionId;
    for (const room of ["Page", "Runtime", "Network", "Log"]) await this.ask(`${room}.enable`);
    await this.ask("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
  }

  #hear(text) {
    const messages = (this.#rest + text).split("\0");
    this.#rest = messages.pop();
    messages.forEach((message) => this.#take(JSON.parse(message)));
  }

  #take({ id, result, error, method, params }) {
    if (id !== undefined) {
      const { resolve, reject, what } = this.#asked.get(id);
      this.#asked.delete(id);
      return error ? reject(new Error(`${what}: ${error.message}`)) : resolve(result);
    }
    if (method === "Network.requestWillBeSent") {
      // The browser's own first page asks as well.
      if (params.documentURL !== "about:blank" && !/^chrome:/.test(params.documentURL)) this.requests.push(params.request.url);
    }
    if (method === "Log.entryAdded" && params.entry.level !== "verbose") this.complaints.push(params.entry.text);
    if (method === "Runtime.exceptionThrown") this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === "Target.attachedToTarget" && params.targetInfo.type === "worker") {
      this.#ask("Network.enable", {}, params.sessionId).catch(() => {});
    }
  }

  #ask(method, params = {}, sessionId) {
    const id = this.#next++;
    this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject, what: method }));
  }

  /** Asks the page by the protocol. */
  ask(method, params = {}) {
    return this.#ask(method, params, this.#session);
  }

  /** Goes to `url`. */
  async goto(url) {
    await this.ask("Page.navigate", { url });
    await this.until("document.readyState === 'complete'");
  }

  /** Returns what an expression of the page gives. */
  async run(expression) {
    const { result, exceptionDetails } = await this.ask("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression of the page is true. */
  async until(expression) {
    const end = Date.now() + PATIENCE;
    while (!(await this.run(`Boolean(${expression})`))) {
      if (Date.now() > end) throw new Error(`never true: ${expression}; complaints: ${this.complaints.join("; ")}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Gives files to the input that `selector` finds. */
  async choose(selector, files) {
    const { root } = await this.ask("DOM.getDocument");
    const { nodeId } = await this.ask("DOM.querySelector", { nodeId: root.nodeId, selector });
    await this.ask("DOM.setFileInputFiles", { nodeId, files });
  }

  /** Looks at the page in a window of that size, by day or by `dark`. */
  async look(width, height, dark = false) {
    await this.ask("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    await this.ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
  }

  /** Returns a picture of the whole page as PNG. */
  async picture() {
    const { data } = await this.ask("Page.captureScreenshot", { captureBeyondViewport: true });
    return Buffer.from(data, "base64");
  }

  /** Ends it. */
  async close() {
    const gone = once(this.#child, "exit");
    await this.#ask("Browser.close").catch(() => {});
    await gone;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
