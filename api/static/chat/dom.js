/** Elements, icons, storage: what the other modules draw with. Text becomes text nodes, never markup. */

/** Make an element. Children may be strings; empty ones are left out. */
export function h(tag, props = {}, ...children) {
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

/** A button that sends nothing. */
export const button = (label, onclick, props = {}) => h("button", { type: "button", onclick, ...props }, label);

function drawing(...paths) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(ns, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export const icons = {
  arrow: () => drawing("M12 20V5", "M5.5 11.5 12 5l6.5 6.5"),
  bubble: () => drawing("M4 5h16v11H10l-4.5 3.5V16H4z", "M8.5 10.5h7"),
  square: () => drawing("M7 7h10v10H7z"),
};

/** Storage that is absent, full or holds nonsense must not break the chat. */
export const memory = {
  get(store, key) { try { return JSON.parse(window[store].getItem(key)); } catch { return null; } },
  set(store, key, value) { try { window[store].setItem(key, JSON.stringify(value)); } catch { /* go on without */ } },
};

export const matches = (query) => window.matchMedia(query).matches;
export const still = () => matches("(prefers-reduced-motion: reduce)");

export const chineseDate = (iso) => {
  const [y, m, d] = String(iso).split("-");
  return `${y}年${+m}月${+d}日`;
};
