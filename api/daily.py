"""The day changes at midnight in Beijing: which version is in force is fixed in the pages when they are built, so the
running service has them built again, without cron."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

from api.running import alone
from rag.ground import BEIJING, Settings

logger = logging.getLogger("hegui.api")

LOOK_EVERY = 30.0
AFTER_FAILURE = 1800.0
_DAY = re.compile(r'<meta name="hegui:day" content="(\d{4}-\d\d-\d\d)">')  # docs/theme/main.html


async def keep_current(settings: Settings) -> None:
    """Look at the calendar every half minute, for ever, so that a machine that slept over midnight notices when it wakes.

    A failed build leaves the old site and is tried again after half an hour.
    """
    while True:
        done = await rebuild(settings) if is_due(settings) else True
        await asyncio.sleep(LOOK_EVERY if done else AFTER_FAILURE)


def is_due(settings: Settings) -> bool:
    """Whether the site is there and shows the rules of an earlier day (Beijing time, which has no summer time)."""
    if not settings.daily_build or settings.today is not None:
        return False
    built = built_for(settings.site / "index.html")
    return built is not None and built < settings.current_day() and os.access(settings.site.parent, os.W_OK)


def built_for(page: Path) -> dt.date | None:
    """The day whose rules a page shows, as it says itself: its file may have been written after midnight by a build that began
    before, or copied since. None if there is no page."""
    try:
        said = _DAY.search(page.read_text("utf-8"))
        if said is not None:
            return dt.date.fromisoformat(said[1])
        return dt.datetime.fromtimestamp(page.stat().st_mtime, BEIJING).date()
    except OSError:
        return None


async def rebuild(settings: Settings) -> bool:
    """Build the site in a process of its own, unless another one is at it or has just done it; False if that failed."""
    with alone(settings.data, "daily.lock") as first:
        if not first or not is_due(settings):
            return True
        logger.info("a new day: building the site")
        build = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from rag.cli import main; main()", "site", "build",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            said, _ = await build.communicate()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                build.terminate()
            await build.wait()
            raise
        if build.returncode:
            logger.error("site not built: %s", said.decode("utf-8", "replace").strip()[-500:])
        return build.returncode == 0
