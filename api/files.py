"""Files of the site and of the application: compressed once, hashed names cached for good, the rest revalidated."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache, partial
from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

GZIP_LEVEL = 6
KEPT = 512  # compressed files kept in memory, about 15 KB each
SMALLEST = 500
# main.57a0d79d.min.css: such a name changes with the content
_HASHED = re.compile(r"\.[0-9a-f]{8,64}(\.\w+)+$")
_TEXT = re.compile(r"text/|[\w.+-]+/(javascript|json|xml|[\w.-]+\+(json|xml))\b")


class Files(StaticFiles):
    """Static files as Starlette serves them, with caching rules; what is text goes out compressed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The response for one file.

        Raises:
            HTTPException: 404, 405.
        """
        response = await super().get_response(path, scope)
        if response.status_code not in (200, 304, 404):
            return response
        forever = response.status_code != 404 and _HASHED.search(path)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if forever else "no-cache"
        response.headers.add_vary_header("Accept-Encoding")
        if isinstance(response, FileResponse) and _may_pack(response, Headers(scope=scope)):
            return await _packed(response)
        return response


def _may_pack(response: FileResponse, asked: Headers) -> bool:
    packs = "gzip" in asked.get("accept-encoding", "") and "range" not in asked
    size = response.stat_result.st_size if response.stat_result else 0
    return packs and size >= SMALLEST and _TEXT.match(response.headers["content-type"]) is not None


async def _packed(response: FileResponse) -> Response:
    """The same response with its body compressed; the tag is weak, for these are not the bytes of the file."""
    facts = response.stat_result
    assert facts is not None
    body = await anyio.to_thread.run_sync(
        partial(_gzip, str(response.path), facts.st_mtime_ns, facts.st_size)
    )
    headers = {k: v for k, v in response.headers.items() if k not in ("content-length", "accept-ranges")}
    headers |= {"content-encoding": "gzip", "etag": f"W/{response.headers['etag']}"}
    return Response(body, response.status_code, headers)


@lru_cache(KEPT)
def _gzip(path: str, changed_ns: int, size: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), GZIP_LEVEL)
