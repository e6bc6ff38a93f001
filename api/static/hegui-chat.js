/**
 * <hegui-chat>: the assistant as a web component. One file, no dependencies, no build.
 *
 *   <script type="module" src="/static/hegui-chat.js"></script>
 *   <hegui-chat mode="button" operator="live-room" guideline="live-room/price"></hegui-chat>
 *
 * Attributes: mode (button: floating button with a panel; page: fills its box), api (address of the application,
 * default: the origin this file came from), operator (role chosen at first), guideline (the page being read),
 * home (in page mode: where the back arrow leads).
 * Everything that comes from the API reaches the page through text nodes; styles go through adoptedStyleSheets,
 * so that a strict Content-Security-Policy needs no exception.
 */
const ORIGIN = new URL(import.meta.url).origin;
const MAX_TURNS = 20;
const MAX_QUESTION = 500;
const REVEAL_MS = 140;
const VERDICT_LENGTH = 28;
const STATUS = {
  answered: { label: "有明确规定", icon: "✓" },
  partial: { label: "只查到一部分", icon: "◐" },
  no_evidence: { label: "没有查到依据", icon: "–" },
  out_of_scope: { label: "不在解答范围", icon: "–" },
  refused: { label: "这件事不能帮", icon: "✕" },
  needs_clarification: { label: "请先选一项", icon: "?" },
};
const ROLE_KEY = "hegui.role";
const CHAT_KEY = "hegui.chat";

/** Make an element. Children may be strings: they become text nodes, never markup. */
function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

/** Storage that is absent or full must not break the chat. */
const memory = {
  get(store, key) { try { return JSON.parse(store().getItem(key)); } catch { return null; } },
  set(store, key, value) { try { store().setItem(key, JSON.stringify(value)); } catch { /* go on without */ } },
};
const session = () => window.sessionStorage;
const local = () => window.localStorage;

const chineseDate = (iso) => { const [y, m, d] = String(iso).split("-"); return `${y}年${+m}月${+d}日`; };
const media = (query) => window.matchMedia(query);

/** An error to show: what happened, what to do. */
class Trouble extends Error {
  constructor(title, detail) { super(title); this.detail = detail; }
}

async function request(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble("连不上服务", "请检查网络，稍后再试。");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Trouble(problem.title || "服务暂时不可用", problem.detail || "请稍后再试。");
}

const post = (url, body, signal) =>
  request(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal });

