"""The audit log: to read, and as a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.audit import Entry
from api.desk.roles import Role, User
from api.desk.tables import csv_file
from api.desk.web import desk_router, page, require, shown_time
from rag.ground import csv_text

router = desk_router("/desk/audit")

ReaderDep = Annotated[User, Depends(require(Role.REVIEWER, Role.ADMIN))]


@router.get("")
async def entries(
    request: Request, state: StateDep, user: ReaderDep, subject: str = "", actor: str = ""
) -> Response:
    """The newest entries."""
    found = await state.run(lambda: state.desk.audit.entries(subject=subject, actor=actor))
    return page(request, "audit.html", entries=found, subject=subject, actor=actor)


@router.get("/export.csv")
async def export(state: StateDep, user: ReaderDep) -> Response:
    """Everything, oldest first, for a spreadsheet."""
    text = await state.run(lambda: _table(state.desk.audit.everything()))
    return csv_file(text, "audit.csv")


def _table(entries: Iterable[Entry]) -> str:
    rows = [("时间", "谁", "做了什么", "对什么", "说明")]
    rows += [(shown_time(e.at), e.actor, e.action, e.subject, e.detail) for e in entries]
    return csv_text(rows)
