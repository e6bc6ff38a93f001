"""Sends what there is to see to everybody in a room, whenever it changes.

One task a room and process reads the picture: at once after a change made here, every PAUSE seconds for changes made in other
processes. Those who listen are told that there is a newer one and take the newest; who is slow skips some and misses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from api.training.models import Picture
from rag.ground import HeguiError

logger = logging.getLogger("hegui.api")

PAUSE = 1.0
GATHER = 0.15  # changes this close together are one picture


class Hall:
    """The rooms that somebody in this process listens to.

    Args:
        read: reads the picture of a room.
    """

    def __init__(self, read: Callable[[str], Awaitable[Picture]]) -> None:
        self._read = read
        self._channels: dict[str, _Channel] = {}

    def changed(self, room: str) -> None:
        """Something was written: look soon."""
        if (channel := self._channels.get(room)) is not None:
            channel.stir.set()

    async def watch(self, room: str) -> AsyncIterator[Picture]:
        """The picture now and whenever it has changed.

        Raises:
            HeguiError: the first one cannot be read.
        """
        channel = self._channels.setdefault(room, _Channel())
        channel.listeners += 1
        try:
            if channel.picture is None:
                channel.picture = await self._read(room)
            if channel.task is None:
                channel.task = asyncio.create_task(self._keep_reading(room, channel))
            seen: Picture | None = None
            while True:
                if channel.picture is not seen and channel.picture is not None:
                    seen = channel.picture
                    yield seen
                else:
                    await channel.newer(seen)
        finally:
            channel.listeners -= 1
            if not channel.listeners:
                self._channels.pop(room, None)
                if channel.task is not None:
                    channel.task.cancel()

    async def _keep_reading(self, room: str, channel: _Channel) -> None:
        while True:
            try:
                await asyncio.wait_for(channel.stir.wait(), PAUSE)
            except TimeoutError:
                pass
            else:
                channel.stir.clear()
            try:
                picture = await self._read(room)
            except HeguiError as error:
                logger.warning("room not read: %s", error)
                continue
            if picture != channel.picture:
                await channel.put(picture)
            await asyncio.sleep(GATHER)


class _Channel:
    """A room's newest picture and who waits for a newer one."""

    def __init__(self) -> None:
        self.picture: Picture | None = None
        self.listeners = 0
        self.stir = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self._turn = asyncio.Condition()

    async def put(self, picture: Picture) -> None:
        async with self._turn:
            self.picture = picture
            self._turn.notify_all()

    async def newer(self, seen: Picture | None) -> None:
        async with self._turn:
            await self._turn.wait_for(lambda: self.picture is not seen)
