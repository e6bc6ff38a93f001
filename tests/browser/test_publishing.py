"""Publishing in a real browser, on a phone and on a desktop: whole journeys from the writing to the site and the answers, and back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chatting import SIZES, answered, ask
from tests.browser.officers import staffed
from tests.browser.test_desk import is_fine
from tests.browser.test_desk_writing import come
from tests.desk.signing import with_real_guideline
from tests.site import support

pytestmark = pytest.mark.browser
PATIENCE = 240_000
PRICE = "/live-room/price/"
FINE = "没按规定标价：责令改正，没收违法所得，可以并处{}以下罚款"
SLIP, TYPED, RIGHT = FINE.format("五百元"), FINE.format("五万元"), FINE.format("五千元")
QUESTION = "直播间没按规定标价怎么罚"
COMING = "直播间不得替买家代写好评，代写一条也不行。《电子商务法》第十七条"
ASKED_THEN = "直播间能替买家代写好评吗"


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A browser at a published installation with a wrong number, a writer and a reviewer."""
    with_real_guideline(support.settings(tmp_path / "small"), tmp_path / "w" / "guidelines")
    settings = support.settings(tmp_path / "w", rate_limit=0)
    file = settings.guidelines / "live-room" / "price" / "2026-02-01.md"
    text = file.read_text("utf-8")
    assert RIGHT in text
    file.write_text(text.replace(RIGHT, SLIP), "utf-8")
    with staffed(browser, settings, request.param) as page:
        yield page


