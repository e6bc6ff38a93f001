"""Reports for people: lines for a terminal, rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.ground import csv_text
from rag.script.models import LawAt, Missing, Report, ScriptFinding

COLUMNS = (
    "文件",
    "位置",
    "原文",
    "级别",
    "问题",
    "为什么",
    "可以改成",
    "要问",
    "依据",
    "法条",
    "按哪天的规定",
    "规则版本",
    "结果编号",
)
_WHOLE = "全文"
_CLEAN = "没有找到要改的地方"
_NOT_CHECKED = "没有审"
_NO_CLEARANCE = "没标出来不等于没问题"


def as_text(name: str, text: str, report: Report) -> str:
    """One script's report; places are line and column, from 1."""
    lacks = f"，缺 {len(report.missing)} 项" if report.missing else ""
    lines = [
        f"{name}：按 {report.as_of} 的规定，{len(report.findings)} 处要看{lacks}"
        f"（规则版本 {report.rules}，结果编号 {report.digest}）"
    ]
    for f in report.findings:
        lines.append(f"{name}:{place(text, f.start)} [{f.level.value}] {f.text}：{f.reason}")
        lines.extend(_advice(f))
    for m in report.missing:
        lines.append(f"{name} [{m.level.value}] {m.name}：{m.reason}")
        lines.extend(_advice(m))
    return "\n".join(lines)


def as_csv(reports: Iterable[tuple[str, str, Report]], failed: Iterable[tuple[str, str]] = ()) -> str:
    """All findings in rows, with a heading and a byte order mark so that spreadsheets read the Chinese.

    Args:
        reports: name, text and report of each script; one without findings has a row that says so.
        failed: name of each script that was not checked, and why; a row each.
    """
    rows: list[Sequence[str]] = [COLUMNS]
    for name, text, report in reports:
        rows += [(name, place(text, f.start), f.text, *_row(f, report)) for f in report.findings]
        rows += [(name, _WHOLE, "", *_row(m, report)) for m in report.missing]
        if not (report.findings or report.missing):
            rows.append((name, _WHOLE, "", "", _CLEAN, _NO_CLEARANCE, "", "", "", "", *_stamp(report)))
    rows += [(name, "", "", "", _NOT_CHECKED, why, *[""] * 7) for name, why in failed]
    return csv_text(rows)


def place(text: str, offset: int) -> str:
    """Line and column of a character, from 1."""
    before = text[:offset]
    return f"{before.count(chr(10)) + 1}:{offset - before.rfind(chr(10))}"


def law_names(laws: Sequence[LawAt]) -> str:
    """《law》article; …"""
    return "；".join(f"《{law.law}》{law.label}" for law in laws)


def _advice(item: ScriptFinding | Missing) -> list[str]:
    lines = [f"    可以改成：{' / '.join(item.better)}"] if item.better else []
    if item.ask:
        lines.append(f"    要问：{item.ask}")
    return [*lines, f"    依据：{item.clause.title}（{item.clause.url}）{law_names(item.laws)}"]


def _row(item: ScriptFinding | Missing, report: Report) -> tuple[str, ...]:
    clause = f"{item.clause.guideline}#{item.clause.clause}（{item.clause.version}）"
    better, asked = " / ".join(item.better), item.ask or ""
    return (
        item.level.value,
        item.name,
        item.reason,
        better,
        asked,
        clause,
        law_names(item.laws),
        *_stamp(report),
    )


def _stamp(report: Report) -> tuple[str, ...]:
    return str(report.as_of), report.rules, report.digest
