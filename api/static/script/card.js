/** One finding: the phrase, why, the clause and its articles, better wordings, and what can be done about it. */
import { button, h } from "../chat/dom.js";
import { address, lawAddress } from "../chat/links.js";
import { rank } from "./text.js";

/** @param act what may be done: take(finding, wording), show(finding), ask(finding), object(finding) -> Promise<text>. */
export function findingCard(base, item, act) {
  const phrase = item.text === undefined ? null
    : button(`“${item.text}”`, () => act.show(item), { class: "hs-phrase", "aria-label": `在稿子里看“${item.text}”` });
  return h("li", { class: "hs-card", "data-level": item.level, tabindex: "-1" },
    h("p", { class: "hs-top" }, h("span", { class: `hs-level hs-l${rank(item.level)}` }, item.level), phrase, h("b", {}, item.name)),
    h("p", {}, item.reason),
    item.ask ? h("p", { class: "hs-ask" }, h("b", {}, "先弄清："), item.ask) : null,
    wordings(item, act),
    basis(base, item),
    actions(item, act));
}

function wordings(item, act) {
  if (!item.better.length) return null;
  if (item.text === undefined) return h("p", {}, h("b", {}, "加上："), item.better.join(" "));
  return h("div", { class: "hs-better" }, h("b", {}, "可以改成"),
    item.better.map((w) => button(w, () => act.take(item, w), { class: "hs-take", "aria-label": `把“${item.text}”改成“${w}”` })));
}

function basis(base, { clause, laws }) {
  const link = (text, href) => h("a", { href }, text);
  return h("p", { class: "hs-basis" }, "依据：", link(`${clause.title}（${clause.version} 版）`, address(base, clause.url)),
    laws.flatMap((l) => [" ", link(`《${l.law}》${l.label}`, lawAddress(base, l.law, l.article))]));
}

function actions(item, act) {
  const said = h("span", { role: "status", class: "hs-said" });
  const object = button(item.text === undefined ? "这条不对" : "这条不对（把这几个字发给工作人员）", async () => {
    object.disabled = true;
    said.textContent = await act.object(item);
  }, { class: "hs-quiet" });
  return h("p", { class: "hs-actions" }, act.ask ? button("问助手", () => act.ask(item), { class: "hs-quiet" }) : null, object, said);
}
