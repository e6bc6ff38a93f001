"""Questions and cases: each rests on a clause; ids and questions stand once; what is stale is to be reviewed again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from rag.content.assessments import clause_on
from rag.content.cases import CASES_FILE, Case, load_cases, rests
from rag.content.corpus import Corpus
from rag.content.models import Problem
from rag.content.quiz import QUIZ_FILE, QuizQuestion, core_of, explained, holds, line_of, load_quiz, opposed
from rag.ground import ContentError, figures

LONGER, SLACK = (
    1.6,
    5,
)  # the right option may be so much longer than the longest wrong one before it gives itself away

Report = Callable[..., Problem]


def check_quiz(corpus: Corpus, root: Path, today: dt.date) -> Iterator[Problem]:
    """What is wrong with ``quiz.yml`` and ``cases.yml`` below ``root``."""
    try:
        quiz = load_quiz(root)
    except ContentError as error:
        yield Problem(path=QUIZ_FILE, line=1, code="quiz", message=error.message, fix=error.hint)
    else:
        report = _reporter(root, QUIZ_FILE)
        yield from _once(
            [(q.id, q.id, "编号") for q in quiz] + [(q.id, q.question, "题目") for q in quiz], report
        )
        for question in quiz:
            yield from _question(corpus, question, today, report)
    try:
        cases = load_cases(root)
    except ContentError as error:
        yield Problem(path=CASES_FILE, line=1, code="quiz", message=error.message, fix=error.hint)
    else:
        report = _reporter(root, CASES_FILE)
        yield from _once(
            [(c.id, c.id, "编号") for c in cases] + [(c.id, c.title, "标题") for c in cases], report
        )
        for case in cases:
            yield from _case(corpus, case, today, report)


def _question(corpus: Corpus, question: QuizQuestion, today: dt.date, report: Report) -> Iterator[Problem]:
    address = f"{question.guideline}#{question.clause}"
    if not _known(corpus, address):
        yield report(
            question.id,
            f"题目 {question.id}“{question.question}”依据的 {address} 不存在",
            "换成现行版里的条款编号",
        )
    elif not holds(corpus, address, question.digest, today):
        yield _stale(report, f"题目 {question.id}“{question.question}”", question.id, question.digest)
    if len({option.strip("。 ") for option in question.options}) < len(question.options):
        yield report(
            question.id,
            f"题目 {question.id}“{question.question}”有两个选项一样",
            "每个选项写得不同，只有一个对",
        )
    elif len({core_of(option) or option for option in question.options}) < len(question.options):
        yield report(
            question.id, f"题目 {question.id}“{question.question}”有两个选项是一个意思", "错的选项各错在一处，如“能，…就可以”和“不能，除非…”只留一个"
        )  # fmt: skip
    right = question.right
    longest = max(len(o) for n, o in enumerate(question.options) if n != question.answer)
    if len(right) > longest * LONGER + SLACK:
        yield report(
            question.id, f"题目 {question.id}“{question.question}”对的选项比别的长得多，一看就知道", "各选项写得差不多长", level="note"
        )  # fmt: skip
    yield from _explanation(corpus, question, address, today, report)


def _explanation(
    corpus: Corpus, question: QuizQuestion, address: str, today: dt.date, report: Report
) -> Iterator[Problem]:
    """A figure that the clause has not; the clause's own verdict is the opposite one and cannot be left out: who was right reads that
    he was wrong."""
    right = question.right
    found = clause_on(corpus, address, today)
    known = {normal for _, normal in figures(found[1].text)} if found else set[str]()
    strange = [written for written, normal in figures(question.why) if normal not in known]
    if strange:
        yield report(
            question.id, f"题目 {question.id} 的解释里，{'、'.join(strange)}在条款里没有", "解释里的数只用条款里写的"
        )  # fmt: skip
    if found and not question.why and opposed(explained(found[1].text, right), right):
        yield report(
            question.id, f"题目 {question.id}“{question.question}”对的是“{right}”，解释却以相反的结论开头", "换个问法，让对的选项和条款开头的结论一致",
            level="note",
        )  # fmt: skip


def _case(corpus: Corpus, case: Case, today: dt.date, report: Report) -> Iterator[Problem]:
    if corpus.registers.operator(case.operator) is None:
        yield report(
            case.id,
            f"情形 {case.id}“{case.title}”的身份 {case.operator} 不存在",
            "写 operators.yml 里有的身份",
        )
    for question in case.questions:
        missing = [address for address in question.clauses if not _known(corpus, address)]
        for address in missing:
            yield report(
                case.id, f"情形 {case.id}“{case.title}”依据的 {address} 不存在", "换成现行版里的条款编号"
            )
        if not missing and not rests(corpus, question, today):
            yield _stale(report, f"情形 {case.id}“{question.ask}”", case.id, question.digest)


def _known(corpus: Corpus, address: str) -> bool:
    """Whether any version has the clause: one that a later version dropped is stale, not wrong."""
    name, _, clause = address.partition("#")
    return any(version.clause(clause) for version in corpus.versions(name))


def _once(rows: Sequence[tuple[str, str, str]], report: Report) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for own, value, what in rows:
        if (what, value) in seen:
            yield report(own, f"{what}“{value}”写了两次", "留一处，或者改得不同")
        seen.add((what, value))


def _stale(report: Report, what: str, own: str, digest: str) -> Problem:
    why = "依据的条款改过了" if digest else "还没有人对照条款看过"
    return report(
        own, f"{what}{why}，现在不出", f"对照条款看好、改好，再运行 hegui quiz confirm {own}", level="note"
    )  # fmt: skip


def _reporter(root: Path, name: str) -> Report:
    path = root / name
    lines = path.read_text("utf-8").splitlines() if path.exists() else []

    def report(own: str, message: str, fix: str, level: Literal["error", "note"] = "error") -> Problem:
        line = (line_of(lines, own) or 0) + 1
        return Problem(path=name, line=line, code="quiz", message=message, fix=fix, level=level)

    return report
