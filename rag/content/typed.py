"""What hands type instead of the marks of the format: named once, with its line, and read as it was meant.

`mend` goes before the Markdown parser, which would take ``1、`` or ``##要做到`` for running text and report its
consequences only. The number of lines stays the same, so that the lines of later problems are right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from rag.content.front_matter import Report

_GOOD_HEADING = re.compile(r"#{1,6}[ \t]+\S")
_HEADING = re.compile(r"[ \t　]*([#＃]{1,6})[ \t　]*([^#＃\s].*)")
_GOOD_NUMBER = re.compile(r" {0,3}\d{1,9}[.)][ \t]+\S| {0,3}\d{1,9}\.$")
_NUMBER = re.compile(
    r"[ \t　]*(?:[（(][\d０-９一二三四五六七八九十]+[)）]|[\d０-９]+[、．｡)）]|[\d０-９]+[.。](?![\d０-９])"
    r"|[一二三四五六七八九十]+[、．]|[①-⑳])[ \t　]*(\S.*)"
)
_GOOD_BOX = re.compile(r" {0,3}[-*+][ \t]+\[[ xX]\] ?\S?")
_BOX = re.compile(
    r"[ \t　]*(?:[-*+－—–·•][ \t　]*)?(?:[\[［【][ 　]*[xX√✓]?[ 　]*[\]］】]|[□☐☑✓√])[ \t　]*(\S.*)"
)
_ROW = re.compile(r"[ \t　]*[|｜].*[|｜]?[ \t　]*$|[ \t　]*:?-{2,}:?[ \t　]*[|｜].*$")

_TOLD = {
    "heading": ("markup", "标题的 # 写法不对：{line}", "用半角 #，后面空一格，写成“{right}”"),
    "number": ("markup", "编号写法不对：{line}{more}", "写成“{right}”：半角数字、半角点，再空一格"),
    "box": ("checklist", "自查项的写法不对：{line}{more}", "写成“{right}”：半角的 - [ ]，各空一格"),
    "table": ("markup", "不能用表格：{line}{more}", "把表格的每一行写成一条编号条款，例如“1. ……”"),
}


def mend(body: str, offset: int, report: Report) -> str:
    """``body`` with every mistyped mark as it was meant; one report for a run of the same mistake.

    Args:
        offset: lines of the file above ``body``.
    """
    lines = [line.lstrip("\t　") for line in body.split("\n")]
    kinds = [kind_of(line) for line in lines]
    done: list[str] = []
    for kind, group in groupby(enumerate(kinds), key=lambda pair: pair[1]):
        numbers = [number for number, _ in group]
        rows = [lines[n] for n in numbers]
        right = list(_as_meant(kind, rows))
        done.extend(right)
        told = range(len(rows)) if kind == "heading" else range(1) if kind else ()
        for n in told:
            code, message, fix = _TOLD[kind]
            more = f"（这样的共 {len(rows)} 行）" if len(rows) > 1 else ""
            shown = message.format(line=_short(rows[n]), more=more)
            report(numbers[n] + offset + 1, code, shown, fix.format(right=_short(right[n])))
    return "\n".join(done)


def kind_of(line: str) -> str:
    """Which mark is mistyped in ``line``: heading, number, box or table; empty if none."""
    if _GOOD_HEADING.match(line) or _GOOD_NUMBER.match(line) or _GOOD_BOX.match(line):
        return ""
    for kind, pattern in (("heading", _HEADING), ("box", _BOX), ("number", _NUMBER), ("table", _ROW)):
        if pattern.fullmatch(line):
            return kind
    return ""


def _as_meant(kind: str, rows: Sequence[str]) -> Iterator[str]:
    for number, row in enumerate(rows, 1):
        if kind == "heading" and (match := _HEADING.fullmatch(row)):
            yield f"{'#' * max(2, len(match[1]))} {match[2].strip()}"
        elif kind == "number" and (match := _NUMBER.fullmatch(row)):
            yield f"{number}. {match[1]}"
        elif kind == "box" and (match := _BOX.fullmatch(row)):
            yield f"- [ ] {match[1]}"
        else:
            yield "" if kind else row


def _short(line: str) -> str:
    line = line.strip(" \t　")
    return line if len(line) <= 16 else f"{line[:16]}…"
