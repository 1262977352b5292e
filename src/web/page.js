"use strict";
(() => {
  const root = document.documentElement;
  document.getElementById("light").addEventListener("click", () => {
    const dark = root.classList.contains("night") ||
      (!root.classList.contains("day") && matchMedia("(prefers-color-scheme: dark)").matches);
    root.classList.toggle("night", !dark);
    root.classList.toggle("day", dark);
  });
  // What is pointed at is picked everywhere on the page; a click keeps it picked.
  const all = [...document.querySelectorAll("[data-codec]")];
  let kept = null;
  const pick = (codec) => {
    document.body.classList.toggle("picked", codec !== null);
    for (const element of all) element.classList.toggle("pick", element.dataset.codec === codec);
  };
  for (const element of all) {
    element.addEventListener("pointerenter", () => pick(element.dataset.codec));
    element.addEventListener("pointerleave", () => pick(kept));
    element.addEventListener("click", () => {
      kept = kept === element.dataset.codec ? null : element.dataset.codec;
      pick(kept);
    });
  }
})();
