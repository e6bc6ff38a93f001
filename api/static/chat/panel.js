/** The floating button and its panel: opening, closing, keyboard, and the Back button of a phone. */
import { button, h, icons, matches, memory } from "./dom.js";
import { onThisPage } from "./links.js";

const MARK = "heguiPanel"; // in history.state: the entry that Back leaves when the panel covers the screen
const OPEN = "hegui.panel"; // in this tab's storage: that it stood open beside the page

export class Panel {
  /** @param onopen called when it opens; @param focus gives the element to focus then. */
  constructor(content, { onopen, focus }) {
    Object.assign(this, { onopen, focus });
    this.fab = button([icons.bubble(), h("span", {}, "问合规")], () => this.open(), {
      class: "fab", "aria-label": "问合规", "aria-expanded": "false", "aria-controls": "panel",
    });
    this.element = h("div", { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", hidden: true, onkeydown: (e) => this.onKey(e) }, content);
    this.element.addEventListener("click", (e) => this.onClick(e));
    window.addEventListener("popstate", () => this.followHistory());
    this.shrinkOnScroll();
  }

  /** On a phone the panel covers the page. */
  get covers() { return matches("(max-width: 640px)"); }

  open() {
    if (!this.element.hidden) { this.focus().focus(); return this.onopen(); }
    this.show(true);
    if (this.covers) this.marked = mark();
    const ready = this.onopen();
    this.focus().focus();
    return ready;
  }

  close({ focus = true, back = true } = {}) {
    if (this.element.hidden) return;
    this.show(false);
    this.marked = false;
    if (focus) this.fab.focus();
    if (back && history.state?.[MARK]) history.back();
  }

  show(open) {
    memory.set("sessionStorage", OPEN, open && !this.covers);
    this.element.hidden = !open;
    this.element.getRootNode().host?.toggleAttribute("data-open", open); // the page around may make room
    this.fab.hidden = open;
    this.fab.setAttribute("aria-expanded", String(open));
    this.element.setAttribute("aria-modal", String(open && this.covers));
  }

  /** On a page that loads: what stood beside the last one stands beside this, and takes no focus. */
  restore() {
    if (this.covers || !memory.get("sessionStorage", OPEN)) return this.followHistory();
    this.show(true);
    this.onopen();
  }

  /** Back closes the panel that covers the screen; back from a clause, or a reload, opens it again. */
  followHistory() {
    if (history.state?.[MARK]) { if (this.element.hidden && this.covers) this.open(); }
    else if (this.marked) this.close({ back: false }); // not for other steps, such as to an anchor beside the panel
  }

  /** A citation of the page that is open: show it, do not cover it. */
  onClick(event) {
    const link = event.target.closest("a[href]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link && plain && !link.target && this.covers && onThisPage(link)) this.close({ focus: false, back: false });
  }

  onKey(event) {
    if (event.key === "Escape") { event.stopPropagation(); this.close(); }
    if (event.key !== "Tab" || this.element.getAttribute("aria-modal") !== "true") return;
    const all = this.element.querySelectorAll("a[href],button,input,select,textarea,[tabindex='0']");
    const stops = [...all].filter((n) => n.offsetParent && !n.disabled);
    const active = this.element.getRootNode().activeElement;
    const at = stops.indexOf(active);
    if (event.shiftKey ? at <= 0 : at === stops.length - 1) {
      event.preventDefault();
      stops[event.shiftKey ? stops.length - 1 : 0]?.focus();
    }
  }

  /** Reading on, the button keeps out of the way: its word is there at the top of a page only. */
  shrinkOnScroll() {
    const draw = () => this.fab.classList.toggle("small", window.scrollY > 80);
    window.addEventListener("scroll", draw, { passive: true });
    draw();
  }
}

/** Give the open panel a step of its own to go back from; false where a frame may not. */
function mark() {
  if (history.state?.[MARK]) return true;
  try { history.pushState({ ...history.state, [MARK]: true }, ""); return true; } catch { return false; }
}
