// The trainer's screen: draws each picture that comes, sends on what button was pressed together with what was seen then.
const main = document.getElementById("main"), base = main.dataset.base, api = `${base}/api/training/rooms/${main.dataset.room}`;
const at = (id) => document.getElementById(id);
const SAYS = { lobby: "开始", ask: "公布答案", shown: "下一题" };
let seen = null;

const source = new EventSource(`${api}/events`);
source.addEventListener("room", (event) => { trouble(""); draw(JSON.parse(event.data)); });
source.onerror = () => trouble("网络断了，正在重连。手机上的作答不会丢。");

function trouble(text) { at("trouble").hidden = !text; at("trouble").textContent = text; }

function draw(now) {
  const fresh = !seen || seen.step !== now.step || seen.phase !== now.phase;
  seen = now;
  at("lobby").hidden = now.phase !== "lobby";
  at("stage").hidden = now.phase !== "ask" && now.phase !== "shown";
  at("end").hidden = now.phase !== "ended";
  document.querySelector(".steering").hidden = now.phase === "ended";
  at("next").textContent = now.phase === "shown" && now.step + 1 === now.total ? "结束课堂" : SAYS[now.phase] ?? "";
  at("stop").hidden = now.phase === "shown" && now.step + 1 === now.total;
  const answered = now.counts.reduce((a, b) => a + b, 0);
  at("count").textContent = now.phase === "ask" || now.phase === "shown" ? `已答 ${answered} / ${now.seats}` : `${now.seats} 部手机`;
  if (!at("stage").hidden) stage(now, fresh, answered);
  asked(now.asked);
}

function stage(now, fresh, answered) {
  at("which").textContent = `第 ${now.step + 1} 题，共 ${now.total} 题` + (now.code ? `　课堂码 ${now.code}` : "");
  at("question").textContent = now.question;
  if (fresh) at("bars").replaceChildren(...now.options.map(bar));
  [...at("bars").children].forEach((row, n) => {
    const count = now.counts[n] ?? 0, right = now.phase === "shown" && n === now.answer;
    row.classList.toggle("right", right);
    row.querySelector(".fill").style.width = `${answered ? (100 * count) / answered : 0}%`;
    row.querySelector(".value").textContent = String(count) + (right ? "　✓" : "");
  });
  at("clause").hidden = now.phase !== "shown";
  if (now.phase === "shown") clause(now);
}

function bar(text, number) {
  const row = document.createElement("li"), line = document.createElement("div"), track = document.createElement("div"), fill = document.createElement("div");
  const label = document.createElement("span"), value = document.createElement("span");
  line.className = "line"; track.className = "track"; fill.className = "fill"; value.className = "value";
  label.textContent = `${"ABCDEFGH"[number]}　${text}`;
  line.append(label, value); track.append(fill); row.append(line, track);
  return row;
}

function clause(now) {
  at("text").textContent = now.text;
  at("source").textContent = `${now.name}（${now.version} 起施行的版本）`;
  at("source").href = `${base}/${now.guideline}/#${now.clause}`;
}

function asked(list) {
  const drawn = JSON.stringify(list);
  if (at("asked").drawn === drawn) return;  // what somebody is about to press stays where it is
  at("asked").drawn = drawn;
  at("none").hidden = list.length > 0;
  at("asked").replaceChildren(...list.map((question) => {
    const row = document.createElement("li"), text = document.createElement("span"), count = document.createElement("b"), button = document.createElement("button");
    text.textContent = question.text; count.textContent = `${question.raised} 人想问`;
    button.type = "button"; button.className = "plain"; button.textContent = "收起"; button.setAttribute("aria-label", `收起：${question.text}`);
    button.addEventListener("click", () => send(`asked/${question.id}/hide`));
    row.append(text, count, button);
    return row;
  }));
}

async function send(path, body = {}) {
  try {
    const answer = await fetch(`${api}/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    trouble(answer.ok ? "" : (await answer.json()).detail);
  } catch { trouble("没有发出去，网络恢复后再按一次。"); }
}
const go = (end) => seen && send("step", { phase: seen.phase, step: seen.step, end });
at("next").addEventListener("click", () => go(false));
at("stop").addEventListener("click", () => { if (confirm("现在就结束课堂吗？没放的题算没有作答，作答不够的人只有参加证明。")) go(true); });
addEventListener("keydown", (event) => {
  if (["ArrowRight", "PageDown"].includes(event.key) && seen?.phase !== "ended") { event.preventDefault(); go(false); }
});
