"""Questions for training and learning (``quiz.yml``), each reviewed against one clause.

A question holds as long as its clause stands with the text it was reviewed against: `quiz_on` leaves out the others, and
``hegui check`` names them, to be read again. The file keeps the right option apart from the wrong ones; where the right one
stands among them is decided by a hash of the question's id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from rag.content.assessments import clause_on
from rag.content.citations import without_references
from rag.content.corpus import Corpus
from rag.content.faults import said
from rag.content.models import Clause
from rag.ground import ContentError, Frozen, load_yaml

QUIZ_FILE = "quiz.yml"
MAX_WHY = 120
QUIZ_ID = r"^[a-z0-9][a-z0-9-]{2,59}$"
_NO = "不(?:合法|能|可以|行|得|用|要|必|算|会|是|违法|违规|需要|支持|对|赔|退|罚|归)|没用|没事|没有(?=[。，])|违法"
_YES = "要(?!看)|合法|能(?!不)|可以|行(?!政)|算(?!不)|会(?!不)|是(?!不)|有用|有事|应当|必须|需要|支持|归(?=。)|对(?!于)"
_VERDICT = re.compile(f"“?(?:一般)?(?:(?P<no>{_NO})|(?:{_YES}))")
_EITHER = re.compile("(?:看情况|不一定)。")
_BARE = re.compile(f"(?:{_NO}|{_YES})(?:[^。，；：]{{0,5}}。|，(?!但))|(?:不一定|该给)。|很少：")
_DEPENDS = re.compile("看情况[。：，]")
_ASKED = ("能可行合准", "要用必得需应", "是对")
_YES_NO = re.compile(r"吗|(.)不\1")
_WEIGHTLESS = re.compile(f"^(?:{_NO}|{_YES})(?=，)|除非|只要|[，。、“”就可以行能也了才在的要吧 ]")
CLAUSE = r"^[a-z0-9-]+/[a-z0-9-]+#[a-z0-9-]+$"

Asks = Literal["verdict", "amount", "period", "duty"]


class QuizQuestion(Frozen):
    """One question. ``answer`` is the place of the right one of ``options``; ``why`` explains it in its own words where the clause
    alone does not; ``digest`` that of the reviewed clause, empty while nobody has reviewed it."""

    id: str
    operator: str
    guideline: str
    version: dt.date | None
    clause: str
    question: str
    options: tuple[str, ...]
    answer: int
    kind: Asks
    digest: str
    why: str = ""

    @property
    def right(self) -> str:
        """The right option."""
        return self.options[self.answer]

    def explanation(self, text: str) -> str:
        """What learners read once they have answered: ``why``, then what the clause ``text`` says, without the verdict it opens
        with where that answers another question than this one."""
        shown = explained(text, self.right)
        if not _EITHER.match(self.right + "。"):
            shown = _without(_DEPENDS, shown)
        if self.why or not _YES_NO.search(self.question) or _asked(shown) != _asked(self.right):
            shown = _without(_BARE, shown)
        return f"{self.why}条款：{shown}" if self.why else shown


class _Entry(BaseModel):
    """A question as the file has it; ``clause`` as ``anchor/price#must-1``."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=QUIZ_ID)
    clause: str = Field(pattern=CLAUSE)
    kind: Asks
    ask: str = Field(min_length=6, max_length=90)
    right: str = Field(min_length=1, max_length=60)
    wrong: list[str] = Field(min_length=1, max_length=3)
    why: str = Field(default="", max_length=MAX_WHY)
    version: dt.date | None = None
    digest: str = Field(default="", pattern=r"^([0-9a-f]{8})?$")


def line_of(lines: Sequence[str], own: str, key: str = "id") -> int | None:
    """Where the entry whose first ``key`` is ``own`` begins among the lines of a list, None if nowhere."""
    entry = re.compile(rf"""- {{?{key}: ["']?{re.escape(own)}["']?(,|$)""")
    return next((n for n, line in enumerate(lines) if entry.match(line)), None)


