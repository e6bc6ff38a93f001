"""What files and clauses are called in front of people who see no files: role, title, section, number, first words."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.content.corpus import Corpus
from rag.content.editing.checked import spoken
from rag.content.models import Clause, Guideline, Problem, clause_name

_PLACE = re.compile(
    r"(?<![\w/.-])([a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*)(?:@(\d{4}-\d\d-\d\d))?"
    r"(?:#([a-z]+-\d+)| (?=[\u4e00-\u9fff]))?",
    re.ASCII,
)
_OWN = re.compile(r"^(?:must|mustnot|howto|check|liability|faq)-\d+ ?的? ?")
_ENTRY = re.compile(r"(题目|情形) [a-z0-9-]+ ?(?=“)")
_FEW = 16  # characters by which a clause is known
#: The files beside the guidelines, by what the desk calls them.
_FILES = {
    "laws.yml": "法律修改", "quiz.yml": "练习题", "cases.yml": "情形示例", "glossary.yml": "行话对照", "outside.yml": "不归我们管的事",
    "assessments.yml": "自查自评", "corrections.yml": "更正公告", "topics.yml": "主题", "operators.yml": "身份",
    "ledger.yml": "法条覆盖", "ledger-units.yml": "法条覆盖",
}  # fmt: skip


def titles_by_role(corpus: Corpus) -> dict[str, str]:
    """Each guideline's newest title with whom it is for: 主播《账号不外借》."""
    roles = {o.id: o.short for o in corpus.registers.operators}
    return {g.id: f"{roles.get(g.operator, '')}《{g.title}》" for g in corpus.guidelines}


def namer(corpus: Corpus, *, quoting: bool = False) -> Callable[[str], str]:
    """What says a line with its guidelines called by role and title: ``anchor/lending#must-2`` is 主播《账号不外借》要做到第 2 条.

    Args:
        corpus: the content.
        quoting: whether a clause's heading or first words follow.
    """
    titles = titles_by_role(corpus)

    def said(found: re.Match[str]) -> str:
        title = titles.get(found[1])
        if title is None:
            return found[0]
        day = f"（{found[2]} 起施行）" if found[2] else ""
        return f"{title}{day}{clause_name(found[3]) if found[3] else ''}{words(found) if quoting else ''}"

    def words(found: re.Match[str]) -> str:
        versions = [g for g in corpus.versions(found[1]) if found[2] in (None, g.version.isoformat())]
        clauses = (c for g in reversed(versions) for c in g.clauses if c.id == found[3])
        clause = next(clauses, None)
        return f"“{_begins(clause)}”" if clause else ""

    return lambda text: _PLACE.sub(said, text)


def file_in_words(path: str, corpus: Corpus) -> str:
    """What a file of the content is called: 主播《账号不外借》（2026-02-01 起施行）, 审稿规则, 练习题."""
    key, _, name = path.rpartition("/")
    if path.startswith("rules/") or path == "rules":
        return "审稿规则"
    title = titles_by_role(corpus).get(key)
    if title is None:
        return _FILES.get(path, f"“{path}”")
    day = name.removesuffix(".md")
    return f"{title}（{day} 起施行）" if name.endswith(".md") else f"{title}的问法"


def problem_in_words(problem: Problem, corpus: Corpus) -> str:
    """What the check found, where and how to mend it, without a file, a line or an id."""
    guideline = next((g for g in corpus.guidelines if g.path == problem.path), None)
    clause = _clause_at(guideline, problem.line) if guideline else None
    where = file_in_words(problem.path, corpus)
    if clause is not None:
        where += f"{clause_name(clause.id)}“{_begins(clause)}”"
    say = namer(corpus, quoting=True)
    message = _OWN.sub("", problem.message) if clause else problem.message
    message = _ENTRY.sub(r"\1", message)
    return f"{where}：{spoken(say(message))}（{spoken(say(problem.fix))}）"


def _clause_at(guideline: Guideline, line: int) -> Clause | None:
    return next((c for c in reversed(guideline.clauses) if c.line <= line), None)


def _begins(clause: Clause) -> str:
    text = clause.heading or clause.text
    return text if len(text) <= _FEW else f"{text[:_FEW]}……"
