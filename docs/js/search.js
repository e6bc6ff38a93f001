/* Search: a query against the short texts of search/first.json, then of search/index.json, all in the browser; the answer
 * is a sentence of a clause. */
(() => {
  "use strict";
  const dialog = document.getElementById("hg-search");
  if (!dialog) return;
  const one = (selector) => dialog.querySelector(selector);
  const input = one("input[name=query]"), roles = one(".hg-search__roles"), status = one("[role=status]"), list = one(".hg-results"), ask = one(".hg-search__ask");
  const home = new URL(`${dialog.dataset.home.replace(/\/?$/, "/")}`, document.baseURI);
  const SECTIONS = { must: "要做到", mustnot: "不得", howto: "怎么做", liability: "罚则", faq: "问答" };
  const EMPTY = /请问|能不能|可不可以|是不是|有没有|要不要|用不用|需不需要|怎么办|怎么样|怎么|如何|什么|哪些|哪个|多少|可以|应该|一下|的话|我们|[吗呢吧啊呀么嘛的了我]/g;
  const SHOWN = 20, ENOUGH = 0.45, SHOWN_NEAR = 5, NEAR = 0.2; // shares of what is looked for that a text holds; the lower where none holds more
  let index = null, whole = false, loading = null, role = "";

  // --- words ---------------------------------------------------------------------------------------------------

  let simplified = new Map();
  const learn = ({ old, new: plain }) => { const letters = Array.from(plain); simplified = new Map(Array.from(old, (c, i) => [c, letters[i]])); };

  /** One form for what looks alike, that of ``normalize`` in rag/ground/words.py: full-width, upper case, traditional, invisible, spread out.
   * Without look-behind, which older phones cannot read. */
  function fold(text) {
    const plain = text.normalize("NFKC").replace(/([\u4e00-\u9fff])[0-9#*]\ufe0f?\u20e3(?=[\u4e00-\u9fff])/gu, "$1")
      .replace(/[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u20e3]/gu, "").toLowerCase();
    return Array.from(plain, (c) => simplified.get(c) ?? c).join("")
      .replace(/(^|[^\p{L}\p{N}_])([\u4e00-\u9fff](?:[ \t][\u4e00-\u9fff]){3,})(?![\p{L}\p{N}_])/gu, (_, before, run) => before + run.replace(/[ \t]/g, ""));
  }

  /** What is looked for: lists of words of which one must occur. */
  function wanted(query) {
    let rest = fold(query).replace(/[\p{Cf}\p{Mn}\p{Me}\p{Extended_Pictographic}]/gu, "").replace(/(\p{Script=Han})\s+(?=\p{Script=Han})/gu, "$1");
    const found = [];
    for (const { word, group } of index.words) {
      if (!rest.includes(word)) continue;
      rest = rest.replaceAll(word, " ");
      found.push([word, ...group.filter((w) => w !== word)]);
    }
    const bare = rest.replace(EMPTY, " ");
    const runs = (bare.trim() || found.length ? bare : rest).match(/\p{Script=Han}+|[a-z0-9][a-z0-9.%+-]*/gu) || [];
    for (const run of runs) {
      if (!/\p{Script=Han}/u.test(run)) found.push([run]);
      else if (run.length === 1) { if (!found.length && runs.length === 1) found.push([run]); }
      else for (let i = 0; i + 2 <= run.length; i++) found.push([run.slice(i, i + 2)]);
    }
    return [...new Map(found.map((words) => [words[0], words])).values()];
  }

  function prepare(raw) {
    learn(raw);
    const words = raw.words.flatMap((group) => { const folded = group.map(fold); return folded.filter((w) => w.length > 1).map((word) => ({ word, group: folded })); });
    const texts = raw.pages.flatMap(([address, title, operator, parts]) => {
      const page = { address, title, operator, folded: fold(title) };
      return parts.map(([anchor, section, heading, text]) => ({ page, anchor, section, heading, text, head: fold(heading), body: fold(text) }));
    });
    return { operators: raw.operators, words: words.sort((a, b) => b.word.length - a.word.length), texts };
  }

  // --- finding -------------------------------------------------------------------------------------------------

  const has = (words, text) => words.some((w) => text.includes(w));

  /** The best text of each page, best first. */
  function find(terms) {
    const { texts } = index;
    const weights = terms.map((words) => {
      const count = texts.reduce((n, t) => n + (has(words, t.body) || has(words, t.head)), 0);
      return count || texts.some((t) => has(words, t.page.folded)) ? Math.log(1 + texts.length / (count + 1)) * (words[0].length > 2 ? 1.6 : 1) : 0;
    });
    const whole = weights.reduce((a, b) => a + b, 0);
    if (!whole) return [];
    const best = new Map();
    for (const text of texts) {
      const score = rate(text, terms, weights) / whole;
      if (score > (best.get(text.page)?.score ?? NEAR)) best.set(text.page, { ...text, score });
    }
    return [...best.values()].sort((a, b) => b.score - a.score);
  }

  function rate(text, terms, weights) {
    let sum = 0, own = 0;
    terms.forEach((words, i) => {
      const exact = text.head.includes(words[0]) || text.body.includes(words[0]);
      const hit = has(words, text.head) ? 1.3 : has(words, text.body) ? 1 : 0;
      const title = has(words, text.page.folded);
      own += hit;
      sum += weights[i] * ((hit || (title ? 0.7 : 0)) * (exact || !hit ? 1 : 0.9) + (hit && title ? 0.3 : 0));
    });
    if (!own && text.anchor) return 0; // the title alone speaks for the page, not for one of its clauses
    return sum * (text.section === "faq" ? 1.1 : 1) * (text.page.operator ? 1 : 0.75) / (1 + text.body.length / 2000);
  }

  // --- showing -------------------------------------------------------------------------------------------------

  const node = (tag, css, ...inside) => { const made = document.createElement(tag); if (css) made.className = css; made.append(...inside); return made; };

  /** ``text`` with the words marked, by the characters they were folded from. */
  function marked(text, terms) {
    const letters = Array.from(text);
    const places = [];
    const folded = letters.map((c, i) => { const f = fold(c); for (let k = 0; k < f.length; k++) places.push(i); return f; }).join("");
    const hit = new Set();
    for (const word of terms.flat()) {
      for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) for (let k = 0; k < word.length; k++) hit.add(places[at + k]);
    }
    const out = document.createDocumentFragment();
    for (let i = 0; i < letters.length;) {
      const on = hit.has(i);
      let end = i;
      while (end < letters.length && hit.has(end) === on) end++;
      const part = letters.slice(i, end).join("");
      out.append(on ? node("mark", "", part) : part);
      i = end;
    }
    return out;
  }

  /** The sentence of a text that holds most of what is looked for; of an answer the first, behind its question. */
  function sentence({ heading, text }, terms) {
    const parts = text.match(/[^。！？]+[。！？]?[”）]?/gu) || [text];
    if (heading) return `${heading} ${parts[0]}`;
    const count = (part) => terms.filter((words) => has(words, fold(part))).length;
    return parts.reduce((a, b) => (count(b) > count(a) ? b : a)).trim();
  }

  function row(found, terms) {
    const { page, anchor, section } = found;
    const link = node("a", "", marked(page.title, terms));
    link.href = new URL(page.address + (anchor ? `#${anchor}` : ""), home);
    const short = index.operators.find(([id]) => id === page.operator)?.[1] ?? (page.operator ? "通用" : "");
    if (short) link.append(node("span", "hg-tag hg-tag--role", short));
    const said = node("span", "hg-sentence");
    if (SECTIONS[section]) said.append(node("b", `hg-in hg-in--${section}`, SECTIONS[section]), " ");
    said.append(marked(sentence(found, terms), terms));
    link.append(said);
    return node("li", "", link);
  }

  function draw() {
    const query = input.value.trim();
    const assistant = document.querySelector("hegui-chat")?.ask;
    ask.hidden = !query || !assistant;
    ask.replaceChildren("问助手：", node("b", "", query));
    list.replaceChildren(); // nothing of an earlier query stays under these words
    if (!query) { status.textContent = "写一个词，或者像平时说话那样写一句。"; return; }
    if (!index) { status.textContent = loading ? "正在取搜索目录……" : "搜索目录没有取到，请检查网络，关掉搜索再打开一次。"; return; }
    const terms = wanted(query);
    const near = find(terms), fitting = near.filter((f) => f.score > ENOUGH), all = fitting.length ? fitting : near;
    const rest = whole ? "" : loading ? "，正在查其余的……" : "，其余的没有取到，关掉搜索再打开一次";
    const mine = all.filter(({ page }) => !role || !page.operator || page.operator === role || page.operator === "common");
    const least = (mine[0]?.score ?? 0) * 0.6;
    const shown = mine.filter((f) => f.score >= least).slice(0, fitting.length ? SHOWN : SHOWN_NEAR);
    const name = index.operators.find(([id]) => id === role)?.[1];
    const others = all.filter(({ page }) => page.operator && !mine.some((f) => f.page === page)).length;
    status.textContent = name && others && !shown.some((f) => f.page.operator) ? `${name}的指引里没有，其他身份有 ${others} 条，点“全部”看。`
      : shown.length ? `${fitting.length ? "" : "没有全对上的，最接近的 "}${shown.length} 条${name ? `，只看${name}和通用的` : ""}${rest}`
      : rest ? `常见问题里没有${rest}` : `没有查到。换个说法${assistant ? "，或者问助手" : ""}。`;
    list.append(...shown.map((found) => row(found, terms)));
  }

  function drawRoles() {
    const button = (id, name) => {
      const made = node("button", "hg-button", name);
      made.type = "button";
      made.setAttribute("aria-pressed", String(id === role));
      made.addEventListener("click", () => { role = id; for (const b of roles.children) b.setAttribute("aria-pressed", String(b === made)); draw(); });
      return made;
    };
    roles.replaceChildren(button("", "全部"), ...(index?.operators ?? []).map(([id, name]) => button(id, name)));
  }

  async function load() {
    try {
      for (const name of ["first", "index"]) { // on a slow line the questions and answers come a while before the rest
        const answer = await fetch(new URL(`search/${name}.json`, home));
        if (!answer.ok) throw new Error(String(answer.status));
        index = prepare(await answer.json());
        whole = name === "index";
        if (name === "first") drawRoles();
        if (!list.contains(document.activeElement)) draw(); // who has gone on to a result keeps it
      }
    } catch {
      loading = null;
      draw();
    }
  }

  function open(text) {
    if (!dialog.open) (dialog.showModal ? dialog.showModal() : dialog.setAttribute("open", ""));
    role = window.heguiRole?.get() ?? "";
    if (typeof text === "string") input.value = text;
    loading ??= load();
    drawRoles();
    draw();
    input.focus();
  }
  const close = () => (dialog.close ? dialog.close() : dialog.removeAttribute("open"));

  input.addEventListener("input", draw);
  document.addEventListener("hegui:search", (event) => open(event.detail));
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("[data-close], .hg-results a")) close(); });
  one("form").addEventListener("submit", (event) => { event.preventDefault(); one(".hg-results a")?.click(); });
  ask.addEventListener("click", () => {
    const chat = document.querySelector("hegui-chat"), question = input.value.trim();
    close();
    Promise.resolve(chat.toggle(true)).then(() => chat.ask(question));
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [input, ...list.querySelectorAll("a"), ...(ask.hidden ? [] : [ask])];
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (next) { event.preventDefault(); next.focus(); }
  });
})();
