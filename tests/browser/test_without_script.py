"""The desk in a browser without JavaScript: sign in, write, be told what is wrong, review, publish, reply."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.desk.roles import Role
from rag.content import load_corpus
from rag.index import bring_up_to_date
from rag.site import build
from tests.browser.chatting import PHONE, opened
from tests.browser.test_desk_writing import come
from tests.browser.test_publishing import PATIENCE
from tests.conftest import served
from tests.desk.signing import account, with_real_guideline
from tests.site import support

pytestmark = pytest.mark.browser
OLD, NEW = "五千元", "六千元"


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A phone's browser, its scripts turned off, at a published installation with a writer and a reviewer."""
    with_real_guideline(support.settings(tmp_path / "small"), tmp_path / "w" / "guidelines")
    settings = support.settings(tmp_path / "w", rate_limit=0)
    bring_up_to_date(settings, load_corpus(settings.guidelines))
    build(settings)
    app = create_app(settings)
    account(app, "wang", Role.WRITER)
    account(app, "li", Role.REVIEWER)
    with served(app) as address, opened(browser, address, PHONE, java_script_enabled=False) as page:
        yield page


def wait_for(page: Page, words: str) -> None:
    """Look again and again, by the link that the page offers, until a job is done."""
    for _ in range(PATIENCE // 1000):
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(1000)
        page.get_by_role("link", name="看现在到哪一步").click()
    pytest.fail(f"{words} never came")


def test_everything_essential_is_done_without_script(page: Page) -> None:
    given = page.request.post("/api/handover", data={"question": "锦鲤能做奖品吗", "consent": True}).json()
    come(page, "wang", "/desk/writing/of/live-room/price")
    page.get_by_role("button", name="改这一版的错字").first.click()
    expect(page.get_by_text("浏览器没有开脚本")).to_be_visible()
    clause = next(box for box in page.locator("textarea").all() if OLD in box.input_value())
    own, text = clause.get_attribute("name"), clause.input_value().replace(OLD, NEW)
    page.locator(f'[name="{own}"]').fill(f"{text}《没有这部法》第三条")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("alert")).to_contain_text("已保存，但还有 1 处要改，没有提交")
    page.get_by_role("alert").get_by_role("link").click()
    field = page.locator(f'[name="{own}"]')
    expect(field).to_be_in_viewport()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(f"{text}《没有这部法》第三条")
    field.fill(text)
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status")).to_have_text("已保存并提交审核。")
    path = "/" + page.url.partition("?")[0].split("/", 3)[3]
    come(page, "li", path)
    page.get_by_role("button", name="审核通过").click()
    page.goto("/desk/publish")
    page.get_by_role("button", name="看看哪些回答会变").click()
    wait_for(page, "会变的回答：")
    page.get_by_role("button", name="发布这 1 份").click()
    wait_for(page, "已发布：")
    page.goto("/desk/inbox")
    page.get_by_role("link", name="锦鲤能做奖品吗").click()
    page.get_by_label("答复（提问人凭查询码看到）").fill("可以，奖品和数量要先公示。")
    page.get_by_role("button", name="发出答复").click()
    expect(page.get_by_role("status")).to_have_text("已发出。")
    page.goto("/reply")
    page.get_by_label("查询码").fill("不是查询码")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_label("查询码")).to_have_value("不是查询码")
    page.get_by_label("查询码").fill(given["code"])
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("可以，奖品和数量要先公示。")).to_be_visible()
    assert NEW in page.request.get("/live-room/price/").text()
