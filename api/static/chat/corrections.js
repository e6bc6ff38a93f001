/** 更正: answers of this tab are looked up again when they are shown again; what they cited may have been put right. */
import { h } from "./dom.js";
import { getJson } from "./net.js";

/** Put the notices of an earlier answer at the top of its card; where it is no longer kept there is none to put. */
export async function showCorrections(chat, answer, card) {
  if (!answer.id || !answer.citations?.length) return;
  const past = await getJson(`${chat.base}/api/answers/${encodeURIComponent(answer.id)}`).catch(() => null);
  const notices = [...new Set((past?.citations ?? []).map((c) => c.notice).filter(Boolean))];
  card.prepend(...notices.map((notice) => h("p", { class: "corrected", role: "note" }, notice)));
  if (notices.length) card.firstChild.scrollIntoView({ block: "nearest" }); // a restored conversation shows its end
}
