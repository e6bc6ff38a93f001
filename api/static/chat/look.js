/** How the widget looks: its style sheet, the theme the reader chose, large type. */
import { button, matches, memory } from "./dom.js";

const SHEET = new URL("chat.css", import.meta.url).href;
const LARGE_KEY = "hegui.large";

/**
 * Style a shadow root. A constructed sheet needs no exception in a page's Content-Security-Policy; browsers without
 * one (WebKit before 16.4) get a <link>, which our own pages allow. Resolves when the look is there, or cannot come.
 */
export async function dress(root) {
  try {
    const sheet = new CSSStyleSheet();
    const response = await fetch(SHEET);
    if (!response.ok) throw new Error(`${response.status}`);
    sheet.replaceSync(await response.text());
    root.adoptedStyleSheets = [sheet];
  } catch {
    await linkSheet(document, root);
  }
}

/** A <link> to the style sheet in a root or head; resolves when it is read. */
export function linkSheet(owner, parent) {
  const link = owner.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: SHEET });
  return new Promise((resolve) => {
    link.onload = link.onerror = resolve;
    parent.append(link);
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
