"""`hegui check`: every rule that keeps the content right, each finding with file, line and how to mend it.

One function per rule; `check_corpus` is the list of them. Rules that need the official texts run when a law
library is given.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.check_texts import check_texts
from rag.citations import bare_articles, without_references
from rag.corpus import Corpus
from rag.lawtext import LawLibrary
from rag.models import Clause, Guideline, Law, Problem, Section
from rag.numerals import figures
from rag.yamlfile import load_yaml

MAX_CLAUSE = 120
MIN_QUESTIONS = 3
LENGTH_RANGE = (600, 2000)
PLAN_LEVEL = "工作方案"
ENCOURAGED = "倡导："
NEEDS_BASIS = (Section.MUST, Section.MUST_NOT, Section.LIABILITY)

Findings = Iterator[Problem]


def check_corpus(
    corpus: Corpus,
    *,
    root: Path | None = None,
    today: dt.date,
    stale_days: int = 180,
    library: LawLibrary | None = None,
) -> list[Problem]:
    """Run every rule over ``corpus``.

    Args:
        corpus: as `read_corpus` returns it, parse problems included.
        today: the day staleness is measured from.
        stale_days: a version in force not verified for longer is reported (note).
        library: imported law texts; without it the rules on copied text, figures, 款 and 项 are skipped.
        root: the guidelines folder, for ``coverage.yml`` (which cells must be covered) and ``derived.yml`` (figures
            that are derived rather than found in the cited article).

    Returns:
        Findings ordered by file and line.
    """
    found = list(corpus.problems)
    for guideline in corpus.guidelines:
        for rule in FILE_RULES:
            found.extend(rule(guideline))
    found.extend(_version_chain(corpus))
    found.extend(_replaced_laws(corpus))
    found.extend(_undated_laws(corpus))
    found.extend(_repeated_questions(corpus))
    found.extend(_conflicts(corpus))
    found.extend(_glossary_conflicts(corpus))
    found.extend(_stale(corpus, today, stale_days))
    if root is not None:
        found.extend(_holes(corpus, root / "coverage.yml", today))
    if library is not None:
        found.extend(check_texts(corpus, library, root / "derived.yml" if root else None))
    return sorted(found, key=lambda p: (p.path, p.line, p.code))


def _at(guideline: Guideline, line: int, code: str, message: str, fix: str, *, note: bool = False) -> Problem:
    return Problem(
        path=guideline.path, line=line, code=code, message=message, fix=fix, level="note" if note else "error"
    )


# --- rules on one file -----------------------------------------------------------------------------------------


def _sections(guideline: Guideline) -> Findings:
    sections = {c.section for c in guideline.clauses}
    if not sections & {Section.MUST, Section.MUST_NOT, Section.HOWTO, Section.FAQ}:
        yield _at(guideline, 1, "sections", "没有正文栏目", "至少写要做到、不得或怎么做之一")
    questions = sum(c.section is Section.FAQ for c in guideline.clauses)
    if guideline.status == "published" and questions < MIN_QUESTIONS:
        yield _at(
            guideline,
            1,
            "faq-few",
            f"常见问题只有 {questions} 个",
            f"至少写 {MIN_QUESTIONS} 个读者真会问的问题",
        )


def _length(guideline: Guideline) -> Findings:
    total = sum(len(c.text) + len(c.heading or "") for c in guideline.clauses)
    low, high = LENGTH_RANGE
    if not low <= total <= high * 1.5:
        yield _at(
            guideline, 1, "length", f"全文 {total} 字", f"控制在 {low} 至 {high} 字", note=total >= low // 2
        )
    for clause in guideline.clauses:
        size = len(without_references(clause.text))
        if size > MAX_CLAUSE:
            yield _at(
                guideline,
                clause.line,
                "long-clause",
                f"{clause.id} 有 {size} 字（不算法条）",
                f"拆成两条，每条不超过 {MAX_CLAUSE} 字",
            )


def _basis(guideline: Guideline) -> Findings:
    for clause in guideline.clauses:
        if clause.section in NEEDS_BASIS and not clause.laws:
            yield _at(
                guideline,
                clause.line,
                "no-basis",
                f"{clause.id} 没有法律依据",
                "在句末写《法律名》第几条；没有法定义务的移到“怎么做”",
            )
        if bare := bare_articles(clause.text):
            yield _at(
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
            yield _at(
                guideline,
                clause.line,
                "encouraged",
                f"{clause.id} 只有行动方案作依据",
                f"以“{ENCOURAGED}”开头，不写应当、必须",
            )
        elif only_plan and strict and re.search(r"必须|(?<!不)应当|不得", clause.text):
            yield _at(
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
            yield _at(guideline, clause.line, "duplicate", f"{clause.id} 与 {seen[key].id} 相同", "删去一条")
        seen.setdefault(key, clause)


FILE_RULES: tuple[Callable[[Guideline], Findings], ...] = (_sections, _length, _basis, _encouraged, _repeats)


# --- rules across files ----------------------------------------------------------------------------------------


def _version_chain(corpus: Corpus) -> Findings:
    for guideline_id in corpus.ids():
        for number, guideline in enumerate(corpus.versions(guideline_id)):
            if number == 0 and guideline.changes:
                yield _at(guideline, 1, "changes", "首版不写 changes", "删去这一行")
            if number and not guideline.changes:
                yield _at(guideline, 1, "changes", "没有写相对上一版变了什么", "在文件头补上 changes: …")


def _replaced_laws(corpus: Corpus) -> Findings:
    """A version still in force although an article it cites was changed or renumbered since."""
    for guideline in corpus.guidelines:
        if guideline.status != "published":
            continue
        clauses: dict[tuple[str, dt.date], list[str]] = defaultdict(list)
        for clause in guideline.clauses:
            for ref in clause.laws:
                law = corpus.registers.laws.get(ref.law)
                end = _citation_end(law, ref.article, guideline.version) if law else None
                if end and (guideline.effective_to is None or guideline.effective_to > end):
                    clauses[ref.law, end].append(clause.id)
        for (short_title, end), ids in clauses.items():
            yield _at(
                guideline,
                1,
                "law-replaced",
                f"《{short_title}》的所引条文到 {end} 为止，涉及 {'、'.join(dict.fromkeys(ids))}",
                f"写一个施行日期为 {end + dt.timedelta(days=1)} 的新版本{_successor(corpus, short_title, end)}",
            )


def _citation_end(law: Law, article: int | None, day: dt.date) -> dt.date | None:
    """The last day on which the article cited on ``day`` reads as it did; None while it still does."""
    version = law.version_on(day)
    while version is not None:
        start = version.effective_from or day
        later = [v for v in law.versions if v.effective_from and v.effective_from > start]
        following = min(later, key=lambda v: v.effective_from or dt.date.max, default=None)
        if following is None or following.effective_from is None:
            return version.effective_to
        if following.changed_articles is None or article in following.changed_articles:
            return following.effective_from - dt.timedelta(days=1)
        version = following
    return None


def _successor(corpus: Corpus, short_title: str, end: dt.date) -> str:
    law = corpus.registers.laws.get(short_title)
    new = law.version_on(end + dt.timedelta(days=1)) if law else None
    return f"，改引自 {new.effective_from} 起的《{short_title}》" if new else "，改引接替它的规定"


def _undated_laws(corpus: Corpus) -> Findings:
    for guideline in corpus.guidelines:
        names = {ref.law for clause in guideline.clauses for ref in clause.laws}
        for name in sorted(names):
            law = corpus.registers.laws.get(name)
            version = law.version_on(guideline.version) if law else None
            if version and version.effective_from is None and guideline.version < dt.date(2026, 1, 1):
                yield _at(
                    guideline,
                    1,
                    "undated-law",
                    f"《{name}》的施行日期未核实，却用于较早的版本",
                    "核实后在 laws.yml 补日期，或不引它",
                    note=True,
                )


def _repeated_questions(corpus: Corpus) -> Findings:
    """The same question answered twice for the same reader on the same day."""
    seen: dict[tuple[str, str], list[tuple[Guideline, Clause]]] = defaultdict(list)
    for guideline in corpus.guidelines:
        for clause in guideline.clauses:
            if clause.section is Section.FAQ and clause.heading and guideline.status == "published":
                seen[guideline.operator, re.sub(r"\W", "", clause.heading)].append((guideline, clause))
    for entries in seen.values():
        for guideline, clause in entries[1:]:
            other = next((g for g, _ in entries if g.id < guideline.id and _overlap(g, guideline)), None)
            if other:
                yield _at(
                    guideline,
                    clause.line,
                    "duplicate",
                    f"问题“{clause.heading}”在 {other.id} 也有",
                    "留一处，另一处换个问法或删去",
                )


def _overlap(a: Guideline, b: Guideline) -> bool:
    far = dt.date.max
    return a.version <= (b.effective_to or far) and b.version <= (a.effective_to or far)


def _conflicts(corpus: Corpus) -> Findings:
    """Two liability clauses in force together that rest on one article alone and give disjoint amounts."""
    by_article: dict[
        tuple[str, int | None, tuple[int, ...], tuple[int, ...]], list[tuple[Guideline, Clause, set[str]]]
    ] = defaultdict(list)
    for guideline in corpus.guidelines:
        if guideline.status != "published":
            continue
        for clause in guideline.clauses:
            amounts = {n for _, n in figures(without_references(clause.text)) if n.endswith("元")}
            if len(clause.laws) == 1 and amounts:
                ref = clause.laws[0]
                by_article[ref.law, ref.article, ref.paragraphs, ref.items].append(
                    (guideline, clause, amounts)
                )
    for (law, _, _, _), entries in by_article.items():
        for index, (guideline, clause, amounts) in enumerate(entries):
            for other, twin, theirs in entries[:index]:
                if not amounts & theirs and other.key != guideline.key and _overlap(guideline, other):
                    yield _at(
                        guideline, clause.line, "conflict",
                        f"{clause.id} 与 {other.key}#{twin.id} 都依据《{law}》{clause.laws[0].label}，金额却不同",
                        "对照法律原文看是否矛盾", note=True,
                    )  # fmt: skip
                    break


def _glossary_conflicts(corpus: Corpus) -> Findings:
    owner: dict[str, str] = {}
    for term in corpus.registers.terms:
        for word in (term.term, *term.slang):
            if owner.setdefault(word, term.term) != term.term:
                yield Problem(
                    path="glossary.yml",
                    line=1,
                    code="glossary",
                    message=f"“{word}”同属 {owner[word]} 和 {term.term}",
                    fix="只留一处",
                )


def _stale(corpus: Corpus, today: dt.date, days: int) -> Findings:
    for guideline in corpus.in_force(today):
        age = (today - guideline.verified_on).days
        if age > days:
            yield _at(
                guideline, 1, "stale", f"已有 {age} 天没有核对法律依据", "核对后更新 verified_on", note=True
            )
        if age < 0:
            yield _at(
                guideline,
                1,
                "bad-date",
                f"verified_on {guideline.verified_on} 在今天之后",
                "写实际核对的日期",
            )


def _holes(corpus: Corpus, required: Path, today: dt.date) -> Findings:
    """Cells of the coverage matrix that a duty requires and no guideline in force fills."""
    if not required.exists():
        return
    matrix = coverage(corpus, today)
    names = {o.id: o.short for o in corpus.registers.operators}
    for line, (topic, operators) in enumerate((load_yaml(required.read_text("utf-8")) or {}).items(), 3):
        for operator in operators:
            if not matrix.get(topic, {}).get(operator):
                yield Problem(
                    path=required.name, line=line, code="coverage",
                    message=f"{names.get(operator, operator)}没有主题 {topic} 的指引", fix=f"写一份，或在已有指引的 topics 里加 {topic}",
                )  # fmt: skip


# --- reports ---------------------------------------------------------------------------------------------------


def coverage(corpus: Corpus, day: dt.date) -> dict[str, dict[str, list[str]]]:
    """Coverage matrix on ``day``: topic id -> operator id -> guideline ids in force. Empty lists are holes."""
    matrix: dict[str, dict[str, list[str]]] = {
        t.id: {o.id: [] for o in corpus.registers.operators} for t in corpus.registers.topics
    }
    for guideline in corpus.in_force(day):
        for topic in guideline.topics:
            if topic in matrix:
                matrix[topic][guideline.operator].append(guideline.id)
    return matrix
