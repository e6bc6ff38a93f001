// The form of a draft: saved and checked while one types. Without this script its buttons do the same.
// Whose session ended signs in in another window: what was typed stays here and is saved then.
const PAUSE = 1500;
const form = document.querySelector("form.draft");
const status = form.querySelector("[data-status]");
form.querySelector("[data-plain]").remove(); // what is said where no script runs
let asking = false, ready = false, signedOut = false;
// As the page came: what was typed before this script ran, or what a browser put back, is not saved yet.
const came = form.cloneNode(true);
came.reset();
let timer = 0, running = false, again = false, sent = snapshot(came), stopped = false, leaving = false;

function snapshot(of = form) {
  const data = new FormData(of);
  data.delete("lock");
  return new URLSearchParams(data).toString();
}

const field = (name) => form.elements.namedItem(name);
const same = (value, other) => value.replace(/\s+/g, "") === other.replace(/\s+/g, "");

function paragraph(kind, ...lines) {
  const p = document.createElement("p");
  p.className = kind;
  lines.forEach((line, i) => p.append(...(i ? [document.createElement("br"), line] : [line])));
  return p;
}

/** What is wrong, beside the field it is about. */
function showRemarks(remarks) {
  for (const place of form.querySelectorAll("[data-place]")) {
    const here = remarks.filter((r) => r.place === place.dataset.place);
    const made = here.map((r) => paragraph(r.level === "error" ? "wrong" : "warn", r.message, r.fix));
    if (place.textContent !== made.map((p) => p.textContent).join("")) place.replaceChildren(...made);
  }
}

/** The articles that a clause rests on, to open beside it. */
function showBases(bases) {
  for (const box of form.querySelectorAll("[data-bases]")) {
    const found = (bases[box.dataset.bases] ?? []).filter((b) => b.text);
    const open = new Set([...box.querySelectorAll("details[open] summary")].map((s) => s.textContent));
    box.replaceChildren(...found.map((b) => {
      const details = document.createElement("details"), summary = document.createElement("summary");
      summary.textContent = b.cite;
      details.append(summary, paragraph("quote", b.text));
      details.open = open.has(b.cite);
      return details;
    }));
  }
}

/** What colleagues changed elsewhere. A field that was typed in meanwhile is left: the next save tells of a clash. */
function showOthers(patch, before) {
  const values = { ...patch.fields };
  for (const [id, row] of Object.entries(patch.rows)) {
    values[`heading:${id}`] = row.heading;
    values[`text:${id}`] = row.text;
  }
  let all = true;
  for (const [name, value] of Object.entries(values)) {
    const input = field(name);
    if (!input) continue;
    if (same(input.value, before.get(name) ?? "")) input.value = value;
    else all = false;
  }
  return all;
}

async function save() {
  if (stopped) return;
  if (running) { again = true; return; }
  const data = new FormData(form), now = snapshot();
  if (now === sent) return;
  running = true;
  status.textContent = "正在保存…";
  try {
    const headers = { "X-CSRF-Token": form.dataset.csrf };
    const answer = await fetch(form.dataset.typed, { method: "POST", body: new URLSearchParams(data), headers });
    if (answer.status === 409 && answer.headers.get("content-type")?.includes("json")) clashed((await answer.json()).clash);
    else if (!answer.ok) await failed(answer.status);
    else done(await answer.json(), data, now);
  } catch {
    status.textContent = "没有连上，还没有保存；连上后会自动再试。";
    later(5000);
  }
  running = false;
  if (again) { again = false; later(PAUSE); }
}

function done(reply, data, now) {
  const whole = showOthers(reply.patch, data);
  if (whole) field("lock").value = reply.lock;
  showRemarks(reply.remarks);
  showBases(reply.bases);
  const others = Object.keys(reply.patch.fields).length + Object.keys(reply.patch.rows).length > 0 || reply.patch.moved;
  const untouched = now === snapshot();
  sent = others && whole ? snapshot() : now;
  signedOut = false;
  const wrong = reply.remarks.filter((r) => r.level === "error").length;
  status.textContent = `${reply.at} 已保存${wrong ? `，有 ${wrong} 处要改` : ""}${others ? "；同事的改动也合进来了" : ""}`;
  if (reply.patch.moved && untouched) { leaving = true; location.reload(); }
}

function clashed(address) {
  stopped = true;
  const link = document.createElement("a");
  link.href = address;
  link.textContent = "看两份，选一份";
  status.replaceChildren("同事也改了您改的这一处，您写的已另外存好。", link);
  status.className = "warn";
  link.addEventListener("click", () => { leaving = true; });
}

async function failed(code) {
  const before = form.dataset.csrf;
  if (code !== 401 && code !== 403) status.textContent = "没有保存，请按“保存”看原因。";
  else if (await renewed()) {
    if (form.dataset.csrf === before) status.textContent = "没有保存，请按“保存”看原因。";
    else later(0);
  }
}

/** Whether whoever opened this page is signed in; the forms then have the token of his session. Else he is told how. */
async function renewed() {
  const answer = await fetch(form.dataset.session);
  if (answer.status === 401) return signIn("已经退出登录，刚写的还没有保存，先别关这一页。");
  if (!answer.ok) throw new Error(answer.status);
  const { who, csrf } = await answer.json();
  if (who !== form.dataset.who) return signIn(`现在登录的是“${who}”，这一页是“${form.dataset.who}”写的，没有保存。请换回来。`);
  form.dataset.csrf = csrf;
  for (const input of document.querySelectorAll("input[name=csrf]")) input.value = csrf;
  signedOut = false;
  status.className = "soft";
  return true;
}

function signIn(words) {
  signedOut = true;
  const link = document.createElement("a");
  link.href = form.dataset.login;
  link.target = "_blank";
  link.textContent = "在新窗口登录";
  status.replaceChildren(words, link, "，再回到这里，会接着保存。");
  status.className = "warn";
  return false;
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

form.addEventListener("input", () => {
  if (!stopped && !signedOut) status.textContent = "";
  later(PAUSE);
});
form.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  if (ready) { stopped = true; leaving = true; return; }
  event.preventDefault();
  if (asking) return;
  asking = true;
  try {
    ready = await renewed();
    if (ready) form.requestSubmit(event.submitter);
  } catch {
    status.textContent = "没有连上，还没有保存；写的还在这一页，连上后再按。";
  }
  asking = ready = false;
});
addEventListener("focus", async () => {
  if (!signedOut || !await renewed().catch(() => false)) return;
  status.textContent = "已重新登录。";
  later(0);
});
addEventListener("pageshow", () => { leaving = false; });
addEventListener("beforeunload", (event) => { if (!leaving && snapshot() !== sent) event.preventDefault(); });
if (snapshot() !== sent) later(PAUSE);
