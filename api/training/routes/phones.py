"""The phone: join by code, choose, ask, see the result. It has a phone's rights and no others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field, StringConstraints
from starlette.responses import Response

from api.deps import StateDep, address_of
from api.desk.web import desk_router
from api.limits import too_fast
from api.problems import ProblemError
from api.sessions import session_of
from api.state import State
from api.streams import event_stream
from api.training.web import act, address, code_picture, download, hall_of, page, printed, to
from rag.training import MAX_NAME, Diploma, diploma_pdf, unprintable

Line = Annotated[str, Form(max_length=200)]
PhoneDep = Annotated[str, Depends(act)]

pages = desk_router("/room")
router = APIRouter(prefix="/api/room", include_in_schema=False)


class Join(BaseModel):
    """The code on the trainer's screen; the picture there also has the room's key."""

    code: str = Field(max_length=20)
    key: str = Field("", max_length=40)


class Choice(BaseModel):
    """One answer."""

    question: int = Field(ge=0, le=1000)
    choice: int = Field(ge=-1, le=20)


class Ask(BaseModel):
    """A question from the room; ``client`` is the phone's own number for it."""

    client: str = Field(min_length=8, max_length=40)
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


class Feedback(BaseModel):
    """What the phone says of the course."""

    clear: int | None = Field(None, ge=1, le=5)
    useful: int | None = Field(None, ge=1, le=5)
    comment: str = Field("", max_length=500)


# --- pages ------------------------------------------------------------------------------------------------------


@pages.get("")
async def join_page(request: Request) -> Response:
    """Type the code."""
    return page(request, "phone.html", code="")


@pages.get("/certificate")
async def certificate(request: Request, state: StateDep, code: str = "", own: str = "") -> Response:
    """The paper, for its holder: types a name that stays in the browser, and prints. Others come to the page that verifies."""
    found = await state.run(lambda: state.training.reports.certificate(code)) if code else None
    if found is None or not await state.run(lambda: state.training.seats.holds(found.code, own)):
        return to(request, f"/room/verify?{urlencode({'code': code})}" if code else "/room/verify")
    place = address(request, "/room/verify")
    qr = code_picture(f"{place}?code={found.code}")
    return page(
        request, "certificate.html", form=True, found=found, own=own, longest=MAX_NAME, publisher=_publisher(state),
        place=place, qr=qr,
    )  # fmt: skip


@pages.post("/certificate.pdf", dependencies=[Depends(act)])
async def certificate_pdf(
    request: Request, state: StateDep, code: Line = "", own: Line = "", name: Line = ""
) -> Response:
    """The paper as a file. The name goes into it and is forgotten: not stored, not logged."""
    found = await state.run(lambda: state.training.reports.certificate(code)) if code else None
    if found is None or not await state.run(lambda: state.training.seats.holds(found.code, own)):
        return to(request, f"/room/verify?{urlencode({'code': code})}" if code else "/room/verify")
    place = address(request, "/room/verify")
    drawn = Diploma(
        publisher=_publisher(state), kind=found.kind, name=_name(name), facts=tuple(found.facts), code=found.code,
        place=place, link=f"{place}?code={found.code}", day=state.settings.current_day(),
    )  # fmt: skip
    return download(await printed(state, lambda: diploma_pdf(drawn)), "certificate.pdf", "application/pdf")


def _name(typed: str) -> str:
    """A name for the paper.

    Raises:
        ProblemError: 422, too long or with characters that cannot be printed.
    """
    name = " ".join(typed.split())
    if len(name) > MAX_NAME:
        raise ProblemError(422, "invalid", "姓名太长", f"请写 {MAX_NAME} 个字以内；返回上一页再填。")
    if lacking := unprintable(name):
        raise ProblemError(
            422, "invalid", f"姓名里的“{lacking}”印不出来",
            "返回上一页，点“直接打印”，或者把姓名空着，打印出来手写。",
        )  # fmt: skip
    return name


@pages.get("/verify")
async def verify(request: Request, state: StateDep, code: str = "") -> Response:
    """What a code stands for: nothing to fill in, nothing to print."""
    found = await state.run(lambda: state.training.reports.certificate(code)) if code else None
    return page(request, "verify.html", code=code, found=found, publisher=_publisher(state))


