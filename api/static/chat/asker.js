/** Who asks and for which day: the line above the input, the drawer to change them, the roles of the first screen. */
import { button, chineseDate, h, memory } from "./dom.js";

const ROLE_KEY = "hegui.role";
const DAY = /^\d{4}-\d\d-\d\d$/;

export class Asker {
  /** A shared link names role and day; then comes what the reader chose, then the role of the page, then the one last asked as. */
  constructor(chat, address) {
    this.chat = chat;
    this.options = null;
    this.operator = address.get("operator") ?? memory.get("localStorage", ROLE_KEY) ?? chat.getAttribute("operator") ?? memory.get("sessionStorage", ROLE_KEY) ?? "";
    this.day = DAY.test(address.get("as_of") || "") ? address.get("as_of") : "";
  }

  get today() { return !this.day || this.day === this.options?.today; }
  get role() { return this.operator ? { operator: this.operator } : {}; }
  /** Role and day as the application is asked for them. */
  get query() { return this.today ? this.role : { ...this.role, as_of: this.day }; }

  /** Pages without a role of their own (laws, home) go on with this one in this tab. */
  keep() { memory.set("sessionStorage", ROLE_KEY, this.operator); }

  bar() {
    this.summary = h("span", {});
    this.select = h("select", { id: "role", onchange: () => this.choose(this.select.value) });
    this.input = h("input", { id: "day", type: "date", min: "1949-10-01", max: "2099-12-31", onchange: () => {
      this.day = this.input.value;
      this.draw();
    } });
    const drawer = h("div", { class: "drawer", id: "drawer", hidden: true },
      h("label", { for: "role" }, "我的身份", this.select), h("label", { for: "day" }, "按哪一天的规定", this.input));
    const toggle = button([this.summary, h("b", {}, "更改")], () => {
      drawer.hidden = !drawer.hidden;
      toggle.setAttribute("aria-expanded", String(!drawer.hidden));
      if (!drawer.hidden) this.select.focus();
    }, { class: "context", "aria-expanded": "false", "aria-controls": "drawer" });
    return h("div", {}, toggle, drawer);
  }

  /** The roles and examples have come. */
  fill(options) {
    this.options = options;
    if (!options.operators.some((o) => o.id === this.operator)) this.operator = "";
    const roles = options.operators.map((o) => h("option", { value: o.id }, o.name));
    this.select.replaceChildren(h("option", { value: "" }, "不限"), ...roles);
    this.input.value = this.day || options.today;
    this.draw();
  }

  draw() {
    const role = this.options?.operators.find((o) => o.id === this.operator);
    const day = this.today ? "按今天的规定" : `按 ${chineseDate(this.day)} 的规定`;
    this.summary.replaceChildren(role ? `身份：${role.short}` : "身份：不限", " · ", day);
    this.select.value = this.operator;
  }

  choose(role) {
    this.operator = role;
    memory.set("localStorage", ROLE_KEY, role);
    this.draw();
    this.chat.onRole();
  }

  /** The first screen: who are you, and what others ask. */
  start() {
    const { operators, examples } = this.options;
    const role = operators.find((o) => o.id === this.operator);
    const own = role && !this.chat.getAttribute("guideline") && role.examples.length;
    const ask = (q) => h("li", {}, button(q, () => this.chat.ask(q)));
    return h("div", { class: "start" },
      h("p", { class: "hello" }, "直播带货的规矩，直接问"),
      h("p", { class: "definition" }, "每句都有出处，按施行日期作答。"),
      h("fieldset", { class: "roles" }, h("legend", {}, "您是"), this.radio("", "不限"),
        operators.filter((o) => o.id !== "common").map((o) => this.radio(o.id, o.short))),
      h("p", { class: "definition" }, role ? role.definition : "选好身份，回答更贴合您要守的规矩。"),
      h(this.chat.heading(1), {}, "可以这样问"),
      h("ul", { class: "examples" }, (own ? role.examples : examples).map(ask)));
  }

  radio(id, label) {
    const choose = () => {
      this.choose(id);
      this.chat.shadowRoot.querySelector(`.roles input[value="${id}"]`)?.focus();
    };
    const input = h("input", { type: "radio", name: "role", value: id, checked: id === this.operator, onchange: choose });
    return h("label", { class: "chip" }, input, h("span", {}, label));
  }
}
