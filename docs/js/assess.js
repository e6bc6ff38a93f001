/* 自查自评: answers are kept in this browser, scored by area, and sent to an officer only if the reader wants it. */
const form = document.querySelector(".hg-assess");
const result = document.getElementById("hg-result");
const key = `hegui.assess.${form.dataset.sheet}`;
const home = new URL(`${document.getElementById("hg-search")?.dataset.home || "."}/`.replace(/\/+$/, "/"), document.baseURI);
const VALUE = { yes: 1, part: 0.5, no: 0 };
const ANSWERS = { yes: "做到了", part: "做到一部分", no: "没做到", none: "不适用" };
const WORDS = { law: "法定", encouraged: "倡导", advice: "建议" };

function make(tag, props, ...children) {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
}

/** Every item with its answer (yes, part, no, none, or "" for not answered) and the note beside it. */
const items = [...form.querySelectorAll("fieldset")].map((box) => ({
  box, area: box.closest("section").dataset.area, ...box.dataset,
  note: box.querySelector("input[type=text]"),
  get answer() { return box.querySelector("input[type=radio]:checked")?.value || ""; },
}));

function restore() {
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(key)) || {}; } catch { /* a private window keeps nothing */ }
  for (const item of items) { // by clause and wording: a corrected question is asked anew
    const [answer, note] = kept[`${item.item} ${item.ask}`] || [];
    const radio = answer && item.box.querySelector(`input[value="${CSS.escape(answer)}"]`);
    if (radio) radio.checked = true;
    if (note) item.note.value = note;
  }
}

function keep() {
  const answers = items.filter((i) => i.answer || i.note.value).map((i) => [`${i.item} ${i.ask}`, [i.answer, i.note.value]]);
  try { localStorage.setItem(key, JSON.stringify(Object.fromEntries(answers))); } catch { /* as above */ }
}

/** Points of the answered items that apply: {got, of}. */
function points(list) {
  const counted = list.filter((i) => i.answer in VALUE);
  return { got: counted.reduce((sum, i) => sum + VALUE[i.answer], 0), of: counted.length };
}

const share = ({ got, of }) => (of ? Math.round((got / of) * 100) : 0);

function bar(name, list) {
  const found = points(list);
  const label = found.of ? `${share(found)} 分（${found.of} 项）` : "没有答";
  const fill = make("i", {});
  fill.style.inlineSize = `${share(found)}%`;
  const track = make("span", { className: "hg-bar" }, fill);
  track.setAttribute("aria-hidden", "true");
  return make("li", {}, make("b", { textContent: name }), track, make("span", { textContent: label }));
}

/** What to do first: law before encouragement before advice, in each what is not done before what is half done. */
const undone = () => Object.keys(WORDS).flatMap((w) => ["no", "part"].flatMap((a) => items.filter((i) => i.weight === w && i.answer === a)));

function todo(item) {
  const way = make("a", { href: `#${item.box.querySelector("input[type=radio]").name}`, textContent: item.ask });
  way.addEventListener("click", (event) => { event.preventDefault(); item.box.scrollIntoView(); item.box.querySelector("input").focus({ preventScroll: true }); });
  const kind = make("span", { className: `hg-kind hg-kind--${item.weight}`, textContent: WORDS[item.weight] });
  return make("li", {}, kind, " ", way, item.answer === "part" ? "（做到一部分）" : "", ` 手里该有：${item.box.querySelector(".hg-proof").firstChild.textContent.replace("手里该有：", "")}`);
}

/** The report in words: a line for the list of the officers, and all of it. */
function summary() {
  const parts = Object.entries(WORDS).filter(([w]) => items.some((i) => i.weight === w)).map(([w, word]) => { const { got, of } = points(items.filter((i) => i.weight === w)); return `${word} ${got}/${of}`; });
  const areas = [...new Set(items.map((i) => i.area))].map((name) => { const found = points(items.filter((i) => i.area === name)); return `${name} ${found.of ? `${share(found)} 分（${found.of} 项）` : "没有答"}`; });
  const groups = [["没做到", "no"], ["做到一部分", "part"], ["做到了", "yes"], ["不适用", "none"], ["没有答", ""]].flatMap(([name, answer]) => {
    const list = items.filter((i) => i.answer === answer).map((i) => `${i.number} ${i.ask}（${WORDS[i.weight]}）${i.note.value.trim() ? `证据：${i.note.value.trim()}` : ""}`);
    return list.length ? ["", `${name}（${list.length} 项）`, ...list] : [];
  });
  return { question: `【自查】${form.dataset.title}，按 ${form.dataset.day} 的规定：${parts.join("，")}`, sheet: ["各方面", ...areas, ...groups].join("\n").slice(0, 8000) };
}

