"""Where writing begins: the guidelines by role, one guideline with its versions, a new one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import File, Form, Request, UploadFile
from starlette.responses import Response

from api.deps import StateDep
from api.desk.web import OfficerDep, WriterDep, desk_router, page, redirect
from api.desk.writing.begin import correction, new_guideline, new_version
from api.desk.writing.form import read_day
from api.desk.writing.later import pending
from api.problems import ProblemError
from rag.content import Corpus, Guideline, Imported, read_word
from rag.ground import ContentError

router = desk_router("/desk/writing")

Line = Annotated[str, Form(max_length=200)]
Upload = Annotated[UploadFile | None, File()]


@router.get("")
async def listing(
    request: Request, state: StateDep, user: OfficerDep, q: str = "", operator: str = ""
) -> Response:
    """The drafts that wait for somebody, and all guidelines by role."""
    corpus = await state.run(state.engine.corpus)
    drafts = await state.run(state.desk.drafts.find)
    today = state.settings.current_day()
    found = _found(corpus, today, q.strip(), operator)
    groups = [(o, [g for g in found if g.operator == o.id]) for o in corpus.registers.by_use]
    return page(
        request, "writing.html", drafts=drafts, groups=[g for g in groups if g[1]], q=q, operator=operator,
        operators=corpus.registers.by_use, short={o.id: o.short for o in corpus.registers.operators},
        has_draft={d.guideline for d in drafts}, later=await state.run(lambda: pending(state)),
    )  # fmt: skip


def _found(corpus: Corpus, today: dt.date, q: str, operator: str) -> list[Guideline]:
    """The version of each guideline that applies today (or else its last), with the words of a search in it."""
    shown = [corpus.on_day(key, today) or corpus.versions(key)[-1] for key in corpus.ids()]
    words = q.lower().split()

    def has(guideline: Guideline) -> bool:
        text = " ".join(
            [guideline.title, guideline.summary, *(c.heading or "" for c in guideline.clauses)]
        ).lower()
        return all(word in text for word in words)

    return [g for g in shown if operator in ("", g.operator) and has(g)]


@router.get("/new")
async def blank(request: Request, state: StateDep, user: WriterDep) -> Response:
    """The form for a new guideline."""
    corpus = await state.run(state.engine.corpus)
    return page(request, "writing_new.html", operators=corpus.registers.by_use)


@router.post("/new")
async def new(
    request: Request, state: StateDep, user: WriterDep, operator: Line = "", title: Line = "",
    version: Line = "", word: Upload = None,
) -> Response:  # fmt: skip
    """Begin a new guideline, perhaps from a Word file."""
    day = read_day(version, "施行日期")
    imported = await read_upload(word)
    number = await state.run(lambda: new_guideline(state, operator, title, day, user, imported))
    return redirect(request, f"/desk/writing/{number}", done="added")


@router.get("/of/{operator}/{slug}")
async def guideline(
    request: Request, state: StateDep, user: OfficerDep, operator: str, slug: str
) -> Response:
    """One guideline: its versions, its drafts, what can be begun."""
    corpus, today = await state.run(state.engine.corpus), state.settings.current_day()
    key = f"{operator}/{slug}"
    versions = corpus.versions(key)
    drafts = await state.run(lambda: state.desk.drafts.find(guideline=key, open_only=False))
    if not versions and not drafts:
        raise ProblemError(404, "not-found", "没有这份指引", "回到列表再选。")
    now = corpus.on_day(key, today)
    return page(
        request, "writing_guideline.html", key=key, versions=versions[::-1], drafts=drafts, now=now,
        title=(now or versions[-1]).title if versions else drafts[0].document.title,
        operator=corpus.registers.operator(operator), tomorrow=today + dt.timedelta(days=1),
    )  # fmt: skip


@router.post("/of/{operator}/{slug}")
async def begin(
    request: Request, state: StateDep, user: WriterDep, operator: str, slug: str,
    kind: Line = "", version: Line = "",
) -> Response:  # fmt: skip
    """Begin a correction or a new version."""
    key = f"{operator}/{slug}"
    if key not in (await state.run(state.engine.corpus)).ids():
        raise ProblemError(404, "not-found", "没有这份指引", "回到列表再选。")
    day = read_day(version, "施行日期")
    make = correction if kind == "correction" else new_version
    try:
        number = await state.run(lambda: make(state, key, day, user))
    except ContentError as error:
        raise ProblemError(422, "invalid", error.message.rstrip("。"), error.hint) from error
    return redirect(request, f"/desk/writing/{number}")


async def read_upload(word: UploadFile | None) -> Imported | None:
    """A Word file that was sent, None if none was chosen.

    Raises:
        ProblemError: 422, it cannot be read; says what to do.
    """
    if word is None or not word.filename:
        return None
    try:
        return read_word(await word.read(), word.filename)
    except ContentError as error:
        raise ProblemError(422, "invalid", error.message.rstrip("。"), error.hint, at="word") from error
