"""The inbox: questions and remarks, grouped by meaning, and what an officer does with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.inbox.cases import STATES
from api.desk.inbox.gather import SOURCES, Embed, gather
from api.desk.inbox.mail import address_in, send
from api.desk.roles import Role, User
from api.desk.web import desk_router, page, redirect, require
from api.problems import ProblemError
from api.schemas.responses import SearchHit
from api.state import State
from api.views import guideline_url, search_hit
from rag.content import Clause, Guideline, add_outside, add_wording
from rag.ground import ContentError, HeguiError

router = desk_router("/desk/inbox")

OfficerDep = Annotated[User, Depends(require(Role.WRITER, Role.REVIEWER))]
Line = Annotated[str, Form(max_length=200)]
Text = Annotated[str, Form(max_length=4000)]
NEAREST = 8


@router.get("")
async def inbox(
    request: Request,
    state: StateDep,
    user: OfficerDep,
    show: str = "open",
    mine: bool = False,
    source: str = "",
) -> Response:
    """The cases of one state."""
    shown = show if show in STATES else "open"
    await state.run(lambda: gather(state.store, embedding(state)))
    owner = user.id if mine else None
    cases = await state.run(lambda: state.desk.cases.find(shown, owner=owner, source=source))
    return page(
        request,
        "inbox.html",
        cases=cases,
        states=STATES,
        show=shown,
        mine=mine,
        source=source,
        sources=SOURCES,
    )


@router.get("/{number}")
async def case(request: Request, state: StateDep, user: OfficerDep, number: int, mail: str = "") -> Response:
    """One case."""
    found = await state.run(lambda: state.desk.cases.get(number))
    people = await state.run(state.desk.people.all)
    near = await state.run(lambda: _nearest(state, found.question))
    officers = [p for p in people if p.active and p.may(Role.WRITER, Role.REVIEWER)]
    rule = await state.run(lambda: _rule(state, found.page))
    matters = (await state.run(state.engine.corpus)).registers.outside
    return page(
        request, "case.html", case=found, officers=officers, near=near, states=STATES, sources=SOURCES,
        matters=matters, rule=rule, mail=mail, address_in=address_in,
    )  # fmt: skip


@router.post("/{number}/assign")
async def assign(
    request: Request, state: StateDep, user: OfficerDep, number: int, owner: Line = ""
) -> Response:
    """Give it to somebody."""
    to = int(owner) if owner.isdecimal() else None
    await state.run(lambda: state.desk.cases.assign(number, to, by=user))
    return redirect(request, f"/desk/inbox/{number}", done="saved")


@router.post("/{number}/reply")
async def reply(
    request: Request, state: StateDep, user: OfficerDep, number: int, text: Text = "", clause: Line = ""
) -> Response:
    """Answer the askers; by mail too, where an address was left."""

    def work() -> str:
        if clause.strip():
            clause_at(state, clause)
        handovers = state.desk.cases.reply(number, text, clause.strip() or None, by=user)
        if not state.settings.smtp_url.get_secret_value():
            return ""
        sent = [
            send(state.settings, to, "您问的问题有答复了", _mail(state, h.question, text, h.code))
            for h in handovers
            if (to := address_in(h.contact))
        ]
        return "" if not sent else "yes" if all(sent) else "no"

    mail = await state.run(work)
    return redirect(request, f"/desk/inbox/{number}?mail={mail}", done="sent")


@router.post("/{number}/wording")
async def wording(
    request: Request, state: StateDep, user: OfficerDep, number: int, clause: Line = "", wording: Line = ""
) -> Response:
    """The question becomes a wording of a clause."""

    def work() -> None:
        guideline, found = clause_at(state, clause)
        corpus, folder = state.engine.corpus(), state.settings.guidelines
        add_wording(corpus, found, guideline.id, wording, folder)
        place = f"{guideline.id}@{guideline.version}#{found.id}"
        state.desk.audit.record(user, "加问法", place, f"case:{number} {wording}")

    await _content(state, work)
    return redirect(request, f"/desk/inbox/{number}", done="saved")


@router.post("/{number}/outside")
async def outside(
    request: Request, state: StateDep, user: OfficerDep, number: int,
    matter: Line = "", ask: Line = "", wording: Line = "",
) -> Response:  # fmt: skip
    """The question is nobody's compliance matter here; the case is closed."""

    def work() -> None:
        registers = state.engine.corpus().registers
        add_outside(registers, matter, ask, wording, state.settings.guidelines)
        state.desk.cases.close(number, f"不在范围：{matter}{f'（{ask}）' if ask else ''}", by=user)

    await _content(state, work)
    return redirect(request, f"/desk/inbox/{number}", done="closed")


