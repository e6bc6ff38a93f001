/** Reading an answer aloud with the voice of the device; pressed again it stops. */
import { button } from "./dom.js";

const SILENT = "这台设备没有能读中文的声音。";

export function aloudButton(read, state) {
  const voice = window.speechSynthesis;
  if (!voice || !window.SpeechSynthesisUtterance) return null;
  const speaker = button("朗读", () => {
    const going = speaker.textContent === "停止朗读";
    voice.cancel();
    if (going) return;
    const said = new window.SpeechSynthesisUtterance(read());
    said.lang = "zh-CN";
    said.onend = () => { speaker.textContent = "朗读"; };
    said.onerror = ({ error }) => {
      speaker.textContent = "朗读";
      if (error !== "canceled" && error !== "interrupted") state.textContent = SILENT;
    };
    speaker.textContent = "停止朗读";
    voice.speak(said);
  }, { class: "vote" });
  window.addEventListener("pagehide", () => voice.cancel(), { once: true });
  return speaker;
}
