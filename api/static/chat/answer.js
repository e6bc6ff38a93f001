/** The card of one answer: drawn sentence by sentence as it streams in, or at once when it is restored. */
import { chineseDate, h } from "./dom.js";
import { address, lawAddress } from "./links.js";
import { actions, contactCard, wrongButton } from "./people.js";
import { asksOf, firstHead, freshSuggestions, headOf } from "./verdict.js";

const VERDICT_LENGTH = 28;
let count = 0;

export class AnswerCard {
  constructor(chat, question) {
    Object.assign(this, { chat, question, number: (count += 1) });
    this.text = h("div", { class: "text" });
    this.element = h("article", { class: "card waiting" },
      h("p", { class: "wait" }, h("i"), h("i"), h("i"), h("span", {}, "正在查指引…")));
  }

  /** The status is decided, the answer not yet written. */
  begin(event) {
    this.day = event.as_of;
    this.head(firstHead(event));
    this.element.append(this.text);
  }

  head({ tone, label, icon }) {
    this.element.className = `card ${tone}`;
    this.element.querySelector(".wait")?.remove();
    this.element.querySelector(".status")?.remove();
    this.element.prepend(h("p", { class: "status" }, h("span", { class: "icon", "aria-hidden": "true" }, icon), label));
  }

  /** Add a sentence with its marks. Sentences on the same citations share a paragraph and its marks; a short first
   * one is the verdict and has a line of its own. The marks become links once the citations are known. */
  sentence({ text, citations, heading }) {
    const clean = citations.length ? text.replace(/\s*(\[\d+\])+\s*$/, "") : text;
    const key = citations.join();
    const last = this.text.lastElementChild;
    const follows = last?.tagName === "P" && !heading && last.dataset.key === key;
    if (heading) this.text.append(h(this.chat.heading(2), {}, heading));
    if (follows) last.querySelectorAll("sup").forEach((mark) => mark.remove());
    const opening = this.text.querySelector("p") ? "" : clean.length <= VERDICT_LENGTH ? "verdict" : "lead";
    const paragraph = follows && !last.className ? last : h("p", { class: opening, "data-key": key });
    const marks = citations.map((n) => h("sup", { "data-n": n }, `[${n}]`));
    const cut = Math.max(clean.length - 2, clean.lastIndexOf("》") + 1); // no mark alone on a line, no name in two
    paragraph.append(clean.slice(0, cut), h("span", { class: "glue" }, clean.slice(cut), marks));
    this.text.append(paragraph);
  }

  citations(citations) {
    const byNumber = new Map(citations.map((c) => [c.n, c]));
    for (const mark of this.text.querySelectorAll("sup")) {
      const c = byNumber.get(Number(mark.dataset.n));
      if (!c) { mark.remove(); continue; }
      const label = `依据 ${c.n}：${c.title}，${c.section}`;
      mark.replaceChildren(h("a", { href: address(this.chat.base, c.url), "aria-label": label }, `${c.n}`));
    }
    if (citations.length) this.element.append(this.sources(citations));
  }

  sources(citations) {
    const item = (c) => {
      const target = address(this.chat.base, c.url);
      const laws = c.laws.map((l) => (target === "#" ? `《${l.law}》${l.label}` : this.law(l)));
      return h("li", { class: "source" },
        h("span", { class: "n", "aria-hidden": "true" }, String(c.n)),
        h("div", {},
          h("a", { class: "clause", href: target }, `${c.title} · ${c.section}`),
          laws.length ? h("p", { class: "laws" }, laws) : null,
          h("div", { class: "tell" }, h("p", { class: "since" }, `${chineseDate(c.version)}起施行`), wrongButton(this.chat, c))));
    };
    return h("section", { class: "sources", "aria-label": `依据（第 ${this.number} 问）` }, // each landmark a name of its own
      h(this.chat.heading(2), {}, `依据 ${citations.length} 条`), h("ol", {}, citations.map(item)));
  }

  /** The article on the law's page; for an earlier day only the page, whose articles are those of today. */
  law({ law, article, label }) {
    const target = lawAddress(this.chat.base, law, this.day === this.chat.asker.options?.today ? article : undefined);
    return h("a", { href: target }, `《${law}》${label}`);
  }

  /** All of the answer is here: its true head, what stands around the sentences, what one can do with it. */
  finish(answer) {
    const { chat, element, text, question } = this;
    this.head(headOf(answer));
    const carded = answer.status !== "answered" && answer.status !== "needs_clarification"; // whom to ask has a card of its own
    const said = (t) => (carded ? t.replace(answer.contact.text, "") : t);
    if (!answer.sentences.length) text.replaceChildren(...plain(said(answer.answer)));
    else {
      if (answer.verdict) this.open(answer.verdict);
      text.prepend(...lines(answer.notes));
      text.append(...lines((answer.missing || []).map(said)));
    }
    this.restate(answer);
    chat.names.learn(answer.citations);
    chat.names.link(text);
    if (answer.choices?.length) {
      const choices = answer.choices.map((c) => chat.choiceButton(c, question));
      element.append(h("div", { class: "choices", role: "group", "aria-label": "请选一项" }, choices));
    }
    if (carded) element.append(...this.next(answer, "您是不是想问"));
    element.append(meta(answer));
    if (carded) element.append(contactCard(chat, question, answer));
    element.append(actions(chat, question, answer));
    if (!carded) element.after(...this.next(answer, "接着问"));
  }

  /** The word the answer opens with; what stood there leads the rest. */
  open(verdict) {
    this.text.querySelector(".verdict")?.classList.replace("verdict", "lead");
    this.text.prepend(h("p", { class: "verdict" }, verdict));
  }

  /** The asker's own words, each with what was found for it. */
  restate(answer) {
    const asks = asksOf(answer, this.question);
    if (!asks.length) return;
    const item = ({ ask, kind, label }) => h("li", { "data-finding": kind }, h("b", {}, label), h("q", {}, ask));
    this.text.before(h("ul", { class: "asks", "aria-label": "您问的" }, asks.map(item)));
  }

  /** Other questions, if there are any. */
  next(answer, title) {
    const fresh = freshSuggestions(answer, [...this.chat.conversation.questions, this.question]);
    return fresh.length ? [h("div", { class: "next" }, h(this.chat.heading(2), {}, title), fresh.map((s) => this.chat.nextButton(s)))] : [];
  }
}

/** The lines around the sentences: before them another day or another role's duty, after them what was not found. */
function lines(texts) {
  return (texts || []).map((line) => h("p", { class: "note" }, line.replaceAll("*", "").trim()));
}

/** Text without sentences: paragraphs at line breaks, ** and list signs taken off. */
function plain(text) {
  return text.split(/\n+/).filter((l) => l.trim())
    .map((line) => h("p", {}, line.replace(/^\s*[-*]\s+/, "· ").replaceAll("**", "")));
}

/** The day the answer is about, and how it was made. */
function meta(answer) {
  const made = answer.notice || (answer.generated_by !== "extractive" ? "由人工智能生成" : "");
  const day = made.includes(answer.as_of) ? null : `按 ${chineseDate(answer.as_of)} 的规定。`;
  return h("p", { class: "meta" }, day, h("span", { class: "made" }, made));
}