async function send(contact) {
  const body = { ...summary(), consent: true, ...(contact ? { contact } : {}), ...(form.dataset.operator === "common" ? {} : { operator: form.dataset.operator }) };
  try {
    const response = await fetch(new URL("api/handover", home), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const said = await response.json();
    return response.ok ? [said.message, said.url] : [`${said.title}。${said.detail || ""}`];
  } catch { return ["没有送到，请过一会儿再按一次。"]; }
}

function sending() {
  const contact = make("input", { type: "text", maxLength: 200 });
  const agree = make("input", { type: "checkbox", required: true });
  const state = make("p", {});
  state.setAttribute("role", "status");
  const ask = make("form", { className: "hg-send" },
    make("label", {}, "怎样联系您（可不填，凭查询码也能看答复）", contact),
    make("label", { className: "hg-agree" }, agree, " 同意把这份结果交给服务联络员保存，用来答复我"),
    make("button", { type: "submit", className: "hg-button", textContent: "发给服务联络员" }), state);
  ask.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [message, url] = await send(contact.value.trim());
    state.replaceChildren(message, ...(url ? [" ", make("a", { href: url, textContent: "打开答复页" })] : []));
    if (url) ask.querySelector("button").remove();
  });
  return ask;
}

const sender = window.customElements && "fetch" in window ? make("details", {}, make("summary", { textContent: "请服务联络员看看" }), sending()) : "";
const tools = make("p", { className: "hg-tools" },
  make("button", { type: "button", className: "hg-button", textContent: "打印或存成 PDF" }),
  make("button", { type: "button", className: "hg-button", textContent: "清空重答" }));
tools.firstChild.addEventListener("click", () => window.print());
tools.lastChild.addEventListener("click", () => { if (confirm("清空这张表上的全部答案？")) { form.reset(); keep(); show(); } });

/** For paper: the day it was filled in, then every item with the guideline and version it rests on; the form itself is not printed. */
function table() {
  const cells = (tag, parts) => make("tr", {}, ...parts.map((part) => make(tag, {}, ...[part].flat())));
  const rests = (i) => make("small", { textContent: `依据：${i.box.querySelector(".hg-basis a").textContent}` });
  const rows = items.map((i) => cells("td", [i.number, [i.ask, rests(i)], WORDS[i.weight], ANSWERS[i.answer] || "没有答", i.note.value]));
  const head = make("thead", {}, cells("th", ["项", "问自己", "性质", "答", "证据在哪里"]));
  return make("table", { className: "hg-rows" }, head, make("tbody", {}, ...rows));
}

const today = () => new Intl.DateTimeFormat("zh-CN", { dateStyle: "long", timeZone: "Asia/Shanghai" }).format(new Date());

function show() {
  const answered = items.filter((i) => i.answer).length;
  const parts = [make("p", { textContent: `答了 ${answered} / ${items.length} 项。` })];
  document.body.classList.toggle("hg-print-result", answered > 0); // an empty sheet is printed to be filled in by hand
  if (answered) {
    const bars = make("ul", { className: "hg-bars" });
    for (const weight of ["law", "encouraged", "advice"]) if (items.some((i) => i.weight === weight)) bars.append(bar(WORDS[weight], items.filter((i) => i.weight === weight)));
    const areas = make("ul", { className: "hg-bars" });
    for (const area of new Set(items.map((i) => i.area))) areas.append(bar(area, items.filter((i) => i.area === area)));
    const left = undone();
    const kinds = Object.keys(WORDS).filter((w) => items.some((i) => i.weight === w)).map((w) => WORDS[w]);
    parts[0].append(make("span", { className: "hg-paper", textContent: `${today()}填，按${form.dataset.day}的规定。` }));
    parts.push(make("h3", { textContent: kinds.length > 1 ? `${kinds.join("、")}，分开看` : kinds[0] }), bars, make("h3", { textContent: "各方面" }), areas, make("h3", { textContent: "先做什么" }),
      left.length ? make("ol", { className: "hg-todo" }, ...left.map(todo)) : make("p", { textContent: "答了的都做到了。还没有答的，接着答完。" }));
    parts.push(make("h3", { className: "hg-paper", textContent: "逐项" }), table());
  }
  result.replaceChildren(...parts, ...(answered ? [sender, tools] : []));
}

form.addEventListener("input", () => { keep(); show(); });
form.addEventListener("submit", (event) => event.preventDefault());
restore();
show();