def look(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if folder := os.environ.get("PICTURES"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def taken_up(page: Page, words: str, question: str = QUESTION, **more: str) -> None:
    """Wait until answers come from the new index: while one request opens it, others still get the old."""
    for _ in range(60):
        said = page.request.post("/api/ask", data={"question": question, **more}).json()
        if words in said["answer"]:
            return
        page.wait_for_timeout(500)
    pytest.fail(f"no answer says {words}")


def submitted(page: Page) -> str:
    """Send the draft for review: the path of the review."""
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status")).to_have_text("已保存并提交审核。")
    return "/" + page.url.partition("?")[0].split("/", 3)[3]


def published(page: Page) -> None:
    """Look which answers change, and publish the one draft."""
    page.goto("/desk/publish")
    is_fine(page)
    look(page, "ready")
    page.get_by_role("button", name="看看哪些回答会变").click()
    expect(page.get_by_role("heading", name="会变的回答")).to_be_visible(timeout=PATIENCE)
    is_fine(page)
    look(page, "compared")
    page.get_by_role("button", name="发布这 1 份").click()
    expect(page.get_by_role("status")).to_contain_text("已发布", timeout=PATIENCE)
    is_fine(page)
    look(page, "published")


def test_a_number_is_corrected_sent_back_published_and_rolled_back(page: Page) -> None:
    page.goto("/chat")
    ask(page, QUESTION)
    expect(answered(page)).to_contain_text(SLIP)
    come(page, "wang", "/desk/writing")
    is_fine(page)
    page.get_by_role("link", name="直播间价格展示").click()
    is_fine(page)
    page.get_by_role("button", name="改这一版的错字").first.click()
    clause, first = page.get_by_label("法律责任第1条", exact=True), page.get_by_label("不得第5条", exact=True)
    was = first.input_value()
    clause.fill(clause.input_value().replace(SLIP, TYPED))
    expect(page.locator("[data-status]")).to_contain_text("已保存")
    is_fine(page)
    first.fill("直播间不得乱收费。《没有这部法》第三条")
    expect(page.get_by_text("登记册里没有《没有这部法》").first).to_be_visible()
    is_fine(page)
    first.fill(was.partition("《")[0])
    page.get_by_label("不得第5条：选法律依据").click()
    expect(page.get_by_label("直接输入")).to_be_visible()  # who is signed in is asked first
    is_fine(page)
    page.get_by_label("直接输入").fill("价格法第十三条第二款")
    page.get_by_role("button", name="写进这一条").click()
    expect(page.get_by_label("不得第5条", exact=True)).to_have_value(was)
    path = submitted(page)
    come(page, "li", path)
    is_fine(page)
    liability = page.locator("#row-liability-1")
    expect(liability.locator("ins")).to_contain_text("万")
    liability.get_by_text("提意见").click()
    liability.get_by_role("textbox").fill("法条写的是五千元。")
    liability.get_by_role("button", name="保存意见").click()
    is_fine(page)
    page.get_by_role("button", name="退回修改").click()
    come(page, "wang", path.removesuffix("/review"))
    expect(page.get_by_text("法条写的是五千元。")).to_be_visible()
    is_fine(page)
    clause.fill(clause.input_value().replace(TYPED, RIGHT))
    assert submitted(page) == path
    come(page, "li", path)
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("已通过，等着发布。")).to_be_visible()
    is_fine(page)
    published(page)
    page.goto(PRICE)
    expect(page.locator("main")).to_contain_text(RIGHT)
    taken_up(page, RIGHT)
    page.goto("/chat")
    expect(page.locator(".corrected").first).to_contain_text("更正（2026-11-24）")
    expect(page.locator(".corrected").first).to_be_in_viewport()
    is_fine(page)
    look(page, "notice")
    ask(page, QUESTION)
    expect(answered(page)).to_contain_text(RIGHT)
    page.goto("/corrections/")
    expect(page.locator("main")).to_contain_text(RIGHT)
    is_fine(page)
    look(page, "corrections")
    page.goto("/desk/publish")
    page.get_by_text("退回到这次发布之前").click()
    page.get_by_label("看清楚了，要退回").check()
    is_fine(page)
    page.get_by_role("button", name="确认退回").click()
    expect(page.get_by_role("status")).to_contain_text("已退回", timeout=PATIENCE)
    is_fine(page)
    page.goto(PRICE)
    expect(page.locator("main")).to_contain_text(SLIP)
    taken_up(page, SLIP)
    page.goto("/chat")
    ask(page, QUESTION)
    expect(answered(page)).to_contain_text(SLIP)


def test_a_new_version_for_a_day_to_come_is_published_and_cited_as_of_that_day(page: Page) -> None:
    come(page, "wang", "/desk/writing/of/live-room/price")
    page.get_by_label("新版本哪天施行").fill("2027-03-01")
    page.get_by_role("button", name="写新版本").click()
    page.get_by_label("和上一版比变了什么").fill("新增不得代写好评的要求。")
    last = page.get_by_label(re.compile(r"^不得第\d+条$")).count()
    page.get_by_role("button", name="加一条：不得").click()
    page.get_by_label(f"不得第{last + 1}条", exact=True).fill(COMING)
    page.get_by_role("button", name=f"不得第{last + 1}条：上移").click()
    expect(page.get_by_label(f"不得第{last}条", exact=True)).to_have_value(COMING)
    is_fine(page)
    for tab in ("对比和审核", "试问", "历次保存"):
        page.get_by_role("link", name=tab).click()
        is_fine(page)
    expect(page.get_by_text("现在的")).to_be_visible()
    page.get_by_role("link", name="写", exact=True).click()
    come(page, "li", submitted(page))
    expect(page.locator("ins").filter(has_text="代写好评").first).to_be_visible()
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("已通过，等着发布。")).to_be_visible()
    published(page)
    page.goto(PRICE)  # the version of today, which says what is to come
    expect(page.locator("main")).to_contain_text("下一版2027年3月1日起施行")
    expect(page.locator("main")).not_to_contain_text("代写一条也不行")
    page.goto(f"{PRICE}2027-03-01/")
    expect(page.locator("main")).to_contain_text("还没有施行的版本，2027年3月1日起施行")
    expect(page.locator("main")).to_contain_text("代写一条也不行")
    is_fine(page)
    look(page, "coming")
    taken_up(page, "代写一条也不行", ASKED_THEN, as_of="2027-03-01")
    page.goto("/chat?as_of=2027-03-01")
    ask(page, ASKED_THEN)
    expect(answered(page)).to_contain_text("代写一条也不行")
    expect(answered(page)).to_contain_text("2027年3月1日")
    expect(answered(page).locator("a.clause").first).to_have_attribute(
        "href", re.compile(rf"{PRICE}2027-03-01/#mustnot-\d+$")
    )
    look(page, "coming-answered")
    page.goto("/chat")
    ask(page, ASKED_THEN)
    expect(answered(page)).not_to_contain_text("代写一条也不行")
