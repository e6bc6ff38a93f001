"""A Word file somebody mailed becomes a guideline, is reviewed, published, found on the site and in an answer: all in the browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from api.app import create_app
from api.desk.roles import Role
from rag.content import load_corpus
from rag.index import bring_up_to_date
from rag.site import build
from tests.browser.chatting import SIZES, answered, ask, opened
from tests.browser.test_desk import is_fine
from tests.browser.test_desk_writing import come
from tests.browser.test_publishing import PATIENCE, look
from tests.conftest import served
from tests.desk.signing import account
from tests.site import support

pytestmark = pytest.mark.browser

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LINES = (
    "主播试穿衣服的规矩",
    "一、要做到",
    "1. 主播试穿衣服、说尺码，要讲商品的真实情况。《电子商务法》第十七条",
    "二、不得",
    "1. 主播不得拿别的衣服冒充在卖的这一件来试穿。《电子商务法》第十七条",
    "三、常见问题",
    "试穿的衣服和发的货不是一件，行吗？",
    "不行，试穿的要是在卖的这一件。《电子商务法》第十七条",
    "衣服有色差要不要说？",
    "要，讲商品的真实情况。《电子商务法》第十七条",
    "模特穿的码数和我报的不一样，行吗？",
    "不行，报的码数要和身上穿的一样。《电子商务法》第十七条",
)


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A browser at a published installation with a writer and a reviewer."""
    settings = support.settings(tmp_path, rate_limit=0)
    bring_up_to_date(settings, load_corpus(settings.guidelines))
    build(settings)
    app = create_app(settings)
    account(app, "wang", Role.WRITER)
    account(app, "li", Role.REVIEWER)
    with served(app) as address, opened(browser, address, request.param) as page:
        yield page


def word_file() -> FilePayload:
    """What came by mail."""
    document, out = docx.Document(), io.BytesIO()
    for line in LINES:
        document.add_paragraph(line)
    document.save(out)
    return FilePayload(name="来信.docx", mimeType=WORD, buffer=out.getvalue())


def test_from_the_word_file_to_the_answer(page: Page) -> None:
    come(page, "wang", "/desk/writing/new")
    page.get_by_label("写给谁").select_option("anchor")
    page.get_by_label("哪天施行").fill("2026-11-24")
    page.get_by_label("从 Word 文件导入").set_input_files(word_file())
    page.get_by_role("button", name="开始写").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LINES[0])
    is_fine(page)
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("还有 2 处要改")).to_be_visible()
    expect(page.get_by_text("摘要不对：是空的")).to_be_visible()  # and no word of files or keys
    page.get_by_role("link", name="返回刚才那一页").click()
    page.get_by_label("摘要：一句话说明管什么").fill("主播试穿衣服时怎么讲、不能怎么做")
    page.get_by_label("广告与宣传用语").check()
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status")).to_have_text("已保存并提交审核。")
    path = "/" + page.url.partition("?")[0].split("/", 3)[3]
    come(page, "li", path)
    is_fine(page)
    page.get_by_role("button", name="审核通过").click()
    page.goto("/desk/publish")
    page.get_by_role("button", name="看看哪些回答会变").click()
    expect(page.get_by_role("heading", name="会变的回答")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="发布这 1 份").click()
    expect(page.get_by_role("status")).to_contain_text("已发布", timeout=PATIENCE)
    is_fine(page)
    page.goto("/anchor/")
    page.get_by_role("main").get_by_role("link", name=LINES[0]).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(LINES[0])
    expect(page.get_by_role("main")).to_contain_text("冒充在卖的这一件")
    look(page, "word-published")
    page.goto("/chat")
    ask(page, "试穿的衣服和发的货不是一件，行吗")
    expect(answered(page)).to_contain_text("试穿的要是在卖的这一件")
    look(page, "word-answered")
