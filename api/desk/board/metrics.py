"""What was asked in a period and what became of it, for the bureau. Figures, and the questions that found no answer."""

from __future__ import annotations

import datetime as dt
import json
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.desk.board.weeks import start_of
from api.store import Store
from api.store.desk_tables import CaseItemRow, CaseRow, ReplyRow
from api.store.tables import AnswerRow, HandoverRow
from rag.ask import Status
from rag.content import Corpus

STATUSES = {
    Status.ANSWERED.value: "有答案",
    Status.PARTIAL.value: "部分有答案",
    Status.NO_EVIDENCE.value: "没有答案",
    Status.OUT_OF_SCOPE.value: "不在范围",
    Status.REFUSED.value: "拒绝",
    Status.NEEDS_CLARIFICATION.value: "请对方说清",
}
UNSAID, NO_TOPIC = "没有选身份", "没有引用指引"
MOST = 50
_MISSED = (Status.NO_EVIDENCE.value, Status.OUT_OF_SCOPE.value)


@dataclass
class Count:
    """Questions of one kind by status, and how many were handed over."""

    name: str
    by_status: Counter[str] = field(default_factory=Counter)
    handed_over: int = 0

    @property
    def total(self) -> int:
        """All questions."""
        return self.by_status.total()

    def cells(self) -> list[int]:
        """Total, each status, handed over."""
        return [self.total, *(self.by_status[s] for s in STATUSES), self.handed_over]


@dataclass(frozen=True)
class Report:
    """A period (both days included) in figures. ``hours`` are those from handing over to the first reply."""

    first: dt.date
    last: dt.date
    whole: Count
    roles: list[Count]
    topics: list[Count]
    hours: list[float]
    unreplied: int
    missed: list[tuple[str, int]]

    @property
    def median(self) -> str:
        """The median time to the first reply."""
        return _duration(statistics.median(self.hours)) if self.hours else "–"

    @property
    def longest(self) -> str:
        """The longest time to the first reply."""
        return _duration(max(self.hours)) if self.hours else "–"

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The report as a table for a spreadsheet."""
        yield ("类别", "项目", "提问", *STATUSES.values(), "转联络员")
        yield ("期间", f"{self.first} 至 {self.last}", *self.whole.cells())
        for kind, counts in (("身份", self.roles), ("主题", self.topics)):
            yield from ((kind, count.name, *count.cells()) for count in counts)
        yield ("答复时间", "中位数", self.median)
        yield ("答复时间", "最长", self.longest)
        yield ("答复时间", "还没有答复的件数", self.unreplied)
        yield from (("没有答案的问题", question, times) for question, times in self.missed)


def _duration(hours: float) -> str:
    return (
        f"{hours * 60:.0f} 分钟"
        if hours < 1
        else f"{hours:.1f} 小时"
        if hours < 48
        else f"{hours / 24:.1f} 天"
    )


def collect(store: Store, corpus: Corpus, first: dt.date, last: dt.date) -> Report:
    """The report of the days ``first`` to ``last``, as Beijing counts them.

    Raises:
        StorageError: the database cannot be read.
    """
    span = (start_of(first), start_of(last + dt.timedelta(days=1)))
    return store.transact(lambda session: _collect(session, corpus, first, last, span))


def _within(
    column: InstrumentedAttribute[dt.datetime], span: tuple[dt.datetime, dt.datetime]
) -> ColumnElement[bool]:
    start, end = (moment.astimezone(dt.UTC) for moment in span)
    return (column >= start) & (column < end)


def _collect(
    session: Session, corpus: Corpus, first: dt.date, last: dt.date, span: tuple[dt.datetime, dt.datetime]
) -> Report:
    whole, roles, topics = Count("合计"), dict[str, Count](), dict[str, Count]()
    names = {o.id: o.short for o in corpus.registers.operators}
    handed = set(session.scalars(select(HandoverRow.answer_id).where(_within(HandoverRow.created, span))))
    row = AnswerRow
    query = select(row.id, row.status, row.operator, row.body).where(_within(row.created, span))
    for answer_id, status, operator, body in session.execute(query.execution_options(yield_per=500)):
        role = names.get(operator or "", operator or UNSAID)
        for count in (
            whole,
            roles.setdefault(role, Count(role)),
            *(topics.setdefault(t, Count(t)) for t in _topics(body, corpus)),
        ):
            count.by_status[status] += 1
            count.handed_over += answer_id in handed
    hours, unreplied = _replies(session, span)
    return Report(
        first, last, whole, _ordered(roles), _ordered(topics), hours, unreplied, _missed(session, span)
    )


def _ordered(counts: dict[str, Count]) -> list[Count]:
    return sorted(counts.values(), key=lambda c: (-c.total, c.name))


def _topics(body: str, corpus: Corpus) -> list[str]:
    """The topics of the first clause an answer cites: what it was mainly about."""
    citations = json.loads(body).get("citations") or [{}]
    versions = corpus.versions(citations[0].get("guideline", ""))
    found = [corpus.registers.topic(t) for t in versions[-1].topics] if versions else []
    return [t.name for t in found if t] or [NO_TOPIC]


def _replies(session: Session, span: tuple[dt.datetime, dt.datetime]) -> tuple[list[float], int]:
    """Hours from each handover of the period to the first reply after it, and how many wait for one."""
    item = CaseItemRow
    query = (
        select(item.id, item.created, func.min(ReplyRow.created))
        .outerjoin(ReplyRow, (ReplyRow.case_id == item.case_id) & (ReplyRow.created >= item.created))
        .where(item.source == "handover", _within(item.created, span))
        .group_by(item.id, item.created)
    )
    found = [(asked, replied) for _, asked, replied in session.execute(query)]
    hours = [(_utc(replied) - asked).total_seconds() / 3600 for asked, replied in found if replied]
    return hours, sum(replied is None for _, replied in found)


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _missed(session: Session, span: tuple[dt.datetime, dt.datetime]) -> list[tuple[str, int]]:
    """The questions that found no answer, grouped as the inbox groups them, most often first."""
    times = func.count(CaseItemRow.id)
    query = (
        select(CaseRow.question, times)
        .join(CaseItemRow, CaseItemRow.case_id == CaseRow.id)
        .where(CaseItemRow.source.in_(_MISSED), _within(CaseItemRow.created, span))
        .group_by(CaseRow.id, CaseRow.question)
        .order_by(times.desc(), CaseRow.id)
        .limit(MOST)
    )
    return [(question, count) for question, count in session.execute(query)]