@router.post("/{number}/close")
async def close(
    request: Request, state: StateDep, user: OfficerDep, number: int, outcome: Text = ""
) -> Response:
    """Dealt with."""
    await state.run(lambda: state.desk.cases.close(number, outcome, by=user))
    return redirect(request, f"/desk/inbox/{number}", done="closed")


@router.post("/{number}/reopen")
async def reopen(request: Request, state: StateDep, user: OfficerDep, number: int) -> Response:
    """Taken up again."""
    await state.run(lambda: state.desk.cases.reopen(number, by=user))
    return redirect(request, f"/desk/inbox/{number}", done="saved")


@router.post("/{number}/split/{item}")
async def split(request: Request, state: StateDep, user: OfficerDep, number: int, item: int) -> Response:
    """A question that means something else becomes a case of its own."""
    new = await state.run(lambda: state.desk.cases.split(number, item, by=user))
    return redirect(request, f"/desk/inbox/{new}", done="added")


def clause_at(state: State, place: str) -> tuple[Guideline, Clause]:
    """The clause that ``live-room/price#must-3`` names in the version in force.

    Raises:
        ProblemError: 422, there is none.
    """
    name, _, clause = place.strip().partition("#")
    today = state.settings.current_day()
    for guideline in state.engine.corpus().versions(name):
        if guideline.in_force(today):
            found = next((c for c in guideline.clauses if c.id == clause), None)
            if found:
                return guideline, found
    raise ProblemError(422, "invalid", "没有这一条", "从列表里选，或者写成 live-room/price#must-3 这样。")


async def _content(state: State, work: Callable[[], None]) -> None:
    """Run a change of the content; what is wrong with it is the officer's to mend, not a fault of the server.

    Raises:
        ProblemError: 422.
    """
    try:
        await state.run(work)
    except ContentError as error:
        raise ProblemError(422, "invalid", error.message.rstrip("。"), error.hint) from error


def embedding(state: State) -> Embed | None:
    """The index's embedding; None where there is no index or no model."""
    try:
        model = state.engine.assistant().embeddings
    except HeguiError:
        return None
    return model.embed_query if model else None


def _nearest(state: State, question: str) -> list[SearchHit]:
    """The clauses nearest to a question, to choose from."""
    try:
        found = state.engine.assistant().retriever(limit=NEAREST).invoke(question)
    except HeguiError:
        return []
    return [search_hit(document) for document in found]


def _rule(state: State, place: str | None) -> tuple[str, str, str] | None:
    """Title, text and address of the clause a remark is about, in the version in force; None if it is about a page or is gone."""
    try:
        guideline, clause = clause_at(state, place or "")
    except ProblemError:
        return None
    address = f"{guideline_url(guideline, state.settings.current_day())}#{clause.id}"
    return guideline.title, clause.text, address


def _mail(state: State, question: str, text: str, code: str | None) -> str:
    place = f"{state.settings.public_url.rstrip('/')}/reply/{code}" if state.settings.public_url else ""
    look = f"\n\n以后也可以凭查询码 {code} 查看：{place or '本站 /reply'}" if code else ""
    return f"您问：{question}\n\n答复：\n{text.strip()}{look}\n"
