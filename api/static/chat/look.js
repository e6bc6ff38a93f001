/** How the widget looks: its style sheet, the theme the reader chose, large type. */
import { button, h, matches, memory } from "./dom.js";

export const SHEET = new URL("chat.css", import.meta.url).href;
const LARGE_KEY = "hegui.large";

/**
 * Style a shadow root, or the document of `view`. Constructed sheets need no exception in a page's Content-Security-Policy;
 * browsers without them (WebKit before 16.4) get <link>s, which our own pages allow. Resolves when the look is there, or
 * cannot come.
 */
export async function dress(root, sheets, view = window) {
  try {
    const made = await Promise.all(sheets.map((href) => construct(href, view)));
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...made];
  } catch {
    await Promise.all(sheets.map((href) => link(root.head ?? root, href)));
  }
}

async function construct(href, view) {
  const sheet = new view.CSSStyleSheet();
  const response = await fetch(href);
  if (!response.ok) throw new Error(`${response.status}`);
  sheet.replaceSync(await response.text());
  return sheet;
}

function link(parent, href) {
  const element = h("link", { rel: "stylesheet", href });
  return new Promise((resolve) => {
    element.onload = element.onerror = resolve;
    parent.append(element);
  });
}

/** What the reader chose with the site's switch: on a page of the site its mark, elsewhere what the site keeps. */
function chosenScheme(scope) {
  const marked = document.body?.dataset.mdColorScheme || document.documentElement.dataset.mdColorScheme;
  if (marked) return marked;
  const color = memory.get("localStorage", `${scope}.__palette`)?.color;
  return color && color.media !== "(prefers-color-scheme)" ? color.scheme : "";
}

/** Keep data-theme of the host at what the reader chose, or else at what the system says. */
export function followTheme(host) {
  const scope = new URL(`${host.base}/`).pathname;
  const apply = () => {
    const scheme = chosenScheme(scope);
    host.dataset.theme = (scheme ? scheme === "slate" : matches("(prefers-color-scheme: dark)")) ? "dark" : "light";
  };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener?.("change", apply);
  window.addEventListener("storage", apply);
  const observer = new MutationObserver(apply);
  const nodes = [document.documentElement, document.body].filter(Boolean);
  for (const node of nodes) observer.observe(node, { attributeFilter: ["data-md-color-scheme"] });
  apply();
}

/** The 大字 button: larger type, remembered on this device. */
export function largeTypeButton(host) {
  const set = (large) => {
    host.toggleAttribute("data-large", large);
    toggle.setAttribute("aria-pressed", String(large));
  };
  const toggle = button("大字", () => {
    const large = !host.hasAttribute("data-large");
    memory.set("localStorage", LARGE_KEY, large);
    set(large);
  }, { class: "quiet" });
  set(memory.get("localStorage", LARGE_KEY) === true);
  return toggle;
}
