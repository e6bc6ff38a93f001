"""The search of the site in a real browser: words, sentences, other forms, the reader's role, the assistant."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from rag.content.registers import load_registers
from rag.ground import normalize
from rag.ground.settings import ROOT
from tests.browser.site.steps import at_seven_days, press_until

pytestmark = pytest.mark.browser

HARD = (
    "全网最1️⃣低价", "全网最1️⃣2️⃣低价", "最1️⃣低2️⃣价", "第1️⃣名", "1️⃣号链接", "#️⃣话题", "全\u200b网\u00ad最\u2060低\ufeff价", "ＭＣＮ机构　Ⅱ ㎏ ﬁ",
    "直播間可以說全網最低價嗎", "櫥窗", "「全網」最低", "全 网 最 低 价", "说 全 网 最 低 价a", "全\t网 最 低", "全 网 最", "a全 网 最 低 价",
    "全 网 最 低，价 格 便 宜", "①全 网 最 低", "İSTANBUL ΣΑΣ ẞ", "全网最低价😀", "👨‍👩‍👧", "ｶﾞ が e\u0301", "\uf967能", "５折＠￥１００", "",
)  # fmt: skip


def search(page: Page, words: str) -> Locator:
    """Type words into the search; returns the results."""
    page.get_by_role("button", name="搜索").click()
    page.locator("input[name=query]").press_sequentially(words)
    return page.locator(".hg-results a")


def paste(page: Page, words: str) -> Locator:
    """Put words into the search without a key event, as paste and dictation do; returns the results."""
    if not page.locator("#hg-search").is_visible():
        page.get_by_role("button", name="搜索").click()
    page.locator("input[name=query]").fill(words)
    return page.locator(".hg-results a")


def test_seven_day_return_by_search_in_two_taps(page: Page) -> None:
    page.goto("/")
    search(page, "七天无理由").first.click()
    at_seven_days(page)


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("全网最低价", "/live-room/price/"),
        ("刷单", "/anchor/fake-popularity/"),
        ("水军", "/anchor/fake-popularity/"),
        ("划线价随便写可以吗", "/live-room/price/#"),
    ],
)
def test_words_of_the_trade_and_sentences_find_their_guideline(page: Page, words: str, target: str) -> None:
    page.goto("/")
    expect(search(page, words).first).to_have_attribute("href", re.compile(target))


@pytest.mark.parametrize(
    "words",
    [
        "直播間全網最低價",
        "全\u200b网\u200b最低价",
        "全 网 最 低 价",
        "全网最低价😀",
        "「全网最低价」",
        "全网最1️⃣低价",
    ],
)
def test_other_forms_of_the_same_words_find_the_same(page: Page, words: str) -> None:
    page.goto("/")
    expect(paste(page, words).first).to_have_attribute("href", re.compile("/live-room/price/#faq-"))


def test_the_search_reads_a_text_in_the_form_in_which_the_assistant_does(page: Page) -> None:
    """Every word of the glossary in every traditional form among them, with the first and smaller of the search files."""
    source = (ROOT / "docs/js/search.js").read_text("utf-8")
    folding = source.partition("  let simplified")[2].partition("  /** What is looked for")[0]
    words = "".join(load_registers(ROOT / "guidelines").known_words())
    variants = [c for c in map(chr, range(0x3000, 0x30000)) if (n := normalize(c)) != c and n in words]
    assert len(variants) > 500
    page.goto("/")
    script = f"""async (texts) => {{
      let simplified{folding}
      learn(await (await fetch("/search/first.json")).json());
      return texts.map(fold);
    }}"""
    folded = page.evaluate(script, [*HARD, *variants])
    assert dict(zip([*HARD, *variants], folded, strict=True)) == {t: normalize(t) for t in [*HARD, *variants]}


def test_full_width_letters_are_folded(page: Page) -> None:
    page.goto("/")
    expect(paste(page, "ＭＣＮ").first).to_be_visible()
    found = page.locator(".hg-results a").all_inner_texts()
    expect(paste(page, "MCN").first).to_be_visible()
    assert page.locator(".hg-results a").all_inner_texts() == found


def test_a_result_is_title_role_and_one_sentence_with_the_words_marked(page: Page) -> None:
    page.goto("/")
    first = paste(page, "全网最低价能说吗").first
    expect(first).to_contain_text("直播间价格")
    expect(first.locator(".hg-tag")).to_have_text("直播间")
    sentence = first.locator(".hg-sentence")
    expect(sentence).to_contain_text("“全网最低价”能说吗？")
    expect(sentence.locator("mark").first).to_have_text("全网最低价")
    assert "\u200b" not in page.locator("#hg-search").inner_text()
    assert "*" not in page.locator("#hg-search").inner_text()


def test_results_of_earlier_words_never_stay(page: Page) -> None:
    page.goto("/")
    expect(paste(page, "全网最低价").first).to_be_visible()
    expect(paste(page, "股票涨停板")).to_have_count(0)
    expect(page.locator(".hg-search__status")).to_contain_text("没有查到")
    expect(paste(page, "")).to_have_count(0)


def test_where_no_text_holds_most_of_it_the_nearest_are_shown_and_called_so(page: Page) -> None:
    page.goto("/")
    found = paste(page, "卖货找托刷人气会不会被抓到挨收拾啊老板让搞的")
    expect(found.first).to_contain_text("人气")
    expect(page.locator(".hg-search__status")).to_contain_text("没有全对上的，最接近的")
    assert found.count() <= 5


def test_the_last_row_hands_the_words_to_the_assistant(page: Page) -> None:
    page.goto("/")
    expect(paste(page, "划线价随便写可以吗？").first).to_be_visible()
    page.get_by_role("button", name="问助手：划线价随便写可以吗？").click()
    expect(page.locator("hegui-chat .question, hegui-chat .card").first).to_contain_text("划线价随便写")
    expect(page.locator("hegui-chat .card .status").first).to_be_visible(timeout=20_000)


def test_the_role_is_chosen_once_and_known_everywhere(page: Page) -> None:
    page.goto("/")
    page.locator(".hg-roles a[href='anchor/']").click()
    expect(page).to_have_url(re.compile("/anchor/$"))
    page.goto("/")
    expect(page.locator(".hg-roles a").first).to_have_text(re.compile("主播 *在"))
    expect(page.locator(".hg-roles a[aria-current]")).to_have_count(1)
    expect(paste(page, "全网最低价").first).to_be_visible()
    expect(page.locator(".hg-results .hg-tag")).to_have_count(0)  # no guideline of the anchor's here
    expect(page.get_by_role("button", name="主播", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".hg-search__status")).to_contain_text("其他身份有")
    page.get_by_role("button", name="全部", exact=True).click()
    expect(page.locator(".hg-results .hg-tag").first).to_have_text("直播间")
    page.goto("/changes/")
    expect(page.get_by_label("只看身份")).to_have_value("anchor")
    page.get_by_role("button", name="问合规").click()
    expect(page.locator("hegui-chat .context")).to_contain_text("主播")


def test_the_search_index_is_fetched_only_for_a_search(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda call: asked.append(call.url))
    page.goto("/", wait_until="networkidle")
    assert not [url for url in asked if "search/" in url]
    expect(search(page, "刷单").first).to_be_visible()
    expect(page.locator(".hg-search__status")).to_have_text(re.compile(r"^\d+ 条$"))
    names = [url.rpartition("/")[2] for url in asked if "/search/" in url]
    assert names == ["first.json", "index.json"]


def test_what_is_typed_before_the_index_arrives_is_found(page: Page) -> None:
    def slow(route: Any) -> None:
        time.sleep(1.5)
        route.continue_()

    page.route("**/search/index.json", slow)
    page.goto("/")
    expect(search(page, "刷单").first).to_be_visible(timeout=15_000)


def test_a_search_file_that_does_not_come_is_said_and_tried_again(page: Page) -> None:
    page.route("**/search/*.json", lambda route: route.abort())
    page.goto("/")
    expect(search(page, "刷单")).to_have_count(0)
    expect(page.locator(".hg-search__status")).to_contain_text("没有取到")
    page.unroute("**/search/*.json")
    page.get_by_role("button", name="关闭").click()
    page.get_by_role("button", name="搜索").click()
    expect(page.locator(".hg-results a").first).to_be_visible()


def test_on_a_slow_line_questions_are_found_before_the_rest_has_come(page: Page) -> None:
    page.route("**/search/index.json", lambda route: None)  # is on its way for ever
    page.goto("/")
    first = search(page, "划线价随便写可以吗").first
    expect(first).to_have_attribute("href", re.compile("/live-room/price/#faq-"))
    expect(page.locator(".hg-search__status")).to_contain_text("正在查其余的")
    expect(paste(page, "按法条查")).to_have_count(0)
    expect(page.locator(".hg-search__status")).not_to_contain_text("没有查到")


def test_a_rest_that_does_not_come_is_said(page: Page) -> None:
    page.route("**/search/index.json", lambda route: route.abort())
    page.goto("/")
    expect(search(page, "划线价").first).to_be_visible()
    expect(page.locator(".hg-search__status")).to_contain_text("其余的没有取到")
    page.unroute("**/search/index.json")
    page.get_by_role("button", name="关闭").click()
    page.get_by_role("button", name="搜索").click()
    expect(page.locator(".hg-search__status")).to_have_text(re.compile(r"^\d+ 条$"))


def test_the_keyboard_alone_searches(page: Page) -> None:
    page.goto("/")
    press_until(page, ".hg-find")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=query]")).to_be_focused()
    page.keyboard.type("七天无理由")
    expect(page.locator(".hg-results a").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hg-results a").first).to_be_focused()
    page.keyboard.press("Enter")
    at_seven_days(page)
