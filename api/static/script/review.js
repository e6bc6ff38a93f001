/** The script check: the form, the result, and what is done with findings. It stands in <hegui-script> and in the assistant. */
import { button, chineseDate, h } from "../chat/dom.js";
import { post } from "../chat/net.js";
import { copy } from "../chat/share.js";
import { checkFiles, readFile, summary } from "./batch.js";
import { findingCard, questionAbout } from "./card.js";
import { LEVELS, markedText, replaced, size } from "./text.js";

export const SHEET = new URL("script.css", import.meta.url).href;
const MAX_TEXT = 20_000;
const GOODS = [
  ["", "从稿子里认"], ["food", "普通食品"], ["health-food", "保健食品、奶粉、特医食品"], ["cosmetics", "化妆品"], ["devices", "医疗器械"],
  ["drugs", "药品、医疗服务"], ["agri", "农产品"], ["liquor", "酒"], ["kids-ccc", "儿童用品、电器等 3C 产品"],
  ["jewelry", "珠宝、收藏品"], ["local-services", "到店团购"],
];

/** Who speaks, as the register of operators has it; of rules that are for some only, those of others are not raised. */
const ROLES = [["", "不限"], ["anchor", "主播"], ["live-room", "直播间"], ["merchant", "商家"], ["mcn", "机构"], ["platform", "平台"], ["park", "园区"]];

export class Review {
  /**
   * @param base address of the application; @param heading tag of the result's heading; @param print(nodes) prints the report;
   * @param assistant() what asks the assistant a question about a guideline, or nothing if there is none to ask.
   */
  constructor({ base, heading, print, assistant }) {
    Object.assign(this, { base, heading, print, assistant });
    this.before = []; // texts before each wording taken, for 撤回
    this.level = "";
    this.result = h("div", { class: "hs-result", hidden: true });
    this.form = this.makeForm();
    this.element = h("div", { class: "hs" }, this.form, this.result);
    this.count();
  }

  // --- form ----------------------------------------------------------------------------------------------------

  makeForm() {
    this.input = h("textarea", { id: "hs-input", rows: "8", placeholder: "把口播稿、标题、详情页文字粘贴到这里", "aria-describedby": "hs-count", oninput: () => this.count() });
    this.counter = h("span", { class: "hs-count", id: "hs-count" });
    this.file = h("input", { type: "file", id: "hs-file", multiple: true, accept: ".txt,.md,.docx,.srt", onchange: () => this.open() });
    this.goods = h("select", { id: "hs-goods" }, GOODS.map(([value, name]) => h("option", { value }, name)));
    this.role = h("select", { id: "hs-role" }, ROLES.map(([value, name]) => h("option", { value }, name)));
    this.day = h("input", { type: "date", id: "hs-day", min: "1949-01-01", max: "2099-12-31" });
    this.go = h("button", { type: "submit", class: "solid hs-go" }, "审稿");
    this.trouble = h("p", { class: "hs-trouble", role: "alert", hidden: true });
    const field = (id, name, ...content) => h("div", { class: "hs-field" }, h("label", { for: id }, name), content);
    return h("form", { class: "hs-form", novalidate: true, onsubmit: (e) => { e.preventDefault(); this.before = []; this.level = ""; this.check(); } },
      field("hs-input", "稿子", this.input, this.counter),
      h("div", { class: "hs-fields" },
        field("hs-file", "或打开文件（.txt .md .docx .srt；几份一起选，得到一张表）", this.file),
        field("hs-role", "谁来说", this.role), field("hs-goods", "卖什么", this.goods), field("hs-day", "按哪天的规定（不填是今天）", this.day)),
      h("p", { class: "hs-send" }, this.go, h("span", { class: "hs-note" }, "稿子只用来审，不保存。点“问助手”“这条不对”，只发出标出的那几个字；点“请模型改写”，只发出标出的句子。")), this.trouble);
  }

