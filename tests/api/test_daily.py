"""The site is built anew when the day changes in Beijing, without cron."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import daily
from rag.ground.settings import PREFIX, Settings, load_settings
from tests.conftest import copy_corpus


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [n for n in os.environ if n.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name, folder in (
        ("GUIDELINES", copy_corpus(tmp_path / "guidelines")),
        ("DATA", tmp_path / "var"),
        ("SITE", tmp_path / "site"),
    ):
        monkeypatch.setenv(f"{PREFIX}{name}", str(folder))
    return load_settings()


def built(settings: Settings, when: dt.datetime) -> Path:
    page = settings.site / "index.html"
    page.parent.mkdir(exist_ok=True)
    page.write_text("old")
    os.utime(page, (when.timestamp(), when.timestamp()))
    return page


@pytest.fixture(params=["America/New_York", "Pacific/Auckland"])
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that thinks it is somewhere else."""
    with monkeypatch.context() as there:
        there.setenv("TZ", request.param)
        time.tzset()
        assert time.localtime(0).tm_hour != 8  # Beijing's
        yield
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_it_is_due_from_midnight_in_beijing_wherever_the_server_thinks_it_is(settings: Settings) -> None:
    midnight = dt.datetime.combine(settings.current_day(), dt.time(), daily.BEIJING)
    built(settings, midnight - dt.timedelta(seconds=1))
    assert daily.is_due(settings)
    built(settings, midnight)
    assert not daily.is_due(settings)


def test_it_is_never_due_for_a_fixed_day_without_a_site_or_if_switched_off(settings: Settings) -> None:
    assert not daily.is_due(settings)
    built(settings, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert daily.is_due(settings)
    assert not daily.is_due(settings.model_copy(update={"today": dt.date(2026, 11, 24)}))
    assert not daily.is_due(settings.model_copy(update={"daily_build": False}))


def test_a_build_over_midnight_is_due_again_and_a_copied_site_is_known_by_its_own_day(
    settings: Settings,
) -> None:
    now = dt.datetime.now(dt.UTC)
    page = built(settings, now)
    for days, due in ((1, True), (0, False)):
        day = settings.current_day() - dt.timedelta(days=days)
        page.write_text(f'<head><meta name="hegui:day" content="{day}"></head>')
        assert daily.is_due(settings) is due
    os.utime(page, (0, 0))  # today's site, unpacked from an archive
    assert not daily.is_due(settings)


def test_who_looked_before_another_process_was_done_does_not_build_again(settings: Settings) -> None:
    page = built(settings, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert daily.is_due(settings)
    assert asyncio.run(daily.rebuild(settings))
    first = page.stat().st_ino
    assert asyncio.run(daily.rebuild(settings))
    assert page.stat().st_ino == first


def test_the_loop_builds_when_it_wakes_up_on_a_later_day(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine sleeps over midnight: no timer is set for midnight that could be missed."""
    monkeypatch.setattr(daily, "LOOK_EVERY", 0.05)
    page = settings.site / "index.html"

    async def night() -> None:
        built(settings, dt.datetime.now(dt.UTC))
        loop = asyncio.create_task(daily.keep_current(settings))
        await asyncio.sleep(0.3)
        assert page.read_text() == "old"
        os.utime(page, (0, 0))  # as seen the next morning
        while daily.built_for(page) != settings.current_day():
            await asyncio.sleep(0.2)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)

    asyncio.run(night())
    assert daily.built_for(page) == settings.current_day()


def test_an_old_site_is_built_once_by_one_of_several_processes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = built(settings, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))

    async def two() -> list[bool]:
        return await asyncio.gather(daily.rebuild(settings), daily.rebuild(settings))

    assert asyncio.run(two()) == [True, True]
    assert "直播" in page.read_text("utf-8")
    assert not daily.is_due(settings)


def test_a_build_that_fails_leaves_the_old_site_and_says_why(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    page = built(settings, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    (settings.guidelines / "anchor" / "fake-popularity" / "2026-02-01.md").write_text("坏了", "utf-8")
    assert asyncio.run(daily.rebuild(settings)) is False
    assert page.read_text() == "old"
    assert "site not built" in caplog.text
    assert "fake-popularity" in caplog.text
