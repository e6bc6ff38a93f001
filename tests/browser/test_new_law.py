"""A law changes, in a real browser, on a phone and on a desktop: from the new version entered at the desk to a board with nothing
left. The law's text is the test's own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.browser.chatting import SIZES, answered, ask
from tests.browser.officers import staffed
from tests.browser.test_desk import is_fine
from tests.browser.test_desk_writing import come
from tests.browser.test_publishing import PATIENCE, look, submitted, taken_up
from tests.browser.test_word_to_answer import ASKED, BANS, BASIS, DUTIES
from tests.desk.test_laws import text_of
from tests.site import support

pytestmark = pytest.mark.browser

GUIDELINE = "anchor/brands"
SALE = (
    "有下列行为之一的，均属侵犯注册商标专用权：\n（一）未经许可使用的；\n（二）容易导致混淆的；\n（三）销售侵犯注册商标专用权的商品的；\n"
    "（四）伪造标识的；\n（五）更换商标的；\n（六）故意提供便利条件的。"
)
FINE = (
    "引起纠纷的，由当事人协商解决。\n责令立即停止侵权行为，没收侵权商品，违法经营额五万元以上的，可以{0}违法经营额五倍以下的罚款，没有违法"
    "经营额或者违法经营额不足五万元的，可以{0}二十五万元以下的罚款。销售不知道是侵权商品、能证明合法取得并说明提供者的，责令停止销售。"
)
OLD = {57: SALE, 60: FINE.format("处")}
NEW = {57: "申请人可以申请复审。", 60: "期满不续展的，注销。", 72: SALE, 74: FINE.format("并处")}
BRAND = (
    "主播不得卖冒牌货，品牌货说不清从哪里进的不上链接，也不得帮卖冒牌货的人引流、收钱、发货，给侵权提供便利"
)
PAYS = "主播卖冒牌货，违法经营额五万元以上的，可以{}处五倍以下罚款；违法经营额不足五万元的，可以{}处二十五万元以下罚款"
#: Where the clauses stand that rest on the law, how they read, and what of it the officer writes anew.
CLAUSES = {
    "不得第5条": f"{BRAND}。《商标法》第五十七条第（三）项、第（六）项",
    "法律责任第1条": f"{PAYS.format('', '')}。《商标法》第六十条第二款",
    "常见问题第4条": f"要罚。{PAYS.format('', '')}。《商标法》第六十条第二款",
}
ANEW = {"第五十七条第": "第七十二条第", "第六十条第": "第七十四条第", "可以处": "可以并处"}
HEAD = """---
title: 主播卖品牌货的规矩
operator: anchor
topics: [ip]
status: published
revision: 1
verified_on: 2026-11-20
summary: 主播卖品牌货怎么讲、不能怎么做，卖了冒牌货怎么罚。
---"""
FILE = "\n".join(
    [
        HEAD,
        "## 要做到", *(f"{n}. {text}。{BASIS}" for n, text in enumerate(DUTIES, 1)),
        "## 不得", *(f"{n}. {text}。{BASIS}" for n, text in enumerate(BANS, 1)), f"5. {CLAUSES['不得第5条']}",
        "## 法律责任", f"1. {CLAUSES['法律责任第1条']}",
        "## 常见问题", *(f"### {asked}\n{answer}{BASIS}" for asked, answer in ASKED),
        f"### 主播卖冒牌货罚不罚？\n{CLAUSES['常见问题第4条']}\n",
    ]
)  # fmt: skip
QUESTION = "主播卖冒牌货罚不罚"


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A browser at a published installation that knows nothing of the law of 2027, with a writer and a reviewer."""
    settings = support.settings(tmp_path, rate_limit=0)
    register = settings.guidelines / "laws.yml"
    line = "  - {effective_from: 2027-01-01, effective_to: null, articles: 87}\n"
    text = register.read_text("utf-8")
    assert line in text
    text = text.replace("effective_to: 2026-12-31, articles: 73", "effective_to: null, articles: 73")
    register.write_text(text.replace(line, ""), "utf-8")
    shutil.rmtree(settings.guidelines / "anchor" / "ip-likeness")
    (settings.guidelines / GUIDELINE).mkdir()
    (settings.guidelines / GUIDELINE / "2026-02-01.md").write_text(FILE, "utf-8")
    with staffed(browser, settings, request.param) as page:
        yield page


def text_file(articles: dict[int, str], count: int) -> FilePayload:
    """The text of a law, as it was saved from the gazette."""
    return FilePayload(name="商标法.txt", mimeType="text/plain", buffer=text_of(articles, count).encode())


def out(page: Page, button: str) -> None:
    """Publish what waits, once it has been seen which answers change."""
    page.goto("/desk/publish")
    page.get_by_role("button", name="看看哪些回答会变").click()
    expect(page.get_by_role("heading", name="会变的回答")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("status")).to_contain_text("已发布", timeout=PATIENCE)


