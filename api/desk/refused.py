"""What is shown where something was refused: the form that was sent, to be mended, or a page that says why."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from anyio import sleep_forever
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Message

from api.deps import get_state
from api.desk.faults import SAVED
from api.desk.forged import HEADER, MAX_FIELDS
from api.desk.pages import PAGE, page
from api.desk.refill import refilled
from api.problems import facts_of, faults_of
from rag.ground import HeguiError

#: What the sender of a form can mend on its page: statuses, and kinds of others.
_MENDED = (404, 409, 422, 429, 503)
_KINDS = ("own", "own-draft", "wrong-password")


async def refused(request: Request, error: HTTPException | HeguiError | RequestValidationError) -> Response:
    """What who sent a form, or asked for a page, is shown instead."""
    if isinstance(error, HTTPException) and error.headers and "Location" in error.headers:
        return RedirectResponse(error.headers["Location"], error.status_code)
    status, title, detail, headers = facts_of(error)
    if isinstance(error, RequestValidationError) and all(e["loc"][0] == "path" for e in error.errors()):
        status, title, detail = 404, "没有这一页", "地址可能抄漏了。从菜单进去再选。"
    kind = getattr(error, "kind", "")
    held = await page_of_form(request) if status in _MENDED or kind in _KINDS else None
    if held is None:
        response = page(
            request, "error.html", status=status, title=title, detail=detail, back=await _form_of(request)
        )
    else:
        action = get_state(request).settings.base_path + request.url.path
        html = refilled(
            held,
            action,
            await request.form(),
            title,
            detail,
            faults_of(error),
            saved=kind == SAVED,
            keep_lock=status != 409,
        )
        response = HTMLResponse(html, status)
    response.headers.update(headers)
    return response


async def _form_of(request: Request) -> str:
    """The page of ours whose form was sent; empty if it does not tell."""
    if request.method != "POST" or HEADER in request.headers:  # of a script: it has no page to show
        return ""
    told = str((await request.form(max_fields=MAX_FIELDS)).get(PAGE, ""))
    ours = told.startswith(("/desk", "/reply")) and "\\" not in told and told.isprintable()
    return told if ours else ""


async def page_of_form(request: Request, more: str = "") -> str | None:
    """The page that holds the form that was sent, as its sender sees it now; None if it is gone. ``more`` goes to its query."""
    told = urlsplit(await _form_of(request))
    if not told.path:
        return None
    left = ("content-type", "content-length", "transfer-encoding")
    headers = [(k, v) for k, v in request.scope["headers"] if k.decode("latin-1") not in left]
    query = "&".join(part for part in (told.query, more) if part)
    scope = {
        **request.scope, "method": "GET", "path": told.path, "raw_path": quote(told.path).encode(),
        "query_string": query.encode("ascii", "ignore"), "headers": headers,
    }  # fmt: skip
    parts, status, asked = list[bytes](), 0, False

    async def receive() -> Message:
        nonlocal asked
        if asked:  # a file that is sent looks out for its reader to leave: nobody does
            await sleep_forever()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        parts.append(message.get("body", b""))

    await request.app.router(scope, receive, send)
    return b"".join(parts).decode() if status == 200 else None
