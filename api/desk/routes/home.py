"""The desk's first page."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.board.changes import OPEN
from api.desk.board.listing import brought_up
from api.desk.inbox.gather import gather
from api.desk.roles import Role, User
from api.desk.routes.inbox import embedding
from api.desk.web import UserDep, desk_router, page
from api.desk.writing.later import pending
from api.state import State

router = desk_router()


@router.get("")
async def home(request: Request, state: StateDep, user: UserDep) -> Response:
    """What there is to do."""
    return page(request, "home.html", waiting=await state.run(lambda: _waiting(state, user)))


def _waiting(state: State, user: User) -> dict[str, list[str]]:
    """What waits for this officer, by page of the menu."""
    desk, found = state.desk, dict[str, list[tuple[int, str]]]()
    if user.may(Role.WRITER, Role.REVIEWER):
        to_review, sent_back = desk.states.waiting_for(user)
        found["/desk/writing"] = [
            (to_review, "稿等您审"),
            (sent_back, "稿要求修改"),
            (len(pending(state)), "处更正还要改到以后的版本"),
        ]
        gather(state.store, embedding(state))
        changes = brought_up(state, user)
        mine = sum(t.owner_id == user.id for c in changes for t in c.tasks if t.state == OPEN)
        found["/desk/laws"] = [(mine, "条归您改"), (sum(c.unowned for c in changes), "条没有分派")]
        found["/desk/inbox"] = [(desk.cases.count(), "件待办")]
    if user.may(Role.REVIEWER):
        ready = len(desk.releasing.drafts.approved()) + len(desk.additions.waiting())
        found["/desk/publish"] = [(ready, "项等待发布")]
    return {path: [f"{n} {what}" for n, what in said if n] for path, said in found.items()}
