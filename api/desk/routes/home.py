"""The desk's first page."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from api.desk.web import UserDep, desk_router, page

router = desk_router()


@router.get("")
async def home(request: Request, user: UserDep) -> Response:
    """What there is to do."""
    return page(request, "home.html")
