"use strict";
(() => {
  const COLOURS = 5;
  const $ = (id) => document.getElementById(id);
  const fill = (element, attributes, inside) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };
  const make = (kind, attributes = {}, ...inside) => fill(document.createElement(kind), attributes, inside);
  const draw = (kind, attributes = {}, ...inside) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", kind), attributes, inside);
  const count = (number, one) => `${number.toLocaleString("en")}${one ? ` ${one}${number === 1 ? "" : "s"}` : ""}`;
  const size = (bytes) => {
    let unit = 0;
    for (; bytes >= 1000 && unit < 3; unit += 1) bytes /= 1024;
    return `${bytes >= 100 || unit === 0 ? Math.round(bytes) : bytes.toPrecision(3)} ${["B", "KiB", "MiB", "GiB"][unit]}`;
  };
  const time = (milliseconds) => (milliseconds < 1000 ? `${Math.ceil(milliseconds)} ms` : `${(milliseconds / 1000).toPrecision(3)} s`);
  const figures = (value) => String(Number(value.toPrecision(6)));
  const bytesOf = (id) => Uint8Array.from(atob($(id).textContent), (letter) => letter.charCodeAt(0));

  // The module works beside the page, so that the page answers.
  const script = URL.createObjectURL(new Blob([$("worker").textContent], { type: "text/javascript" }));
  const worker = new Worker(script);
  worker.postMessage({ module: bytesOf("module") });

  let asked = 0, last = null, links = [];
  const state = (said, isWrong = false) => {
    $("state").textContent = said;
    $("state").className = isWrong ? "wrong" : "soft";
  };

  const ask = () => {
    if (!last) return;
    asked += 1;
    const error = $("error").value.split(/[\s,;]+/).filter(Boolean);
    state(`${last.name}: at work`);
    $("result").setAttribute("aria-busy", "true");
    worker.postMessage({ id: asked, ...last, options: { level: Number($("level").value), error } });
  };

  const take = async (file) => {
    if (!file) return;
    try {
      last = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
      ask();
    } catch {
      state(`${file.name}: it cannot be read`, true);
    }
  };

  const figure = (value, name) => make("div", { class: "figure" }, make("b", {}, value), make("span", { class: "soft" }, name));

  const link = (name, bytes, kind) => {
    const href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    links.push(href);
    return make("a", { class: `button ${kind}`, href, download: name }, `Save ${name}`);
  };

  const colour = (at) => `c${at % COLOURS}`;

  const strip = (columns, total) => {
    const rest = total - columns.reduce((sum, { bytes }) => sum + bytes, 0);
    const parts = columns.map(({ name, bytes }, at) => ({ name, bytes, kind: colour(at) }));
    const shown = [...parts, { name: "the rest", bytes: rest, kind: "rest" }].filter(({ bytes }) => bytes > 0);
    $("strip").replaceChildren(...shown.map(({ name, bytes, kind }) => {
      const share = bytes / total, part = make("i", { class: `${kind} ${share < 0.06 ? "thin" : ""}`, title: `${name}: ${size(bytes)}` });
      part.style.flexGrow = bytes;
      part.style.flexBasis = "0";
      if (share >= 0.06) part.append(name);
      return part;
    }));
    $("strip").setAttribute("aria-label", shown.map(({ name, bytes }) => `${name} ${size(bytes)}`).join(", "));
    return rest;
  };

  const cells = (kind, ...said) => make("tr", { class: kind }, ...said.map(([text, kind]) => make("td", kind ? { class: kind } : {}, text)));

  const table = ({ columns, archive }) => {
    const total = archive.length, rest = strip(columns, total), share = (bytes) => `${((100 * bytes) / total).toFixed(1)} %`;
    const rows = columns.map(({ name, holds, map, within, cells: all, exceptions, bytes }, at) =>
      cells(colour(at), [name], [within ? `${holds} ± ${within}` : holds, "word"], [map ?? "", "word"], [count(exceptions)],
        [count(bytes)], [share(bytes)], [all > 0 ? ((8 * bytes) / all).toFixed(2) : ""]));
    rows.push(cells("rest", ["the rest"], ["", "word"], ["", "word"], [""], [count(rest)], [share(rest)], [""]));
    $("columns").replaceChildren(...rows);
  };

  // The values above, their surprises below; what is missing leaves a gap.
  const picture = ({ name, low, high, bits, anomalies, told }, most) => {
    const least = Math.min(...low), top = Math.max(...high), range = top - least || 1, places = low.length;
    const x = (at) => (places > 1 ? (at / (places - 1)) * 320 : 160), y = (value) => 84 - ((value - least) / range) * 78;
    const svg = draw("svg", { viewBox: "0 0 320 128", preserveAspectRatio: "none", role: "img",
      "aria-label": `${name}: from ${figures(least)} to ${figures(top)}, ${count(told, "anomaly").replace("anomalys", "anomalies")}` });
    for (const at of anomalies) svg.append(draw("line", { class: "anomaly", x1: x(at), x2: x(at), y1: 2, y2: 126 }));
    let run = [];
    const flush = () => {
      const point = (value) => (at) => `${x(at).toFixed(1)},${y(value[at]).toFixed(1)}`;
      if (run.length) svg.append(draw("polygon", { class: "band", points: [...run.map(point(high)), ...run.toReversed().map(point(low))].join(" ") }));
      run = [];
    };
    for (let at = 0; at < places; at += 1) if (high[at] >= low[at]) run.push(at); else flush();
    flush();
    const bars = Array.from(bits, (bits, at) => `M${x(at).toFixed(1)} 126V${(126 - (Math.min(bits, most) / most) * 34).toFixed(1)}`);
    svg.append(draw("line", { class: "base", x1: 0, x2: 320, y1: 126.5, y2: 126.5 }), draw("path", { class: "surprise", d: bars.join("") }));
    const said = make("span", { class: "soft" }, `${figures(least)} to ${figures(top)}`);
    return make("figure", {}, make("figcaption", {}, make("b", {}, name), said), svg);
  };

  const show = (result) => {
    const { name, isArchive, isSame, archive, text, columns, rows, segments, series, packing, unpacking } = result;
    links.forEach((link) => URL.revokeObjectURL(link));
    links = [];
    $("name").textContent = name;
    const ratio = text.length / archive.length;
    $("figures").replaceChildren(
      figure(`${ratio >= 100 ? Math.round(ratio) : ratio.toPrecision(3)}×`, `${size(text.length)} in ${size(archive.length)}`),
      figure(count(rows), `rows in ${count(segments, "segment")}`), figure(count(columns.length), "columns"),
      isArchive ? figure(time(unpacking), "to decompress it") : figure(time(packing), `to compress it, ${time(unpacking)} back`));
    const plain = name.replace(/\.qres$/, "");
    $("links").replaceChildren(...(isArchive ? [link(plain === name ? `${name}.txt` : plain, text, "first")] :
      [link(`${name}.qres`, archive, "first")]));
    $("table").hidden = columns.length === 0;
    if (columns.length) table(result);
    const most = Math.max(12, ...series.map(({ bits }) => Math.max(...bits)));
    $("most").textContent = `${Math.round(most)} bits`;
    $("series").replaceChildren(...series.map((one) => picture(one, most)));
    $("pictures").hidden = series.length === 0;
    $("result").hidden = false;
    $("result").removeAttribute("aria-busy");
    if (isArchive) return state("All of it was decompressed, and its checks are right.");
    const isExact = $("error").value.trim() === "";
    if (isSame) return state("It was decompressed again and is the same, byte for byte.");
    state(isExact ? "What came back is not what went in: please report this with the file." : "Numbers are within the bounds, all else is the same.", isExact);
  };

  worker.onmessage = ({ data: { id, result, error } }) => {
    if (id !== asked) return;
    if (result) return show(result);
    $("result").removeAttribute("aria-busy");
    state(`${last.name}: ${error}`, true);
  };
  worker.onerror = () => state("This browser cannot run the module.", true);

  $("file").addEventListener("change", () => take($("file").files[0]));
  $("level").addEventListener("change", ask);
  $("error").addEventListener("change", ask);
  $("ask").addEventListener("submit", (event) => event.preventDefault());
  $("example").addEventListener("click", () => {
    last = { name: "weather.csv", bytes: bytesOf("weather"), isExample: true };
    ask();
  });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    addEventListener(kind, (event) => {
      event.preventDefault();
      $("drop").classList.toggle("over", kind === "dragenter" || kind === "dragover");
    });
  }
  addEventListener("drop", (event) => take(event.dataTransfer?.files[0]));
})();
