/** The line a question is written in, with its button to send, or to stop while an answer comes. */
import { button, h, icons, matches } from "./dom.js";

export const MAX_QUESTION = 500;

export class Composer {
  constructor({ onask, onstop }) {
    this.onask = onask;
    this.input = h("textarea", {
      id: "q", rows: "1", maxlength: MAX_QUESTION, enterkeyhint: "send", autocomplete: "off", placeholder: "写下您的问题",
      oninput: () => this.grow(), onkeydown: (e) => this.onKey(e),
    });
    this.count = h("span", { class: "count", "aria-live": "polite" });
    this.sendButton = h("button", { class: "send", type: "submit", "aria-label": "发送" }, icons.arrow());
    this.stopButton = button(icons.square(), onstop, { class: "send", "aria-label": "停止", hidden: true });
    this.element = h("form", { class: "ask", onsubmit: (e) => { e.preventDefault(); this.submit(); } },
      h("label", { class: "hidden", for: "q" }, "您的问题"), this.input, this.count, this.sendButton, this.stopButton);
  }

  onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const question = this.input.value.trim();
    if (!question || this.busy) { this.input.focus(); return; }
    this.input.value = "";
    this.grow();
    if (matches("(pointer: coarse)")) this.input.blur();
    this.onask(question);
  }

  /** An earlier question, to be changed and asked again. */
  put(question) {
    this.input.value = question;
    this.grow();
    this.input.focus();
    this.input.select();
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`; // the style sheet bounds it
    const left = MAX_QUESTION - this.input.value.length;
    this.count.textContent = left <= 50 ? `还可写 ${left} 字` : "";
  }

  setBusy(busy) {
    const stopped = this.stopButton.matches(":focus"); // the keyboard must not fall off the page
    const sent = this.sendButton.matches(":focus");
    this.busy = busy;
    this.sendButton.hidden = busy;
    this.stopButton.hidden = !busy;
    if (sent && busy) this.stopButton.focus();
    if (stopped && !busy) this.sendButton.focus();
  }
}
