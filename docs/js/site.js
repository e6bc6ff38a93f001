/* Small helpers of the pages. Everything still reads without them; storage or network that fails is passed over. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const store = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } },
    write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* private mode: not kept */ } },
  };

  const home = new URL(`${document.getElementById("hg-search")?.dataset.home || "."}/`.replace(/\/+$/, "/"), document.baseURI);

  function toast(text) {
    const box = document.createElement("p");
    box.className = "hg-toast";
    box.setAttribute("role", "status");
    document.body.append(box);
    box.textContent = text;
    setTimeout(() => box.remove(), 2200);
  }

  // 大字: larger type on every page, kept on this device; below the first line of a page, or at its foot.
  const LARGE = "hegui.large.site";
  const bar = Object.assign(document.createElement("p"), { className: "hg-aids" });
  const larger = Object.assign(document.createElement("button"), { type: "button", className: "hg-button", textContent: "大字" });
  const enlarge = (large) => { document.documentElement.classList.toggle("hg-large", large); larger.setAttribute("aria-pressed", String(large)); };
  enlarge(store.read(LARGE) === true);
  larger.addEventListener("click", () => { enlarge(store.read(LARGE) !== true); store.write(LARGE, larger.getAttribute("aria-pressed") === "true"); });
  bar.append(larger);
  (one(".hg-lead") ?? one(".hg-footer ul"))?.after(bar);

  // Who the reader is, said once: kept under the key of the assistant, used by lists, search and change log.
  const ROLE = "hegui.role";
  window.heguiRole = {
    get() { try { return JSON.parse(localStorage.getItem(ROLE)) || ""; } catch { return ""; } },
    set(role) {
      store.write(ROLE, role);
      const chat = one("hegui-chat");
      if (chat?.options) chat.setRole(role); else if (chat) chat.operator = role;
    },
  };
  const role = window.heguiRole.get();
  for (const tile of all("[data-choose]")) {
    const name = tile.dataset.choose;
    tile.addEventListener("click", () => { if (name !== "common") window.heguiRole.set(name); });
    if (role && name === role) { tile.setAttribute("aria-current", "true"); tile.parentElement.prepend(tile); }
  }
  if (role) { // what is mine comes first, in its own order
    for (const part of all(`section[data-role="${role}"]`)) part.parentElement.insertBefore(part, one("section[data-role]", part.parentElement));
    for (const list of all(".hg-hot")) list.prepend(...all("li", list).filter((li) => one(`[data-role="${role}"]`, li)));
    for (const list of all(".hg-uses")) list.prepend(...all(`[data-entry="${role}"]`, list));
  }

  /** Copy text; without https there is no clipboard interface, so the old way is tried too. */
  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const box = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
      document.body.append(box);
      box.select();
      try { return document.execCommand("copy"); } catch { return false; } finally { box.remove(); }
    }
  }

  // Numbers and heading marks copy the address of their clause.
  document.addEventListener("click", async (event) => {
    const mark = event.target.closest(".hg-no, .headerlink");
    if (mark) toast((await copied(mark.href)) ? "已复制这一条的链接" : "这个浏览器不让复制：这一条的链接就在地址栏里");
  });

  // Checklists: ticks are kept in this browser, by version and wording, so that a corrected item starts anew.
  for (const list of all("[data-check]")) {
    const key = `hegui.check.${list.dataset.check}`;
    const boxes = all("input", list);
    const show = () => { one(".hg-check-count", list).textContent = `已完成 ${boxes.filter((b) => b.checked).length} / ${boxes.length}`; };
    const saved = store.read(key);
    for (const box of boxes) box.checked = saved[box.dataset.text] === true;
    const keep = () => { store.write(key, Object.fromEntries(boxes.filter((b) => b.checked).map((b) => [b.dataset.text, true]))); show(); };
    list.addEventListener("change", keep);
    one("[data-action=uncheck]", list).addEventListener("click", () => { for (const box of boxes) box.checked = false; keep(); });
    show();
  }

  // Menu and search of the header.
  one(".hg-menu")?.addEventListener("click", () => {
    const drawer = document.getElementById("__drawer");
    drawer.click();
    if (drawer.checked) setTimeout(() => one(".md-nav--primary a.md-nav__link")?.focus(), 250);
  });
  const search = (text) => document.dispatchEvent(new CustomEvent("hegui:search", { detail: text }));
  one(".hg-find")?.addEventListener("click", () => search());
  document.addEventListener("keydown", (event) => {
    const drawer = document.getElementById("__drawer");
    if (event.key === "Escape" && drawer?.checked) { drawer.click(); one(".hg-menu").focus(); }
  });

  document.addEventListener("click", (event) => {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (action === "print") window.print();
    if (action === "print-check") {
      document.body.classList.add("hg-print-check");
      addEventListener("afterprint", () => document.body.classList.remove("hg-print-check"), { once: true });
      window.print();
    }
  });

  for (const part of all("[data-live]")) window.customElements?.whenDefined("hegui-chat").then(() => { part.hidden = false; });

  // Feedback is shown where the application answers, which is where its assistant has loaded.
  for (const form of all(".hg-feedback")) {
    window.customElements?.whenDefined("hegui-chat").then(() => { form.hidden = false; });
    const why = one(".hg-why", form);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("click", async (event) => {
      const button = event.target.closest("button[value]");
      if (!button) return;
      const reasons = button.value === "why" ? [...all("input:checked", why).map((box) => box.value), one("[type=text]", why).value.trim()].filter(Boolean).join("；").slice(0, 500) : "";
      if (button.value === "why" && !reasons) { one("input", why).focus(); return; }
      const body = JSON.stringify({ answer_id: `page:${form.dataset.page}`, helpful: button.value === "true", ...(reasons ? { comment: reasons } : {}) });
      const headers = { "Content-Type": "application/json" };
      const said = await fetch(new URL("api/feedback", home), { method: "POST", headers, body }).then((r) => r.json().then((j) => (r.ok ? j : null)), () => null).catch(() => null);
      if (said?.stored) {
        if (button.value !== "why") for (const other of all("[aria-labelledby] button", form)) other.setAttribute("aria-pressed", String(other === button));
        why.hidden = button.value !== "false";
      }
      one("[role=status]", form).textContent = said ? said.message || (said.stored ? "谢谢，已经记下。" : "这条意见没有留下。") : "没有记下，请过一会儿再点一次。";
    });
  }

  // Comparison: choose two versions; the address keeps the choice.
  for (const form of all("[data-compare]")) {
    const { a, b, all: every } = form.elements;
    const status = one("[role=status]", form);
    const draw = () => {
      const [old, now] = [a.value, b.value].sort();
      const id = `d-${old}-${now}`;
      for (const part of all(".hg-diff")) { part.hidden = part.id !== id; part.classList.toggle("hg-all", every.checked); }
      status.textContent = old === now ? "请选两个不同的版本。" : "";
    };
    const read = () => {
      const match = /^#d-(\d{4}-\d\d-\d\d)-(\d{4}-\d\d-\d\d)$/.exec(location.hash);
      if (match && one(location.hash)) [a.value, b.value] = [match[1], match[2]];
      draw();
    };
    form.addEventListener("change", () => { draw(); history.replaceState(null, "", `#d-${[a.value, b.value].sort().join("-")}`); });
    addEventListener("hashchange", read);
    read();
  }

  // Tables and code that scroll sideways can be scrolled by keyboard.
  const scrolls = (box, name) => { box.tabIndex = 0; box.setAttribute("role", "group"); box.setAttribute("aria-label", name); };
  addEventListener("load", () => {
    for (const box of all(".md-typeset__scrollwrap")) scrolls(box, "表格");
    for (const box of all("pre > code")) scrolls(box, "代码");
  });

  const target = (hash) => (hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null);
  /** A heading goes with all that stands under it, where entries stand there and none is shown. */
  function hideEmpty(head) {
    const part = [];
    for (let next = head.nextElementSibling; next && !/^H[123]$/.test(next.tagName); next = next.nextElementSibling) part.push(next);
    const entries = part.flatMap((element) => all("[data-entry]", element));
    if (entries.length) for (const element of [head, ...part]) element.hidden = entries.every((entry) => entry.hidden);
  }

  // Change log and laws: only a role's entries, only those on a law; preset to the reader's role.
  for (const form of all("[data-log]")) {
    const { role: who, law } = form.elements;
    const entries = all("[data-entry]");
    const draw = () => {
      for (const entry of entries) entry.hidden = !((!who.value || entry.dataset.entry === who.value) && (!law?.value || entry.dataset.laws.split(" ").includes(law.value)));
      for (const day of all(".hg-day")) day.hidden = all("[data-entry]", day).every((entry) => entry.hidden);
      for (const box of all(".hg-new")) box.hidden = all("[data-entry]", box).every((entry) => entry.hidden);
      const count = entries.filter((entry) => !entry.hidden).length;
      for (const head of all(".md-content h3")) hideEmpty(head);
      for (const cell of all(".hg-articles a")) cell.parentElement.hidden = target(cell.hash)?.hidden ?? false;
      one("[role=status]", form).textContent = who.value || law?.value ? (count ? `${count} 份` : "没有。看“全部”，或者换一个身份。") : "";
    };
    if (law && role && one(`option[value="${role}"]`, who)) who.value = role; // on a law's page a link may lead to any article
    form.addEventListener("change", draw);
    addEventListener("hashchange", () => { if (target(location.hash)?.hidden) { who.value = ""; draw(); target(location.hash).scrollIntoView(); } });
    draw();
  }

  // Filter of the glossary.
  for (const input of all("[data-filter]")) {
    const rows = all(`.${input.dataset.filter}`);
    const status = one("[role=status]", input.parentElement);
    const filter = () => {
      const word = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(word);
      status.textContent = word ? `${rows.filter((r) => !r.hidden).length} 个` : "";
    };
    input.addEventListener("input", filter);
    filter(); // a word typed before this script ran, or kept by the browser, counts too
  }

  // Glossary words: a first press shows the meaning, the link in it leads to the glossary.
  let tip = null;
  const closeTip = () => { tip?.remove(); tip = null; };
  function openTip(word) {
    closeTip();
    tip = document.createElement("div");
    tip.className = "hg-tip";
    tip.setAttribute("role", "status");
    const more = document.createElement("a");
    more.href = word.href;
    more.textContent = "看行话对照";
    document.body.append(tip);
    tip.append(word.dataset.tip, document.createElement("br"), more);
    const box = word.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left), innerWidth - tip.offsetWidth - 8);
    tip.style.cssText = `left:${left + scrollX}px;top:${box.bottom + scrollY + 6}px`;
  }
  document.addEventListener("click", (event) => {
    const word = event.target.closest(".hg-term");
    if (word && !event.ctrlKey && !event.metaKey) { event.preventDefault(); openTip(word); } else if (!event.target.closest(".hg-tip")) closeTip();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeTip(); });

  // The question on the home page goes to the assistant, or to the search where there is no assistant.
  for (const form of all(".hg-ask")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const question = form.elements.q.value.trim();
      if (!question) { form.elements.q.focus(); return; }
      const chat = one("hegui-chat");
      if (chat?.ask) { Promise.resolve(chat.toggle(true)).then(() => chat.ask(question)); return; }
      search(question);
    });
  }
})();
