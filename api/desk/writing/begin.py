"""Where a draft begins: a correction of a version, a new version, a new guideline; and a Word file put into it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING

from pypinyin import lazy_pinyin

from api.desk.faults import Faults
from api.desk.roles import User
from api.problems import ProblemError
from rag.content import Document, Guideline, Imported, Row, Section, read_document
from rag.ground import ContentError

if TYPE_CHECKING:
    from api.state import State

_ASCII = re.compile(r"[a-z0-9]+")


def correction(state: State, guideline: str, version: dt.date, user: User) -> int:
    """The draft of a correction: the same rule, a slip in its text.

    Raises:
        ProblemError: 404, or 422 its file cannot be read.
    """
    source = source_of(state, _published(state, guideline, version))
    document = read_document(source)
    document = document.model_copy(update={"revision": document.revision + 1})
    digest = hashlib.sha256(source.encode()).hexdigest()
    return state.desk.drafts.begin(
        guideline, version, "correction", document, user, source=source, base_digest=digest
    )


def new_version(state: State, guideline: str, day: dt.date, user: User) -> int:
    """The draft of a new version that takes effect on ``day``, made from the one before.

    Raises:
        ProblemError: 404, or 422 there is a version of that day, or none before.
    """
    versions = state.engine.corpus().versions(guideline)
    if not versions:
        raise ProblemError(404, "not-found", "没有这份指引", "回到列表再选。")
    if any(g.version == day for g in versions):
        raise ProblemError(
            422,
            "invalid",
            f"已经有 {day} 施行的版本",
            "改错字请用“更正”；规则变了请换一个施行日期。",
            at="version",
        )
    earlier = [g for g in versions if g.version < day]
    if not earlier:
        raise ProblemError(
            422, "invalid", "这一天在第一个版本之前", f"选 {versions[0].version} 之后的日子。", at="version"
        )
    source = source_of(state, earlier[-1])
    document = read_document(source).model_copy(
        update={
            "revision": 1,
            "changes": None,
            "status": "draft",
            "verified_on": state.settings.current_day(),
        }
    )
    taken = state.settings.guidelines / guideline / f"{day}.md"  # one of that day that was taken down
    digest = hashlib.sha256(taken.read_bytes()).hexdigest() if taken.exists() else ""
    return state.desk.drafts.begin(
        guideline, day, "version", document, user, source=source, base_digest=digest
    )


def new_guideline(
    state: State, operator: str, title: str, day: dt.date, user: User, word: Imported | None = None
) -> int:
    """The draft of a new guideline.

    Raises:
        ProblemError: 422, no such operator type, no title.
    """
    title = " ".join(title.split()) or (word.title if word else "")
    corpus = state.engine.corpus()
    faults = Faults()
    if corpus.registers.operator(operator) is None:
        faults.add("operator", "没有选写给谁", "从列表里选一类经营者。")
    if not 2 <= len(title) <= 40:
        faults.add("title", "标题要有 2 到 40 个字", "例如：直播间价格展示。")
    faults.stop()
    taken = {g.id for g in corpus.guidelines} | {d.guideline for d in state.desk.drafts.find(open_only=False)}
    rows = (
        word.rows
        if word
        else tuple(Row(id=f"{s.slug}-1", section=s, text="") for s in (Section.MUST, Section.FAQ))
    )
    document = Document(title=title, operator=operator, verified_on=state.settings.current_day(), rows=rows)
    return state.desk.drafts.begin(address_of(operator, title, taken), day, "new", document, user)


def address_of(operator: str, title: str, taken: set[str]) -> str:
    """``operator/slug`` for a title, in pinyin, that is not taken."""
    words = [w for syllable in lazy_pinyin(title) for w in _ASCII.findall(syllable.lower())]
    stem = "-".join(words)[:48].strip("-") or "guideline"
    numbered = (f"{operator}/{stem}{f'-{n}' if n > 1 else ''}" for n in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)


def _published(state: State, guideline: str, version: dt.date) -> Guideline:
    found = next((g for g in state.engine.corpus().versions(guideline) if g.version == version), None)
    if found is None:
        raise ProblemError(404, "not-found", "没有这一版", "回到列表再选。")
    return found


def source_of(state: State, guideline: Guideline) -> str:
    """The text of a version's file, its line ends as they are."""
    try:
        return (state.settings.guidelines / guideline.path).read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(
            f"{guideline.title} 的这一版打不开。", "请管理员用 hegui check 查看并修好它。"
        ) from error
