"""The day changes at midnight in Beijing: which version is in force is fixed in the pages when they are built, so the
running service has them built again, without cron."""

from __future__ import annotations

import asyncio
import datetime as dt
import fcntl
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.ground import Settings

logger = logging.getLogger("hegui.api")

BEIJING = dt.timezone(dt.timedelta(hours=8))
LOOK_EVERY = 30.0
AFTER_FAILURE = 1800.0


async def keep_current(settings: Settings) -> None:
    """Look every half minute, for ever. A failed build leaves the old site and is tried again after half an hour."""
    while True:
        done = await rebuild(settings) if is_due(settings) else True
        await asyncio.sleep(LOOK_EVERY if done else AFTER_FAILURE)


def is_due(settings: Settings) -> bool:
    """Whether the site is there and was built on an earlier day (Beijing time)."""
    page = settings.site / "index.html"
    if not settings.daily_build or settings.today is not None or not page.is_file():
        return False
    built = dt.datetime.fromtimestamp(page.stat().st_mtime, BEIJING).date()
    return built < settings.current_day() and os.access(settings.site.parent, os.W_OK)


async def rebuild(settings: Settings) -> bool:
    """Build the site in a process of its own, unless another one is at it; False if that failed."""
    with _alone(settings.data / "daily.lock") as first:
        if not first:
            return True
        logger.info("a new day: building the site")
        build = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from rag.cli import main; main()", "site", "build",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            said, _ = await build.communicate()
        except asyncio.CancelledError:
            build.terminate()
            raise
        if build.returncode:
            logger.error("site not built: %s", said.decode("utf-8", "replace").strip()[-500:])
        return build.returncode == 0


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Whether this process is the only one inside; the lock falls with the process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
