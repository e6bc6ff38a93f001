/* 朗读 on a guideline: clause by clause with the voice of the device (a long text in one piece is cut off by some browsers). */
(() => {
  "use strict";
  const voice = window.speechSynthesis;
  const page = document.querySelector(".hg-feedback[data-page]") && document.querySelector(".md-content__inner");
  const lead = page?.querySelector(".hg-lead");
  if (!voice || !window.SpeechSynthesisUtterance || !lead) return;
  const READ = "h1, h2, h3, .hg-lead, .hg-group, .hg-clauses > li > div, .hg-check label, .hg-answer > p";
  const bar = document.querySelector(".hg-aids");
  const speaker = Object.assign(document.createElement("button"), { type: "button", className: "hg-button", textContent: "朗读本页" });
  const state = document.createElement("span");
  state.setAttribute("role", "status");
  bar.prepend(speaker, " ");
  bar.append(" ", state);

  let turn = 0; // a new one leaves the pieces of the one before unsaid
  const rest = (said = "") => { turn += 1; speaker.textContent = "朗读本页"; state.textContent = said; };
  const text = (element) => {
    const copy = element.cloneNode(true);
    for (const extra of copy.querySelectorAll(".headerlink, .hg-wrong")) extra.remove();
    return copy.textContent.trim();
  };

  function read(pieces, mine) {
    if (mine !== turn) return;
    if (!pieces.length) { rest(); return; }
    const said = new window.SpeechSynthesisUtterance(pieces[0]);
    said.lang = "zh-CN";
    said.onend = () => read(pieces.slice(1), mine);
    said.onerror = ({ error }) => { if (mine === turn) rest(error === "canceled" || error === "interrupted" ? "" : "这台设备没有能读中文的声音。"); };
    voice.speak(said);
  }

  speaker.addEventListener("click", () => {
    const going = speaker.textContent === "停止朗读";
    rest();
    voice.cancel();
    if (going) return;
    speaker.textContent = "停止朗读";
    const parts = [...page.querySelectorAll(READ)].filter((element) => !element.closest(".hg-foot") && element.id !== "related");
    read(parts.map(text).filter(Boolean), turn);
  });
  addEventListener("pagehide", () => voice.cancel());
})();
