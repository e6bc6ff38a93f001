"""What was asked and what became of it: for the bureau, to read and as a file."""

from __future__ import annotations

import datetime as dt

from fastapi import Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.board.metrics import STATUSES, Report, collect
from api.desk.inbox.gather import gather
from api.desk.routes.inbox import embedding
from api.desk.tables import csv_file
from api.desk.web import UserDep, desk_router, page
from api.problems import ProblemError
from api.state import State
from rag.ground import csv_text

router = desk_router("/desk/metrics")

DAYS = 30


@router.get("")
async def metrics(
    request: Request, state: StateDep, user: UserDep, first: str = "", last: str = ""
) -> Response:
    """The figures of a period, the last 30 days if none is named."""
    report = await state.run(lambda: _report(state, first, last))
    return page(request, "metrics.html", report=report, statuses=STATUSES, kept=state.settings.retention_days)


@router.get("/export.csv")
async def export(state: StateDep, user: UserDep, first: str = "", last: str = "") -> Response:
    """The same for a spreadsheet."""
    report = await state.run(lambda: _report(state, first, last))
    return csv_file(csv_text(report.rows()), f"metrics-{report.first}-{report.last}.csv")


def _report(state: State, first: str, last: str) -> Report:
    until = _day(last, state.settings.current_day())
    since = _day(first, until - dt.timedelta(days=DAYS - 1))
    if since > until:
        raise ProblemError(422, "invalid", "开始日期在结束日期之后", "对调两个日期。")
    gather(state.store, embedding(state))
    return collect(state.store, state.engine.corpus(), since, until)


def _day(text: str, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise ProblemError(422, "invalid", "日期写得不对", "写成年-月-日，例如 2026-11-01。") from error
