"""Server-sent events that pass through proxies: a first byte at once, a sign of life in every pause, no buffering."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse

PAUSE = 10.0
_HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
_ALIVE = ": ok\n"  # a comment line: clients pass over it


def event_stream(events: AsyncIterator[str]) -> StreamingResponse:
    """A response of events as they come."""
    return StreamingResponse(alive(events), media_type="text/event-stream", headers=_HEADERS)


async def alive(events: AsyncIterator[str], pause: float = PAUSE) -> AsyncIterator[str]:
    """The events, with a comment before the first and whenever ``pause`` seconds bring none."""
    yield _ALIVE
    step: asyncio.Task[str] | None = None
    try:
        while True:
            step = asyncio.ensure_future(_next(events))
            while not (await asyncio.wait({step}, timeout=pause))[0]:
                yield _ALIVE
            yield step.result()
    except StopAsyncIteration:
        return
    finally:
        if step is not None:
            step.cancel()


async def _next(events: AsyncIterator[str]) -> str:
    return await anext(events)