def card(page: Page, path: str) -> Locator:
    """A page of the menu on the first page, with what waits there."""
    page.goto("/desk")
    return page.locator(f".card[href='{path}']")


def entered(page: Page) -> None:
    """The writer enters the version, the reviewer publishes the register, the writer adds the text of today's law."""
    come(page, "wang", "/desk/laws")
    page.locator("select[name=law]").select_option("商标法")
    page.get_by_label("施行日期").fill("2027-01-01")
    page.get_by_label("文号").fill("主席令第一号")
    page.get_by_label("条文全文").set_input_files(text_file(NEW, 87))
    look(page, "law-form")
    page.get_by_role("button", name="登记并列出要改的条款").click()
    expect(page.get_by_text("读出 87 条条文")).to_be_visible()
    expect(page.get_by_text("商标法：2027-01-01 起施行，87 条 主席令第一号")).to_be_visible()
    is_fine(page)
    look(page, "law-waiting")
    come(page, "li", "/desk/publish")
    out(page, "发布这 1 项")
    come(page, "wang", "/desk")
    expect(card(page, "/desk/laws")).to_contain_text("条没有分派")
    page.goto("/desk/laws")
    page.get_by_role("link", name="《商标法》2027-01-01").click()
    page.get_by_label("哪一版").select_option(label="现行版")
    page.get_by_label("条文全文").set_input_files(text_file(OLD, 73))
    page.get_by_role("button", name="导入并重新比对").click()
    expect(page.get_by_text("读出 73 条条文")).to_be_visible()


@pytest.mark.timeout(1200)  # two publications, each in a process of its own
def test_from_the_new_law_to_an_empty_board(page: Page) -> None:
    entered(page)
    expect(page.get_by_text("还剩 3 条", exact=True)).to_be_visible()
    for name in CLAUSES:
        link = page.get_by_role("link", name=re.sub(r"(\d+)", r" \1 ", name), exact=True)
        task = page.get_by_role("article").filter(has=link)
        expect(task).to_contain_text("期限 2027-01-01")
        expect(task.get_by_role("heading", name="现行")).to_be_visible()
        expect(task.get_by_role("heading", name="新版第 7")).to_be_visible()
    expect(page.locator("ins", has_text="并").first).to_be_visible()
    is_fine(page)
    look(page, "law-tasks")
    page.get_by_label("全部待办的分给").select_option(label="Wang")
    page.get_by_role("button", name="分派").first.click()
    expect(page.get_by_text("Wang 在办")).to_have_count(3)
    expect(card(page, "/desk/laws")).to_contain_text("3 条归您改")
    is_fine(page)
    look(page, "law-home")
    page.goto("/desk/laws")
    expect(page.get_by_text("Wang 3 条")).to_be_visible()
    is_fine(page)
    look(page, "law-board")
    page.get_by_role("link", name="《商标法》2027-01-01").click()
    page.get_by_role("button", name="写 2027-01-01 起施行的新版本").click()
    expect(page.get_by_label("哪天施行")).to_have_value("2027-01-01")
    page.get_by_label("和上一版比变了什么").fill("修订后的商标法施行，条号和罚款的写法跟着改。")
    for name, text in CLAUSES.items():
        clause = page.get_by_label(name, exact=True)
        beside = page.locator(".clause").filter(has=clause).get_by_text("新法改了《商标法》")
        expect(beside.first).to_be_visible()
        expect(clause).to_have_value(text)
        if name == "不得第5条":
            beside.first.click()
            look(page, "law-draft")
            is_fine(page)
        for was, now in ANEW.items():
            text = text.replace(was, now)
        clause.fill(text)
    path = submitted(page)
    page.goto("/desk/laws/1")
    expect(page.get_by_role("link", name="打开正在写的新版本")).to_be_visible()
    come(page, "li", path)
    expect(page.get_by_text("这一稿里一个字也没改")).to_have_count(0)
    expect(page.locator("ins", has_text="并").first).to_be_visible()
    look(page, "law-review")
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("已通过，等着发布。")).to_be_visible()
    out(page, "发布这 1 份")
    page.goto("/desk/laws")
    expect(page.get_by_text("都办完了")).to_be_visible()
    is_fine(page)
    look(page, "law-done")
    page.get_by_role("link", name="《商标法》2027-01-01").click()
    expect(page.get_by_text("已有 2027-01-01 版")).to_have_count(3)
    is_fine(page)
    expect(card(page, "/desk/laws")).not_to_contain_text("条归您改")
    taken_up(page, PAYS.format("并", "并"), QUESTION, as_of="2027-01-01")
    taken_up(page, PAYS.format("", ""), QUESTION)
    page.goto("/chat?as_of=2027-01-01")
    ask(page, QUESTION)
    expect(answered(page)).to_contain_text("《商标法》第七十四条第二款")
