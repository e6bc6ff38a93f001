/** A script with the phrases marked that findings are about. Places are code points, as the application counts them. */
import { h } from "../chat/dom.js";

export const LEVELS = ["违法", "有风险", "要看依据", "提示"];
export const rank = (level) => LEVELS.indexOf(level);
export const size = (text) => Array.from(text).length;

/** The text cut where findings begin and end: [{text, findings, ended}], findings by index; `ended`: those of them that end there. */
export function pieces(text, findings) {
  const points = Array.from(text);
  const cuts = [...new Set([0, points.length, ...findings.flatMap((f) => [f.start, f.end])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, i) => ({
    text: points.slice(from, cuts[i + 1]).join(""),
    findings: findings.flatMap((f, n) => (f.start <= from && cuts[i + 1] <= f.end ? [n] : [])),
    ended: findings.flatMap((f, n) => (f.end === cuts[i + 1] ? [n] : [])),
  }));
}

/** The text with a phrase replaced. */
export function replaced(text, { start, end }, wording) {
  const points = Array.from(text);
  return [...points.slice(0, start), wording, ...points.slice(end)].join("");
}

/** The marked text; a mark leads to the worst of its findings, and names on paper the numbers of those that end with it. */
export function markedText(text, findings, onpick) {
  const parts = pieces(text, findings).map((piece) => {
    if (!piece.findings.length) return piece.text;
    const worst = piece.findings.reduce((a, b) => (rank(findings[b].level) < rank(findings[a].level) ? b : a));
    const names = [...new Set(piece.findings.map((n) => `${findings[n].level}：${findings[n].name}`))].join("；");
    return h("mark", {
      class: `hs-mark hs-l${rank(findings[worst].level)}`, "data-findings": piece.findings.join(" "), title: names,
      "data-numbers": piece.ended.map((n) => n + 1).join("、") || null, onclick: () => onpick(worst),
    }, piece.text);
  });
  return h("div", { class: "hs-text", tabindex: "0", role: "region", "aria-label": "标出问题的稿子" }, parts);
}