def _publisher(state: State) -> str:
    return state.settings.publisher or "直播电商合规知识库"


@pages.get("/{code}")
async def code_page(request: Request, code: str) -> Response:
    """The same page, come to by the picture or come back to."""
    return page(request, "phone.html", code=code)


# --- interfaces -------------------------------------------------------------------------------------------------


@router.post("/join")
async def join(request: Request, state: StateDep, body: Join) -> dict[str, str]:
    """Take a seat."""
    session = session_of(request)
    room = await state.run(lambda: _found(state, body, session, address_of(request)))
    seat = await state.run(lambda: state.training.seats.join(room, session))
    hall_of(state).changed(room)
    return {"room": room, "seat": seat.code}


def _found(state: State, body: Join, session: str, asker: str) -> str:
    """The room of a code. Wrong codes count against the phone, so that one that guesses does not keep out the others, and
    against the address, which stands more than a full room mistypes; right ones and the key of the picture do not count.

    Raises:
        ProblemError: 404; 429 after too many wrong codes, also for a right one without the key.
    """
    training = state.training
    code = "".join(c for c in body.code if c.isdecimal())
    room = training.rooms.by_code(code) if len(code) == 6 else None
    by_picture = room is not None and bool(body.key) and training.rooms.get(room).key == body.key
    if not by_picture and (wait := training.wrong_codes.wait(session)):
        raise too_fast("输错的课堂码太多了", "这部手机一分钟里输错太多次；扫二维码可以马上进。", wait)
    if not by_picture and (wait := training.wrong_behind.wait(asker)):
        raise too_fast(
            "输错的课堂码太多了", "和您共用一个网络的人一分钟里输错太多次；扫二维码可以马上进。", wait
        )
    if room is None:
        training.wrong_codes.hit(session)
        training.wrong_behind.hit(asker)
        raise ProblemError(
            404,
            "no-room",
            "没有这个课堂码",
            "请对照讲课人的屏幕再输一次，是六位数字；课堂结束后课堂码就失效。",
        )
    return room


@router.get("/{room}/events")
async def events(request: Request, state: StateDep, room: str) -> Response:
    """What there is to see, whenever it changes."""
    session = session_of(request)
    await state.run(lambda: state.training.seats.of(room, session))

    async def told() -> AsyncIterator[str]:
        last = ""
        async for picture in hall_of(state).watch(room):
            if picture.phone_event != last:
                last = picture.phone_event
                yield last

    return event_stream(told())


@router.get("/{room}/me")
async def me(request: Request, state: StateDep, room: str) -> dict[str, Any]:
    """What this phone did, and its result at the end."""
    session = session_of(request)
    return await state.run(lambda: state.training.seats.standing(room, session))


@router.post("/{room}/choice")
async def choose(state: StateDep, session: PhoneDep, room: str, body: Choice) -> dict[str, str]:
    """Answer; sending it again changes nothing."""
    kept = await state.run(lambda: state.training.seats.choose(room, session, body.question, body.choice))
    hall_of(state).changed(room)
    return {"state": kept}


@router.post("/{room}/ask", status_code=204)
async def ask(state: StateDep, session: PhoneDep, room: str, body: Ask) -> None:
    """Send in a question."""
    await state.run(lambda: state.training.seats.ask(room, session, body.client, body.text))
    hall_of(state).changed(room)


@router.post("/{room}/asked/{asked}/raise", status_code=204)
async def raise_(state: StateDep, session: PhoneDep, room: str, asked: int) -> None:
    """Want a question answered."""
    await state.run(lambda: state.training.seats.raise_(room, session, asked))
    hall_of(state).changed(room)


@router.post("/{room}/feedback", status_code=204)
async def feedback(state: StateDep, session: PhoneDep, room: str, body: Feedback) -> None:
    """Say how it was."""
    if not (body.clear or body.useful or body.comment.strip()):
        raise ProblemError(422, "invalid", "还没有写反馈", "请先选一项，或者写一句。")
    await state.run(
        lambda: state.training.seats.feedback(room, session, body.clear, body.useful, body.comment)
    )