  count() {
    const n = size(this.input.value);
    this.counter.textContent = `${n} / ${MAX_TEXT} 字`;
    this.counter.classList.toggle("hs-over", n > MAX_TEXT);
    if (this.stale) this.stale.hidden = this.input.value === this.text;
  }

  fail(text) {
    this.trouble.textContent = text;
    this.trouble.hidden = !text;
  }

  /** One file is read into the form; of several, a table is made. */
  async open() {
    const files = [...this.file.files];
    if (!files.length || this.busy) return;
    this.fail("");
    this.setBusy(true);
    try {
      if (files.length > 1) this.tell(await checkFiles(this.base, files, this.facts(), (n, of) => { this.go.textContent = `正在审 ${n + 1} / ${of}…`; }));
      else this.input.value = await readFile(this.base, files[0]);
      this.count();
    } catch (error) {
      this.fail(error.text ?? String(error));
    } finally { this.setBusy(false); }
  }

  /** What was found in several files. */
  tell(results) {
    this.stale = null;
    this.result.replaceChildren(...summary(this.heading, results));
    this.result.hidden = false;
    this.result.firstChild.focus();
  }

  /** Who speaks, what the script is about and which day's rules are applied, where the reader says so. */
  facts() {
    return { ...(this.role.value ? { operator: this.role.value } : {}), ...(this.goods.value ? { goods: [this.goods.value] } : {}), ...(this.day.value ? { as_of: this.day.value } : {}) };
  }

  // --- checking ------------------------------------------------------------------------------------------------

  /** @param quiet after a change of a few words: the reader stays where they are; @param reword whether the chat model is asked, too. */
  async check({ quiet = false, reword = false } = {}) {
    if (this.busy) return;
    const text = this.input.value;
    this.fail("");
    if (!text.trim()) { this.fail("还没有稿子。请粘贴文字或打开一个文件。"); this.input.focus(); return; }
    if (size(text) > MAX_TEXT) { this.fail(`稿子有 ${size(text)} 个字，一次最多 ${MAX_TEXT} 个字。请分成几份再审。`); return; }
    this.setBusy(true);
    try {
      const facts = this.facts();
      this.report = await (await post(`${this.base}/api/script-check`, { text, ...facts, ...(reword ? { reword } : {}) })).json();
      Object.assign(this, { text, chosen: facts.as_of ?? "" });
      this.draw(quiet, reword);
    } catch (error) {
      this.fail(error.text ?? String(error));
    } finally { this.setBusy(false); }
  }

  setBusy(busy) {
    this.busy = this.go.disabled = busy;
    this.go.textContent = busy ? "正在审…" : "审稿";
  }

  draw(quiet, reworded = false) {
    const { findings, missing, as_of: day, rules, digest, characters } = this.report;
    const all = [...findings, ...missing];
    const heading = h(this.heading, { tabindex: "-1", id: "hs-result" }, all.length ? `${findings.length} 处要看${missing.length ? `，少说了 ${missing.length} 样` : ""}` : "没有找到要改的地方（不等于没有问题）");
    const stamp = h("p", { class: "hs-note hs-stamp" }, `${characters} 字，按 ${chineseDate(day)} 施行的规定审，规则版本 ${rules}，结果编号 ${digest}。机器审稿会漏，没标出来不等于没问题；拿不准的问服务联络员。`);
    this.stale = h("p", { class: "hs-trouble", role: "status", hidden: true }, "稿子改过了，下面是改之前的结果，请再审一遍。");
    this.marked = markedText(this.text, findings, (n) => this.pick(n));
    this.cards = all.map((item, n) => findingCard(this.base, item, { n: n + 1, today: !this.chosen, act: this.acts() }));
    this.list = h("ul", { class: "hs-list", "aria-label": "发现的问题" }, this.cards);
    this.result.replaceChildren(heading, stamp, this.stale, this.tools(all, reworded), h("div", { class: "hs-panes" }, this.marked, this.list));
    this.result.hidden = false;
    this.filter(all.some((item) => item.level === this.level) ? this.level : "");
    heading.focus({ preventScroll: quiet });
    if (!quiet) heading.scrollIntoView({ block: "start" });
    const worded = new Set(findings.flatMap((f) => (f.reworded ? [f.reworded.start] : []))).size;
    if (reworded) this.said.textContent = worded ? `模型改写了 ${worded} 句，在各处问题下面。` : "模型没有给出审得过的改写，请用上面的改法。";
  }

