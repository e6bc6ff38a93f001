/** From the machine to people: was it useful, hand over to an officer. Says 已记下 only of what was stored. */
import { aloudButton } from "./aloud.js";
import { MAX_QUESTION } from "./composer.js";
import { button, h, matches } from "./dom.js";
import { address } from "./links.js";
import { post } from "./net.js";
import { copyButton, shareButton } from "./share.js";

const REASONS = ["没有答到我问的", "看不懂", "说得不对"];
const NOT_STORED = "谢谢。本站不保存反馈，没有记录。";

/** The row under an answer. */
export function actions(chat, question, answer) {
  const state = h("span", { class: "state", role: "status" });
  const vote = (label, helpful) => button(label, () => send(helpful), { class: "vote", "aria-pressed": "false" });
  const [yes, no] = [vote("有用", true), vote("没用", false)];
  const send = async (helpful, comment) => {
    const { stored, text } = await tell(chat, { answer_id: answer.id, helpful, ...(comment ? { comment } : {}) });
    state.textContent = text;
    yes.setAttribute("aria-pressed", String(stored && helpful));
    no.setAttribute("aria-pressed", String(stored && !helpful));
    bar.parentNode.querySelector("form.comment")?.remove();
    if (stored && !helpful && !comment) bar.after(commentForm((said) => said && send(false, said), "哪里没用", REASONS));
  };
  const handover = answer.status === "answered" && chat.asker.options?.handover ? handoverButton(chat, question, answer) : null;
  handover?.classList.replace("ghost", "vote");
  const bar = h("div", { class: "actions", role: "group", "aria-label": "这个回答" },
    yes, no, copyButton(chat, question, answer, state), shareButton(chat, question, answer, state),
    aloudButton(() => answer.answer.replace(/\*\*|\[\d+\]/g, ""), state),
    button("改问题", () => chat.composer.put(question), { class: "vote" }), handover, state);
  return bar;
}

/** Send feedback; what it answers is what became of it. */
async function tell(chat, body) {
  try {
    const said = await (await post(`${chat.base}/api/feedback`, body)).json();
    return said.stored === true ? { stored: true, text: said.message } : { stored: false, text: NOT_STORED };
  } catch (error) { return { stored: false, text: error.text || "没有送到，请再试一次。" }; }
}

/** A small button at a citation: its clause is wrong. Nothing is sent before 提交; it lands with the officers, together with the clause. */
export function wrongButton(chat, { guideline, version, clause, title, section }) {
  const state = h("span", { class: "state", role: "status" });
  const send = async (comment) => {
    const body = { answer_id: `page:${guideline}@${version}#${clause}`, helpful: false, ...(comment ? { comment } : {}) };
    const { stored, text } = await tell(chat, body);
    state.textContent = text;
    if (stored) { form.remove(); opener.disabled = true; }
  };
  const form = commentForm(send, "哪里不对");
  const opener = button("这条不对", () => {
    if (form.isConnected) form.remove(); else { row.after(form); form.querySelector("input").focus(); }
    opener.setAttribute("aria-expanded", String(form.isConnected));
  }, { class: "vote", "aria-expanded": "false", "aria-label": `这条不对：${title}，${section}` });
  const row = h("p", { class: "wrong" }, opener, state);
  return row;
}

/** One line of words, which may stay empty, and 提交; before it reasons to tap instead. */
function commentForm(send, what, reasons = []) {
  const text = h("input", { type: "text", maxlength: "500", "aria-label": `${what}（可不填）`, placeholder: `${what}？（可不填）` });
  const submit = (e) => { e.preventDefault(); send(text.value.trim()); };
  return h("form", { class: "comment", onsubmit: submit }, 
    reasons.length ? h("p", { class: "row" }, reasons.map((why) => button(why, () => send(why), { class: "ghost" }))) : null, text, h("button", { type: "submit", class: "ghost" }, "提交"));
}

/** Where no rule was found: a person to turn to. */
export function contactCard(chat, question, answer) {
  const { contact } = answer;
  return h("div", { class: "contact", role: "group", "aria-label": "联系人工" },
    h("p", {}, contact.text),
    h("p", { class: "row" },
      contact.phone ? h("a", { class: "solid", href: `tel:${contact.phone.replace(/[^\d+*#-]/g, "")}` }, `拨打 ${contact.phone}`) : null,
      contact.url ? h("a", { class: "ghost", href: address(chat.base, contact.url) }, "联系页面") : null,
      chat.asker.options?.handover ? handoverButton(chat, question, answer) : null));
}

function handoverButton(chat, question, answer) {
  const opener = button("转给联络员", () => {
    const open = opener.closest(".card").querySelector("form.handover");
    opener.setAttribute("aria-expanded", String(!open));
    if (open) { open.remove(); return; }
    const form = handoverForm(chat, question, answer, opener);
    (opener.closest(".contact") || opener.closest(".actions")).after(form);
    if (matches("(pointer: fine)")) form.querySelector("textarea").focus(); // on a phone the keyboard would hide the form
    else form.scrollIntoView({ block: "nearest" });
  }, { class: "ghost", "aria-expanded": "false" });
  return opener;
}

function handoverForm(chat, question, answer, opener) {
  const text = h("textarea", { rows: "3", maxlength: MAX_QUESTION, required: true, value: question });
  const reach = h("input", { type: "text", maxlength: "200", autocomplete: "email", placeholder: "邮箱或电话，便于答复" });
  const consent = h("input", { type: "checkbox", required: true });
  const state = h("p", { class: "state", role: "status" });
  const send = async (event) => {
    event.preventDefault();
    if (!consent.checked) { state.textContent = "请先勾选同意保存，才能转交。"; return; }
    state.textContent = "正在转交…";
    const contact = reach.value.trim() ? { contact: reach.value.trim() } : {};
    const body = { question: text.value, answer_id: answer.id, consent: true, ...contact, ...chat.asker.role };
    try {
      const said = await (await post(`${chat.base}/api/handover`, body)).json();
      state.textContent = said.stored === true ? said.message : `没有转交成功。${answer.contact.text}`;
      if (said.stored === true) {
        form.replaceChildren(state, ...(said.url ? [h("p", {}, h("a", { href: said.url, target: "_blank", rel: "noopener" }, "打开答复页（可收藏）"))] : []));
        opener.disabled = true;
      }
    } catch (error) { state.textContent = error.text || "没有送到，请再试一次。"; }
  };
  const cancel = () => { opener.setAttribute("aria-expanded", "false"); form.remove(); opener.focus(); };
  const days = chat.asker.options?.retention_days ?? 180;
  const form = h("form", { class: "handover", onsubmit: send, novalidate: true },
    h("label", {}, "要转给联络员的问题", text),
    h("label", {}, "联系方式（可不填）", reach),
    h("label", { class: "agree" }, consent, `我同意保存这个问题和联系方式，最多 ${days} 天，只用于答复我。`),
    h("p", { class: "row" }, h("button", { type: "submit", class: "solid" }, "转交"), button("取消", cancel, { class: "ghost" })),
    state);
  return form;
}
