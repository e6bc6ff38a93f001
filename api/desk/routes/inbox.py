"""The inbox: questions and remarks, grouped by meaning, and what an officer does with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.additions import OUTSIDE, WORDING
from api.desk.content import mending
from api.desk.inbox.cases import STATES
from api.desk.inbox.faq import Written, open_faq
from api.desk.inbox.gather import KINDS, RULE, Embed, gather
from api.desk.inbox.mail import address_in, tell
from api.desk.picking import picking
from api.desk.roles import Role
from api.desk.web import OfficerDep, WriterDep, desk_router, page, redirect
from api.desk.words import clause_place, namer
from api.numbers import whole
from api.problems import ProblemError
from api.schemas.responses import SearchHit
from api.state import State
from api.views import guideline_url, search_hit
from rag.content import ASKED_FILE, OUTSIDE_FILE, Clause, Corpus, Guideline, with_outside, with_wording
from rag.ground import HeguiError
from rag.script import Absence, Rule

router = desk_router("/desk/inbox")

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
    corpus = await state.run(state.engine.corpus)
    return page(
        request,
        "inbox.html",
        cases=cases,
        states=STATES,
        show=shown,
        mine=mine,
        source=source,
        sources=KINDS,
        named=_namer(state, corpus),
    )


@router.get("/{number}")
async def case(request: Request, state: StateDep, user: OfficerDep, number: int, mail: str = "") -> Response:
    """One case."""
    found = await state.run(lambda: state.desk.cases.get(number))
    people = await state.run(state.desk.people.all)
    near = await state.run(lambda: nearest(state, found.question))
    officers = [p for p in people if p.active and p.may(Role.WRITER, Role.REVIEWER)]
    rule = await state.run(lambda: _rule(state, found.page))
    corpus = await state.run(state.engine.corpus)
    waiting = await state.run(lambda: state.desk.additions.of_case(number))
    written = await state.run(lambda: state.desk.questions.of_case(number))
    chosen = await state.run(lambda: picking(state, request.query_params))
    return page(
        request, "case.html", case=found, picking=chosen, officers=officers, near=near, states=STATES, sources=KINDS,
        matters=corpus.registers.outside, rule=rule, mail=mail, address_in=address_in, waiting=waiting, written=written,
        named=_namer(state, corpus), roles={o.id: o.short for o in corpus.registers.operators},
        groups=_groups(corpus, state.settings.current_day(), [h.guideline for h in near]),
    )  # fmt: skip


@router.post("/{number}/assign")
async def assign(
    request: Request, state: StateDep, user: OfficerDep, number: int, owner: Line = ""
) -> Response:
    """Give it to somebody."""
    to = whole(owner)
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
        handovers = state.desk.cases.reply(number, text, clause_place(clause) or None, by=user)
        sent = tell(state.settings, handovers, text)
        return "" if not sent else "yes" if all(sent) else "no"

    mail = await state.run(work)
    return redirect(request, f"/desk/inbox/{number}?mail={mail}", done="sent")


@router.post("/{number}/wording")
async def wording(
    request: Request, state: StateDep, user: OfficerDep, number: int, clause: Line = "", wording: Line = ""
) -> Response:
    """The question becomes a wording of a clause, with the next publication."""

    def work() -> None:
        guideline, found = clause_at(state, clause)
        words, corpus = " ".join(wording.split()), state.engine.corpus()
        file = state.settings.guidelines / guideline.id / ASKED_FILE
        with mending("wording"):  # refused here and now, not when it is published
            with_wording(corpus, guideline.id, found, words, file.read_bytes() if file.exists() else b"")
        fields = {"guideline": guideline.id, "text": found.text, "wording": words}
        place = f"{guideline.id}@{guideline.version}#{found.id}"
        state.desk.additions.add(
            WORDING, f"“{words}”→{guideline.title}", fields, user, subject=place, case=number
        )

    await state.run(work)
    return redirect(request, f"/desk/inbox/{number}", done="waiting")


@router.post("/{number}/outside")
async def outside(
    request: Request, state: StateDep, user: OfficerDep, number: int,
    matter: Line = "", ask: Line = "", wording: Line = "",
) -> Response:  # fmt: skip
    """The question is nobody's compliance matter here; the case is closed, the answers follow with the next publication."""

    def work() -> None:
        fields = {"matter": matter.strip(), "ask": ask.strip(), "wording": " ".join(wording.split())}
        file = state.settings.guidelines / OUTSIDE_FILE
        with mending("wording" if fields["matter"] else "matter"):
            with_outside(**fields, old=file.read_bytes() if file.exists() else b"")
        about = f"“{fields['wording']}”→{fields['matter']}"
        state.desk.additions.add(OUTSIDE, about, fields, user, subject=f"case:{number}", case=number)
        state.desk.cases.close(number, f"不在范围：{matter}{f'（{ask}）' if ask else ''}", by=user)

    await state.run(work)
    return redirect(request, f"/desk/inbox/{number}", done="waiting")


