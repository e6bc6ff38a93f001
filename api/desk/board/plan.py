"""挂图作战: the plan's tasks by year and quarter, kept by the officers; `plan.yml` is the plan as it was published."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.faults import Faults
from api.desk.roles import User
from api.problems import ProblemError
from api.store import Store
from api.store.board_tables import PlanRow

STATES = {"todo": "未开始", "doing": "进行中", "done": "已完成"}
UNSAID, LATE = "未填报", "逾期"
_FILE = Path(__file__).with_name("plan.yml")


class SeedTask(BaseModel):
    """A task as the plan has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    year: int | None = None
    measure: str
    title: str


class Plan(BaseModel):
    """The plan as it was published: its title, days and tasks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    first: dt.date
    last: dt.date
    phases: dict[int, str]
    tasks: tuple[SeedTask, ...]

    def due(self, year: int | None) -> dt.date:
        """The end of a year's phase, or of the plan."""
        return min(dt.date(year, 12, 31), self.last) if year else self.last


def published_plan() -> Plan:
    """The plan of `plan.yml`."""
    return Plan.model_validate(yaml.safe_load(_FILE.read_text("utf-8")))


@dataclass(frozen=True)
class PlanTask:
    """A task. ``year`` None: of the whole plan; ``quarter`` None: of the whole year; ``state`` None: nobody has said."""

    year: int | None
    quarter: int | None
    measure: str
    title: str
    owner: str | None = None
    due: dt.date | None = None
    state: str | None = None
    evidence: str | None = None
    id: int = 0
    stamp: str = ""

    @property
    def group(self) -> int:
        """Its year, 0 for the whole plan."""
        return self.year or 0

    def of(self, number: int) -> PlanTask:
        """The same as the task of that number."""
        return dataclasses.replace(self, id=number)

    def standing(self, today: dt.date) -> str:
        """Its state in words; overdue if its day is over and it is not said to be done."""
        if self.state != "done" and self.due and self.due < today:
            return LATE if self.state else f"{UNSAID}（已到期）"
        return STATES.get(self.state or "", UNSAID)


class Board:
    """The tasks of the plan.

    Args:
        store: the application database.
        audit: where changes are written down.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit

    def all(self) -> list[PlanTask]:
        """Every task: of the whole plan first, then by year and quarter."""
        rows = self._store.transact(
            lambda session: list(session.scalars(select(PlanRow).order_by(PlanRow.id)))
        )
        tasks = [_task(row) for row in rows]
        return sorted(tasks, key=lambda t: (t.year or 0, t.quarter or 0))

    def get(self, number: int) -> PlanTask:
        """One task.

        Raises:
            ProblemError: 404.
        """
        return self._store.transact(lambda session: _task(_row(session, number)))

    def seeds(self) -> set[str]:
        """The keys of the plan's tasks that were put in."""
        keys = self._store.transact(lambda session: list(session.scalars(select(PlanRow.seed))))
        return {key for key in keys if key}

    def load(self, plan: Plan, *, by: User) -> int:
        """Put the plan's tasks in; those that are there, changed or not, stay.

        Returns:
            How many were new.
        """

        def work(session: Session) -> int:
            known = set(session.scalars(select(PlanRow.seed)))
            new = [seed for seed in plan.tasks if seed.key not in known]
            now = self._store.now()
            for seed in new:
                session.add(
                    PlanRow(
                        year=seed.year, measure=seed.measure, title=seed.title, due=plan.due(seed.year),
                        seed=seed.key, changed=now,
                    )
                )  # fmt: skip
            session.add(self._audit.row(by, "载入方案任务", "plan", f"{len(new)} 项"))
            return len(new)

        return self._store.transact(work)

    def save(self, task: PlanTask, *, by: User) -> int:
        """Make a task (``id`` 0) or change one.

        Returns:
            Its number.

        Raises:
            ProblemError: 404; 409 somebody else changed it meanwhile (``stamp``); 422 something is missing or wrong.
        """
        _must_be_fine(task)

        def work(session: Session) -> int:
            row = _row(session, task.id) if task.id else PlanRow()
            if task.id and task.stamp != row.changed.isoformat():
                said = (
                    f"现在是：{row.title}，{STATES.get(row.state or '', UNSAID)}，{row.owner or '没有责任人'}"
                )
                raise ProblemError(
                    409, "conflict", "别人刚改过这一项", f"{said}。您的改动还在下面：要用您的，再保存一次。"
                )
            row.year, row.quarter, row.measure, row.title = task.year, task.quarter, task.measure, task.title
            row.owner, row.due, row.state, row.evidence = task.owner, task.due, task.state, task.evidence
            row.changed = self._store.now()
            session.add(row)
            session.flush()
            detail = f"{task.title}：{STATES.get(task.state or '', UNSAID)} {task.evidence or ''}"
            session.add(self._audit.row(by, "改任务" if task.id else "新增任务", f"plan:{row.id}", detail))
            return row.id

        return self._store.transact(work)

    def delete(self, number: int, *, by: User) -> None:
        """Take a task out.

        Raises:
            ProblemError: 404.
        """

        def work(session: Session) -> None:
            row = _row(session, number)
            session.add(self._audit.row(by, "删除任务", f"plan:{number}", row.title))
            session.delete(row)

        self._store.transact(work)


def _row(session: Session, number: int) -> PlanRow:
    row = session.get(PlanRow, number)
    if row is None:
        raise ProblemError(404, "not-found", "没有这项任务", "回到“挂图作战”再选。")
    return row


def _task(row: PlanRow) -> PlanTask:
    return PlanTask(
        row.year, row.quarter, row.measure, row.title, row.owner, row.due, row.state, row.evidence, row.id,
        row.changed.isoformat(),
    )  # fmt: skip


def _must_be_fine(task: PlanTask) -> None:
    faults = Faults()
    if not task.title:
        faults.add("title", "任务要写", "写一句话。")
    if not task.measure:
        faults.add("measure", "类别要写", "从列表里选，或者写一个。")
    if task.year is not None and not 2000 <= task.year <= 2100:
        faults.add("year", "年份写成四位数字", "例如 2026。")
    if task.quarter is not None and (task.year is None or task.quarter not in (1, 2, 3, 4)):
        faults.add("quarter", "季度要跟年份一起选，从一到四", "填上年份，或者季度选“全程”。")
    if task.state is not None and task.state not in STATES:
        faults.add("state", "状态从列表里选", "再选一次。")
    if task.evidence and not _is_address(task.evidence):
        faults.add("evidence", "佐证写网址（http 开头）或本站页面（/ 开头）", "例如 /laws/coverage/。")
    if task.state == "done" and not task.evidence:
        faults.add("evidence", "已完成的任务要有佐证链接", "填上再保存。")
    faults.stop()


def _is_address(text: str) -> bool:
    """An address of the web or of this site: nothing that a browser would run."""
    parts = urlsplit(text)
    inside = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text.isprintable() and (inside or (parts.scheme in ("http", "https") and bool(parts.netloc)))


def progress(tasks: Sequence[PlanTask]) -> tuple[int, int]:
    """How many are done, and of how many."""
    return sum(task.state == "done" for task in tasks), len(tasks)
