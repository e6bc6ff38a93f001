/** Scripts from files: one is read into the form; of several, each is checked and all that was found becomes one table. */
import { h } from "../chat/dom.js";
import { post, request, Trouble } from "../chat/net.js";
import { LEVELS } from "./text.js";

const MAX_FILE = 2_000_000;
const MAX_FILES = 200;
const FORMULA = /^[=+\-@\t\r]/; // a spreadsheet would reckon with it
const BUSY = 429;
/** As `hegui script --csv` writes them. */
const COLUMNS = ["文件", "位置", "原文", "级别", "问题", "为什么", "可以改成", "要问", "依据", "法条", "按哪天的规定", "规则版本", "结果编号"];

/** The text of a file. */
export async function readFile(base, file) {
  if (file.size > MAX_FILE) throw new Trouble("文件超过 2 MB", "请只留文字、去掉图片，或者分成几份。");
  const options = { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } };
  const response = await request(`${base}/api/script-text?name=${encodeURIComponent(file.name)}`, options);
  return (await response.json()).text;
}

/** Check the files one after the other; `made(done, of)` tells how far it is. Resolves to [{name, text, report} or {name, error}]. */
export async function checkFiles(base, files, facts, made) {
  if (files.length > MAX_FILES) throw new Trouble(`选了 ${files.length} 个文件`, `一次最多 ${MAX_FILES} 个，请分几次。`);
  const results = [];
  for (const file of files) {
    made(results.length, files.length);
    const name = file.webkitRelativePath || file.name;
    try {
      const text = await patient(() => readFile(base, file));
      const report = await patient(async () => (await post(`${base}/api/script-check`, { text, ...facts })).json());
      results.push({ name, text, report });
    } catch (error) { results.push({ name, error: error.text ?? String(error) }); }
  }
  return results;
}

/** A service that says when it has time again is asked again then. */
async function patient(work) {
  try { return await work(); } catch (error) {
    if (error.status !== BUSY || !error.wait) throw error;
    await new Promise((resolve) => setTimeout(resolve, error.wait * 1000));
    return work();
  }
}

/** What was found in each file, and the table to take along. */
export function summary(heading, results) {
  const failed = results.filter((r) => r.error).length;
  const counts = ({ findings, missing }) => {
    const all = [...findings, ...missing];
    const of = LEVELS.map((level) => [level, all.filter((f) => f.level === level).length]).filter(([, n]) => n);
    return of.length ? of.map(([level, n]) => `${level} ${n}`).join("，") : "没有找到要改的地方（不等于没有问题）";
  };
  const address = URL.createObjectURL(new Blob([table(results)], { type: "text/csv" }));
  return [
    h(heading, { tabindex: "-1", id: "hs-result" }, `审了 ${results.length - failed} 份稿子${failed ? `，${failed} 份没有审成` : ""}`),
    h("p", { class: "hs-tools" }, h("a", { class: "solid", href: address, download: "审稿结果.csv" }, "下载表格（CSV）"),
      h("span", { class: "hs-note" }, "每一处问题一行，有依据和改法。要改哪一份，单独打开它。")),
    h("ul", { class: "hs-list", "aria-label": "每份稿子的结果" }, results.map((r) =>
      h("li", { class: "hs-card" }, h("p", {}, h("b", {}, r.name)), h("p", {}, r.error ? `没有审：${r.error}` : counts(r.report))))),
  ];
}

/** The table, with a byte order mark so that spreadsheets read the Chinese. */
export function table(results) {
  const rows = results.flatMap(({ name, text, report, error }) => {
    if (error) return [[name, "", "", "", "没有审", error]];
    const stamp = [report.as_of, report.rules, report.digest];
    const row = (item, where, phrase) => [name, where, phrase, item.level, item.name, item.reason, item.better.join(" / "), item.ask ?? "",
      `${item.clause.guideline}#${item.clause.clause}（${item.clause.version}）`, item.laws.map((l) => `《${l.law}》${l.label}`).join("；"), ...stamp];
    const rows = [...report.findings.map((f) => row(f, place(text, f.start), f.text)), ...report.missing.map((m) => row(m, "全文", ""))];
    return rows.length ? rows : [[name, "全文", "", "", "没有找到要改的地方", "没标出来不等于没问题", "", "", "", "", ...stamp]];
  });
  const line = (cells) => COLUMNS.map((_, i) => cell(cells[i] ?? "")).join(",");
  return `\ufeff${[COLUMNS, ...rows].map(line).join("\r\n")}\r\n`;
}

const cell = (value) => `"${`${FORMULA.test(value) ? "'" : ""}${value}`.replaceAll('"', '""')}"`;

/** Line and column of a character, from 1. */
function place(text, offset) {
  const lines = Array.from(text).slice(0, offset).join("").split("\n");
  return `${lines.length}:${Array.from(lines.at(-1)).length + 1}`;
}
