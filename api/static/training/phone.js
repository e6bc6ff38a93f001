// A phone in a room: joins by code, shows what the trainer shows, sends what was tapped, however often the network goes.
import { Outbox } from "./outbox.js";
import { drawAsked, drawOptions, drawResult } from "./draw.js";

const main = document.getElementById("main"), base = main.dataset.base, at = (id) => document.getElementById(id);
let room = "", api = "", outbox = null, now = null, chosen = {}, raised = new Set(), ended = false;

function show(...ids) { for (const part of ["join", "wait", "task", "result", "questions"]) at(part).hidden = !ids.includes(part); }
function wrong(text) { at("wrong").hidden = !text; at("wrong").textContent = text; }
function net(text) { at("net").hidden = !text; at("net").textContent = text; }

async function get(path) { return fetch(`${api}/${path}`, { headers: { accept: "application/json" } }); }

// --- joining ---
async function join(code, key = "") {
  wrong("");
  let answer;
  try {
    answer = await fetch(`${base}/api/room/join`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ code, key }) });
  } catch { show("join"); at("code").value = code; return wrong("网络不通，请再点一次“进入”。"); }
  const body = await answer.json();
  if (!answer.ok) { show("join"); return wrong(`${body.title}。${body.detail}`); }
  history.replaceState(null, "", `${base}/room/${body.room}`);
  return enter(body.room, true);
}

async function enter(number, joined = false) {
  room = number; api = `${base}/api/room/${room}`;
  let answer = null;
  try { answer = await get("me"); } catch { /* below */ }
  if (!answer || answer.status >= 500) { net("网络不通，正在重试。"); return void setTimeout(() => enter(number, joined), 2000); }
  if (!answer.ok) { show("join"); return wrong(joined ? "浏览器没有存下座位：请允许本站的 Cookie，再输一次课堂码。" : "请输入课堂码进课堂。"); }
  net("");
  const mine = await answer.json();
  chosen = mine.chosen; raised = new Set(mine.raised);
  at("mine").querySelector(".seat").textContent = mine.seat;
  at("mine").hidden = false;
  outbox = new Outbox(room, api, told);
  for (const [name, { body }] of Object.entries(outbox.kept)) if (name.startsWith("q")) chosen[body.question] = body.choice;
  outbox.flush();
  listen();
}

function listen() {
  const source = new EventSource(`${api}/events`);
  source.addEventListener("room", (event) => { net(""); outbox.flush(); draw(JSON.parse(event.data)); if (ended) source.close(); });
  source.onerror = () => {
    net("网络断了。可以继续作答，恢复后自动发出。");
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
}

// --- what comes ---
function draw(next) {
  now = next; ended = now.phase === "ended";
  at("title").textContent = now.title;
  if (ended) return void finish();
  show(now.phase === "lobby" ? "wait" : "task", "questions");
  if (now.phase !== "lobby") task();
  drawAsked(at("asked"), now.asked, raised, (id) => { raised.add(id); outbox.put(`raise${id}`, `asked/${id}/raise`, {}); drawAll(); });
}
function drawAll() { if (now) draw(now); }

function task() {
  at("which").textContent = `第 ${now.step + 1} 题，共 ${now.total} 题`;
  at("question").textContent = now.question;
  const mine = chosen[now.step], open = now.phase === "ask";
  drawOptions(at("options"), now, mine, choose);
  at("clause").hidden = open;
  if (open) { at("kept").textContent = mine === undefined ? "点一个选项作答。" : state(); return; }
  if (mine === undefined) { chosen[now.step] = -1; outbox.put(`q${now.step}`, "choice", { question: now.step, choice: -1 }); }
  at("kept").textContent = mine === undefined || mine < 0 ? "这道题您没有作答。" : mine === now.answer ? "答对了。" : "答错了，看看条款。";
  at("text").textContent = now.text;
  at("source").textContent = `${now.name}（${now.version} 起施行的版本）`;
  at("source").href = `${base}/${now.guideline}/#${now.clause}`;
}
function state() { return outbox.kept[`q${now.step}`] ? "已记在手机上，网络恢复后自动发出。" : "已收到。公布答案前可以改。"; }

function choose(choice) {
  chosen[now.step] = choice;
  outbox.put(`q${now.step}`, "choice", { question: now.step, choice });
  task();
}

// --- what became of what was sent ---
async function told(name, answer) {
  if (name === "feedback") at("rated").textContent = answer.ok ? "已收到，谢谢。" : "没有收下，请再交一次。";
  else if (name?.startsWith("ask") && !answer.ok) wrong((await answer.json()).detail);
  if (ended) { if (!outbox.size) finish(); } else drawAll();
}

async function finish() {
  show("result");
  if (outbox.size) { at("score").textContent = "正在交最后的作答…"; return void outbox.flush(); }
  try {
    const answer = await get("me");
    if (!answer.ok) throw new Error(String(answer.status));
    const mine = await answer.json();
    drawResult({ score: at("score"), items: at("items"), certificate: at("certificate"), rule: at("rule") }, mine, base);
    net("");
    if (mine.rated) at("rated").textContent = "已收到，谢谢。";
  } catch { net("网络不通，结果稍后出来。"); setTimeout(finish, 2000); }
}

// --- forms ---
at("join").addEventListener("submit", (event) => { event.preventDefault(); join(at("code").value.replace(/\D/g, "")); });
at("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const client = Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
  wrong("");
  outbox.put(`ask${client}`, "ask", { client, text: at("said").value });
  at("said").value = "";
});
at("rate").addEventListener("submit", (event) => {
  event.preventDefault();
  const said = { clear: Number(at("clear").value) || null, useful: Number(at("useful").value) || null, comment: at("comment").value.trim() };
  if (!said.clear && !said.useful && !said.comment) { at("rated").textContent = "请先选一项，或者写一句。"; return; }
  outbox.put("feedback", "feedback", said);
});

const code = main.dataset.code;
if (/^\d{6}$/.test(code)) join(code, new URLSearchParams(location.search).get("k") ?? "");
else if (code) enter(code);
else show("join");
