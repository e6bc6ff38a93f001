/** One plain line while the service finds clauses by words alone; it goes by itself when the vectors are there. */
import { h } from "./dom.js";

const AGAIN_MS = 20_000;

export class Limits {
  /** @param ask resolves to the options, whose `limits` is the sentence, or "". */
  constructor(ask) {
    this.ask = ask;
    this.element = h("p", { class: "limits", role: "status", hidden: true });
  }

  show(text) {
    this.element.textContent = text || "";
    this.element.hidden = !text;
    clearTimeout(this.timer);
    if (text) this.timer = setTimeout(() => this.again(), AGAIN_MS);
  }

  /** Where the service does not answer, the line stays and is looked at later. */
  async again() {
    const text = await this.ask().then((options) => options.limits).catch(() => this.element.textContent);
    this.show(text);
  }
}
