"""The rules of `hegui check` on a draft in memory: each finding at the row or the field it is about, no file name in it."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from typing import Literal

from rag.content.check.run import check_corpus
from rag.content.corpus import Corpus, _with_ends
from rag.content.editing.document import HEAD, Document, row_lines, write_document
from rag.content.lawtext import LawLibrary
from rag.content.models import Problem, Section
from rag.content.parse import parse_guideline
from rag.ground import Frozen

_SPOKEN = {
    "先登记到 laws.yml": "请管理员先登记这部法律",
    "写 1 到 6 个主题，放在半角方括号里，例如 topics: [price, promotion]": "勾选 1 到 6 个主题",
    "的值不对": "不对",
    "在文件头补上 changes: …": "在“和上一版比变了什么”里写一句，读者会看到",
    "文件头缺少 ": "没有填",
}
_NAMES = {
    "title": "标题", "topics": "主题", "summary": "摘要", "changes": "变化", "verified_on": "核对日期", "revision": "更正次数",
}  # fmt: skip
_NAMED = re.compile(rf"({'|'.join(_NAMES)})（[^）]*）")  # summary（摘要）
_EXAMPLE = re.compile(rf"例如 (?:{'|'.join(_NAMES)}): ")
_KEY = re.compile(rf"\b(?:{'|'.join(_NAMES)})\b ?", re.ASCII)
_ID = re.compile(rf" ?(?<![\w/#-])({'|'.join(s.slug for s in Section)})-(\d+)(?![\w-]) ?", re.ASCII)
_SECTION = {s.slug: s.value for s in Section}
_CLAUSE = re.compile(r"^(?:must|mustnot|howto|check|liability|faq)-\d+ ?的?")


class Remark(Frozen):
    """What is wrong with a draft, and how to mend it. ``place`` is a row's id or the name of a field (``summary``), empty
    for the whole; a note does not stand in the way of publication."""

    place: str
    code: str
    message: str
    fix: str
    level: Literal["error", "note"]


def check_draft(
    document: Document,
    corpus: Corpus,
    guideline: str,
    version: dt.date,
    *,
    today: dt.date,
    library: LawLibrary | None = None,
) -> list[Remark]:
    """What the rules say of a draft as if it were published: on its own and against the other versions of its guideline.

    Args:
        document: the draft.
        corpus: the content it will stand in.
        guideline: ``operator/slug``.
        version: the day it takes effect.
        today: the day staleness is measured from.
        library: imported law texts; with it figures, 款, 项 and copied runs are looked at too.
    """
    path = f"{guideline}/{version.isoformat()}.md"
    text = write_document(document.model_copy(update={"status": "published"}))
    draft, problems = parse_guideline(path, text, corpus.registers)
    if draft is not None:
        others = [g for g in corpus.guidelines if g.id == guideline and g.version != version]
        alone = Corpus(
            corpus.registers, tuple(_with_ends([*others, draft], corpus.registers)), tuple(problems)
        )
        problems = check_corpus(alone, today=today, library=library)
    places = _Places(document, text)
    return [places.remark(_task(p)) for p in problems if p.path == path]


def _task(problem: Problem) -> Problem:
    """A law that changes is a task of its own (法律修改), with its date as deadline; today's text may be put right before."""
    return problem.model_copy(update={"level": "note"}) if problem.code == "law-replaced" else problem


def spoken(fix: str) -> str:
    """What is wrong or to be done, for somebody who sees no files."""
    for written, said in _SPOKEN.items():
        fix = fix.replace(written, said)
    fix = _ID.sub(lambda m: f"{_SECTION[m[1]]}第 {m[2]} 条", fix)
    fix = _EXAMPLE.sub("例如：", _NAMED.sub(r"\1", fix))
    return _KEY.sub(lambda m: _NAMES[m[0].strip()], fix)


class _Places:
    """Which row or field each line of the written draft belongs to."""

    def __init__(self, document: Document, text: str) -> None:
        starts = row_lines(text)
        ids = [r.id for section in dict.fromkeys(i.rpartition("-")[0] for i in starts) for r in document.rows
               if r.section.slug == section]  # fmt: skip
        self.rows = list(zip(starts.values(), ids, strict=True))
        lines = text.split("\n")
        self.fields = {
            n: key for n, line in enumerate(lines, 1) for key in HEAD if line.startswith(f"{key}:")
        }
        self.body = lines.index("---", 1) + 1

    def remark(self, problem: Problem) -> Remark:
        place = self.fields.get(problem.line, "") if problem.line <= self.body else self._row(problem.line)
        named = (
            key
            for key in HEAD
            if key == problem.code or re.search(rf"(?:^|缺少 ){key}[ （]", problem.message)
        )
        place = place or next(named, "")
        message = spoken(_CLAUSE.sub("", problem.message))
        return Remark(
            place=place, code=problem.code, message=message, fix=spoken(problem.fix), level=problem.level
        )

    def _row(self, line: int) -> str:
        at = bisect_right([start for start, _ in self.rows], line) - 1
        return self.rows[at][1] if at >= 0 else ""
