// Steps through the slides; keys → ← space, N notes, F full screen. The clock compares with the minute a slide is planned for.
"use strict";
const slides = [...document.querySelectorAll(".slide")];
const place = document.getElementById("place"), clock = document.getElementById("clock");
let now = Math.min(slides.length - 1, Math.max(0, Number(location.hash.slice(1)) - 1 || 0));
let begun = 0;
for (const slide of slides) slide.style.setProperty("--size", slide.dataset.size);

function show(number) {
  now = Math.min(slides.length - 1, Math.max(0, number));
  slides.forEach((slide, n) => slide.classList.toggle("now", n === now));
  place.textContent = `${now + 1} / ${slides.length}`;
  history.replaceState(null, "", `#${now + 1}`);
  if (now && !begun) begun = Date.now();
  tick();
}
function tick() {
  const minutes = begun ? Math.floor((Date.now() - begun) / 60000) : 0, planned = Number(slides[now].dataset.minute);
  clock.textContent = `已讲 ${minutes} 分，计划 ${planned} 分`;
  clock.classList.toggle("late", minutes > planned + 3);
}
function notes() {
  const button = document.querySelector("[data-do=notes]"), on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  document.querySelectorAll(".note").forEach((note) => { note.hidden = !on; });
}
const acts = { back: () => show(now - 1), next: () => show(now + 1), notes };
document.querySelector(".steer").addEventListener("click", (event) => acts[event.target.dataset.do]?.());
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.key === " " && event.target.closest("button, a"))) return;
  const act = { ArrowRight: acts.next, PageDown: acts.next, " ": acts.next, ArrowLeft: acts.back, PageUp: acts.back, n: notes, N: notes,
    Home: () => show(0), End: () => show(slides.length - 1),
    f: () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen() }[event.key];
  if (act) { event.preventDefault(); act(); }
});
setInterval(tick, 10000);
show(now);
