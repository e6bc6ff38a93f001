"""GET /api/search, /api/guidelines…, /api/laws…, /api/options: reading the corpus."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.deps import StateDep, count_lookup, require_guideline, require_operator, require_topic
from api.problems import ProblemError
from api.schemas.fields import Day, Name, QuestionText
from api.schemas.responses import (
    ArticleClause,
    ArticleOut,
    GuidelineDetail,
    GuidelineList,
    LawList,
    OperatorOption,
    Options,
    SearchResult,
)
from api.views import (
    clause_out,
    guideline_detail,
    guideline_out,
    guideline_url,
    law_out,
    law_version_out,
    search_hit,
)
from rag.ask import Status
from rag.content import Clause, Corpus, Guideline, LawRef, Section, Unresolved
from rag.ground import NotFoundError, to_chinese, to_int

router = APIRouter(prefix="/api", tags=["查阅"], dependencies=[Depends(count_lookup)])

_ARTICLE = re.compile(r"第?\s*([0-9]{1,5}|[零〇一二三四五六七八九十百千两]{1,9})\s*[条点]?")
_EXAMPLES = 4

DayQuery = Annotated[Day, Query(description="按哪一天（年-月-日）；不填是今天")]


@router.get("/search", summary="搜索条款")
async def search(
    state: StateDep,
    q: Annotated[QuestionText, Query(description="要找的内容")],
    operator: Annotated[Name, Query()] = None,
    topic: Annotated[Name, Query()] = None,
    as_of: DayQuery = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> SearchResult:
    """在某一天有效的条款里搜索，最相关的在前。

    只找所选身份的条款；助手回答时也看别的身份和通用的条款，所以它引的第一条可能不在这里。
    """
    today = state.settings.current_day()

    def work() -> SearchResult:
        assistant = state.engine.assistant()
        require_operator(assistant.corpus, operator)
        require_topic(assistant.corpus, topic)
        retriever = assistant.retriever(operator=operator, topic=topic, as_of=as_of, limit=limit)
        results = [search_hit(found) for found in retriever.invoke(q)]
        return SearchResult(query=q, as_of=as_of or today, count=len(results), results=results)

    return await state.run(work)


@router.get("/guidelines", summary="全部指引")
def guidelines(
    state: StateDep,
    operator: Annotated[Name, Query()] = None,
    topic: Annotated[Name, Query()] = None,
    as_of: DayQuery = None,
) -> GuidelineList:
    """某一天有效的指引，可按经营者类型和主题筛选。"""
    corpus, today = state.engine.corpus(), state.settings.current_day()
    require_operator(corpus, operator)
    require_topic(corpus, topic)
    day = as_of or today
    found = [g for g in corpus.in_force(day, operator) if topic in (None, *g.topics)]
    listed = [guideline_out(g, guideline_url(g, today)) for g in found]
    return GuidelineList(as_of=day, count=len(listed), guidelines=listed)


@router.get("/guidelines/{operator}/{slug}", summary="一份指引")
def guideline(
    state: StateDep,
    operator: str,
    slug: str,
    as_of: DayQuery = None,
    version: Annotated[Day, Query(description="取施行日期为这一天的版本")] = None,
) -> GuidelineDetail:
    """一份指引的全部条款、法律依据和各个版本；默认取今天施行的版本。"""
    if as_of and version:
        raise ProblemError(422, "invalid", "as_of 和 version 只能用一个", "请删去其中一个。")
    corpus, today = state.engine.corpus(), state.settings.current_day()
    found = corpus.get(f"{operator}/{slug}", version=version, day=as_of or today)
    return guideline_detail(found, corpus, day=as_of or today, today=today)


@router.get("/laws", summary="法律登记册")
def laws(state: StateDep, as_of: DayQuery = None) -> LawList:
    """指引可以引用的全部法律，及各有多少条款引用。"""
    corpus = state.engine.corpus()
    day = as_of or state.settings.current_day()
    counts = Counter(law for g in corpus.in_force(day) for c in g.clauses for law in {r.law for r in c.laws})
    listed = [law_out(law, counts[law.short_title]) for law in corpus.registers.laws]
    return LawList(as_of=day, count=len(listed), laws=listed)


@router.get("/laws/{law}/{article}", summary="一条法律")
def article(state: StateDep, law: str, article: str, as_of: DayQuery = None) -> ArticleOut:
    """依据某一条法律的全部条款。法律用简称、全称或别名；条号写 32 或 第三十二条。"""
    corpus, today = state.engine.corpus(), state.settings.current_day()
    day, number = as_of or today, _article_number(article)
    try:
        entry, version = corpus.registers.laws.resolve(law, number, day)
    except Unresolved as error:
        raise NotFoundError(f"{error.message}。", "登记的法律和版本见 /api/laws。") from error
    text = state.laws.article(entry, number, day)
    clauses = [
        ArticleClause(
            **clause_out(clause, guideline_url(g, today)).model_dump(),
            guideline=g.id,
            title=g.title,
            operator=g.operator,
            version=g.version,
            label=ref.label,
        )
        for g, clause, ref in _resting_on(corpus, entry.short_title, number, day)
    ]
    return ArticleOut(
        law=entry.short_title,
        title=entry.title,
        article=number,
        label=f"第{to_chinese(number)}{version.unit}",
        as_of=day,
        law_version=law_version_out(version),
        article_text=text.text if text else None,
        count=len(clauses),
        clauses=clauses,
    )


@router.get("/options", summary="聊天窗口的选项")
def options(state: StateDep, guideline: Annotated[Name, Query()] = None) -> Options:
    """可选的经营者类型和各自的例题（都取自指引的常见问题）。"""
    corpus, today = state.engine.corpus(), state.settings.current_day()
    require_guideline(corpus, guideline)
    operators = [
        OperatorOption(
            id=o.id, name=o.name, short=o.short, definition=o.definition,
            examples=_examples(corpus.in_force(today, o.id)),
        )
        for o in corpus.registers.by_use
    ]  # fmt: skip
    shown = corpus.on_day(guideline, today) if guideline else None
    return Options(
        today=today,
        limits=state.engine.limits(),
        operators=operators,
        examples=_questions(shown)[:_EXAMPLES] if shown else _examples(corpus.in_force(today)),
        contact=state.contact,
        handover=state.store.keeps,
        retention_days=state.settings.retention_days,
        statuses=list(Status),
    )


def _article_number(text: str) -> int:
    match = _ARTICLE.fullmatch(text.strip())
    try:
        if match:
            return to_int(match[1])
    except ValueError:
        pass
    raise ProblemError(422, "invalid", "条号看不懂", "条号写成 32 或 第三十二条。")


def _resting_on(
    corpus: Corpus, law: str, number: int, day: dt.date
) -> Iterator[tuple[Guideline, Clause, LawRef]]:
    for guideline in corpus.in_force(day):
        for clause in guideline.clauses:
            ref = next((r for r in clause.laws if r.law == law and r.article == number), None)
            if ref is not None:
                yield guideline, clause, ref


def _questions(guideline: Guideline) -> list[str]:
    return [c.heading for c in guideline.clauses if c.section is Section.FAQ and c.heading]


def _examples(guidelines: list[Guideline]) -> list[str]:
    """One question of each of a few guidelines, spread over the list."""
    asked = [questions[0] for g in guidelines if (questions := _questions(g))]
    step = max(1, len(asked) // _EXAMPLES)
    return asked[::step][:_EXAMPLES]
