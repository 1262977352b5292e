"use strict";
(() => {
  const ROWS = 300, KEPT = 200, COLUMNS = 12, LONGEST = 120;
  const $ = (id) => document.getElementById(id);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const make = (kind, attributes = {}, ...inside) => fill(document.createElement(kind), attributes, inside);
  const draw = (kind, attributes = {}, ...inside) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", kind), attributes, inside);
  const fill = (element, attributes, inside) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };
  const short = (name) => name.replace(/^did:qres:/, "").slice(0, 8);
  const count = (number) => number.toLocaleString("en");
  const size = (bytes) => {
    let unit = 0;
    for (; bytes >= 1000 && unit < 4; unit += 1) bytes /= 1024;
    return `${bytes >= 100 || unit === 0 ? Math.round(bytes) : bytes.toFixed(1)} ${["B", "KiB", "MiB", "GiB", "TiB"][unit]}`;
  };
  const time = (seconds) =>
    seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;

  let status = null, chosen = null;
  const places = new Map();

  // A node and what is known of it.
  const about = (name) => {
    const stream = status.streams.find((stream) => stream.name === name);
    const peer = status.peers.find((peer) => peer.name === name);
    const pairs = [["name", name]];
    if (name === status.name) pairs.push(["runs for", time(status.seconds)], ["printed", `${count(status.printed)} lines`]);
    for (const column of status.columns) {
      const heard = column.experts.find((expert) => expert.name === name);
      if (heard) pairs.push([`gene of ${column.name}`, `heard, ${heard.bits >= 0 ? `${heard.bits} bits ahead` : `${-heard.bits} bits behind`}`]);
      if (name === status.name) pairs.push([column.name, column.regime]);
    }
    if (peer) {
      pairs.push(["connected", peer.connections > 0 ? "yes" : "no"]);
      if (peer.is_stranger) pairs.push(["trusted", "no"]);
      if (peer.has !== null) pairs.push(["has of ours", `${count(peer.has)} lines`]);
    }
    if (stream) {
      pairs.push(["lines here", `${count(stream.first)} to ${count(stream.next)}`], ["epoch", stream.epoch]);
      if (stream.of !== null) pairs.push(["missing here", count(Math.max(0, stream.of - stream.next))]);
      if (stream.bounds.length) pairs.push(["live within", stream.bounds.join(", ")]);
    }
    return pairs;
  };

  const inspect = () => {
    const list = make("dl");
    for (const [what, value] of about(chosen)) list.append(make("dt", {}, what), make("dd", {}, String(value)));
    $("inspector").replaceChildren(make("h3", {}, chosen === status.name ? "This node" : short(chosen)), list);
  };

  const choose = (name) => {
    chosen = name;
    for (const node of $("swarm").querySelectorAll(".node")) node.classList.toggle("chosen", node.dataset.name === name);
    inspect();
  };

  const graph = () => {
    const svg = $("swarm"), focused = document.activeElement?.dataset?.name, peers = status.peers;
    places.clear();
    // Few need less room.
    const middle = peers.length > 2 ? 155 : 70;
    svg.setAttribute("viewBox", `0 0 640 ${2 * middle + 10}`);
    places.set(status.name, [320, middle]);
    peers.forEach((peer, at) => {
      const angle = (2 * Math.PI * at) / peers.length;
      places.set(peer.name, [320 + 240 * Math.cos(angle), middle + 110 * Math.sin(angle)]);
    });
    const [x, y] = places.get(status.name);
    const lines = peers.map((peer) => {
      const [x2, y2] = places.get(peer.name);
      const heard = status.columns.some((column) => column.experts.some((expert) => expert.name === peer.name));
      return draw("line", { x1: x, y1: y, x2, y2, class: `${peer.connections > 0 ? "up" : ""} ${heard ? "heard" : ""}` });
    });
    const node = (name, kind, label, told) => {
      const [x, y] = places.get(name), radius = kind.startsWith("self") ? 17 : 12;
      const node = draw("g", { class: `node ${kind}`, tabindex: 0, role: "button", "aria-label": told, "data-name": name },
        draw("circle", { cx: x, cy: y, r: radius }), draw("text", { x, y: y + radius + 17 }, label));
      node.addEventListener("click", () => choose(name));
      node.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(name); }
      });
      return node;
    };
    const nodes = peers.map((peer) => {
      const up = peer.connections > 0;
      return node(peer.name, up ? "up" : "down", short(peer.name), `${short(peer.name)}, ${up ? "connected" : "not connected"}`);
    });
    const worst = ["storm", "prestorm", "calm"].find((regime) => status.columns.some((column) => column.regime === regime));
    nodes.push(node(status.name, `self ${worst ?? ""}`, "this node", worst ? `this node, ${worst}` : "this node"));
    const dots = [...svg.querySelectorAll(".dot")];
    svg.replaceChildren(...lines, ...nodes, ...dots);
    if (focused) svg.querySelector(`[data-name="${focused}"]`)?.focus();
    choose(places.has(chosen) ? chosen : status.name);
  };

  // Something arrives: a dot goes from one node to the other.
  const travel = (from, to, kind = "") => {
    if (still.matches || !places.has(from) || !places.has(to) || $("swarm").querySelectorAll(".dot").length > 20) return;
    const [[x1, y1], [x2, y2]] = [places.get(from), places.get(to)];
    const dot = draw("circle", { class: `dot ${kind}`, r: kind ? 8 : 5 });
    $("swarm").append(dot);
    const began = performance.now();
    const step = (now) => {
      const part = Math.min(1, (now - began) / 700);
      dot.setAttribute("cx", x1 + (x2 - x1) * part);
      dot.setAttribute("cy", y1 + (y2 - y1) * part);
      if (part < 1) requestAnimationFrame(step); else dot.remove();
    };
    requestAnimationFrame(step);
  };

  // Columns that are watched, and how surprising each is.
  const columns = () => {
    const chip = (column) => make("li", {}, make("span", {}, column.name), " ", make("b", { class: `regime ${column.regime}` }, column.regime),
      make("span", { class: "soft" }, column.experts.length ? ` with genes of ${column.experts.map((expert) => short(expert.name)).join(", ")}` : ""));
    $("columns").replaceChildren(...status.columns.map(chip));
    $("watched").hidden = status.columns.length === 0;
  };

  const figures = () => {
    const sum = (direction) => status.bytes.filter((moved) => moved.direction === direction).reduce((sum, moved) => sum + moved.bytes, 0);
    const up = status.peers.filter((peer) => peer.connections > 0).length, own = status.streams.find((stream) => stream.is_own);
    const day = (bytes) => `${size(bytes)}, ${size((bytes / Math.max(1, status.seconds)) * 86400)} a day`;
    const figure = (value, name) => make("div", { class: "figure" }, make("b", {}, value), make("span", { class: "soft" }, name));
    $("figures").replaceChildren(
      figure(`${up} of ${status.peers.length}`, "peers connected"), figure(count(own ? own.next : 0), "lines of its own"),
      figure(size(sum("sent")), `sent: ${day(sum("sent")).split(", ")[1]}`),
      figure(size(sum("received")), `received: ${day(sum("received")).split(", ")[1]}`));
  };

  // Cells of a line of CSV.
  const cells = (line) => {
    const cells = [];
    for (const cell of line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)) {
      cells.push(cell[1].startsWith('"') ? cell[1].slice(1, -1).replaceAll('""', '"') : cell[1]);
      if (cell.index + cell[0].length >= line.length) break;
    }
    return cells;
  };

  // Bounds that are typed as `0.5` or `temp=0.05`; shares of a range are not drawn.
  const within = (bounds, column) => {
    const own = bounds.find((bound) => bound.startsWith(`${column}=`)) ?? bounds.find((bound) => !bound.includes("="));
    const bound = Number(own?.split("=").pop());
    return Number.isFinite(bound) ? bound : 0;
  };

  const chart = (name, values, bound) => {
    const told = values.filter((value) => value !== null);
    const low = Math.min(...told) - bound, high = Math.max(...told) + bound, range = high - low || 1;
    const x = (at) => (at / Math.max(1, values.length - 1)) * 300, y = (value) => 92 - ((value - low) / range) * 84;
    const svg = draw("svg", { viewBox: "0 0 300 100", preserveAspectRatio: "none", role: "img",
      "aria-label": `${name}: from ${Math.min(...told)} to ${Math.max(...told)}, last ${told.at(-1)}` });
    let run = [];
    const path = (run, by) => run.map(([at, value]) => `${x(at).toFixed(1)},${y(value + by).toFixed(1)}`).join(" ");
    const flush = () => {
      if (bound > 0) svg.append(draw("polygon", { points: `${path(run, bound)} ${path(run.toReversed(), -bound)}` }));
      svg.append(draw("polyline", { points: path(run, 0) }));
      run = [];
    };
    values.forEach((value, at) => {
      if (value !== null) return run.push([at, value]);
      flush();
      svg.append(draw("rect", { class: "hole", x: x(at - 0.5), y: 0, width: 300 / values.length, height: 100 }));
    });
    flush();
    const last = `${told.at(-1)}${bound > 0 ? ` ± ${bound}` : ""}`;
    return make("figure", {}, make("figcaption", {}, make("span", {}, name), make("b", {}, last)), svg);
  };

  const charts = async (stream) => {
    const from = Math.max(stream.first, stream.next - ROWS);
    const answer = await fetch(`/streams/${stream.name}.csv?from=${from}`);
    if (!answer.ok) return [];
    const lines = (await answer.text()).split("\n").map((line) => line.replace(/\r$/, "")).filter((line) => line !== "");
    const isNamed = answer.headers.get("qres-names") === "yes", first = cells(lines[0] ?? "");
    const rows = lines.slice(isNamed ? 1 : 0).map(cells);
    const number = (cell) => (cell === undefined || cell.trim() === "" || Number.isNaN(Number(cell)) ? null : Number(cell));
    const drawn = [];
    first.forEach((name, at) => {
      const values = rows.map((row) => number(row[at]));
      if (at > 0 && drawn.length < COLUMNS && values.filter((value) => value !== null).length * 2 > values.length) {
        const called = isNamed ? name : `column ${at + 1}`;
        drawn.push(chart(called, values, within(stream.bounds, called)));
      }
    });
    return drawn;
  };

  const cards = new Map();
  const streams = async () => {
    for (const stream of status.streams) {
      if (!cards.has(stream.name)) {
        const card = make("section", { class: "card" });
        cards.set(stream.name, card);
        $("streams").append(card);
      }
      const seen = `${stream.epoch} ${stream.next}`, card = cards.get(stream.name);
      if (card.dataset.seen === seen) continue;
      card.dataset.seen = seen;
      const of = Math.max(stream.of ?? 0, stream.next), kept = stream.next - stream.first;
      const title = make("h3", {}, stream.is_own ? "Its own" : short(stream.name));
      const link = make("a", { href: `/streams/${stream.name}.csv`, download: `${short(stream.name)}.csv` }, "all as CSV");
      const told = make("p", { class: "soft" }, `${count(kept)} of ${count(of)} lines are kept here. `, link);
      const part = of > 0 ? (100 * kept) / of : 0;
      const bar = make("div", { class: "bar", "aria-hidden": "true" }, make("i", { style: `width: ${part}%` }));
      card.replaceChildren(title, told, bar, make("div", { class: "columns" }, ...(await charts(stream))));
    }
  };

  const BAD = new Set(["gap", "lost", "refused", "disk", "stranger", "missed", "banned"]);
  const note = (record) => {
    const { schema, event, peer, ...rest } = record, now = new Date();
    const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)} ...` : text);
    const told = cut(Object.entries(rest).map(([name, value]) => `${name} ${value}`.trim()).join(", "));
    const line = make("li", BAD.has(event) ? { class: "bad" } : {},
      make("time", { datetime: now.toISOString() }, now.toTimeString().slice(0, 8)),
      [peer ? short(peer) : "", event, told].filter(Boolean).join(" "));
    $("events").prepend(line);
    while ($("events").children.length > KEPT) $("events").lastChild.remove();
    if (event === "adopted") travel(peer, status?.name, "gene");
    if (event === "delivered") travel(status?.name, peer);
    if (event === "live" || event === "taken") travel(peer, status?.name);
  };

  const refresh = async () => {
    try {
      const before = status, answer = await fetch("/status");
      if (!answer.ok) throw new Error();
      status = await answer.json();
      $("name").textContent = short(status.name);
      $("ticket").textContent = status.ticket;
      $("state").textContent = `running for ${time(status.seconds)}`;
      $("state").className = "soft";
      status.columns ??= [];
      figures();
      graph();
      columns();
      for (const stream of status.streams) {
        const old = before?.streams.find((old) => old.name === stream.name);
        if (!stream.is_own && old && stream.next > old.next) travel(stream.name, status.name);
      }
      await streams();
    } catch {
      $("state").textContent = "the node does not answer";
      $("state").className = "wrong";
    }
    setTimeout(refresh, 1000);
  };

  const events = new EventSource("/events");
  events.onmessage = (message) => note(JSON.parse(message.data));
  events.addEventListener("missed", (message) => note({ event: "missed", events: message.data }));
  refresh();
})();
