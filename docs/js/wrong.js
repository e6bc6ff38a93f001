/* 这条不对: a small button at each clause, where the application answers. What is sent lands with the officers, at its clause. */
(() => {
  "use strict";
  const form = document.querySelector(".hg-feedback[data-page]");
  if (!form || !window.customElements) return;
  const home = new URL(`${document.getElementById("hg-search")?.dataset.home || "."}/`.replace(/\/+$/, "/"), document.baseURI);

  function make(tag, props, ...children) {
    const element = Object.assign(document.createElement(tag), props);
    element.append(...children);
    return element;
  }

  async function send(id, comment) {
    const body = { answer_id: `page:${form.dataset.page}#${id}`, helpful: false, ...(comment ? { comment } : {}) };
    const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    try {
      const response = await fetch(new URL("api/feedback", home), options);
      const said = await response.json();
      return response.ok ? said.message : `${said.title}。${said.detail || ""}`;
    } catch { return "没有送到，请过一会儿再点一次。"; }
  }

  /** The line under a clause: the button, then a field for what is wrong, then what became of it. */
  function line(id, name) {
    const opener = make("button", { type: "button", className: "hg-wrong-open", textContent: "这条不对" });
    opener.setAttribute("aria-label", `这条不对：${name}`);
    const state = make("span", {});
    state.setAttribute("role", "status");
    const row = make("div", { className: "hg-wrong" }, opener, state);
    opener.addEventListener("click", () => {
      const text = make("input", { type: "text", maxLength: 500, placeholder: "哪里不对？（可不填）" });
      text.setAttribute("aria-label", `${name}哪里不对（可不填）`);
      const ask = make("form", {}, text, make("button", { type: "submit", className: "hg-button", textContent: "告诉联络员" }));
      ask.addEventListener("submit", async (event) => {
        event.preventDefault();
        state.textContent = await send(id, text.value.trim());
        if (state.textContent.startsWith("谢谢")) ask.remove();
      });
      opener.hidden = true;
      row.prepend(ask);
      text.focus();
    });
    return row;
  }

  customElements.whenDefined("hegui-chat").then(() => {
    for (const item of document.querySelectorAll(".hg-clauses > li[id], .hg-check li[id]")) {
      const name = item.querySelector(".hg-no")?.getAttribute("aria-label")?.split("，")[0] || `自查第${[...item.parentElement.children].indexOf(item) + 1}条`;
      (item.querySelector(":scope > div") || item).append(line(item.id, name));
    }
    for (const answer of document.querySelectorAll("h3[id] + .hg-answer")) {
      const heading = answer.previousElementSibling;
      answer.append(line(heading.id, heading.firstChild.textContent));
    }
  });
})();