@router.post("/{number}/faq")
async def faq(
    request: Request, state: StateDep, user: WriterDep, number: int, guideline: Line = "", question: Line = ""
) -> Response:
    """The question becomes a row of 常见问题 in a draft of a guideline; published, the asker reads it by the code."""

    def work() -> Written:
        with mending("question"):
            return open_faq(state, number, guideline, question, user)

    made = await state.run(work)
    return redirect(request, f"/desk/writing/{made.draft}?done=added#row-{made.place}")


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


def clause_at(state: State, place: str, at: str = "clause") -> tuple[Guideline, Clause]:
    """The clause that ``live-room/price#must-3`` names in the version in force; ``at``: the field it was typed in.

    Raises:
        ProblemError: 422, there is none.
    """
    name, _, clause = clause_place(place).partition("#")
    today = state.settings.current_day()
    for guideline in state.engine.corpus().versions(name):
        if guideline.in_force(today):
            found = next((c for c in guideline.clauses if c.id == clause), None)
            if found:
                return guideline, found
    raise ProblemError(
        422, "invalid", "没有这一条", "从列表里选，或者把网站上那一条的地址整个贴进来。", at=at
    )


def embedding(state: State) -> Embed | None:
    """The index's embedding; None where there is no index or no model."""
    try:
        model = state.engine.assistant().embeddings
    except HeguiError:
        return None
    return model.embed_query if model else None


def nearest(state: State, question: str) -> list[SearchHit]:
    """The clauses nearest to a question, to choose from."""
    try:
        found = state.engine.assistant().retriever(limit=NEAREST).invoke(question)
    except HeguiError:
        return []
    return [search_hit(document) for document in found]


def _groups(corpus: Corpus, today: dt.date, near: list[str]) -> list[tuple[str, list[Guideline]]]:
    """The guidelines in force to choose from: the nearest, then all by role."""
    found = corpus.in_force(today)
    by_id = {g.id: g for g in found}
    first = [by_id[key] for key in dict.fromkeys(near) if key in by_id]
    rest = [(o.short, [g for g in found if g.operator == o.id]) for o in corpus.registers.by_use]
    return [(name, group) for name, group in [("意思最近的", first), *rest] if group]


def _namer(state: State, corpus: Corpus) -> Callable[[str], str]:
    """What calls guidelines, clauses and rules of the script check in words."""
    say = namer(corpus)

    def said(text: str) -> str:
        rule = _script_rule(state, text)
        return f"审稿规则“{rule.name}”" if rule else say(text)

    return said


def _script_rule(state: State, about: str) -> Rule | Absence | None:
    """The rule of the script check that a case is about; None if it is about something else, or the rule cannot be read."""
    if not about.startswith(RULE):
        return None
    try:
        return state.engine.checker().rule(about.removeprefix(RULE))
    except HeguiError:
        return None


def _rule(state: State, place: str | None) -> tuple[str, str, str] | None:
    """Title, text and address of the clause or rule a remark is about, as it is in force; None if it is about a page or is gone."""
    if rule := _script_rule(state, place or ""):
        return rule.name, rule.why, f"/desk/rules/{rule.id}"
    try:
        guideline, clause = clause_at(state, place or "")
    except ProblemError:
        return None
    address = f"{guideline_url(guideline, state.settings.current_day())}#{clause.id}"
    return guideline.title, clause.text, address
