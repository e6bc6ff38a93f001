"""Event streams through proxies: a first byte at once, a sign of life in pauses, nothing left running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from api.streams import alive


def test_pauses_are_filled_and_events_come_unchanged() -> None:
    async def play() -> list[str]:
        released = asyncio.Event()

        async def events() -> AsyncIterator[str]:
            yield "event: a\n\n"
            await released.wait()
            yield "event: b\n\n"

        seen = []
        async for piece in alive(events(), pause=0.01):
            seen.append(piece)
            if seen.count(": ok\n") == 4:
                released.set()
        return seen

    seen = asyncio.run(play())
    assert seen[0] == ": ok\n"
    assert seen[1] == "event: a\n\n"
    assert seen[-1] == "event: b\n\n"
    assert set(seen[2:-1]) == {": ok\n"}


def test_a_fault_of_the_events_is_not_swallowed() -> None:
    async def events() -> AsyncIterator[str]:
        yield "event: a\n\n"
        raise RuntimeError("x")

    async def play() -> None:
        async for _ in alive(events()):
            pass

    with pytest.raises(RuntimeError):
        asyncio.run(play())


def test_a_reader_who_leaves_ends_the_work() -> None:
    async def play() -> bool:
        ended = asyncio.Event()

        async def events() -> AsyncIterator[str]:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
            yield ""

        stream = alive(events(), pause=0.01)
        assert isinstance(stream, AsyncIterator)
        assert [await anext(stream), await anext(stream)] == [": ok\n", ": ok\n"]
        await stream.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        await asyncio.wait_for(ended.wait(), 10)
        return True

    assert asyncio.run(play())
