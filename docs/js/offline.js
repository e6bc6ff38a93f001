/* Keeps what was opened readable without a network (docs/sw.js), and says so when a page comes from that store. */
(() => {
  "use strict";
  const root = document.documentElement;
  const home = new URL("../", document.currentScript.src);

  if (root.dataset.kept !== undefined) {
    const day = new Date(root.dataset.kept);
    const when = Number.isNaN(day.getTime()) ? "以前" : `${day.getMonth() + 1}月${day.getDate()}日 `;
    const said = document.createElement("p");
    said.className = "hg-kept";
    said.setAttribute("role", "status");
    (document.querySelector(".md-content__inner") || document.querySelector("main") || document.body).prepend(said);
    said.textContent = `没有连上网，这是${when}存在这台设备上的页面；联网后再打开就是最新的。`;
  }

  const workers = navigator.serviceWorker;
  if (!workers || root.dataset.kept !== undefined) return;
  addEventListener("load", async () => {
    try {
      const first = !workers.controller;
      await workers.register(new URL("sw.js", home), { scope: home.pathname, updateViaCache: "none" });
      const { active } = await workers.ready;
      if (!first) { root.dataset.stored = ""; return; }
      const names = (list) => list.map((entry) => entry.name);
      const keep = (urls) => active.postMessage({ keep: urls });
      workers.addEventListener("message", () => { root.dataset.stored = ""; }, { once: true });
      workers.startMessages();
      keep([home.href, location.href, ...names(performance.getEntriesByType("resource"))]);
      // what was under way when the worker came passed it by
      new PerformanceObserver((list) => keep(names(list.getEntries()))).observe({ type: "resource" });
    } catch { /* no https, private window: read online only */ }
  });
})();
