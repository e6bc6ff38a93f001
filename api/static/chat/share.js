/** Taking an answer along: copy, share, print. */
import { button, chineseDate, h } from "./dom.js";
import { address } from "./links.js";
import { SHEET } from "./look.js";
import { printSheet } from "./paper.js";
import { headOf } from "./verdict.js";

/** The question as a link: whoever opens it asks in the same role, and for the same day if that is not today. */
function questionLink(chat, question, answer) {
  const query = new URLSearchParams({ q: question });
  if (answer.operator) query.set("operator", answer.operator);
  if (answer.as_of !== chat.asker.options?.today) query.set("as_of", answer.as_of);
  return `${chat.base}/chat?${query}`;
}

/** Copy text; without https there is no clipboard interface, so the old way is tried too. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = h("textarea", { value: text, readonly: true });
    document.body.append(box);
    box.select();
    try { return document.execCommand("copy"); } catch { return false; } finally { box.remove(); }
  }
}

const tell = (state, copied, what) => { state.textContent = copied ? what : "这个浏览器不让复制，请长按文字选中后复制。"; };

export function copyButton(chat, question, answer, state) {
  return button("复制", async () => {
    const sources = answer.citations.map((c) => `[${c.n}] ${address(chat.base, c.url)}`);
    const head = `${headOf(answer).label}，按 ${chineseDate(answer.as_of)} 的规定`;
    const text = [`问：${question}`, `答（${head}）：`, answer.answer.replaceAll("**", ""), ...sources, answer.notice].join("\n");
    tell(state, await copy(text.trim()), "已复制问题、回答和出处。");
  }, { class: "vote" });
}

/** The phone's own share sheet where there is one, else the link goes to the clipboard. */
export function shareButton(chat, question, answer, state) {
  return button("分享", async () => {
    const url = questionLink(chat, question, answer);
    if (navigator.share) {
      try { await navigator.share({ title: question, url }); return; } catch (error) { if (error.name === "AbortError") return; }
    }
    tell(state, await copy(url), "已复制链接，打开就是这个问题。");
  }, { class: "vote" });
}

/** Print all turns. The chat page prints itself; a panel's turns go on a sheet of their own. */
export function printTurns(chat) {
  if (chat.paged) window.print();
  else printSheet(chat.shadowRoot, "合规问答", [...chat.log.querySelectorAll(".turn")], [SHEET]);
}
