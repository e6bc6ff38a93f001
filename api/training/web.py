"""Pages of courses and rooms, their addresses, and who leads a room.

Pages are routes of ``desk_router``: errors are pages, forms are checked. A room is steered by whoever has its cookie; the address
of the trainer's screen, which everybody in the room can read, gives no right.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import segno
from fastapi import Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import address_of, get_state
from api.desk.web import FIELD, csrf_token, shown_time
from api.limits import Limiter, too_fast
from api.problems import ProblemError
from api.sessions import session_of
from api.state import State
from api.training.hall import Hall
from api.training.models import Picture
from rag.content import CASES_FILE, QUIZ_FILE, load_cases, load_quiz
from rag.ground import templates_of
from rag.training import Course, Plan, discussions_of, make_plan, reviewed_exercises

T = TypeVar("T")
LOCAL = ("127.0.0.1", "localhost", "::1", "testserver")
LEAD_SECONDS = 7 * 24 * 3600

TEMPLATES = templates_of(__file__)
TEMPLATES.filters["when"] = shown_time


def page(request: Request, template: str, *, form: bool = False, **context: Any) -> HTMLResponse:
    """A page from a template; with ``form`` it has the hidden field ``csrf`` (and the browser gets a cookie for it)."""
    base = get_state(request).settings.base_path
    field = Markup('<input type="hidden" name="{}" value="{}">')
    csrf = field.format(FIELD, csrf_token(request)) if form else ""
    html = TEMPLATES.get_template(template).render(
        url=lambda path: base + path, base=base, csrf=csrf, **context
    )
    return HTMLResponse(html)


def to(request: Request, path: str) -> RedirectResponse:
    """To another page of ours after a form."""
    return RedirectResponse(get_state(request).settings.base_path + path, 303)


def download(body: bytes | str, name: str, kind: str) -> Response:
    """A file to save; ``name`` in ASCII."""
    return Response(body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def pdf(body: bytes, name: str) -> Response:
    """A PDF to look at."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(body, media_type="application/pdf", headers=headers)


async def printed(state: State, work: Callable[[], bytes]) -> bytes:
    """A paper, one at a time: a whole room that wants its certificates leaves the other workers to those who ask."""
    async with state.training.printing:
        return await state.run(work)


# --- addresses --------------------------------------------------------------------------------------------------


def address(request: Request, path: str) -> str:
    """The full address of a path of ours, for codes: the public one, or the one the trainer came by."""
    settings = get_state(request).settings
    if settings.public_url:
        return settings.public_url.rstrip("/") + path
    return f"{request.url.scheme}://{request.url.netloc}{settings.base_path}{path}"


def only_here(link: str) -> bool:
    """Whether no phone can open this address."""
    return urlsplit(link).hostname in LOCAL


def code_picture(link: str) -> Markup:
    """A code as an inline picture."""
    return Markup(segno.make(link, error="m").svg_inline(scale=4, border=2, omitsize=True, light="#fff"))


# --- courses ----------------------------------------------------------------------------------------------------


def planned(state: State, course: Course) -> Plan:
    """A course filled from the content: its guidelines, the reviewed questions, the cases."""
    corpus, folder = state.engine.corpus(), state.settings.guidelines
    quiz = reviewed_exercises(corpus, _read(load_quiz, folder, _stamp(folder / QUIZ_FILE)), course.day)
    cases = _read(load_cases, folder, _stamp(folder / CASES_FILE))
    return make_plan(corpus, course, quiz=quiz, discussions=discussions_of(corpus, cases, course))


def _stamp(path: Path) -> tuple[int, int]:
    """What changes with the file; zeros where there is none."""
    found = path.stat() if path.exists() else None
    return (found.st_mtime_ns, found.st_size) if found else (0, 0)


@lru_cache(maxsize=4)
def _read(load: Callable[[Path], tuple[T, ...]], folder: Path, _stamp: tuple[int, int]) -> tuple[T, ...]:
    """What ``load`` reads, once for each state of its file."""
    return load(folder)


def count(limiter: Limiter, client: str) -> None:
    """Count an act.

    Raises:
        ProblemError: 429.
    """
    if wait := limiter.hit(client):
        raise too_fast("操作太快了", f"一分钟里最多 {limiter.limit} 次。", wait)


def count_saving(request: Request) -> None:
    """A dependency: count a course or a room that is made."""
    count(get_state(request).training.saving, address_of(request))


# --- who leads --------------------------------------------------------------------------------------------------


def lead_cookie(room: str) -> str:
    """The name of the cookie that steers a room."""
    return f"hegui_lead_{room}"


def set_lead(request: Request, response: Response, room: str, secret: str) -> None:
    """Let this browser steer a room."""
    settings = get_state(request).settings
    response.set_cookie(
        lead_cookie(room), secret, path=f"{settings.base_path}/", max_age=LEAD_SECONDS, httponly=True, samesite="lax",
        secure=request.url.scheme == "https" or settings.public_url.startswith("https:"),
    )  # fmt: skip


async def leading(request: Request, room: str) -> str:
    """The id of a room that this browser steers.

    Raises:
        ProblemError: 403, the same for rooms that there are not.
    """
    state = get_state(request)
    secret = request.cookies.get(lead_cookie(room), "")
    forged = request.method != "GET" and request.headers.get("sec-fetch-site") == "cross-site"
    if forged or not secret or not await state.run(lambda: state.training.rooms.leads(room, secret)):
        raise ProblemError(
            403, "not-leading", "这里只有讲课的人能用", "请用开课堂的那台设备，或者打开开课时留的备用链接。"
        )
    return room


# --- the hall ---------------------------------------------------------------------------------------------------


def hall_of(state: State) -> Hall:
    """What sends pictures to those who listen."""

    async def read(room: str) -> Picture:
        return await state.run(lambda: state.training.rooms.picture(room))

    return state.training.hall_over(read)


def act(request: Request) -> str:
    """A dependency: the session of a phone, its act counted."""
    session = session_of(request)
    count(get_state(request).training.acts, session)
    return session
