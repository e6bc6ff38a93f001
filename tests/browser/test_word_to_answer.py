"""A Word file somebody mailed becomes a guideline, is reviewed, published, found on the site and in an answer: all in the browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.chatting import SIZES, answered, ask
from tests.browser.officers import staffed
from tests.browser.test_desk import is_fine
from tests.browser.test_desk_writing import come
from tests.browser.test_publishing import PATIENCE, look, taken_up
from tests.site import support

pytestmark = pytest.mark.browser

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BASIS = "《电子商务法》第十七条"
DUTIES = (
    "主播试穿衣服、说尺码，要讲商品的真实情况，身上穿的是几码、身高体重大概多少，都照实说，不为了好看往小里报",
    "主播讲面料、厚薄、有没有弹力，要和吊牌、详情页写的一致，拿不准的先核对，核对清楚以前不讲，讲错了当场更正",
    "主播说“卖了多少件”，要和后台的实际销量一致，统计的是哪一段时间、哪一款，要一起说清楚，不能把别的款算进来",
    "主播念买家评价，要念原话，好的、差的都不改，不把别的商品的评价拿来念，也不挑半句话来念，让人误会意思",
    "直播间打光、加滤镜以后颜色变了的，主播要说明实物颜色，把衣服拿到自然光下给人看，详情页上也放一张没有修过的照片",
)
BANS = (
    "主播不得拿别的衣服冒充在卖的这一件来试穿，也不得用别人的照片、视频冒充自己试穿的效果，样衣和大货有差别的要说清楚",
    "主播不得编造销量、编造评价，不得找人扮成买家在公屏夸衣服好，也不得让同事换着账号下单，做出抢着买的样子",
    "主播不得把没有的面料成分说成有，例如把化纤说成真丝、把仿皮说成真皮，含量多少要照吊牌念，不能只挑好的成分讲",
    "主播不得把瑕疵品、退货品当成全新的讲，有线头、色差、起球这些毛病的，要在下单之前说清楚，让人看得见",
)
ASKED = (
    (
        "试穿的衣服和发的货不是一件，行吗？",
        "不行，试穿的要是在卖的这一件；样衣和大货不一样的，要在下单之前说明哪里不一样，让人自己决定买不买。",
    ),
    ("衣服有色差要不要说？", "要，讲商品的真实情况，颜色会变的要说明，最好放一张自然光下的照片。"),
    ("模特穿的码数和我报的不一样，行吗？", "不行，报的码数要和身上穿的一样，否则买家照着买就会买错。"),
)
LINES = (
    "主播试穿衣服的规矩", "一、要做到", *(f"{n}. {text}。{BASIS}" for n, text in enumerate(DUTIES, 1)),
    "二、不得", *(f"{n}. {text}。{BASIS}" for n, text in enumerate(BANS, 1)),
    "三、常见问题", *(line for ask, answer in ASKED for line in (ask, f"{answer}{BASIS}")),
)  # fmt: skip


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A browser at a published installation with a writer and a reviewer."""
    settings = support.settings(tmp_path, rate_limit=0)
    with staffed(browser, settings, request.param) as page:
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
    expect(page.get_by_text("摘要不对：是空的").first).to_be_visible()  # and no word of files or keys
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    is_fine(page)
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
    question = "试穿的衣服和发的货不是一件，行吗"
    taken_up(page, "试穿的要是在卖的这一件", question)
    ask(page, question)
    expect(answered(page)).to_contain_text("试穿的要是在卖的这一件")
    look(page, "word-answered")
