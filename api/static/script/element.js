/** <hegui-script>: the script check on a page, dressed as the assistant is. */
import { dress, followTheme, SHEET } from "../chat/look.js";
import { Review, SHEET as OWN } from "./review.js";

const ROOT = new URL("../..", import.meta.url).href; // the folder above /static/

export class HeguiScript extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    this.base = (this.getAttribute("api") || ROOT).replace(/\/+$/, "");
    const review = new Review({ base: this.base, heading: "h2", print: () => window.print(), assistant });
    const root = this.attachShadow({ mode: "open" });
    this.style.visibility = "hidden";
    dress(root, [SHEET, OWN]).then(() => this.style.removeProperty("visibility"));
    root.append(review.element);
    followTheme(this);
  }
}

/** The assistant of the page around, if it has one. */
function assistant() {
  const chat = document.querySelector("hegui-chat");
  return chat?.toggle && (async (question, guideline) => {
    await chat.toggle(true);
    chat.ask(question, guideline);
  });
}
