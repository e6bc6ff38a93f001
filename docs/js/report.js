/* 网站找错: sent as a question to the officers, with the page it is about; shown where the application answers. */
(() => {
  "use strict";
  const form = document.querySelector("[data-report]");
  if (!form || !window.customElements) return;
  const home = new URL("../", document.currentScript.src);
  const { page, what, contact } = form.elements;
  const from = document.referrer.startsWith(home.href) ? document.referrer : "";
  if (from) try { page.value = decodeURI(from.slice(home.href.length - 1)); } catch { page.value = from; }
  customElements.whenDefined("hegui-chat").then(() => { form.hidden = false; });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const state = form.querySelector("[role=status]");
    const reach = contact.value.trim();
    const question = `网站找错（${page.value.trim().slice(0, 80) || "没有写哪一页"}）：${what.value.trim()}`;
    const body = JSON.stringify({ question, consent: true, ...(reach ? { contact: reach } : {}) });
    state.textContent = "正在提交…";
    try {
      const response = await fetch(new URL("api/handover", home), { method: "POST", headers: { "Content-Type": "application/json" }, body });
      const said = await response.json();
      state.textContent = response.ok ? said.message : `${said.title}。${said.detail || ""}`;
      if (said.stored === true) form.querySelector("button").remove();
    } catch { state.textContent = "没有送到，请过一会儿再试。写的内容还在。"; }
  });
})();
