"""审稿 on a phone and on a desktop: paste, read, take wordings, filter, ask, object, print."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from api.app import create_app
from rag.ground.settings import ROOT, Settings
from rag.script.tables import COLUMNS
from tests.browser.chatting import faults
from tests.browser.site.steps import on_phone
from tests.conftest import served

pytestmark = pytest.mark.browser
TEXT = (
    "😀家人们，全网最低价，国家级品质！\n喝了它降血糖。我们家这三款里最甜的是红标。\n这款保健食品大家看一下。"
)
SMALL = """() => [...document.querySelector('hegui-script').shadowRoot.querySelectorAll('button, select, textarea, input, a')]
  .filter(e => e.getClientRects().length).map(e => [e.textContent || e.id, e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44).map(([text]) => text)"""


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    """The small site, with the project's own guidelines and rules behind it."""
    with served(create_app(settings.model_copy(update={"guidelines": ROOT / "guidelines"}))) as where:
        yield where


def check(page: Page, text: str) -> None:
    page.goto("/script/")
    page.get_by_label("稿子", exact=True).fill(text)
    page.get_by_role("button", name="审稿", exact=True).click()
    expect(page.locator("#hs-result")).to_be_visible()


def test_three_findings_are_read_two_wordings_taken_and_the_report_printed(page: Page) -> None:
    check(page, TEXT)
    expect(page.locator(".hs-card:visible").nth(2)).to_be_visible()
    lowest = page.locator(".hs-card", has_text="全网最低价").first
    expect(lowest).to_contain_text("价格欺诈")
    expect(lowest.get_by_role("link", name="《明码标价和禁止价格欺诈规定》第十七条第二款")).to_be_visible()
    expect(page.locator(".hs-card", has_text="国家级品质").first).to_contain_text("绝对化用语")
    expect(page.locator(".hs-card", has_text="降血糖").first).to_be_visible()
    expect(page.locator("mark", has_text="最甜")).to_have_count(0)
    assert faults(page) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="把“全网最低价”改成“今天直播间的活动价”").click()
    taken = TEXT.replace("全网最低价", "今天直播间的活动价")
    expect(page.get_by_label("稿子", exact=True)).to_have_value(taken)
    expect(page.locator(".hs-card", has_text="全网最低价")).to_have_count(0)
    page.get_by_role("button", name="把“国家级品质”改成").first.click()
    expect(page.locator("mark", has_text="国家级")).to_have_count(0)

    page.evaluate("void (window.print = () => { window.printed = (window.printed ?? 0) + 1 })")
    page.get_by_role("button", name="打印报告").click()
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    expect(page.locator(".hs-form")).to_be_hidden()
    expect(page.locator(".hs-actions").first).to_be_hidden()
    expect(page.locator(".hs-text")).to_be_visible()
    stamp = page.locator(".hs-stamp")
    expect(stamp).to_contain_text(
        re.compile(r"按 2026年11月24日 施行的规定审，规则版本 [0-9a-f]{8}，结果编号 [0-9a-f]{16}")
    )
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")

    page.get_by_role("button", name="撤回上一处修改").click()
    expect(page.get_by_label("稿子", exact=True)).to_have_value(taken)
    expect(page.locator("mark", has_text="国家级")).to_have_count(1)


def test_a_level_is_shown_alone_stays_chosen_and_paper_has_all(page: Page) -> None:
    check(page, TEXT)
    every = page.locator(".hs-card:visible").count()
    page.get_by_role("button", name=re.compile("^违法")).click()
    shown = page.locator(".hs-card:visible")
    assert 0 < shown.count() < every
    assert {card.get_attribute("data-level") for card in shown.all()} == {"违法"}
    page.emulate_media(media="print")
    assert page.locator(".hs-card:visible").count() == every
    page.emulate_media(media="screen")
    page.get_by_role("button", name="把“全网最低价”改成").first.click()
    expect(page.locator(".hs-card", has_text="全网最低价")).to_have_count(0)
    assert {card.get_attribute("data-level") for card in page.locator(".hs-card:visible").all()} == {"违法"}


def test_what_was_typed_since_is_not_lost_by_a_wording(page: Page) -> None:
    check(page, "全网最低价！")
    box = page.get_by_label("稿子", exact=True)
    box.fill("先说一句：全网最低价！")
    expect(page.get_by_text("稿子改过了，下面是改之前的结果")).to_be_visible()
    page.get_by_role("button", name="把“全网最低价”改成").first.click()
    expect(page.get_by_role("alert")).to_contain_text("请再选一次改法")
    expect(box).to_have_value("先说一句：全网最低价！")
    page.get_by_role("button", name="把“全网最低价”改成“今天直播间的活动价”").click()
    expect(box).to_have_value("先说一句：今天直播间的活动价！")


def test_a_clause_opens_beside_the_script_in_the_version_of_the_day(page: Page) -> None:
    for day, place in (("", "/live-room/price/#"), ("2025-06-01", "/live-room/price/2024-07-01/#")):
        page.goto("/script/")
        page.get_by_label("稿子", exact=True).fill("原价 199 元，现在只要 99。")
        page.get_by_label("按哪天的规定（不填是今天）").fill(day)
        page.get_by_role("button", name="审稿", exact=True).click()
        link = page.locator(".hs-card .hs-basis a[href*='/live-room/price/']").first
        with page.context.expect_page() as opened:
            link.click()
        beside = opened.value
        beside.wait_for_load_state()
        assert place in beside.url
        clause = beside.locator(f"[id='{beside.url.partition('#')[2]}']")
        expect(clause).to_be_visible()
        beside.close()
        expect(page.get_by_label("稿子", exact=True)).to_have_value("原价 199 元，现在只要 99。")


