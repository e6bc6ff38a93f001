"""Pages: the chat page, the API reference, and the built site for every other address."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from api.middleware import SITE_CSP

STATIC = Path(__file__).resolve().parents[2] / "static"

router = APIRouter(include_in_schema=False)


@router.get("/chat")
async def chat_page() -> FileResponse:
    """The chat page."""
    return _page("chat.html")


@router.get("/docs")
async def docs_page() -> FileResponse:
    """The API reference, drawn from /openapi.json without anything from elsewhere."""
    return _page("docs.html")


@router.get("/favicon.ico")
async def icon() -> FileResponse:
    """What browsers ask for when a page names no icon."""
    return FileResponse(STATIC / "icon.svg", headers={"Cache-Control": "max-age=86400"})


def _page(name: str) -> FileResponse:
    return FileResponse(STATIC / name, headers={"Cache-Control": "no-cache"})


class Site:
    """ASGI application for addresses no route takes: the built site, or a page that says how to build it.

    The site may be built while the application runs. Unknown addresses below /api and /v1 stay problems.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = StaticFiles(directory=folder, html=True, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one address."""
        if scope["type"] != "http" or scope["path"].startswith(("/api/", "/v1/")):
            raise HTTPException(404)
        await (await self._respond(scope))(scope, receive, send)

    async def _respond(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        if not (self.folder / "index.html").is_file():
            if scope["path"] != "/":
                raise HTTPException(404)
            return HTMLResponse((STATIC / "nosite.html").read_text("utf-8"))
        path = self._files.get_path(scope)
        if "\0" in path:
            raise HTTPException(404)
        response = await self._files.get_response(path, scope)
        response.headers["Content-Security-Policy"] = SITE_CSP
        return response
