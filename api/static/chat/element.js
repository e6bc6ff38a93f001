/** <hegui-chat>: puts the parts together and asks. */
import { AnswerCard } from "./answer.js";
import { Asker } from "./asker.js";
import { Composer, MAX_QUESTION } from "./composer.js";
import { Conversation } from "./conversation.js";
import { showCorrections } from "./corrections.js";
import { button, h, icons, matches, still } from "./dom.js";
import { Limits } from "./limits.js";
import { address, Names } from "./links.js";
import { dress, followTheme, largeTypeButton, SHEET } from "./look.js";
import { events, getJson, post, Trouble } from "./net.js";
import { Panel } from "./panel.js";
import { ScriptPane } from "./script.js";
import { printTurns } from "./share.js";
import { Tabs } from "./tabs.js";
import { insteadOf, quietCard, troubleCard } from "./trouble.js";

const ROOT = new URL("../..", import.meta.url).href; // the folder above /static/
const REVEAL_MS = 140;
const PATIENCE_MS = 90_000;

export class HeguiChat extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    this.base = (this.getAttribute("api") || ROOT).replace(/\/+$/, "");
    this.paged = this.getAttribute("mode") === "page";
    const query = new URLSearchParams(this.paged ? location.search : "");
    this.asker = new Asker(this, query);
    this.conversation = new Conversation();
    this.names = new Names(this.base);
    const frame = this.frame(); // first: if a part fails, what stands inside the element stays to be read
    const root = this.attachShadow({ mode: "open" });
    this.style.visibility = "hidden";
    this.styled = dress(root, [SHEET]).then(() => this.style.removeProperty("visibility"));
    root.append(frame);
    followTheme(this);
    if (this.paged) this.start().then(() => this.askFromAddress(query.get("q")));
    else this.styled.then(() => this.panel.restore());
  }

  /** A heading this many levels below the widget's title: h1 on the chat page, h2 in a panel. */
  heading(below) { return `h${(this.paged ? 1 : 2) + below}`; }

  // --- frame ---------------------------------------------------------------------------------------------------

  frame() {
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "对话", tabindex: "0" });
    this.limits = new Limits(() => getJson(`${this.base}/api/options`));
    this.composer = new Composer({ onask: (q) => this.ask(q), onstop: () => this.stop("stopped") });
    const ask = h("div", { class: "pane" }, this.log, h("div", { class: "foot" }, this.limits.element, this.asker.bar(), this.composer.element));
    this.script = new ScriptPane(this);
    this.tabs = new Tabs([{ id: "ask", name: "问答", pane: ask }, { id: "script", name: "审稿", pane: this.script.element }], () => this.onTab());
    const parts = [this.header(), this.tabs.element, ask, this.script.element];
    if (this.paged) return h("div", { class: "panel page" }, parts);
    const focus = () => (matches("(pointer: fine)") && !ask.hidden ? this.composer.input : this.caption);
    this.panel = new Panel(parts, { onopen: () => this.start(), focus });
    return h("section", { "aria-label": "合规问答助手" }, this.panel.fab, this.panel.element);
  }

  header() {
    const title = { id: "title", tabindex: "-1" };
    this.caption = this.paged ? h("div", title, h("slot", { name: "title" }, "合规问答")) : h("h2", title, "合规问答");
    this.printButton = button("打印", () => printTurns(this), { class: "quiet", hidden: true });
    this.newButton = button("新对话", () => this.clear(), { class: "quiet", hidden: true });
    const home = this.paged ? this.getAttribute("home") : null;
    return h("div", { class: "head" },
      home ? h("a", { class: "quiet back", href: address(this.base, home), "aria-label": "返回知识库首页" }, icons.arrow()) : null,
      this.caption, largeTypeButton(this), this.printButton, this.newButton,
      this.paged ? null : button("✕", () => this.panel.close(), { class: "quiet", "aria-label": "关闭" }));
  }

  onTab() {
    this.drawTools();
    if (!this.script.element.hidden) this.script.open();
  }

  // --- starting ------------------------------------------------------------------------------------------------

  /** For the page around: open the panel, or close it. */
  async toggle(open) {
    await this.styled;
    if (open && this.panel) await this.panel.open();
    else if (open) await this.start();
    else this.panel?.close();
  }

  /** The role, as the page around may read and choose it; before the roles have come, only what it chose is kept. */
  get options() { return this.asker?.options; }
  get operator() { return this.asker?.operator; }
  set operator(role) { this.setRole(role); }
  setRole(role) { this.asker?.choose(role); }

  /** Ask the application for roles and examples, once; show the kept conversation or the first screen. */
  start() {
    this.starting ??= this.load().catch((error) => {
      this.starting = null;
      if (!this.log.querySelector(".turn")) this.log.replaceChildren(troubleCard(error, () => this.start()));
    });
    return this.starting;
  }

  async load() {
    const guideline = this.getAttribute("guideline");
    const get = (query) => getJson(`${this.base}/api/options${query}`);
    const options = await (guideline ? get(`?guideline=${encodeURIComponent(guideline)}`).catch(() => get("")) : get(""));
    this.asker.fill(options);
    this.limits.show(options.limits);
    if (!this.log.querySelector(".turn")) this.restore();
  }

  restore() {
    this.log.replaceChildren();
    try {
      for (const { question, answer } of this.conversation.turns) {
        showCorrections(this, answer, this.show(question, answer));
      }
    } catch { // kept by another version of the widget
      this.conversation.clear();
      this.log.replaceChildren();
    }
    const lost = this.conversation.pending;
    const turn = lost && this.place(lost, quietCard("上次没有收到回答", () => this.again(turn, lost)));
    this.drawTools();
    if (!this.log.firstChild) this.log.append(this.asker.start());
    else this.log.scrollTop = this.log.scrollHeight;
  }

  show(question, answer) {
    const card = new AnswerCard(this, question);
    this.place(question, card.element);
    card.begin(answer);
    answer.sentences.forEach((sentence) => card.sentence(sentence));
    card.citations(answer.citations);
    card.finish(answer);
    return card.element;
  }

  /** /chat?q=…: ask once; the address then loses the question, so that a reload does not ask again. */
  askFromAddress(text) {
    const question = (text || "").trim().slice(0, MAX_QUESTION);
    if (!question) return;
    history.replaceState(history.state, "", location.pathname + location.hash);
    this.ask(question);
  }

  onRole() { if (this.options && !this.log.querySelector(".turn")) this.log.replaceChildren(this.asker.start()); }

  clear() {
    this.stop("cleared");
    this.conversation.clear();
    this.log.replaceChildren(...(this.asker.options ? [this.asker.start()] : []));
    this.drawTools();
    this.composer.input.focus();
  }

  drawTools() {
    const none = !this.log.querySelector(".turn") || !this.script.element.hidden;
    this.newButton.hidden = none;
    this.printButton.hidden = none || typeof window.print !== "function";
  }

  // --- asking --------------------------------------------------------------------------------------------------

  stop(why) {
    if (!this.abort) return;
    this.abort.why = why;
    this.abort.abort();
  }

  /** Ask what a turn did not get answered. */
  again(turn, question) {
    if (this.busy) return;
    turn.remove();
    this.ask(question);
  }

  get busy() { return Boolean(this.abort); }

  /** @param guideline the one the question is about, if the page around or a finding tells. */
  async ask(question, guideline = this.getAttribute("guideline")) {
    this.tabs.select("ask");
    if (this.busy) return;
    const card = new AnswerCard(this, question);
    const turn = this.place(question, card.element);
    const abort = this.abort = new AbortController();
    const timer = setTimeout(() => this.stop("timeout"), PATIENCE_MS);
    this.showBusy();
    this.asker.keep(); this.conversation.begin(question);
    try {
      this.conversation.end(await this.receive(question, guideline, card, abort.signal));
    } catch (error) {
      this.conversation.end();
      if (abort.why === "cleared") turn.remove();
      else card.element.replaceWith(insteadOf(error, abort.why, () => this.again(turn, question)));
    } finally {
      clearTimeout(timer);
      this.abort = null;
      this.showBusy();
      this.drawTools();
    }
  }

  showBusy() {
    this.composer.setBusy(this.busy);
    this.log.setAttribute("aria-busy", String(this.busy));
  }

  /** A new turn at the end: the question, and the card below it. */
  place(question, card) {
    this.log.querySelectorAll(".start, .next, :scope > .card").forEach((n) => n.remove());
    const said = h(this.heading(1), { class: "question" }, h("span", { class: "hidden" }, "您问："), question);
    const turn = h("div", { class: "turn" }, said, card);
    this.log.append(turn);
    this.log.scrollTo({ top: turn.offsetTop - 12, behavior: still() ? "auto" : "smooth" });
    return turn;
  }

  /** Read the stream and show it as it comes. Resolves to the whole answer. */
  async receive(question, guideline, card, signal) {
    const body = { question, history: this.conversation.history, ...this.asker.query, ...(guideline ? { guideline } : {}) };
    const response = await post(`${this.base}/api/ask/stream`, body, signal);
    let answer = null;
    for await (const { name, data } of events(response, signal)) {
      if (signal.aborted) throw new Trouble("已停止");
      if (name === "status") card.begin(data);
      else if (name === "sentence") {
        card.sentence(data);
        if (!still()) await new Promise((resolve) => setTimeout(resolve, REVEAL_MS));
      } else if (name === "citations") card.citations(data.citations);
      else if (name === "error") throw new Trouble(data.title, data.detail, { status: data.status });
      else if (name === "done") answer = data;
    }
    if (!answer) throw new Trouble("回答中断了", "没有收到完整的回答，请再试一次。");
    card.finish(answer);
    return answer;
  }

  // --- what answers offer --------------------------------------------------------------------------------------

  nextButton(text) { return button(text, () => this.ask(text), { class: "ghost" }); }

  /** A choice that names a role sets it and asks again; any other choice is the next question. */
  choiceButton(choice, question) {
    const { options, operator } = this.asker;
    const role = options?.operators.find((o) => o.id !== operator && [o.name, o.short].includes(choice));
    if (!role) return this.nextButton(choice);
    return button(choice, () => { this.asker.choose(role.id); this.ask(question); }, { class: "ghost" });
  }
}
