/** Cards that take an answer's place: an error and when to go on, a question that was stopped or lost. */
import { button, h } from "./dom.js";
import { Trouble } from "./net.js";

const KEPT = "您的问题还在，时间到了点“再试一次”就行。";

export function troubleCard(error, retry) {
  const known = error instanceof Trouble;
  const again = button("再试一次", retry, { class: "ghost" });
  return h("article", { class: "card trouble" },
    h("div", { role: "alert" },
      h("p", { class: "status" }, h("span", { class: "icon", "aria-hidden": "true" }, "!"), known ? error.message : "出了点问题"),
      h("p", {}, known ? error.detail : "页面出错了，请刷新后再试。"),
      known && error.status === 429 ? h("p", {}, KEPT) : null),
    h("p", { class: "row" }, again, known && error.wait ? countDown(again, error.wait) : null));
}

/** A question without an answer, with a way to ask it again. */
export function quietCard(title, retry) {
  return h("article", { class: "card no_evidence quietly" },
    h("p", { class: "status" }, h("span", { class: "icon", "aria-hidden": "true" }, "–"), title),
    h("p", { class: "row" }, button("再问一次", retry, { class: "ghost" })));
}

/** What stands where the answer did not come: it was stopped, took too long, or failed. */
export function insteadOf(error, why, retry) {
  if (why === "stopped") return quietCard("已停止", retry);
  return troubleCard(why === "timeout" ? new Trouble("等得太久了", "服务没有及时回答，请再试一次。") : error, retry);
}

/** Keep a button shut until it makes sense to press it, and show how long that is. */
function countDown(again, seconds) {
  const end = Date.now() + seconds * 1000;
  const left = h("span", { class: "state", "aria-live": "off" }); // not read out every second
  again.disabled = true;
  const show = () => {
    const rest = Math.ceil((end - Date.now()) / 1000);
    left.textContent = rest > 0 ? `还要等 ${rest} 秒` : "现在可以再试了";
    if (rest > 0) return;
    again.disabled = false;
    clearInterval(timer);
  };
  const timer = setInterval(show, 1000);
  show();
  return left;
}
