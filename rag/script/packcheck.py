"""`hegui check` on the script rules: each rests on a clause that is in force, ids are unique, wordings are clean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from rag.content import Corpus, Problem
from rag.ground import ContentError
from rag.script.basis import Basis
from rag.script.checker import Checker
from rag.script.judge import RuleJudge
from rag.script.models import Absence, Level, Rule
from rag.script.packs import Pack, load_pack

_GRAVE = (Level.UNLAWFUL, Level.RISKY)


def check_rules(corpus: Corpus, folder: Path, today: dt.date) -> list[Problem]:
    """Problems of the rules in ``folder`` (``guidelines/rules``), ordered by file and line; a broken file is one problem."""
    try:
        pack = load_pack(folder)
    except ContentError as error:
        return [_problem("rules", 1, "rule-format", error.message, error.hint)]
    found = [
        *_repeated(pack, folder),
        *_unfounded(pack, corpus, folder, today),
        *_unknown_names(pack, corpus, folder),
    ]
    if not found:
        found = list(_bad_wordings(pack, corpus, folder, today))
    return sorted(found, key=lambda p: (p.path, p.line, p.code))


def _repeated(pack: Pack, folder: Path) -> Iterator[Problem]:
    """Two rules of one id have to follow each other in time."""
    for (file, a), (_, b) in combinations(pack.every(), 2):
        if a.id == b.id and _overlap(a, b):
            yield _at(
                folder,
                file,
                b.id,
                "rule-id",
                f"规则“{b.name}”写了两次，施行时间还重叠",
                "改名，或者写好 since、until",
            )


def _overlap(a: Rule | Absence, b: Rule | Absence) -> bool:
    first, last = dt.date.min, dt.date.max
    return (a.since or first) <= (b.until or last) and (b.since or first) <= (a.until or last)


def _unfounded(pack: Pack, corpus: Corpus, folder: Path, today: dt.date) -> Iterator[Problem]:
    basis = Basis(corpus, today, today)
    for file, rule in pack.every():
        if rule.until is not None and rule.until < today:
            continue
        found = basis.find(rule.clause)
        if found is None:
            yield _at(
                folder, file, rule.id, "rule-clause", f"规则“{rule.name}”依据的 {rule.clause} 今天没有施行的条款",
                "clause 写成 经营者/指引#条款编号，用最新一版里的编号",
            )  # fmt: skip
        elif not found[1].laws:
            yield _at(
                folder,
                file,
                rule.id,
                "rule-law",
                f"规则“{rule.name}”依据的 {rule.clause} 没有引法条",
                "换一条引了法条的条款",
            )


def _unknown_names(pack: Pack, corpus: Corpus, folder: Path) -> Iterator[Problem]:
    topics = {t.id for t in corpus.registers.topics}
    operators = {o.id for o in corpus.registers.operators}
    for file, rule in pack.every():
        unknown = set(rule.goods) - topics | set(rule.operators) - operators
        if isinstance(rule, Rule):
            unknown |= set(rule.not_goods) - topics
        if unknown:
            names = "、".join(sorted(unknown))
            yield _at(
                folder,
                file,
                rule.id,
                "rule-name",
                f"规则“{rule.name}”写了登记册里没有的 {names}",
                "核对 topics.yml、operators.yml",
            )


def _bad_wordings(pack: Pack, corpus: Corpus, folder: Path, today: dt.date) -> Iterator[Problem]:
    """What a rule advises to say must not be found fault with itself."""
    checker = Checker(corpus, pack, judge=RuleJudge(pack))
    for file, rule in pack.every():
        for wording in rule.say:
            report = checker.check(wording, today=today, goods=rule.goods)
            if worst := [f for f in report.findings if f.level in _GRAVE]:
                yield _at(
                    folder, file, rule.id, "rule-wording", f"规则“{rule.name}”建议的“{wording}”本身有问题：{worst[0].name}",
                    "换一个说法",
                )  # fmt: skip


def _at(folder: Path, file: str, rule_id: str, code: str, message: str, fix: str) -> Problem:
    lines = (folder / file).read_text("utf-8").splitlines()
    line = next((n for n, text in enumerate(lines, 1) if text.strip() == f"- id: {rule_id}"), 1)
    return _problem(f"rules/{file}", line, code, message, fix)


def _problem(path: str, line: int, code: str, message: str, fix: str) -> Problem:
    return Problem(path=path, line=line, code=code, message=message, fix=fix)
