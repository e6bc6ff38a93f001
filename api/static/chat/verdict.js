/** What the head of an answer says, and no more than the answer does. Pure. */

const STATUS = {
  answered: { label: "有明确规定", icon: "✓" },
  partial: { label: "只查到一部分", icon: "◐" },
  no_evidence: { label: "没有查到依据", icon: "–" },
  out_of_scope: { label: "不在解答范围", icon: "–" },
  refused: { label: "这件事不能帮", icon: "✕" },
  needs_clarification: { label: "请先选一项", icon: "?" },
};
const NEAREST = { tone: "nearest", label: "最接近的规定", icon: "≈" };
const FINDING = { direct: "直接规定", nearest: "最接近的规定", none: "没查到" };

/** {tone, label, icon} of an answer. The tick is for answers in which every ask met a rule of its own. */
export function headOf({ status, parts }) {
  const tone = STATUS[status] ? status : "no_evidence"; // a newer server's status: never as settled law
  const findings = Array.isArray(parts) ? parts.map((p) => p?.kind) : [];
  const all = (kind) => findings.every((f) => f === kind);
  if (!findings.length || !["answered", "partial"].includes(tone) || all("direct")) return { tone, ...STATUS[tone] };
  return all("nearest") ? NEAREST : { tone: "partial", ...STATUS.partial };
}

/** The head while sentences still come: what is not decided is not promised. */
export function firstHead(event) {
  const open = ["answered", "partial"].includes(event.status) && !event.parts;
  return open ? { tone: "no_evidence", label: "查到了，正在写…", icon: "…" } : headOf(event);
}

/** The asks of a message of several in the asker's own words, each with what was found: [{ask, kind, label}]. */
export function asksOf({ parts }, question) {
  if (!Array.isArray(parts) || parts.length < 2) return [];
  return parts.map((p) => {
    const kind = FINDING[p?.kind] ? p.kind : "none";
    return { ask: String(p?.asked || question), kind, label: FINDING[kind] };
  });
}

const bare = (text) => String(text).normalize("NFKC").toLowerCase().replace(/[\s\p{P}\p{S}]/gu, "");

/** Suggestions that are not what was asked or has just been answered. */
export function freshSuggestions(answer, asked) {
  const headings = (answer.sentences || []).map((s) => s.heading || "");
  const asks = (answer.parts || []).map((p) => p?.asked || "");
  const known = new Set([...asked, ...headings, ...asks].map(bare));
  return (answer.suggestions || []).filter((s) => !known.has(bare(s)) && known.add(bare(s))).slice(0, 5);
}
