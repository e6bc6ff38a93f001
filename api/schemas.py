"""Request and response bodies of the API beside ``rag.models.Answer``."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from rag.ask import Answer, CitedLaw, Status, Turn
from rag.ground import Contact

MAX_QUESTION = 500
MAX_ANSWER = 4000
MAX_TURNS = 20
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_KEPT_CONTROLS = "\n\t"


class Body(BaseModel):
    """Base of request bodies: unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- validators -----------------------------------------------------------------------------------


def clean_text(value: str) -> str:
    """Trim, and drop control characters (NUL breaks databases, bidirectional marks disguise text)."""
    kept = (
        c
        for c in value
        if c in _KEPT_CONTROLS or (unicodedata.category(c) not in ("Cc", "Cs", "Co") and c not in _BIDI)
    )
    return "".join(kept).strip()


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _to_question(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = clean_text(value)
    if not text:
        raise PydanticCustomError("hegui_empty", "问题是空的，请写下要问的事")
    if len(text) > MAX_QUESTION:
        raise PydanticCustomError(
            "hegui_long", "问题有 {count} 个字，最多 500 个字，请缩短或分几次问", {"count": len(text)}
        )
    if not any(c.isalnum() for c in text):
        raise PydanticCustomError("hegui_no_words", "问题里没有文字，请用文字写下要问的事")
    return text


def _to_day(value: object) -> object:
    if value is None or value == "":
        return None
    try:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            day = value
        elif isinstance(value, str) and _DAY.fullmatch(value):
            day = dt.date.fromisoformat(value)
        else:
            raise ValueError
    except ValueError:
        raise PydanticCustomError("hegui_day", "要写成真实存在的日期（年-月-日），如 2026-02-01") from None
    if not 1949 <= day.year <= 2099:
        raise PydanticCustomError("hegui_day", "日期要在 1949 年到 2099 年之间")
    return day


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


def _last_turns(value: object) -> object:
    """Keep the last turns, cut to length; a turn without a question is left out."""
    if value is None:
        return ()
    if not isinstance(value, list):
        return value
    return tuple(_shorten(turn) for turn in value[-MAX_TURNS:] if not _is_blank(turn))


def _is_blank(turn: object) -> bool:
    return (
        isinstance(turn, dict) and isinstance(turn.get("question"), str) and not clean_text(turn["question"])
    )


def _shorten(turn: object) -> object:
    if not isinstance(turn, dict):
        return turn
    limits = {"question": MAX_QUESTION, "answer": MAX_ANSWER}
    return {
        key: clean_text(value)[: limits[key]] if key in limits and isinstance(value, str) else value
        for key, value in turn.items()
    }


def _clean_or_none(value: object) -> object:
    return (clean_text(value) or None) if isinstance(value, str) else value


QuestionText = Annotated[str, BeforeValidator(_to_question), Field(min_length=1, max_length=MAX_QUESTION)]
Day = Annotated[dt.date | None, BeforeValidator(_to_day)]
Name = Annotated[Annotated[str, Field(max_length=120)] | None, BeforeValidator(_empty_is_none)]
Key = Annotated[Annotated[str, Field(max_length=64)] | None, BeforeValidator(_clean_or_none)]
Note = Annotated[Annotated[str, Field(max_length=1000)] | None, BeforeValidator(_clean_or_none)]
Reach = Annotated[Annotated[str, Field(max_length=200)] | None, BeforeValidator(_clean_or_none)]
History = Annotated[tuple[Turn, ...], BeforeValidator(_last_turns)]


def _must_agree(value: bool) -> bool:
    if not value:
        raise PydanticCustomError("hegui_consent", "要先同意保存这个问题，才能转给联络员")
    return value


# --- requests -------------------------------------------------------------------------------------


class AskBody(Body):
    """A question. Only the last 20 turns of ``history`` are used."""

    question: QuestionText = Field(description="问题，1 到 500 个字", examples=["直播时能说“全网最低价”吗？"])
    operator: Name = Field(default=None, description="经营者类型编号，如 live-room；不填表示不限")
    as_of: Day = Field(default=None, description="按哪一天的规定回答（年-月-日）；不填是今天")
    history: History = Field(default=(), description="同一次对话里先前的问答，最多用最后 20 轮")
    guideline: Name = Field(default=None, description="正在看的指引，如 live-room/price")


class FeedbackBody(Body):
    """Whether an answer helped."""

    answer_id: str = Field(min_length=1, max_length=64, description="回答的编号 id")
    helpful: bool = Field(strict=True, description="有用 true，没用 false")
    comment: Note = Field(default=None, description="补充意见，最多 1000 个字")


class HandoverBody(Body):
    """A question for a liaison officer; kept only with consent."""

    question: QuestionText
    contact: Reach = Field(default=None, description="怎样联系提问人（可不填），最多 200 个字")
    answer_id: Key = None
    operator: Name = None
    consent: Annotated[bool, AfterValidator(_must_agree)] = Field(
        strict=True, description="提问人同意保存这个问题和联系方式，供联络员答复"
    )


class ChatMessage(BaseModel):
    """One message of an OpenAI chat; content as text or as a list of parts, of which the text parts are read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """The message's text, control characters removed."""
        if isinstance(self.content, list):
            parts = [p.get("text") for p in self.content if p.get("type") == "text"]
            return clean_text("\n".join(p for p in parts if isinstance(p, str)))
        return clean_text(self.content or "")


class ChatBody(BaseModel):
    """An OpenAI chat request. Sampling parameters are accepted and have no effect."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: str = Field(default="hegui", max_length=100)
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool = False
    operator: Name = Field(default=None, description="我们的扩展：经营者类型编号")
    as_of: Day = Field(default=None, description="我们的扩展：按哪一天的规定回答")


# --- responses ------------------------------------------------------------------------------------


class SearchHit(BaseModel):
    """A clause that matches a search."""

    guideline: str
    title: str
    operator: str
    version: dt.date
    clause: str
    section: str
    heading: str | None
    text: str
    url: str
    laws: list[CitedLaw]
    score: float


class SearchResult(BaseModel):
    """Clauses in force on ``as_of``, best first."""

    query: str
    as_of: dt.date
    count: int
    results: list[SearchHit]


class ClauseOut(BaseModel):
    """A clause with its legal basis."""

    id: str
    section: str
    ordinal: int
    heading: str | None
    text: str
    url: str
    digest: str
    laws: list[CitedLaw]


class VersionOut(BaseModel):
    """One version of a guideline."""

    version: dt.date
    effective_to: dt.date | None
    title: str
    changes: str | None
    revision: int
    state: Literal["in_force", "superseded", "upcoming"]
    url: str


class GuidelineOut(BaseModel):
    """A guideline as listed."""

    id: str
    operator: str
    slug: str
    title: str
    summary: str
    topics: list[str]
    version: dt.date
    effective_to: dt.date | None
    verified_on: dt.date
    clause_count: int
    url: str


class GuidelineDetail(GuidelineOut):
    """A guideline version with its clauses and all versions, newest first."""

    revision: int
    changes: str | None
    as_of: dt.date
    clauses: list[ClauseOut]
    versions: list[VersionOut]


class GuidelineList(BaseModel):
    """Guidelines in force on ``as_of``."""

    as_of: dt.date
    count: int
    guidelines: list[GuidelineOut]


class LawVersionOut(BaseModel):
    """One version of a law; ``effective_from`` None: not verified."""

    effective_from: dt.date | None
    effective_to: dt.date | None
    articles: int
    first_article: int


class LawOut(BaseModel):
    """A law of the register; ``clause_count``: clauses in force today that cite it."""

    short_title: str
    title: str
    aliases: list[str]
    issuer: str
    document_number: str | None
    level: str
    versions: list[LawVersionOut]
    clause_count: int


class LawList(BaseModel):
    """The register of laws."""

    as_of: dt.date
    count: int
    laws: list[LawOut]


class ArticleClause(ClauseOut):
    """A clause that rests on the article, with its guideline."""

    guideline: str
    title: str
    operator: str
    version: dt.date
    label: str


class ArticleOut(BaseModel):
    """A law article and the clauses in force on ``as_of`` that rest on it. ``article_text``: if imported."""

    law: str
    title: str
    article: int
    label: str
    as_of: dt.date
    law_version: LawVersionOut
    article_text: str | None
    count: int
    clauses: list[ArticleClause]


class CitationState(BaseModel):
    """What became of a cited clause since the answer was given."""

    n: int
    state: Literal["unchanged", "corrected", "removed"]
    changed: bool
    superseded_by: dt.date | None = Field(description="今天施行的是另一版本时，那一版的施行日期")
    text_now: str | None


class PastAnswer(BaseModel):
    """A past answer. ``question`` has personal data masked."""

    created: dt.datetime
    question: str
    answer: Answer
    citations: list[CitationState]
    changed: bool = Field(description="有任何一处依据改过、撤下或被新版取代")


class Stored(BaseModel):
    """Acknowledges feedback or a handover."""

    stored: bool
    message: str


class OperatorOption(BaseModel):
    """A role to choose, with questions the guidelines answer."""

    id: str
    name: str
    short: str
    definition: str
    examples: list[str]


class Options(BaseModel):
    """What a chat front end needs at its start."""

    today: dt.date
    operators: list[OperatorOption]
    examples: list[str]
    contact: Contact
    handover: bool
    retention_days: int
    statuses: list[Status]
