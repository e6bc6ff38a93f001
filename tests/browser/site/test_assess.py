"""A self-assessment: answered, scored, kept over a reload, emptied, sent to an officer and answered by its code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import faults

pytestmark = pytest.mark.browser


def test_answers_are_scored_kept_and_sent(page: Page) -> None:
    page.goto("/assess/prices/")
    rows = page.locator(".hg-assess fieldset")
    for number, answer in enumerate(["做到了", "没做到", "不适用", "做到一部分"]):
        rows.nth(number).get_by_label(answer, exact=True).check()
    rows.nth(0).get_by_placeholder("证据在哪里").fill("共享文件夹")
    result = page.locator("#hg-result")
    expect(result).to_contain_text("答了 4 / 5 项")
    expect(result.locator(".hg-bars li").first).to_contain_text("50 分（2 项）")
    todo = result.locator(".hg-todo li")
    expect(todo).to_have_count(2)
    expect(todo.first).to_contain_text("法定 服务写明了计价方法？")
    expect(todo.last).to_contain_text("建议")
    page.emulate_media(media="print")
    expect(page.locator(".hg-rows tbody tr")).to_have_count(5)
    for rests in page.locator(".hg-rows tbody small").all():
        expect(rests).to_have_text(re.compile("^依据：.+（\\d{4}-\\d\\d-\\d\\d 起）$"))
    expect(result).to_contain_text(re.compile("\\d+年\\d+月\\d+日填"))
    for hidden in (page.locator(".hg-assess"), page.locator(".hg-footer")):
        expect(hidden).to_be_hidden()
    page.emulate_media(media="screen")
    expect(page.locator(".hg-rows")).to_be_hidden()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(result).to_contain_text("答了 4 / 5 项")
    expect(rows.nth(0).get_by_placeholder("证据在哪里")).to_have_value("共享文件夹")
    result.get_by_text("请服务联络员看看").click()
    result.get_by_label("同意把这份结果交给服务联络员保存").check()
    result.get_by_role("button", name="发给服务联络员").click()
    said = result.get_by_role("status")
    expect(said).to_contain_text(re.compile("查询码 \\w+"))
    code = re.findall(r"查询码 (\w+)", said.inner_text())
    assert len(code) == 1
    reply = page.request.get(str(said.get_by_role("link", name="打开答复页").get_attribute("href")))
    for part in ("建议 0.5/1", "证据：共享文件夹", "各方面", "没有答（1 项）"):
        assert part in reply.text(), part
    page.on("dialog", lambda dialog: dialog.accept())
    result.get_by_role("button", name="清空重答").click()
    expect(result).to_contain_text("答了 0 / 5 项")
