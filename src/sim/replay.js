"use strict";
// A swarm, round by round: who is stirred, how many experts each hears, what is sent, who is banned.
addEventListener("DOMContentLoaded", () => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const canvas = document.getElementById("swarm"), paint = canvas.getContext("2d");
  const scrub = document.getElementById("round"), button = document.getElementById("play");
  const told = document.getElementById("told"), about = document.getElementById("about");
  const nodes = data.roles.length, rounds = data.states.length;
  const GOLDEN = Math.PI * (3 - Math.sqrt(5));
  // Honest nodes inside, newcomers and bad ones around them: a sunflower.
  const order = [...data.roles].map((role, at) => [role, at]).sort((a, b) => (a[0] - b[0]) || (a[1] - b[1]));
  const place = new Array(nodes);
  order.forEach(([, at], turn) => {
    const far = Math.sqrt((turn + 0.5) / nodes) * 0.96;
    place[at] = [far * Math.cos(turn * GOLDEN), far * Math.sin(turn * GOLDEN)];
  });
  const banned = new Array(rounds).fill(null);
  let so_far = new Set();
  for (let round = 0; round < rounds; round++) {
    if (data.bans[round].length) { so_far = new Set(so_far); data.bans[round].forEach(at => so_far.add(at)); }
    banned[round] = so_far;
  }
  let at = 0, playing = !matchMedia("(prefers-reduced-motion: reduce)").matches, last = 0, hover = -1, size = 0, frames = 0;
  scrub.max = rounds - 1;
  const resize = () => {
    size = Math.min(canvas.clientWidth, innerHeight * 0.72);
    canvas.style.height = size + "px";
    canvas.width = canvas.clientWidth * devicePixelRatio;
    canvas.height = size * devicePixelRatio;
  };
  const where = node => [canvas.clientWidth / 2 + place[node][0] * size / 2, size / 2 + place[node][1] * size / 2];
  const state = (round, node) => {
    const code = data.states[round].charCodeAt(node) - 40;
    return { off: code >= 27, regime: code % 3, experts: Math.floor(code % 27 / 3) };
  };
  const draw = () => {
    const round = Math.min(rounds - 1, Math.floor(at)), part = at - Math.floor(at);
    const style = getComputedStyle(document.body);
    const ink = style.color;
    paint.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    paint.clearRect(0, 0, canvas.clientWidth, size);
    const sends = data.sends[round];
    for (let i = 0; i + 1 < sends.length; i += 2) {
      const [x, y] = where(sends[i]), [u, v] = where(sends[i + 1]);
      const bad = data.roles[sends[i]] === "2";
      paint.strokeStyle = bad ? "#d0402a" : "#3b82c4";
      paint.globalAlpha = 0.5 * (1 - part);
      paint.beginPath(); paint.moveTo(x, y); paint.lineTo(x + (u - x) * Math.min(1, part * 1.6 + 0.1), y + (v - y) * Math.min(1, part * 1.6 + 0.1)); paint.stroke();
    }
    paint.globalAlpha = 1;
    const dot = Math.max(1.6, Math.min(9, size / Math.sqrt(nodes) / 3.2));
    const COLOURS = ["#3a9d5d", "#d9a400", "#c2410c"];
    for (let node = 0; node < nodes; node++) {
      const [x, y] = where(node), { off, regime, experts } = state(round, node), bad = data.roles[node] === "2";
      paint.globalAlpha = off ? 0.18 : 1;
      paint.fillStyle = bad ? (banned[round].has(node) ? "#777" : "#d0402a") : COLOURS[regime];
      paint.beginPath();
      if (bad) paint.rect(x - dot * 0.8, y - dot * 0.8, dot * 1.6, dot * 1.6);
      else paint.arc(x, y, dot * (0.55 + 0.45 * experts / 8), 0, 7);
      paint.fill();
      if (banned[round].has(node) || node === hover) {
        paint.globalAlpha = 1; paint.strokeStyle = ink; paint.lineWidth = 1.4;
        paint.beginPath(); paint.arc(x, y, dot * 1.5, 0, 7); paint.stroke(); paint.lineWidth = 1;
      }
    }
    paint.globalAlpha = 1;
    const now = data.rounds[round];
    told.textContent = `round ${round + 1} of ${rounds}: ${now[0]} packets, ${now[1]} genes taken, ${now[2]} nodes stirred, `
      + `${banned[round].size} banned by somebody; ${now[3].toFixed(2)} bits a sample alone, ${now[4].toFixed(2)} with the swarm`;
    if (hover >= 0) {
      const { off, regime, experts } = state(round, hover);
      const role = ["honest", "newcomer", "bad"][data.roles[hover]];
      about.textContent = `node ${hover}: ${role}` + (data.roles[hover] === "2" ? "" : off ? ", off" : `, ${["calm", "before a storm", "in a storm"][regime]}, hears ${experts} experts`)
        + (banned[round].has(hover) ? ", banned by somebody" : "");
    }
  };
  const frame = time => {
    if (playing) { at += Math.min(0.5, (time - last) / 1000 * 6); if (at >= rounds) at = 0; scrub.value = Math.floor(at); }
    last = time; frames++; canvas.dataset.frames = frames;
    draw();
    requestAnimationFrame(frame);
  };
  const toggle = () => { playing = !playing; button.textContent = playing ? "pause" : "play"; };
  button.textContent = playing ? "pause" : "play";
  button.onclick = toggle;
  scrub.oninput = () => { at = +scrub.value; if (playing) toggle(); };
  addEventListener("keydown", event => {
    if (event.target.tagName === "INPUT" || event.target.tagName === "BUTTON") return;
    if (event.key === " ") { event.preventDefault(); toggle(); }
    if (event.key === "ArrowRight") at = Math.min(rounds - 1, Math.floor(at) + 1);
    if (event.key === "ArrowLeft") at = Math.max(0, Math.floor(at) - 1);
  });
  canvas.onmousemove = event => {
    const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    hover = -1; about.textContent = "";
    let best = 15 * 15;
    for (let node = 0; node < nodes; node++) {
      const [u, v] = where(node), far = (u - x) ** 2 + (v - y) ** 2;
      if (far < best) { best = far; hover = node; }
    }
  };
  canvas.onmouseleave = () => { hover = -1; about.textContent = ""; };
  addEventListener("resize", resize);
  resize();
  requestAnimationFrame(time => { last = time; frame(time); });
});
