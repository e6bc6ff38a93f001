/** The pane 审稿: the script check comes when it is asked for, since most who open the panel ask a question. */
import { h } from "./dom.js";
import { dress, SHEET } from "./look.js";
import { Trouble } from "./net.js";
import { printSheet } from "./paper.js";
import { troubleCard } from "./trouble.js";

const REPORT = "播前审稿报告";

export class ScriptPane {
  constructor(chat) {
    this.chat = chat;
    this.element = h("div", { class: "pane script" });
  }

  /** Fetch and draw it, once. */
  open() {
    this.opening ??= this.load().catch(() => {
      this.opening = null;
      this.element.replaceChildren(troubleCard(new Trouble("审稿没有打开", "请检查网络，再试一次。"), () => this.open()));
    });
  }

  async load() {
    this.element.replaceChildren(h("p", { class: "wait" }, h("i"), h("i"), h("i"), h("span", {}, "正在打开…")));
    const { chat } = this;
    const { Review, SHEET: own } = await import("../script/review.js");
    await dress(chat.shadowRoot, [own]);
    const print = (nodes) => (chat.paged ? window.print()
      : printSheet(chat.shadowRoot, REPORT, [h("h1", {}, REPORT), ...nodes], [SHEET, own]));
    const review = new Review({ base: chat.base, heading: chat.heading(1), print, assistant: () => (question, guideline) => chat.ask(question, guideline) });
    this.element.replaceChildren(review.element);
  }
}
