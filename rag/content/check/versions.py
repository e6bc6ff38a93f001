"""Rules of `hegui check` on time: versions of a guideline, of the laws it cites, and when it was last verified."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from rag.content.check.findings import Findings, finding
from rag.content.corpus import Corpus
from rag.content.models import Guideline, Law


def version_chain(corpus: Corpus) -> Findings:
    for guideline_id in corpus.ids():
        versions = corpus.versions(guideline_id)
        for number, guideline in enumerate(versions):
            copied = number and _body(guideline) == _body(versions[number - 1])
            if copied and guideline.status != "withdrawn":
                before = versions[number - 1].version
                yield finding(
                    guideline, 1, "unchanged", f"条款和 {before} 的版本完全一样", "改成新规则；没有变化就不用开新版本", note=True
                )  # fmt: skip
            if number == 0 and guideline.changes:
                yield finding(guideline, 1, "changes", "首版不写 changes", "删去这一行")
            if number and not guideline.changes:
                yield finding(guideline, 1, "changes", "没有写相对上一版变了什么", "在文件头补上 changes: …")


def _body(guideline: Guideline) -> list[tuple[str | None, str]]:
    return [(clause.heading, clause.text) for clause in guideline.clauses]


def replaced_laws(corpus: Corpus) -> Findings:
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
            yield finding(
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


def undated_laws(corpus: Corpus) -> Findings:
    for guideline in corpus.guidelines:
        names = {ref.law for clause in guideline.clauses for ref in clause.laws}
        for name in sorted(names):
            law = corpus.registers.laws.get(name)
            version = law.version_on(guideline.version) if law else None
            if version and version.effective_from is None and guideline.version < dt.date(2026, 1, 1):
                yield finding(
                    guideline,
                    1,
                    "undated-law",
                    f"《{name}》的施行日期未核实，却用于较早的版本",
                    "核实后在 laws.yml 补日期，或不引它",
                    note=True,
                )


def stale_versions(corpus: Corpus, today: dt.date, days: int) -> Findings:
    for guideline in corpus.in_force(today):
        age = (today - guideline.verified_on).days
        if age > days:
            yield finding(
                guideline, 1, "stale", f"已有 {age} 天没有核对法律依据", "核对后更新 verified_on", note=True
            )
        if age < 0:
            yield finding(
                guideline,
                1,
                "bad-date",
                f"verified_on {guideline.verified_on} 在今天之后",
                "写实际核对的日期",
            )