/** Server-sent events of a response, as {name, data}. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read().catch((error) => {
      if (error.name === "AbortError") throw error;
      throw new Trouble("回答中断了", "网络断开，请再试一次。");
    });
    if (done) return;
    buffer += value.replaceAll("\r\n", "\n");
    for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
      const lines = buffer.slice(0, end).split("\n");
      buffer = buffer.slice(end + 2);
      const field = (name) => lines.filter((l) => l.startsWith(`${name}:`)).map((l) => l.slice(name.length + 1).trim()).join("\n");
      if (field("data")) yield { name: field("event"), data: JSON.parse(field("data")) };
    }
  }
}

class HeguiChat extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    this.base = (this.getAttribute("api") || ORIGIN).replace(/\/+$/, "");
    this.paged = this.getAttribute("mode") === "page";
    this.turns = [];
    this.options = null;
    this.operator = memory.get(local, ROLE_KEY) ?? this.getAttribute("operator") ?? ""; // what the reader chose comes first
    this.day = "";
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    root.append(...this.frame());
    this.followTheme();
    this.toggle(this.paged, { focus: false });
  }

  // --- frame ---------------------------------------------------------------------------------------------------

  frame() {
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "对话", tabindex: "0" });
    this.input = h("textarea", {
      id: "q", rows: "1", maxlength: MAX_QUESTION, enterkeyhint: "send", autocomplete: "off",
      placeholder: "写下您的问题",
      oninput: () => this.grow(),
      onkeydown: (e) => {
        if (e.key === "Enter" && !e.shiftKey && !e.isComposing && e.keyCode !== 229) { e.preventDefault(); this.submit(); }
      },
    });
    this.count = h("span", { class: "count", "aria-live": "polite" });
    this.sendButton = h("button", { class: "send", type: "submit", "aria-label": "发送" }, arrow());
    const form = h("form", { class: "ask", onsubmit: (e) => { e.preventDefault(); this.submit(); } },
      h("label", { class: "hidden", for: "q" }, "您的问题"), this.input, this.count, this.sendButton);
    this.panel = h("section", {
      class: this.paged ? "panel page" : "panel", id: "panel", role: this.paged ? "region" : "dialog", "aria-labelledby": "title",
      onkeydown: (e) => this.onKey(e),
    }, this.header(), this.log, h("footer", {}, this.contextBar(), form));
    if (this.paged) return [this.panel];
    this.fab = h("button", {
      class: "fab", type: "button", "aria-expanded": "false", "aria-controls": "panel", onclick: () => this.toggle(true),
    }, bubble(), "问合规");
    return [this.fab, this.panel];
  }

  header() {
    this.heading = h("h2", { id: "title", tabindex: "-1" }, "合规问答");
    this.clearButton = h("button", { class: "quiet", type: "button", hidden: true, onclick: () => this.clear() }, "清空");
    const close = h("button", { class: "quiet close", type: "button", "aria-label": "关闭", onclick: () => this.toggle(false) }, "✕");
    const home = this.paged ? this.getAttribute("home") : null;
    return h("header", {},
      home ? h("a", { class: "quiet back", href: this.address(home), "aria-label": "返回知识库首页" }, arrow()) : null,
      h("div", { class: "name" }, this.heading, h("p", {}, "每句都有出处，按施行日期作答")),
      this.clearButton, this.paged ? null : close);
  }

  /** The line above the input: who asks and for which day; opens to change them. */
  contextBar() {
    this.summary = h("span", {});
    this.roleSelect = h("select", { id: "role", onchange: () => this.setRole(this.roleSelect.value) });
    this.dayInput = h("input", { id: "day", type: "date", min: "1949-10-01", max: "2099-12-31", onchange: () => {
      this.day = this.dayInput.value; this.drawContext();
    } });
    const drawer = h("div", { class: "drawer", id: "drawer", hidden: true },
      h("label", { for: "role" }, "我的身份", this.roleSelect),
      h("label", { for: "day" }, "按哪一天的规定", this.dayInput));
    const toggle = h("button", { class: "context", type: "button", "aria-expanded": "false", "aria-controls": "drawer", onclick: () => {
      drawer.hidden = !drawer.hidden;
      toggle.setAttribute("aria-expanded", String(!drawer.hidden));
      if (!drawer.hidden) this.roleSelect.focus();
    } }, this.summary, h("b", {}, "更改"));
    return h("div", {}, toggle, drawer);
  }

  drawContext() {
    const role = this.options?.operators.find((o) => o.id === this.operator);
    const today = !this.day || this.day === this.options?.today;
    this.summary.replaceChildren(role ? `身份：${role.short}` : "身份：不限", " · ", today ? "按今天的规定" : `按 ${chineseDate(this.day)} 的规定`);
    this.roleSelect.value = this.operator;
  }

  setRole(role) {
    this.operator = role;
    memory.set(local, ROLE_KEY, role);
    this.drawContext();
    if (!this.turns.length) this.drawStart();
  }

  followTheme() {
    const dark = media("(prefers-color-scheme: dark)");
    const apply = () => {
      const scheme = document.body?.dataset.mdColorScheme || document.documentElement.dataset.mdColorScheme;
      this.dataset.theme = (scheme ? scheme === "slate" : dark.matches) ? "dark" : "light";
    };
    dark.addEventListener("change", apply);
    const observer = new MutationObserver(apply);
    for (const node of [document.documentElement, document.body]) if (node) observer.observe(node, { attributeFilter: ["data-md-color-scheme"] });
    apply();
  }

  // --- opening and closing -------------------------------------------------------------------------------------

  async toggle(open, { focus = true } = {}) {
    this.panel.hidden = !open;
    if (this.fab) {
      this.fab.hidden = open;
      this.fab.setAttribute("aria-expanded", String(open));
      this.panel.setAttribute("aria-modal", String(open && media("(max-width: 640px)").matches));
    }
    if (!open) { this.fab?.focus(); return; }
    if (focus) (media("(pointer: fine)").matches ? this.input : this.heading).focus();
    if (!this.options) await this.start();
  }

  onKey(event) {
    if (event.key === "Escape" && !this.paged) { event.stopPropagation(); this.toggle(false); }
    if (event.key !== "Tab" || this.panel.getAttribute("aria-modal") !== "true") return;
    const stops = [...this.panel.querySelectorAll("a[href],button,input,select,textarea,[tabindex='0']")].filter((n) => n.offsetParent && !n.disabled);
    const [first, last] = [stops[0], stops.at(-1)];
    const active = this.shadowRoot.activeElement;
    if (event.shiftKey ? active === first || active === this.heading : active === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }

  /** Ask the application for roles and examples, then show the saved conversation or the start. */
  async start() {
    const guideline = this.getAttribute("guideline");
    const load = (query) => request(`${this.base}/api/options${query}`).then((r) => r.json());
    try {
      this.options = await load(guideline ? `?guideline=${encodeURIComponent(guideline)}` : "").catch(() => load(""));
    } catch (error) {
      this.log.replaceChildren(this.troubleCard(error, () => this.start()));
      return;
    }
    if (!this.options.operators.some((o) => o.id === this.operator)) this.operator = "";
    this.roleSelect.replaceChildren(h("option", { value: "" }, "不限"), ...this.options.operators.map((o) => h("option", { value: o.id }, o.name)));
    this.dayInput.value = this.options.today;
    this.drawContext();
    const saved = memory.get(session, CHAT_KEY);
    if (!this.turns.length && Array.isArray(saved) && saved.length) {
      this.log.replaceChildren();
      for (const { question, answer } of saved) this.restore(question, answer);
      this.clearButton.hidden = false;
      this.log.scrollTop = this.log.scrollHeight;
    } else if (!this.turns.length) this.drawStart();
  }

  drawStart() {
    const { operators, examples } = this.options;
    const role = operators.find((o) => o.id === this.operator);
    const radio = (id, label) => h("label", { class: "chip" },
      h("input", { type: "radio", name: "role", value: id, checked: id === this.operator, onchange: () => {
        this.setRole(id); this.shadowRoot.querySelector(`.roles input[value="${id}"]`)?.focus();
      } }), h("span", {}, label));
    const shown = role && !this.getAttribute("guideline") && role.examples.length ? role.examples : examples;
    this.log.replaceChildren(h("div", { class: "start" },
      h("p", { class: "hello" }, "直播带货的规矩，直接问"),
      h("fieldset", { class: "roles" }, h("legend", {}, "您是"), radio("", "不限"),
        operators.filter((o) => o.id !== "common").map((o) => radio(o.id, o.short))),
      h("p", { class: "definition" }, role ? role.definition : "选好身份，回答更贴合您要守的规矩。"),
      h("h3", {}, "可以这样问"),
      h("ul", { class: "examples" }, shown.map((q) => h("li", {}, h("button", { type: "button", onclick: () => this.ask(q) }, q)))),
    ));
  }

  clear() {
    this.abort?.abort();
    this.turns = [];
    memory.set(session, CHAT_KEY, []);
    this.clearButton.hidden = true;
    this.drawStart();
    this.input.focus();
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
    const left = MAX_QUESTION - this.input.value.length;
    this.count.textContent = left <= 50 ? `还可写 ${left} 字` : "";
  }

  // --- asking --------------------------------------------------------------------------------------------------

  submit() {
    const question = this.input.value.trim();
    if (!question || this.busy) { this.input.focus(); return; }
    this.input.value = "";
    this.grow();
    if (media("(pointer: coarse)").matches) this.input.blur();
    this.ask(question);
  }

  async ask(question) {
    if (this.busy) return;
    this.setBusy(true);
    const { turn, card } = this.openTurn(question);
    this.abort = new AbortController();
    const timer = setTimeout(() => this.abort.abort("timeout"), 90_000);
    try {
      const answer = await this.receive(question, card);
      this.turns.push({ question, answer });
      this.turns = this.turns.slice(-MAX_TURNS);
      memory.set(session, CHAT_KEY, this.turns);
      this.clearButton.hidden = false;
    } catch (error) {
      const cut = this.abort.signal.aborted;
      if (cut && this.abort.signal.reason !== "timeout") turn.remove();
      else card.replaceWith(this.troubleCard(cut ? new Trouble("等得太久了", "服务没有及时回答，请再试一次。") : error, () => { turn.remove(); this.ask(question); }));
    } finally {
      clearTimeout(timer);
      this.setBusy(false);
    }
  }

  setBusy(busy) {
    this.busy = busy;
    this.sendButton.disabled = busy;
    this.log.setAttribute("aria-busy", String(busy));
  }

  openTurn(question) {
    this.log.querySelector(".start")?.remove();
    this.log.querySelectorAll(".next").forEach((n) => n.remove());
    const card = h("article", { class: "card waiting" }, h("p", { class: "wait" }, h("i"), h("i"), h("i"), h("span", {}, "正在查指引…")));
    const turn = h("div", { class: "turn" }, h("p", { class: "question" }, h("span", { class: "hidden" }, "您问："), question), card);
    this.log.append(turn);
    this.log.scrollTo({ top: turn.offsetTop - 12, behavior: this.still ? "auto" : "smooth" });
    return { turn, card };
  }

  get still() { return media("(prefers-reduced-motion: reduce)").matches; }

  /** Read the stream and show it as it comes. Resolves to the whole answer. */
  async receive(question, card) {
    const body = { question, history: this.turns.map((t) => ({ question: t.question, answer: t.answer.answer })) };
    if (this.operator) body.operator = this.operator;
    if (this.day && this.day !== this.options?.today) body.as_of = this.day;
    if (this.getAttribute("guideline")) body.guideline = this.getAttribute("guideline");
    const response = await post(`${this.base}/api/ask/stream`, body, this.abort.signal);
    const text = h("div", { class: "text" });
    let answer = null;
    for await (const { name, data } of events(response)) {
      if (name === "status") this.dress(card, data.status, text);
      else if (name === "sentence") {
        this.sentence(text, data);
        if (!this.still) await new Promise((resolve) => setTimeout(resolve, REVEAL_MS));
      } else if (name === "citations") {
        this.link(text, data.citations);
        if (data.citations.length) card.append(this.sources(data.citations));
      } else if (name === "done") answer = data;
    }
    if (!answer) throw new Trouble("回答中断了", "没有收到完整的回答，请再试一次。");
    this.finish(card, text, question, answer);
    return answer;
  }

  restore(question, answer) {
    const { card } = this.openTurn(question);
    const text = h("div", { class: "text" });
    this.dress(card, answer.status, text);
    for (const sentence of answer.sentences) this.sentence(text, sentence);
    this.link(text, answer.citations);
    if (answer.citations.length) card.append(this.sources(answer.citations));
    this.finish(card, text, question, answer);
    this.turns.push({ question, answer });
  }

  // --- an answer -----------------------------------------------------------------------------------------------

  dress(card, status, text) {
    const { label, icon } = STATUS[status] || STATUS.no_evidence; // a newer server's status: never as settled law
    card.className = `card ${STATUS[status] ? status : "no_evidence"}`;
    card.replaceChildren(h("p", { class: "status" }, h("span", { class: "icon", "aria-hidden": "true" }, icon), label), text);
  }

  /** Add a sentence with its marks. Sentences on the same citations share a paragraph and its marks; a short first
   * one is the verdict and has a line of its own. The marks become links once the citations are known. */
  sentence(box, { text, citations, heading }) {
    const clean = citations.length ? text.replace(/\s*(\[\d+\])+\s*$/, "") : text;
    const key = citations.join();
    const last = box.lastElementChild;
    const follows = last?.tagName === "P" && !heading && last.dataset.key === key;
    if (heading) box.append(h("h4", {}, heading));
    if (follows) last.querySelectorAll("sup").forEach((mark) => mark.remove());
    const opening = box.querySelector("p") ? "" : clean.length <= VERDICT_LENGTH ? "verdict" : "lead";
    const paragraph = follows && !last.className ? last : h("p", { class: opening, "data-key": key });
    const marks = citations.map((n) => h("sup", { "data-n": n }, `[${n}]`));
    paragraph.append(clean.slice(0, -2), h("span", { class: "glue" }, clean.slice(-2), marks)); // no mark alone on a line
    box.append(paragraph);
  }

  /** The lines around the sentences: before them another day or another role's duty, after them what was not found. */
  lines(lines) {
    return (lines || []).map((line) => h("p", { class: "note" }, line.replaceAll("*", "").trim()));
  }

  link(box, citations) {
    const byNumber = new Map(citations.map((c) => [c.n, c]));
    for (const mark of box.querySelectorAll("sup")) {
      const citation = byNumber.get(Number(mark.dataset.n));
      if (!citation) { mark.remove(); continue; }
      mark.replaceChildren(h("a", { href: this.address(citation.url), "aria-label": `依据 ${citation.n}：${citation.title}，${citation.section}` }, `${citation.n}`));
    }
  }

  /** Text without sentences: paragraphs at line breaks, ** and list signs taken off. */
  plain(text) {
    return text.split(/\n+/).filter((l) => l.trim()).map((line) => h("p", {}, line.replace(/^\s*[-*]\s+/, "· ").replaceAll("**", "")));
  }

  sources(citations) {
    const item = (c) => h("li", { class: "source" },
      h("span", { class: "n", "aria-hidden": "true" }, String(c.n)),
      h("div", {},
        h("a", { href: this.address(c.url) }, `${c.title} · ${c.section}`),
        c.laws.length ? h("p", { class: "laws" }, c.laws.map((l) => h("span", {}, `《${l.law}》${l.label}`))) : null,
        h("p", { class: "since" }, `${chineseDate(c.version)}起施行`)));
    return h("section", { class: "sources", "aria-label": "依据" }, h("h3", {}, `依据 ${citations.length} 条`), h("ol", {}, citations.map(item)));
  }

  finish(card, text, question, answer) {
    if (!answer.sentences.length) text.replaceChildren(...this.plain(answer.answer.replace(answer.contact.text, "")));
    else {
      text.prepend(...this.lines(answer.notes));
      text.append(...this.lines(answer.missing));
    }
    const made = answer.notice || (answer.generated_by !== "extractive" ? "由人工智能生成" : "");
    if (answer.choices?.length) card.append(h("div", { class: "choices", role: "group", "aria-label": "请选一项" }, answer.choices.map((c) => this.choiceButton(c, question))));
    const day = made.includes(answer.as_of) ? null : `按 ${chineseDate(answer.as_of)} 的规定。`;
    card.append(h("p", { class: "meta" }, day, h("span", { class: "made" }, made)));
    if (answer.status !== "answered" && answer.status !== "needs_clarification") card.append(this.contactCard(question, answer));
    card.append(this.actions(question, answer));
    if (answer.suggestions?.length) {
      card.after(h("div", { class: "next" }, h("h3", {}, "接着问"), answer.suggestions.slice(0, 4).map((s) => this.nextButton(s))));
    }
  }

  nextButton(text) { return h("button", { type: "button", class: "ghost", onclick: () => this.ask(text) }, text); }

  /** A choice that names a role sets it and asks again; any other choice is the next question. */
  choiceButton(choice, question) {
    const role = this.options?.operators.find((o) => o.id !== this.operator && [o.name, o.short].includes(choice));
    if (!role) return this.nextButton(choice);
    return h("button", { type: "button", class: "ghost", onclick: () => { this.setRole(role.id); this.ask(question); } }, choice);
  }

  contactCard(question, answer) {
    const { contact } = answer;
    return h("aside", { class: "contact", "aria-label": "联系人工" },
      h("p", {}, contact.text),
      h("p", { class: "row" },
        contact.phone ? h("a", { class: "solid", href: `tel:${contact.phone.replace(/[^\d+*#-]/g, "")}` }, `拨打 ${contact.phone}`) : null,
        contact.url ? h("a", { class: "ghost", href: this.address(contact.url) }, "联系页面") : null,
        this.options?.handover ? this.handoverButton(question, answer) : null));
  }

  handoverButton(question, answer) {
    const button = h("button", { type: "button", class: "ghost", "aria-expanded": "false", onclick: () => {
      const card = button.closest(".card");
      const open = card.querySelector("form.handover");
      button.setAttribute("aria-expanded", String(!open));
      if (open) { open.remove(); return; }
      const form = this.handoverForm(question, answer, button);
      (button.closest(".contact") || button.closest(".actions")).after(form);
      if (media("(pointer: fine)").matches) form.querySelector("textarea").focus(); // on a phone the keyboard would hide the form
      else form.scrollIntoView({ block: "nearest" });
    } }, "转给联络员");
    return button;
  }

  handoverForm(question, answer, opener) {
    const text = h("textarea", { rows: "3", maxlength: MAX_QUESTION, required: true, value: question });
    const contact = h("input", { type: "text", maxlength: "200", autocomplete: "tel", placeholder: "电话或微信，便于答复" });
    const consent = h("input", { type: "checkbox", required: true });
    const state = h("p", { class: "state", role: "status" });
    const form = h("form", { class: "handover", onsubmit: async (event) => {
      event.preventDefault();
      if (!consent.checked) { state.textContent = "请先勾选同意保存，才能转交。"; return; }
      state.textContent = "正在转交…";
      const body = { question: text.value, answer_id: answer.id, consent: true };
      if (contact.value.trim()) body.contact = contact.value.trim();
      if (this.operator) body.operator = this.operator;
      try {
        const { message } = await (await post(`${this.base}/api/handover`, body)).json();
        form.replaceChildren(state);
        state.textContent = message;
        opener.disabled = true;
      } catch (error) { state.textContent = `${error.message}。${error.detail || ""}`; }
    } },
    h("label", {}, "要转给联络员的问题", text),
    h("label", {}, "联系方式（可不填）", contact),
    h("label", { class: "agree" }, consent, `我同意保存这个问题和联系方式，最多 ${this.options?.retention_days ?? 180} 天，只用于答复我。`),
    h("p", { class: "row" }, h("button", { type: "submit", class: "solid" }, "转交"),
      h("button", { type: "button", class: "ghost", onclick: () => { opener.setAttribute("aria-expanded", "false"); form.remove(); opener.focus(); } }, "取消")),
    state);
    form.noValidate = true;
    return form;
  }

  actions(question, answer) {
    const state = h("span", { class: "state", role: "status" });
    const send = async (helpful, comment) => {
      yes.setAttribute("aria-pressed", String(helpful));
      no.setAttribute("aria-pressed", String(!helpful));
      try {
        const body = { answer_id: answer.id, helpful, ...(comment ? { comment } : {}) };
        state.textContent = (await (await post(`${this.base}/api/feedback`, body)).json()).message;
        if (!helpful && !comment) bar.after(this.commentForm(send));
        else bar.parentNode.querySelector("form.comment")?.remove();
      } catch (error) { state.textContent = `${error.message}。${error.detail || ""}`; }
    };
    const yes = h("button", { type: "button", class: "vote", "aria-pressed": "false", onclick: () => send(true) }, "有用");
    const no = h("button", { type: "button", class: "vote", "aria-pressed": "false", onclick: () => send(false) }, "没用");
    const handover = answer.status === "answered" && this.options?.handover ? this.handoverButton(question, answer) : null;
    handover?.classList.replace("ghost", "vote");
    const bar = h("div", { class: "actions", role: "group", "aria-label": "这个回答" }, yes, no, handover, state);
    return bar;
  }

  commentForm(send) {
    this.shadowRoot.querySelector("form.comment")?.remove();
    const text = h("input", { type: "text", maxlength: "500", "aria-label": "哪里没用（可不填）", placeholder: "哪里没用？（可不填）" });
    return h("form", { class: "comment", onsubmit: (e) => { e.preventDefault(); if (text.value.trim()) send(false, text.value.trim()); } },
      text, h("button", { type: "submit", class: "ghost" }, "提交"));
  }

  troubleCard(error, retry) {
    const known = error instanceof Trouble;
    return h("article", { class: "card trouble", role: "alert" },
      h("p", { class: "status" }, h("span", { class: "icon", "aria-hidden": "true" }, "!"), known ? error.message : "出了点问题"),
      h("p", {}, known ? error.detail : "页面出错了，请刷新后再试。"),
      h("button", { type: "button", class: "ghost", onclick: retry }, "再试一次"));
  }

  /** A link of the API, relative to the site's root; anything but http(s) goes nowhere. */
  address(url) {
    try {
      const target = new URL(url.startsWith("/") ? this.base + url : url, `${this.base}/`);
      return /^https?:$/.test(target.protocol) ? target.href : "#";
    } catch { return "#"; }
  }
}

