/** Two panes of which one is shown, and the tabs that choose: by tap, or by the arrow keys. */
import { button, h } from "./dom.js";

export class Tabs {
  /** @param panes [{id, name, pane}], the first is shown; @param onselect(id) called when another one is. */
  constructor(panes, onselect) {
    Object.assign(this, { panes, onselect, shown: panes[0].id });
    this.tabs = panes.map(({ id, name, pane }) => {
      Object.assign(pane, { id: `pane-${id}`, role: "tabpanel" });
      pane.setAttribute("aria-labelledby", `tab-${id}`);
      return button(name, () => this.select(id), { id: `tab-${id}`, class: "tab", role: "tab", "aria-controls": pane.id });
    });
    this.element = h("div", { class: "tabs", role: "tablist", "aria-label": "做什么", onkeydown: (e) => this.onKey(e) }, this.tabs);
    this.draw();
  }

  select(id) {
    if (id === this.shown) return;
    this.shown = id;
    this.draw();
    this.onselect(id);
  }

  draw() {
    this.panes.forEach(({ id, pane }, i) => {
      pane.hidden = id !== this.shown;
      this.tabs[i].setAttribute("aria-selected", String(id === this.shown));
      this.tabs[i].tabIndex = id === this.shown ? 0 : -1;
    });
  }

  onKey({ key }) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!step) return;
    const next = (this.tabs.findIndex((tab) => tab.tabIndex === 0) + step + this.tabs.length) % this.tabs.length;
    this.select(this.panes[next].id);
    this.tabs[next].focus();
  }
}
