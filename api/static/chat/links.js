/** Addresses of the site behind the application, and links for the names in 《…》. */
import { getJson } from "./net.js";
import { h } from "./dom.js";

const NAME = /《([^《》]+)》/g;

/** A link of the API, relative to the application's root; anything but http(s) goes nowhere. */
export function address(base, url) {
  try {
    const target = new URL(url.startsWith("/") ? base + url : url, `${base}/`);
    return /^https?:$/.test(target.protocol) ? target.href : "#";
  } catch { return "#"; }
}

/** The page of a law, at the article if one is named; the site numbers the articles of the version in force. */
export function lawAddress(base, law, article) {
  const anchor = article === undefined ? "" : `#a${article ?? "all"}`;
  return address(base, `/laws/${encodeURIComponent(law)}/${anchor}`);
}

/** The page a link leads to is the one that is open. */
export function onThisPage(link) {
  const target = new URL(link.href, location.href);
  return Boolean(target.hash) && target.href.split("#")[0] === location.href.split("#")[0];
}

/** Names of laws and guidelines -> address. Those an answer cites are known; others are looked up once, when met. */
export class Names {
  constructor(base) { this.base = base; this.known = new Map(); }

  learn(citations) {
    for (const c of citations) {
      const page = address(this.base, c.url.split("#")[0]);
      if (!page.startsWith("http")) continue;
      this.known.set(c.title, page);
      for (const { law } of c.laws) this.known.set(law, lawAddress(this.base, law));
    }
  }

  /** Fetch the register and the list of guidelines; a title that two guidelines share leads nowhere. */
  lookUp() {
    this.loading ??= Promise.all([getJson(`${this.base}/api/laws`), getJson(`${this.base}/api/guidelines`)]).then(
      ([{ laws }, { guidelines }]) => {
        const titles = guidelines.map((g) => g.title);
        const single = guidelines.filter((g) => titles.indexOf(g.title) === titles.lastIndexOf(g.title));
        const found = single.map((g) => [g.title, address(this.base, g.url)]);
        for (const law of laws.filter((l) => l.clause_count)) { // the site has a page for what is cited
          for (const name of [law.short_title, law.title, ...law.aliases]) found.push([name, lawAddress(this.base, law.short_title)]);
        }
        this.known = new Map([...found, ...this.known]);
      },
    ).catch(() => { this.loading = null; }); // the text reads without links
    return this.loading;
  }

  /** Turn each 《name》 in the text of an element into a link, where its page is known. */
  async link(element) {
    const names = [...element.textContent.matchAll(NAME)].map((match) => match[1]);
    if (names.some((name) => !this.known.has(name))) await this.lookUp();
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("a")) nodes.push(walker.currentNode);
    for (const node of nodes) node.replaceWith(...this.pieces(node.data));
  }

  pieces(text) {
    return text.split(/(《[^《》]+》)/).filter(Boolean).map((piece) => {
      const target = /^《.+》$/.test(piece) && this.known.get(piece.slice(1, -1));
      return target ? h("a", { href: target }, piece) : document.createTextNode(piece);
    });
  }
}
