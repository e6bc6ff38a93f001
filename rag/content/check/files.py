"""Rules of `hegui check` on one file."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.content.check.findings import Findings, finding
from rag.content.citations import bare_articles, without_references
from rag.content.models import Clause, Guideline, Section

MAX_CLAUSE = 180
# Tiers of a fine and a full answer need more room than a duty; an item of a checklist less.
MAX_CLAUSE_IN = {Section.LIABILITY: 240, Section.FAQ: 240, Section.CHECKLIST: 120}
MIN_QUESTIONS = 3
# Characters without law references. The rules are read through; of the questions everybody looks up their own in a list.
LENGTH_RANGE = (600, 2000)
MAX_RULES, MAX_QUESTIONS = 4000, 40
PLAN_LEVEL = "工作方案"
ENCOURAGED = "倡导："
_PICTURE = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u20e3]")
NEEDS_BASIS = (Section.MUST, Section.MUST_NOT, Section.LIABILITY)


def _sections(guideline: Guideline) -> Findings:
    sections = {c.section for c in guideline.clauses}
    if not sections & {Section.MUST, Section.MUST_NOT, Section.HOWTO, Section.FAQ}:
        yield finding(guideline, 1, "sections", "没有正文栏目", "至少写要做到、不得或怎么做之一")
    questions = sum(c.section is Section.FAQ for c in guideline.clauses)
    if guideline.status == "published" and questions < MIN_QUESTIONS:
        yield finding(
            guideline,
            1,
            "faq-few",
            f"常见问题只有 {questions} 个",
            f"至少写 {MIN_QUESTIONS} 个读者真会问的问题",
        )


def _length(guideline: Guideline) -> Findings:
    sizes = [(c.section, len(without_references(c.text)) + len(c.heading or "")) for c in guideline.clauses]
    rules = sum(size for section, size in sizes if section is not Section.FAQ)
    questions = sum(section is Section.FAQ for section, _ in sizes)
    low, high = LENGTH_RANGE
    if rules > MAX_RULES or questions > MAX_QUESTIONS:
        what = f"常见问题以外 {rules} 字（不算法条），常见问题 {questions} 个"
        yield finding(
            guideline, 1, "length", what, f"最多 {MAX_RULES} 字、{MAX_QUESTIONS} 个问题，分成两份指引"
        )
    elif not low <= (total := sum(size for _, size in sizes)) <= high * 1.5:
        note = total >= low // 2
        yield finding(
            guideline, 1, "length", f"全文 {total} 字（不算法条）", f"控制在 {low} 至 {high} 字", note=note
        )
    for clause in guideline.clauses:
        size = len(without_references(clause.text))
        limit = MAX_CLAUSE_IN.get(clause.section, MAX_CLAUSE)
        if size > limit:
            yield finding(
                guideline,
                clause.line,
                "long-clause",
                f"{clause.id} 有 {size} 字（不算法条）",
                f"拆成两条，每条不超过 {limit} 字",
            )


def _basis(guideline: Guideline) -> Findings:
    for clause in guideline.clauses:
        if clause.section in NEEDS_BASIS and not clause.laws:
            yield finding(
                guideline,
                clause.line,
                "no-basis",
                f"{clause.id} 没有法律依据",
                "在句末写《法律名》第几条；没有法定义务的移到“怎么做”",
            )
        if bare := bare_articles(clause.text):
            yield finding(
                guideline,
                clause.line,
                "bare-article",
                f"{clause.id} 的“{bare[0]}”前面没有法律名",
                "写成《法律名》第几条",
            )


def _encouraged(guideline: Guideline) -> Findings:
    for clause in guideline.clauses:
        only_plan = bool(clause.laws) and all(ref.law == "三年提升行动方案" for ref in clause.laws)
        strict = clause.section in NEEDS_BASIS or clause.text.startswith(ENCOURAGED)
        if only_plan and clause.section in NEEDS_BASIS and not clause.text.startswith(ENCOURAGED):
            yield finding(
                guideline,
                clause.line,
                "encouraged",
                f"{clause.id} 只有行动方案作依据",
                f"以“{ENCOURAGED}”开头，不写应当、必须",
            )
        elif only_plan and strict and re.search(r"必须|(?<!不)应当|不得", clause.text):
            yield finding(
                guideline,
                clause.line,
                "encouraged",
                f"{clause.id} 只是倡导，却写了应当、必须或不得",
                "改成鼓励的说法",
            )


def _repeats(guideline: Guideline) -> Findings:
    seen: dict[str, Clause] = {}
    for clause in guideline.clauses:
        key = without_references(clause.text)
        if key in seen:
            yield finding(
                guideline, clause.line, "duplicate", f"{clause.id} 与 {seen[key].id} 相同", "删去一条"
            )
        seen.setdefault(key, clause)


def _marks(guideline: Guideline) -> Findings:
    """Quotation marks in pairs, no pictures: both slip in with a phone's keyboard."""
    for clause in guideline.clauses:
        text = f"{clause.heading or ''}{clause.text}"
        for left, right in ("“”", "《》", "（）"):
            if text.count(left) != text.count(right):
                yield finding(
                    guideline,
                    clause.line,
                    "marks",
                    f"{clause.id} 的{left}和{right}没有成对",
                    f"补上{left}或{right}",
                )
        if picture := _PICTURE.search(text):
            yield finding(
                guideline, clause.line, "marks", f"{clause.id} 里有表情符号 {picture[0]}", "删去，用文字写"
            )


FILE_RULES: tuple[Callable[[Guideline], Findings], ...] = (
    _sections,
    _length,
    _basis,
    _encouraged,
    _repeats,
    _marks,
)
