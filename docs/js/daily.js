/* 每天十题: ten exercises a day for a role. Boxes after Leitner: right moves a question on, wrong back to the first. */
const place = document.getElementById("hg-daily");
const TEN = 10, DAYS = [1, 3, 7, 15, 30, 60]; // a question in box n comes again after so many days
const today = () => Math.floor((Date.now() + 8 * 3600e3) / 864e5); // days in Beijing

function make(tag, props, ...children) {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
}

/** What is kept of a role: {known: {id: [box, day it is due]}, day, done, right}. */
function read(role) {
  try { return { known: {}, day: 0, done: 0, right: 0, ...JSON.parse(localStorage.getItem(`hegui.daily.${role}`)) }; } catch { return { known: {}, day: 0, done: 0, right: 0 }; }
}
function write(role, kept) { try { localStorage.setItem(`hegui.daily.${role}`, JSON.stringify(kept)); } catch { /* a private window keeps nothing */ } }

/** An order of its own for every day, the same all day long. */
function shuffled(list, seed) {
  let state = seed * 2654435761 % 4294967296 || 1;
  const next = () => { state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state / 4294967296; };
  return list.map((item) => [next(), item]).sort((a, b) => a[0] - b[0]).map(([, item]) => item);
}

/** Those that are due, the longest overdue first, then new ones. */
function chosen(all, kept, count) {
  const due = all.filter((e) => kept.known[e.id] && kept.known[e.id][1] <= today()).sort((a, b) => kept.known[a.id][1] - kept.known[b.id][1]);
  const fresh = shuffled(all.filter((e) => !kept.known[e.id]), today());
  return [...due, ...fresh].slice(0, count);
}

function answered(role, exercise, right) {
  const kept = read(role);
  const box = right ? Math.min((kept.known[exercise.id]?.[0] ?? 0) + 1, DAYS.length - 1) : 0;
  kept.known[exercise.id] = [box, today() + DAYS[box]];
  if (kept.day !== today()) Object.assign(kept, { day: today(), done: 0, right: 0 });
  kept.done += 1;
  kept.right += right ? 1 : 0;
  write(role, kept);
}

function ask(role, all, list, number) {
  if (number === list.length) { summary(role, all); return; }
  const exercise = list[number];
  const explain = make("div", { className: "hg-explain" });
  explain.setAttribute("role", "status");
  const buttons = exercise.options.map((text, choice) => {
    const button = make("button", { type: "button", className: "hg-choice", textContent: text });
    button.addEventListener("click", () => {
      const right = choice === exercise.answer;
      answered(role, exercise, right);
      for (const [other, each] of buttons.entries()) {
        each.disabled = true;
        if (other === exercise.answer) { each.classList.add("is-right"); each.append(" ✓"); } else if (other === choice) { each.classList.add("is-wrong"); each.append(" ✕"); }
      }
      const on = make("button", { type: "button", className: "hg-button", textContent: number + 1 < list.length ? "下一题" : "看结果" });
      on.addEventListener("click", () => ask(role, all, list, number + 1));
      explain.append(make("p", { textContent: right ? "答对了。" : "答错了，明天再来一次。" }), make("p", { textContent: exercise.text }),
        make("p", {}, make("a", { href: `../${exercise.url}`, textContent: exercise.title })), on);
      on.focus({ preventScroll: true });
      on.scrollIntoView({ block: "nearest" });
    });
    return button;
  });
  place.replaceChildren(make("p", { className: "hg-basis", textContent: `第 ${number + 1} 题，共 ${list.length} 题` }), make("h2", { textContent: exercise.question, tabIndex: -1 }), make("p", { className: "hg-choices" }, ...buttons), explain);
  if (number) place.querySelector("h2").focus();
}

function summary(role, all) {
  const kept = read(role), known = all.filter((e) => kept.known[e.id]);
  const firm = known.filter((e) => kept.known[e.id][0] >= 3).length, wait = all.filter((e) => kept.known[e.id]?.[1] <= today()).length;
  const more = make("button", { type: "button", className: "hg-button", textContent: "再来十题" });
  more.addEventListener("click", () => start(role, all));
  const other = make("button", { type: "button", className: "hg-button", textContent: "换身份" });
  other.addEventListener("click", () => location.reload());
  const done = kept.day === today() ? `今天答了 ${kept.done} 题，对 ${kept.right} 题。` : "今天还没有答。";
  place.replaceChildren(make("p", { textContent: `${done}${all.length} 题里答过 ${known.length} 题，记牢 ${firm} 题${wait ? `，现在该复习 ${wait} 题` : ""}。` }), make("p", { className: "hg-tools" }, more, other));
}

function start(role, all) {
  const list = chosen(all, read(role), TEN);
  if (list.length) ask(role, all, list, 0); else summary(role, all);
}

async function open(role) {
  try {
    const all = await (await fetch(`${role}.json`)).json();
    const kept = read(role);
    if (kept.day === today() && kept.done >= TEN) summary(role, all); else start(role, all);
  } catch { place.replaceChildren(make("p", { textContent: "题目没有取到，请联网后再打开。" })); }
}

for (const button of place.querySelectorAll("[data-role]")) {
  if (button.dataset.role === window.heguiRole?.get()) button.parentElement.prepend(button);
  button.addEventListener("click", () => { window.heguiRole?.set(button.dataset.role); open(button.dataset.role); });
}
