"""审稿 with a chat model: its wording of a sentence is asked for at a press, shown as the model's, and taken at a press."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from api.app import create_app
from rag.ground.settings import ROOT, Settings
from tests.browser.chatting import faults
from tests.browser.site.test_script import SMALL
from tests.conftest import served
from tests.fakes.chat_server import FakeChat, content, fails

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(settings: Settings, chat_server: FakeChat) -> Iterator[str]:
    """The small site, with the project's own rules and a chat model behind it."""
    model = {
        "llm_model": "fake-1",
        "llm_base_url": chat_server.url,
        "llm_retries": 0,
        "llm_breaker_failures": 100,
    }
    with served(
        create_app(settings.model_copy(update={"guidelines": ROOT / "guidelines", **model}))
    ) as where:
        yield where


def test_a_wording_of_the_model_is_taken_for_the_whole_sentence(page: Page, chat_server: FakeChat) -> None:
    good, left = "这款面霜今天直播间的活动价。", "家人们晚上好。"
    reply = json.dumps({"rewordings": [{"number": 1, "text": good}]})
    chat_server.script(content(reply))
    page.goto("/script/")
    page.get_by_label("稿子", exact=True).fill(f"{left}这款面霜全网最低价。")
    page.get_by_role("button", name="审稿", exact=True).click()
    expect(page.get_by_text("由模型改写，已再审一遍")).to_have_count(0)
    page.get_by_role("button", name="请模型改写").click()
    expect(page.get_by_text("由模型改写，已再审一遍").first).to_be_visible()
    expect(page.get_by_text("模型改写了 1 句")).to_be_visible()
    assert faults(page) == []
    assert page.evaluate(SMALL) == []
    page.get_by_role("button", name=f"把整句改成“{good}”").first.click()
    expect(page.get_by_label("稿子", exact=True)).to_have_value(left + good)
    expect(page.locator("#hs-result")).to_contain_text("0 处要看")


def test_a_model_that_fails_leaves_the_rules_own_wording(page: Page, chat_server: FakeChat) -> None:
    chat_server.script(fails(400))
    page.goto("/script/")
    page.get_by_label("稿子", exact=True).fill("这款面霜全网最低价。")
    page.get_by_role("button", name="审稿", exact=True).click()
    page.get_by_role("button", name="请模型改写").click()
    expect(page.get_by_text("模型没有给出审得过的改写")).to_be_visible()
    expect(page.get_by_role("button", name="把“全网最低价”改成“今天直播间的活动价”")).to_be_visible()