  tools(all, reworded) {
    const chip = (level, name, n) => button(`${name} ${n}`, () => this.filter(level), { class: "ghost hs-chip", "data-level": level });
    const levels = LEVELS.map((l) => [l, all.filter((f) => f.level === l).length]).filter(([, n]) => n);
    this.said = h("span", { class: "hs-note", role: "status" });
    return h("div", { class: "hs-tools", role: "group", "aria-label": "筛选和打印" },
      all.length ? [chip("", "全部", all.length), ...levels.map(([l, n]) => chip(l, l, n))] : null,
      this.before.length ? button("撤回上一处修改", () => this.undo(), { class: "ghost" }) : null,
      this.report.can_reword && this.report.findings.length && !reworded
        ? button("请模型改写", () => this.check({ quiet: true, reword: true }), { class: "ghost" }) : null,
      button("复制稿子", () => this.copy(), { class: "ghost" }),
      typeof window.print === "function" ? button("打印报告", () => this.print([...this.result.children]), { class: "ghost" }) : null, this.said);
  }

  filter(level) {
    this.level = level;
    for (const chip of this.result.querySelectorAll(".hs-chip")) chip.setAttribute("aria-pressed", String(chip.dataset.level === level));
    for (const card of this.cards) card.hidden = Boolean(level) && card.dataset.level !== level;
    const shown = (n) => !level || this.report.findings[n].level === level;
    for (const mark of this.marked.querySelectorAll("mark")) mark.classList.toggle("hs-dim", !mark.dataset.findings.split(" ").some((n) => shown(Number(n))));
  }

  pick(n) {
    if (this.cards[n].hidden) this.filter("");
    this.cards[n].scrollIntoView({ block: "nearest" });
    this.cards[n].focus({ preventScroll: true });
  }

  // --- what is done with a finding -------------------------------------------------------------------------------

  acts() {
    const ask = this.assistant();
    return {
      take: (finding, wording) => this.change(() => { this.before.push(this.text); return replaced(this.text, finding, wording); }),
      show: (finding) => {
        const n = this.report.findings.indexOf(finding);
        this.marked.querySelector(`[data-findings~="${n}"]`)?.scrollIntoView({ block: "center" });
      },
      ask: ask ? (item) => ask(questionAbout(item, this.chosen), item.clause.guideline) : null,
      object: (item) => this.object(item),
    };
  }

  undo() { this.change(() => this.before.pop()); }

  /** A changed script is checked again at once. What was typed since the last check is never lost: places are then no longer right. */
  async change(make) {
    if (this.busy) return;
    const typed = this.input.value !== this.text;
    if (typed) this.before = [];
    else this.input.value = make();
    this.count();
    await this.check({ quiet: true });
    if (typed && this.trouble.hidden) this.fail("稿子刚改过，已经重新审了一遍，请再选一次改法。");
  }

  async copy() {
    this.said.textContent = (await copy(this.input.value)) ? "已复制稿子。" : "复制不了，请在上面的框里全选复制。";
  }

  /** Tell the officers that a finding is wrong; the phrase goes with it, the script does not. */
  async object({ rule, text }) {
    const body = { answer_id: `rule:${rule}`, helpful: false, ...(text ? { comment: text.slice(0, 200) } : {}) };
    try {
      return (await (await post(`${this.base}/api/feedback`, body)).json()).message;
    } catch (error) { return error.text ?? "没有送到，请再试一次。"; }
  }
}
