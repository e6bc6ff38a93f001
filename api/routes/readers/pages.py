"""Pages: the chat page, the API reference, and the built site for every other address."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from api.files import Files
from rag.site import being_built

STATIC = Path(__file__).resolve().parents[2] / "static"
FILES = Files(directory=STATIC)
RETRY_AFTER = "10"  # seconds, as in nosite.html and nosite.js

router = APIRouter(include_in_schema=False)


@router.api_route("/chat", methods=["GET", "HEAD"])
async def chat_page(request: Request) -> Response:
    """The chat page."""
    return await FILES.get_response("chat.html", request.scope)


@router.api_route("/docs", methods=["GET", "HEAD"])
async def docs_page(request: Request) -> Response:
    """The API reference, drawn from openapi.json without anything from elsewhere."""
    return await FILES.get_response("docs.html", request.scope)


@router.get("/favicon.ico")
async def icon() -> FileResponse:
    """What browsers ask for when a page names no icon."""
    return FileResponse(STATIC / "icon.svg", headers={"Cache-Control": "max-age=86400"})


class Site:
    """ASGI application for addresses no route takes: the built site.

    The site may be built while the application runs: what is not there before it is, or while it is built anew, is answered
    503 with Retry-After by a page that loads itself again. Unknown addresses below /api and /v1 stay problems.
    """

    def __init__(self, folder: Path, policy: str) -> None:
        self.folder = folder
        self.policy = policy
        self._files = Files(directory=folder, html=True, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one address."""
        if scope["type"] != "http" or scope["path"].startswith(("/api/", "/v1/")):
            raise HTTPException(404)
        await (await self._respond(scope))(scope, receive, send)

    async def _respond(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        path = self._files.get_path(scope)
        if "\0" in path:
            raise HTTPException(404)
        if not (self.folder / "index.html").is_file():
            return _in_preparation(scope)
        response = await self._files.get_response(path, scope)
        if response.status_code == 404 and being_built(self.folder):
            return _in_preparation(scope)
        response.headers["Content-Security-Policy"] = self.policy
        return response


def _in_preparation(scope: Scope) -> Response:
    """The page for an address that may be there in a moment; its links lead up to the root, wherever that is."""
    page = (
        (STATIC / "nosite.html")
        .read_text("utf-8")
        .replace("{root}", "../" * (scope["path"].count("/") - 1) or "./")
    )
    return HTMLResponse(page, 503, headers={"Retry-After": RETRY_AFTER})
