"""The desk in a real browser, on a phone and on a desktop: hand a question over, answer it, read the reply by its code."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.desk.roles import Role
from rag.ground.settings import Settings
from tests.browser.chatting import SIZES, faults, opened
from tests.conftest import served
from tests.desk.signing import PASSWORD, account

pytestmark = pytest.mark.browser
QUESTION = "自家养的锦鲤能在直播间做抽奖奖品吗"


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, configure: Callable[..., Settings]) -> Iterator[Page]:
    """A browser at a server that has one administrator."""
    app = create_app(configure())
    account(app, "boss", Role.ADMIN, Role.WRITER)
    with served(app) as address, opened(browser, address, request.param) as page:
        yield page


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录").click()


def is_fine(page: Page) -> None:
    """Nothing for axe to find, and nothing wider than the screen."""
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_question_is_answered_and_the_reply_read(page: Page) -> None:
    given = page.request.post("/api/handover", data={"question": QUESTION, "consent": True}).json()
    page.goto("/desk/inbox")
    is_fine(page)
    sign_in(page, "boss", "not the password")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    sign_in(page, "boss", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("收件箱")
    is_fine(page)
    page.get_by_role("link", name=QUESTION).click()
    is_fine(page)
    page.get_by_label("分给").select_option(label="Boss")
    page.get_by_role("button", name="分派").click()
    expect(page.get_by_text("Boss 在办")).to_be_visible()
    page.get_by_label("答复（提问人凭查询码看到）").fill("可以，奖品和数量要先公示。")
    page.get_by_label("依据的条款").select_option(index=1)
    page.get_by_role("button", name="发出答复").click()
    expect(page.get_by_role("status")).to_have_text("已发出。")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录案头")
    page.goto("/reply")
    is_fine(page)
    page.get_by_label("查询码").fill(given["code"].lower())
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("可以，奖品和数量要先公示。")).to_be_visible()
    expect(page.get_by_text("依据的条款现在这样写")).to_be_visible()
    is_fine(page)


def test_an_account_is_made_and_its_owner_chooses_a_password(page: Page) -> None:
    page.goto("/desk/people")
    sign_in(page, "boss", PASSWORD)
    page.get_by_label("账号（登录用）").fill("wang.li")
    page.get_by_label("姓名").fill("王丽")
    page.get_by_label("审核发布").check()
    is_fine(page)
    page.get_by_role("button", name="新建").click()
    password = page.locator(".secret").inner_text()
    is_fine(page)
    page.get_by_role("button", name="退出").click()
    sign_in(page, "wang.li", password)
    page.get_by_label("原来的密码").fill(password)
    page.get_by_label("新密码（至少 10 个字符）").fill("雨后山前的三棵桂花树")
    page.get_by_label("再输一次新密码").fill("雨后山前的三棵桂花树")
    is_fine(page)
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("status")).to_contain_text("密码已修改")
    page.get_by_role("link", name="操作记录").click()
    expect(page.get_by_role("cell", name="新建账号").first).to_be_visible()
    is_fine(page)
