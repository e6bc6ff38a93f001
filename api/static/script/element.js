/** <hegui-script>: the form, the result, and what is done with findings. */
import { button, chineseDate, h } from "../chat/dom.js";
import { post, request } from "../chat/net.js";
import { findingCard } from "./card.js";
import { LEVELS, markedText, replaced } from "./text.js";

const ROOT = new URL("../..", import.meta.url).href; // the folder above /static/
const SHEET = new URL("script.css", import.meta.url).href;
const MAX_TEXT = 20_000;
const MAX_FILE = 2_000_000;
const GOODS = [
  ["", "从稿子里认"], ["food", "普通食品"], ["health-food", "保健食品、奶粉、特医食品"], ["cosmetics", "化妆品"], ["devices", "医疗器械"],
  ["drugs", "药品、医疗服务"], ["agri", "农产品"], ["liquor", "酒"], ["kids-ccc", "儿童用品、电器等 3C 产品"],
  ["jewelry", "珠宝、收藏品"], ["local-services", "到店团购"],
];

export class HeguiScript extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    this.base = (this.getAttribute("api") || ROOT).replace(/\/+$/, "");
    this.before = []; // texts before each change, for 撤回
    document.head.append(h("link", { rel: "stylesheet", href: SHEET }));
    this.makeForm();
    this.result = h("div", { class: "hs-result", hidden: true });
    this.replaceChildren(this.form, this.result);
    this.count();
  }

  // --- form ----------------------------------------------------------------------------------------------------

  makeForm() {
    this.input = h("textarea", { id: "hs-input", rows: "9", placeholder: "把口播稿、标题、详情页文字粘贴到这里", oninput: () => this.count() });
    this.counter = h("span", { class: "hs-count", id: "hs-count" });
    this.input.setAttribute("aria-describedby", "hs-count");
    this.file = h("input", { type: "file", id: "hs-file", accept: ".txt,.md,.docx,.srt", onchange: () => this.open() });
    this.goods = h("select", { id: "hs-goods" }, GOODS.map(([value, name]) => h("option", { value }, name)));
    this.day = h("input", { type: "date", id: "hs-day", min: "1949-01-01", max: "2099-12-31" });
    this.go = h("button", { type: "submit", class: "hs-go" }, "审稿");
    this.trouble = h("p", { class: "hs-trouble", role: "alert", hidden: true });
    const field = (id, name, ...content) => h("div", { class: "hs-field" }, h("label", { for: id }, name), content);
    this.form = h("form", { class: "hs-form", novalidate: true, onsubmit: (e) => { e.preventDefault(); this.check(); } },
      field("hs-input", "稿子", this.input, this.counter),
      h("div", { class: "hs-row" },
        field("hs-file", "或打开文件（.txt .md .docx .srt）", this.file),
        field("hs-goods", "卖什么", this.goods), field("hs-day", "按哪天的规定（不填是今天）", this.day)),
      h("p", { class: "hs-row hs-send" }, this.go, h("span", { class: "hs-note" }, "稿子只用来审，不保存。")), this.trouble);
  }

  count() {
    const n = Array.from(this.input.value).length;
    this.counter.textContent = `${n} / ${MAX_TEXT} 字`;
    this.counter.classList.toggle("hs-over", n > MAX_TEXT);
  }

  fail(text) {
    this.trouble.textContent = text;
    this.trouble.hidden = !text;
  }

  async open() {
    const [file] = this.file.files;
    if (!file) return;
    this.fail("");
    if (file.size > MAX_FILE) { this.fail("文件超过 2 MB。请只留文字、去掉图片，或者分成几份。"); return; }
    try {
      const options = { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } };
      const response = await request(`${this.base}/api/script-text?name=${encodeURIComponent(file.name)}`, options);
      this.input.value = (await response.json()).text;
      this.count();
    } catch (error) { this.fail(error.text ?? String(error)); }
  }

  // --- checking ------------------------------------------------------------------------------------------------

  async check() {
    const text = this.input.value;
    this.fail("");
    if (!text.trim()) { this.fail("还没有稿子。请粘贴文字或打开一个文件。"); this.input.focus(); return; }
    this.go.disabled = true;
    this.go.textContent = "正在审…";
    try {
      const body = { text, ...(this.goods.value ? { goods: [this.goods.value] } : {}), ...(this.day.value ? { as_of: this.day.value } : {}) };
      this.report = await (await post(`${this.base}/api/script-check`, body)).json();
      this.text = text;
      this.level = "";
      this.draw();
    } catch (error) {
      this.fail(error.text ?? String(error));
    } finally {
      this.go.disabled = false;
      this.go.textContent = "审稿";
    }
  }

  draw() {
    const { findings, missing, as_of: day, digest, characters } = this.report;
    const all = [...findings, ...missing];
    const heading = h("h2", { tabindex: "-1", id: "hs-result" }, all.length ? `${findings.length} 处要看，缺 ${missing.length} 项` : "没有找到要改的地方（不等于没有问题）");
    const stamp = h("p", { class: "hs-note" }, `${characters} 字，按 ${chineseDate(day)} 施行的规定审，结果编号 ${digest}。机器审稿会漏，没标出来不等于没问题；拿不准的问服务联络员。`);
    this.marked = markedText(this.text, findings, (n) => this.pick(n));
    this.cards = all.map((item) => findingCard(this.base, item, this.acts()));
    this.list = h("ul", { class: "hs-list", "aria-label": "发现的问题" }, this.cards);
    this.result.replaceChildren(heading, stamp, this.tools(all), h("div", { class: "hs-panes" }, this.marked, this.list));
    this.result.hidden = false;
    heading.focus({ preventScroll: this.quiet });
    if (!this.quiet) heading.scrollIntoView({ block: "start" });
    this.quiet = false;
  }

  tools(all) {
    const chip = (level, name, n) => button(`${name} ${n}`, () => this.filter(level), { class: "hs-chip", "data-level": level, "aria-pressed": String(level === this.level) });
    const levels = LEVELS.map((l) => [l, all.filter((f) => f.level === l).length]).filter(([, n]) => n);
    return h("div", { class: "hs-tools", role: "group", "aria-label": "筛选和打印" },
      all.length ? [chip("", "全部", all.length), ...levels.map(([l, n]) => chip(l, l, n))] : null,
      this.before.length ? button("撤回上一处修改", () => this.undo(), { class: "hs-quiet" }) : null,
      button("复制稿子", () => this.copy(), { class: "hs-quiet" }),
      button("打印报告", () => window.print(), { class: "hs-quiet" }));
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
    const chat = document.querySelector("hegui-chat");
    return {
      take: (finding, wording) => this.change(replaced(this.text, finding, wording)),
      show: (finding) => {
        const n = this.report.findings.indexOf(finding);
        this.marked.querySelector(`[data-findings~="${n}"]`)?.scrollIntoView({ block: "center" });
      },
      ask: chat?.toggle ? (item) => this.askAssistant(chat, item) : null,
      object: (item) => this.object(item),
    };
  }

  /** A changed script is checked again at once. */
  change(text) {
    this.before.push(this.text);
    this.put(text);
  }

  undo() { this.put(this.before.pop()); }

  put(text) {
    this.input.value = text;
    this.count();
    this.quiet = true;
    this.check();
  }

  copy() {
    navigator.clipboard?.writeText(this.text).then(() => this.fail("已复制改好的稿子。"), () => this.fail("复制不了，请在上面的框里全选复制。"));
  }

  async askAssistant(chat, item) {
    await chat.toggle(true);
    chat.ask(item.text === undefined ? `直播带货为什么要有：${item.name.replace(/^缺/, "")}？` : `直播时能说“${item.text}”吗？`);
  }

  /** Tell the officers that a finding is wrong; the phrase goes with it, the script does not. */
  async object(item) {
    const page = `page:${item.clause.guideline}@${item.clause.version}`;
    const comment = `审稿规则 ${item.rule} 这条不对${item.text === undefined ? "" : `：${item.text.slice(0, 200)}`}`;
    try {
      return (await (await post(`${this.base}/api/feedback`, { answer_id: page, helpful: false, comment })).json()).message;
    } catch (error) { return error.text ?? "没有送到，请再试一次。"; }
  }
}