def digest_of(*clauses: Clause) -> str:
    """Eight hex digits that change with the text of any of these clauses."""
    return hashlib.sha256("\n".join(c.text for c in clauses).encode()).hexdigest()[:8]


def load_quiz(folder: Path) -> tuple[QuizQuestion, ...]:
    """All questions of a guidelines folder, in the order of the file; none where there is no file.

    Raises:
        ContentError: the file breaks its format.
    """
    path = folder / QUIZ_FILE
    if not path.exists():
        return ()
    try:
        entries = [_Entry.model_validate(item) for item in load_yaml(path.read_text("utf-8")) or ()]
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise ContentError(
            f"{QUIZ_FILE} 读不了：{said(error)}", "照文件开头写的格式改，或者从备份恢复。"
        ) from error
    return tuple(_question(entry) for entry in entries)


def quiz_on(corpus: Corpus, quiz: Iterable[QuizQuestion], day: dt.date) -> tuple[QuizQuestion, ...]:
    """The questions whose clause stands on ``day`` with the text they were reviewed against."""
    return tuple(q for q in quiz if holds(corpus, f"{q.guideline}#{q.clause}", q.digest, day))


def holds(corpus: Corpus, address: str, digest: str, day: dt.date) -> bool:
    """Whether the clause at ``address`` stands on ``day`` with the text of ``digest``."""
    found = clause_on(corpus, address, day)
    return found is not None and digest_of(found[1]) == digest


def explained(text: str, right: str) -> str:
    """What a clause says, as the explanation of ``right``: a verdict it opens with is its answer to its own question, and is left
    out where the other question has the opposite one (不可以。…的可以 beside 能) or one plain one (beside 看情况)."""
    rest = opening_of(text)[1]
    beside = opposed(text, right) or (_EITHER.match(text) and _VERDICT.match(right))
    return rest if beside and rest else text


def _without(opening: re.Pattern[str], text: str) -> str:
    """``text`` without an opening, unless nothing but law references would be left."""
    found = opening.match(text)
    return text[found.end() :] if found and without_references(text[found.end() :]).strip() else text


def _asked(text: str) -> str:
    """What the verdict at the beginning of ``text`` was asked for: 能、可以、行 are one, 要、用、必 another."""
    word = text.removeprefix("不")[:1]
    return next((kind for kind in _ASKED if word and word in kind), word)


def core_of(option: str) -> str:
    """What an option says besides its verdict and words without weight: “能，片尾补一行字就可以” and “不能，除非在片尾补一行字” say the same."""
    return _WEIGHTLESS.sub("", option)


def opposed(text: str, right: str) -> bool:
    """Whether the first sentence of a clause opens with the verdict opposite to ``right`` and does not give that of ``right`` too."""
    own, mine = _VERDICT.match(text), _VERDICT.match(right)
    if own is None or mine is None or bool(own["no"]) == bool(mine["no"]):
        return False
    return mine[0] not in opening_of(text)[0].removeprefix(own[0])


def opening_of(text: str) -> tuple[str, str]:
    """The first sentence, and what follows it; "" where that is nothing but the law references."""
    opening, stop, rest = text.partition("。")
    return opening + stop, rest.strip() if without_references(rest).strip() else ""


def in_order(own: str, options: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The options in the order that belongs to the id ``own``, and where the first of them went."""
    places = sorted(range(len(options)), key=lambda n: hashlib.sha256(f"{own}/{n}".encode()).digest())
    return tuple(options[n] for n in places), places.index(0)


def _question(entry: _Entry) -> QuizQuestion:
    guideline, _, clause = entry.clause.partition("#")
    options, answer = in_order(entry.id, (entry.right, *entry.wrong))
    return QuizQuestion(
        id=entry.id, operator=guideline.partition("/")[0], guideline=guideline, version=entry.version, clause=clause,
        question=entry.ask, options=options, answer=answer, kind=entry.kind, digest=entry.digest,
        why=entry.why,
    )  # fmt: skip
