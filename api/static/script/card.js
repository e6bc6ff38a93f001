/** One finding: the phrase, why, the clause and its articles, better wordings, and what can be done about it. */
import { button, chineseDate, h } from "../chat/dom.js";
import { address, lawAddress } from "../chat/links.js";
import { rank } from "./text.js";

const LONGEST_ASKED = 60;

/**
 * @param n its number on paper; @param today whether the rules are today's: the site numbers the articles of today;
 * @param act what may be done: take(finding, wording), show(finding), ask(finding) or null, object(finding) -> Promise<text>.
 */
export function findingCard(base, item, { n, today, act }) {
  const phrase = item.text === undefined ? null
    : button(`“${item.text}”`, () => act.show(item), { class: "hs-phrase", "aria-label": `在稿子里看“${item.text}”` });
  return h("li", { class: "hs-card", "data-level": item.level, tabindex: "-1" },
    h("p", { class: "hs-top", "data-n": n }, h("span", { class: `hs-level hs-l${rank(item.level)}` }, item.level), phrase, h("b", {}, item.name)),
    h("p", {}, item.reason),
    item.ask ? h("p", {}, h("b", {}, "先弄清："), item.ask) : null,
    wordings(item, act),
    reworded(item, act),
    basis(base, item, today),
    actions(item, act));
}

/** What the assistant is asked about a finding; `day`: the day chosen, empty for today. */
export function questionAbout({ text, name }, day) {
  const when = day ? `按${chineseDate(day)}的规定，` : "";
  if (text === undefined) return `${when}直播带货为什么要有：${name.replace(/^缺/, "")}？`;
  return `${when}直播时说“${Array.from(text).slice(0, LONGEST_ASKED).join("")}”（${name}），可以吗？`;
}

function wordings(item, act) {
  if (!item.better.length) return null;
  if (item.text === undefined) return h("p", {}, h("b", {}, "加上："), item.better.join(" "));
  return h("div", { class: "hs-better" }, h("b", {}, "可以改成"),
    item.better.map((w) => button(w, () => act.take(item, w), { class: "ghost hs-take", "aria-label": `把“${item.text}”改成“${w}”` })));
}

/** The chat model's wording of the whole sentence. */
function reworded({ reworded: worded }, act) {
  if (!worded) return null;
  return h("div", { class: "hs-better" }, h("b", {}, "整句改成"),
    button(worded.text, () => act.take(worded, worded.text), { class: "ghost hs-take", "aria-label": `把整句改成“${worded.text}”` }),
    h("span", { class: "hs-note" }, "由模型改写，已再审一遍"));
}

/** Links open beside the script, which is kept nowhere else. */
function basis(base, { clause, laws }, today) {
  const link = (text, href) => h("a", { href, target: "_blank", rel: "noopener" }, text, h("span", { class: "hidden" }, "（新窗口）"));
  return h("p", { class: "hs-basis" }, h("span", {}, "依据："), link(`${clause.title}（${clause.version} 版）`, address(base, clause.url)),
    laws.map((l) => link(`《${l.law}》${l.label}`, lawAddress(base, l.law, today ? l.article : undefined))));
}

function actions(item, act) {
  const said = h("span", { role: "status", class: "hs-note" });
  const object = button(item.text === undefined ? "这条不对" : "这条不对（把这几个字发给工作人员）", async () => {
    object.disabled = true;
    said.textContent = await act.object(item);
  }, { class: "vote" });
  return h("p", { class: "hs-actions" }, act.ask ? button("问助手", () => act.ask(item), { class: "vote" }) : null, object, said);
}
