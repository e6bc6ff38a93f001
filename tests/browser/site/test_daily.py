"""每天十题: wrong ones come back, right ones later, and nothing but the browser knows."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import faults

pytestmark = pytest.mark.browser
EIGHT_IN_THE_MORNING = dt.datetime(2026, 11, 24, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def answer(page: Page, right: bool) -> str:
    """Answer the question that is shown; returns it."""
    question = page.locator("#hg-daily h2").inner_text()
    exercises = page.evaluate("async () => (await fetch('live-room.json')).json()")
    exercise = next(e for e in exercises if e["question"] == question)
    place = exercise["answer"] if right else (exercise["answer"] + 1) % 3
    page.locator(".hg-choice").nth(place).click()
    return question


def test_what_was_wrong_comes_again_tomorrow_and_what_was_right_does_not(page: Page) -> None:
    page.clock.install(time=EIGHT_IN_THE_MORNING)
    page.goto("/daily/")
    assert faults(page) == []
    page.get_by_role("button", name="直播间").click()
    wrong = answer(page, right=False)
    status = page.get_by_role("status")
    expect(status).to_contain_text("答错了，明天再来一次。")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="下一题").click()
    right = answer(page, right=True)
    expect(status).to_contain_text("答对了。")
    page.clock.set_fixed_time(EIGHT_IN_THE_MORNING + dt.timedelta(days=1))
    page.reload()
    page.get_by_role("button", name="直播间").click()
    expect(page.locator("#hg-daily h2")).to_have_text(wrong)
    answer(page, right=True)
    seen = {wrong}
    while page.get_by_role("button", name="下一题").count():
        page.get_by_role("button", name="下一题").click()
        seen.add(answer(page, right=True))
    assert right not in seen
    page.get_by_role("button", name="看结果").click()
    expect(page.locator("#hg-daily")).to_contain_text(f"今天答了 {len(seen)} 题，对 {len(seen)} 题")