function drawing(...paths) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) { const path = document.createElementNS(ns, "path"); path.setAttribute("d", d); svg.append(path); }
  return svg;
}
const arrow = () => drawing("M12 20V5", "M5.5 11.5 12 5l6.5 6.5");
const bubble = () => drawing("M4 5h16v11H10l-4.5 3.5V16H4z", "M8.5 10.5h7");

const CSS = `
:host { --ink:#1b2733; --soft:#5a6875; --line:#dfe4e9; --paper:#fff; --ground:#f5f7f9; --brand:#17518c; --on-brand:#fff; --tint:#eaf1f8;
  --good:#1c7450; --warn:#955a05; --calm:#4c6078; --stop:#a83a30; --good-bg:#e9f5ef; --warn-bg:#fbf2e3; --calm-bg:#eef1f5; --stop-bg:#fbeceb;
  --shadow:0 12px 40px rgba(20,40,60,.22); color-scheme:light; font:17px/1.65 -apple-system,"PingFang SC","HarmonyOS Sans SC","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC",sans-serif; color:var(--ink); }
:host([mode="page"]) { display:block; height:100%; }
:host([data-theme="dark"]) { --ink:#e6ebf0; --soft:#9fadba; --line:#313c47; --paper:#1b232b; --ground:#12181e; --brand:#8fbcec; --on-brand:#0d1b29; --tint:#22313f;
  --good:#74cfa4; --warn:#e4b263; --calm:#a9bacb; --stop:#f0958b; --good-bg:#182c25; --warn-bg:#302818; --calm-bg:#222b34; --stop-bg:#341f1e;
  --shadow:0 12px 40px rgba(0,0,0,.6); color-scheme:dark; }
*,*::before { box-sizing:border-box; }
[hidden] { display:none !important; }
h2,h3,h4,p,ul,ol,fieldset { margin:0; padding:0; border:0; list-style:none; min-inline-size:0; }
button,input,select,textarea { font:inherit; color:inherit; }
button { cursor:pointer; } button:disabled { cursor:default; opacity:.45; }
a { color:var(--brand); }
:focus-visible { outline:3px solid var(--brand); outline-offset:2px; border-radius:8px; }
h2:focus,.log:focus:not(:focus-visible) { outline:none; }
svg { width:22px; height:22px; fill:none; stroke:currentColor; stroke-width:2; stroke-linecap:round; stroke-linejoin:round; }
.hidden { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); white-space:nowrap; }
.fab { position:fixed; z-index:9; right:max(16px,env(safe-area-inset-right)); bottom:max(16px,env(safe-area-inset-bottom)); display:flex; gap:8px; align-items:center;
  min-height:52px; padding:0 20px; border:0; border-radius:26px; background:var(--brand); color:var(--on-brand); font-weight:600; box-shadow:0 6px 20px rgba(20,40,60,.3); }
.panel { position:fixed; isolation:isolate; z-index:10; right:20px; bottom:20px; width:420px; height:min(720px,calc(100dvh - 40px)); display:flex; flex-direction:column; background:var(--ground);
  border:1px solid var(--line); border-radius:18px; overflow:hidden; box-shadow:var(--shadow); animation:rise .2s ease-out; }
.panel.page { position:relative; inset:auto; width:100%; max-width:800px; height:100%; margin:0 auto; border-width:0 1px; border-radius:0; box-shadow:none; animation:none; }
@media (max-width:640px) { .panel { inset:0; width:auto; height:100dvh; border:0; border-radius:0; } }
header { display:flex; align-items:center; gap:4px; padding:10px 10px 10px 18px; background:var(--paper); border-bottom:1px solid var(--line); }
.name { flex:1; } header h2 { font-size:18px; line-height:1.4; } header p { font-size:13px; line-height:1.5; color:var(--soft); }
.back { display:grid; place-items:center; margin-left:-8px; text-decoration:none; } .back svg { transform:rotate(-90deg); }
.quiet { min-width:44px; min-height:44px; border:0; border-radius:10px; background:none; color:var(--soft); font-size:15px; } .quiet:hover { background:var(--tint); color:var(--ink); }
.log { position:relative; flex:1; overflow-y:auto; overscroll-behavior:contain; padding:16px; scroll-padding-top:12px; }
.start { display:grid; gap:14px; } .hello { font-size:21px; font-weight:600; line-height:1.45; }
legend,h3,h4 { font-size:14px; font-weight:600; color:var(--soft); padding:0; line-height:1.5; }
.roles { display:flex; flex-wrap:wrap; gap:8px; } .roles legend { margin-bottom:8px; }
.chip { position:relative; } .chip input { position:absolute; inset:0; opacity:0; margin:0; cursor:pointer; width:100%; height:100%; }
.chip span { display:block; padding:7px 15px; border:1px solid var(--line); border-radius:22px; background:var(--paper); font-size:16px; }
.chip:hover span { border-color:var(--brand); } .chip input:checked + span { background:var(--brand); border-color:var(--brand); color:var(--on-brand); font-weight:600; }
.chip input:focus-visible + span { outline:3px solid var(--brand); outline-offset:2px; }
.definition { font-size:14px; color:var(--soft); margin-top:-6px; }
.examples { display:grid; gap:8px; margin-top:-6px; } .examples button,.next button,.choices button { width:100%; text-align:start; min-height:48px; padding:10px 14px; line-height:1.45;
  border:1px solid var(--line); border-radius:12px; background:var(--paper); } .examples button:hover,.ghost:hover { border-color:var(--brand); color:var(--brand); }
.turn { display:flex; flex-direction:column; gap:12px; padding-bottom:20px; } .turn:last-child { min-height:100%; }
.question { align-self:flex-end; max-width:88%; padding:9px 15px; border-radius:16px 16px 4px 16px; background:var(--brand); color:var(--on-brand); overflow-wrap:anywhere; white-space:pre-wrap; }
.card { --tone:var(--good); --tone-bg:var(--good-bg); background:var(--paper); border:1px solid var(--line); border-radius:14px; padding:0 16px 6px; overflow:hidden; overflow-wrap:anywhere; }
.card.waiting { padding:14px 16px; } .partial { --tone:var(--warn); --tone-bg:var(--warn-bg); }
.no_evidence,.out_of_scope,.needs_clarification { --tone:var(--calm); --tone-bg:var(--calm-bg); } .refused,.trouble { --tone:var(--stop); --tone-bg:var(--stop-bg); }
.status { display:flex; gap:8px; align-items:center; margin:0 -16px 12px; padding:7px 16px; background:var(--tone-bg); color:var(--tone); font-size:14px; font-weight:600; }
.icon { display:grid; place-items:center; width:20px; height:20px; border-radius:50%; background:var(--tone); color:var(--paper); font-size:12px; line-height:1; }
.text { display:grid; gap:8px; } .text p { animation:appear .3s ease-out; white-space:pre-line; } .glue { white-space:nowrap; } .text h4 { margin-top:6px; } .lead { font-weight:600; } .note { white-space:pre-line; font-size:15px; color:var(--soft); } .verdict { font-size:20px; line-height:1.5; font-weight:700; }
sup { font-size:12px; line-height:1; margin-inline-start:3px; vertical-align:3px; color:var(--soft); }
sup a { display:inline-block; position:relative; min-width:20px; padding:4px 5px; border-radius:10px; background:var(--tint); text-align:center; text-decoration:none; font-weight:600; }
sup a::before { content:""; position:absolute; inset:-10px -6px; } sup a:hover { background:var(--brand); color:var(--on-brand); }
.sources { margin-top:16px; padding-top:12px; border-top:1px solid var(--line); } .sources ol { display:grid; gap:12px; margin-top:8px; }
.source { display:flex; gap:10px; line-height:1.45; } .source > div { flex:1; min-width:0; } .source a { font-size:16px; font-weight:600; text-decoration:none; display:inline-block; padding:1px 0; } .source a:hover { text-decoration:underline; }
.n { flex:none; display:grid; place-items:center; min-width:22px; height:22px; margin-top:2px; border-radius:11px; background:var(--tint); color:var(--brand); font-size:12px; font-weight:600; }
.laws { display:flex; flex-wrap:wrap; gap:2px 10px; font-size:14px; } .since { font-size:13px; color:var(--soft); }
.meta { margin-top:14px; font-size:13px; color:var(--soft); } .made { display:block; }
.contact { margin-top:12px; padding:12px 14px; border-radius:12px; background:var(--ground); font-size:15px; }
.row { display:flex; flex-wrap:wrap; gap:8px; margin-top:10px; } .solid,.ghost { display:inline-flex; align-items:center; min-height:44px; padding:6px 16px; border:1px solid var(--brand); border-radius:12px; font-size:15px; text-decoration:none; }
.solid { background:var(--brand); color:var(--on-brand); font-weight:600; } .ghost { background:var(--paper); border-color:var(--line); color:var(--ink); }
.actions { display:flex; flex-wrap:wrap; align-items:center; gap:2px; margin:6px -10px 0; } .state { font-size:14px; color:var(--soft); padding:0 10px; }
.vote { min-height:44px; padding:0 12px; border:0; border-radius:10px; background:none; color:var(--soft); font-size:14px; } .vote:hover { background:var(--tint); color:var(--ink); } .vote[aria-pressed="true"] { color:var(--brand); font-weight:700; }
.handover,.comment { display:grid; gap:10px; margin:12px 0; padding:14px; border:1px solid var(--line); border-radius:12px; font-size:15px; } .comment { grid-template-columns:1fr auto; padding:0; border:0; }
.handover label { display:grid; gap:4px; font-weight:600; } .handover .agree { grid-template-columns:auto 1fr; gap:10px; font-weight:400; align-items:start; } .agree input { width:22px; height:22px; margin:2px 0 0; accent-color:var(--brand); }
.handover textarea,.handover input[type="text"],.comment input,.drawer select,.drawer input { width:100%; min-height:44px; padding:8px 12px; border:1px solid var(--line); border-radius:10px; background:var(--paper); font-size:16px; font-weight:400; resize:vertical; }
.handover .row,.handover .state { margin:0; padding:0; }
.trouble { padding-bottom:14px; } .trouble .ghost { margin-top:10px; } .choices { display:grid; gap:8px; margin-top:12px; }
.next { display:grid; gap:8px; } .next button { background:none; color:var(--ink); }
footer { padding:4px 12px max(12px,env(safe-area-inset-bottom)); background:var(--paper); border-top:1px solid var(--line); }
.context { display:flex; gap:10px; align-items:center; width:100%; min-height:40px; padding:0 6px; border:0; background:none; font-size:14px; color:var(--soft); text-align:start; } .context b { color:var(--brand); font-weight:600; }
.drawer { display:grid; grid-template-columns:1fr 1fr; gap:10px; padding:2px 4px 12px; } .drawer label { display:grid; gap:4px; font-size:14px; color:var(--soft); min-width:0; } .drawer select,.drawer input { color:var(--ink); min-width:0; padding:8px; }
.ask { display:flex; align-items:flex-end; gap:8px; position:relative; } .ask textarea { flex:1; min-width:0; min-height:48px; max-height:140px; padding:10px 14px; border:1.5px solid var(--line); border-radius:16px; background:var(--ground); resize:none; line-height:1.5; }
.ask textarea::placeholder { color:var(--soft); opacity:1; } .ask textarea:focus { outline:none; border-color:var(--brand); }
.send { flex:none; display:grid; place-items:center; width:48px; height:48px; border:0; border-radius:50%; background:var(--brand); color:var(--on-brand); }
.count { position:absolute; right:64px; bottom:100%; font-size:12px; color:var(--soft); background:var(--paper); padding:0 4px; }
.wait { display:flex; gap:5px; align-items:center; color:var(--soft); font-size:15px; } .wait span { margin-inline-start:6px; } .wait i { width:7px; height:7px; border-radius:50%; background:var(--brand); animation:pulse 1.2s infinite; } .wait i:nth-child(2) { animation-delay:.2s; } .wait i:nth-child(3) { animation-delay:.4s; }
@keyframes pulse { 0%,60%,100% { opacity:.25; } 30% { opacity:1; } } @keyframes appear { from { opacity:0; transform:translateY(4px); } } @keyframes rise { from { opacity:0; transform:translateY(12px); } }
@media (prefers-reduced-motion:reduce) { *,*::before { animation:none !important; } }
@media (min-width:641px) { .panel.page .log { padding:24px 32px; } .panel.page footer { padding-inline:28px; padding-bottom:20px; } .panel.page .examples { grid-template-columns:1fr 1fr; } }
@media (forced-colors:active) { .card,.chip span,.send,.fab { border:1px solid; } }
@media print { .fab,footer,header,.actions,.next { display:none !important; } .log { overflow:visible; } }
`;

if (!customElements.get("hegui-chat")) customElements.define("hegui-chat", HeguiChat);