def test_the_assistant_is_asked_about_a_finding(page: Page) -> None:
    check(page, TEXT)
    card = page.locator(".hs-card", has_text="全网最低价").first
    with page.expect_request("**/api/ask/stream") as asked:
        card.get_by_role("button", name="问助手").click()
    body = asked.value.post_data_json or {}
    assert body["guideline"] == "anchor/price-talk"
    question = "直播时说“全网最低价”（无从比较的最低价），可以吗？"
    assert body["question"] == question
    expect(page.get_by_role("dialog", name="合规问答").locator(".question")).to_contain_text(question)


def test_an_objection_is_thanked_for_and_carries_the_phrase_alone(page: Page) -> None:
    check(page, "我们自己的暗号，国家级品质")
    # the button says that the phrase, and nothing else, is sent
    with page.expect_request("**/api/feedback") as sent:
        page.get_by_role("button", name="这条不对（把这几个字发给工作人员）").first.click()
    expect(page.locator(".hs-actions .hs-note").first).to_contain_text("谢谢")
    body = sent.value.post_data_json or {}
    assert body["answer_id"].startswith("rule:")
    assert "国家级" in body["comment"]
    assert "暗号" not in body["comment"]


def test_a_file_is_opened_and_a_broken_one_explained(page: Page) -> None:
    page.goto("/script/")
    chooser = page.get_by_label("或打开文件")
    chooser.set_input_files({"name": "稿.txt", "mimeType": "text/plain", "buffer": "第一句稿子".encode()})
    expect(page.get_by_label("稿子", exact=True)).to_have_value("第一句稿子")
    chooser.set_input_files({"name": "稿.docx", "mimeType": "application/zip", "buffer": b"PK broken"})
    expect(page.get_by_role("alert")).to_contain_text("文件已损坏")
    page.get_by_label("稿子", exact=True).fill("")
    page.get_by_role("button", name="审稿", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("还没有稿子")


def test_several_files_become_one_table(page: Page) -> None:
    page.goto("/script/")
    texts = {
        "甲.txt": "第一行\n😀全网最低价",
        "乙.md": "这件外套的面料是棉，尺码看页面。",
        "丙.docx": "坏的",
        "=丁.txt": "国家级品质",
    }
    page.get_by_label("或打开文件").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in texts.items()]
    )
    expect(page.locator("#hs-result")).to_have_text("审了 3 份稿子，1 份没有审成")
    expect(page.locator(".hs-card", has_text="甲.txt")).to_contain_text("违法")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as loaded:
        page.get_by_role("link", name="下载表格").click()
    table = loaded.value.path().read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS  # as the command writes them
    assert {row["文件"] for row in rows} == {"甲.txt", "乙.md", "丙.docx", "'=丁.txt"}
    lowest = next(row for row in rows if row["原文"] == "全网最低价")
    assert (lowest["位置"], lowest["级别"], lowest["按哪天的规定"]) == ("2:2", "违法", "2026-11-24")
    assert "《明码标价和禁止价格欺诈规定》第十七条第二款" in lowest["法条"]
    clean, broken = (next(row for row in rows if row["文件"] == name) for name in ("乙.md", "丙.docx"))
    assert clean["问题"] == "没有找到要改的地方"
    assert (broken["问题"], "文件已损坏" in broken["为什么"]) == ("没有审", True)


def test_of_several_files_none_is_lost_to_a_busy_service(page: Page) -> None:
    page.goto("/script/")
    asked: list[str] = []

    def busy_at_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
        else:
            route.fulfill(status=429, headers={"Retry-After": "1"}, json={"title": "提问太快了"})

    page.route("**/api/script-check", busy_at_first)
    page.get_by_label("或打开文件").set_input_files(
        [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": "国家级品质".encode()} for n in "甲乙"]
    )
    expect(page.locator("#hs-result")).to_have_text("审了 2 份稿子")
    assert len(asked) == 3


def test_who_speaks_goes_along_and_leads_to_their_own_clause(page: Page) -> None:
    page.goto("/script/")
    page.get_by_label("谁来说").select_option("商家")
    page.get_by_label("稿子", exact=True).fill("这件衣服原价599，今天199。")
    with page.expect_request("**/api/script-check") as sent:
        page.get_by_role("button", name="审稿", exact=True).click()
    assert sent.value.post_data_json == {"text": "这件衣服原价599，今天199。", "operator": "merchant"}
    expect(page.locator("#hs-result")).to_be_visible()
    expect(page.get_by_role("button", name="请模型改写")).to_have_count(0)  # no chat model is set
    assert page.evaluate(SMALL) == []


def test_what_is_too_much_is_told_and_not_sent(page: Page) -> None:
    page.goto("/script/")
    sent: list[str] = []
    page.on("request", lambda call: sent.append(call.url) if "/api/script" in call.url else None)
    page.get_by_label("或打开文件").evaluate(  # fifty megabytes, made in the page
        "e => { const t = new DataTransfer(); t.items.add(new File([new Uint8Array(50e6)], '稿.txt')); e.files = t.files; e.dispatchEvent(new Event('change')) }"
    )
    expect(page.get_by_role("alert")).to_contain_text("文件超过 2 MB")
    page.get_by_label("稿子", exact=True).evaluate(
        "e => { e.value = '😀'.repeat(1e5); e.dispatchEvent(new Event('input')) }"
    )
    expect(page.locator("#hs-count")).to_have_text("100000 / 20000 字")
    page.get_by_role("button", name="审稿", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(
        "稿子有 100000 个字，一次最多 20000 个字。请分成几份再审。"
    )
    assert sent == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_fault_in_either_theme_and_fits_at_twice_the_size(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    check(page, TEXT)
    assert faults(page) == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if on_phone(page):
        expect(page.get_by_role("button", name="打印报告")).to_be_visible()
