"""The word an answer opens with, and the messages that get a word of their own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rag.ask.clauses import DEPENDS, states_consequence, tells_cost
from rag.ask.compose.verdict import Kind, asked, opening
from rag.ask.guard.inspect import Guard, Screening
from rag.ask.models import Question
from rag.ask.understand.parts import split_question
from rag.ask.understand.reader import Reader
from rag.ask.understand.talk import Talk, talk_of
from rag.content import Section
from rag.content.registers import load_registers
from rag.ground import Words
from rag.index import Chunk, open_gate

READER = Reader(load_registers(Path(__file__).resolve().parents[2] / "guidelines"), Words())


def chunk(section: Section, body: str, heading: str | None = None) -> Chunk:
    return Chunk(
        id="c", guideline="live-room/x", operator="live-room", version=dt.date(2026, 2, 1), effective_to=None, title="题", topics=(),
        section=section, clause="c1", heading=heading, body=body, text=body, laws=(), digest="d",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "negated"),
    [
        ("卖拆过的耳机能退吗", Kind.CAN, False),
        ("消费者要发票我不给行吗", Kind.CAN, True),
        ("平台要不要查身份证", Kind.MUST, False),
        ("把差评删掉犯法不", Kind.BREACH, False),
        ("刷单罚多少", None, False),
    ],
)
def test_what_a_question_asks(text: str, kind: Kind | None, negated: bool) -> None:
    assert asked(text) == (kind, negated)


@pytest.mark.parametrize(
    ("text", "heading", "body", "word", "skip"),
    [
        (
            "差评可以删掉吗",
            "差评可以藏起来吗？",
            "不可以。隐匿差评是虚假宣传。",
            None,
            False,
        ),  # their own word stands
        (
            "写成拼音算不算违规",
            "写成拼音就不违规了吧？",
            "不是。换个写法一样违规。",
            None,
            True,
        ),  # 不是 denies what they hoped, not what is asked here
        (
            "开了店是不是就成运营者了",
            "个人能当运营者吗？",
            "能。但要先登记，再公示信息。",
            None,
            False,
        ),  # 但 says nothing without the word before it
        (
            "拆了包装还能退吗",
            "拆了包装就不能退吧？",
            "不是。查验拆包装不影响退货。",
            None,
            True,
        ),  # it would say the reverse
        (
            "没用过的产品能推荐吗",
            "推荐没用过的产品违法吗？",
            "违法。代言人不得推荐没使用过的商品。",
            "不能。",
            True,
        ),
        ("差评删掉违法吗", "差评要不要留着？", "要。差评不得删除。", None, True),  # not concluded
        (
            "得过奖的词写进宣传标题行吗",
            "品牌名带“第一”能念吗？",
            "可以。商标可以念，但要能证明。",
            DEPENDS,
            True,
        ),
        (
            "商家的资料多久要重新核一遍",
            "直播间多久核一次？入驻时核过就行了吧？",
            "不行。平台至少每六个月核验更新一次。",
            None,
            True,
        ),  # how often is no yes or no
        ("园区不配合会被罚吗", "来要名单，给不给？", "要给。拒绝的责令改正。", None, True),
        ("名单给不给", "来要名单，给不给？", "要给。拒绝的责令改正。", None, False),
        # a word with its reason is another question's answer as well
        ("没3C的库存能清吗", "充电宝要3C吗？", "要，还要标注标志才能卖。没认证的不得销售。", None, True),
        ("赠品漏水也要包赔？", "赠品坏了不用管吧？", "不是，要管。赠品造成损害的要赔。", None, True),
        ("卖充电宝要不要3C", "充电宝要3C吗？", "要，还要标注标志才能卖。没认证的不得销售。", None, False),
    ],
)
def test_the_word_of_a_qa_stands_only_where_it_answers(
    text: str, heading: str, body: str, word: str | None, skip: bool
) -> None:
    assert opening(text, chunk(Section.FAQ, body, heading)) == (word, skip)


@pytest.mark.parametrize(
    ("text", "section", "body", "word"),
    [
        ("能不能内定中奖人员", Section.MUST_NOT, "直播间不得内定中奖人员。", "不能。"),
        ("要不要公示营业执照", Section.MUST, "商家要公示营业执照。", "要。"),
        ("要不要办执照", Section.MUST, "卖货要登记领照；自产农副产品除外。", DEPENDS),
        ("能看账本吗", Section.MUST_NOT, "商家不能拒绝提供账本，查账本时要配合。", None),
        ("能公示营业执照吗", Section.MUST, "商家要公示营业执照。", None),
    ],
)
def test_a_rule_gives_its_word_and_never_the_reverse(
    text: str, section: Section, body: str, word: str | None
) -> None:
    assert opening(text, chunk(section, body)).word == word


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("你好！", Talk.GREETING),
        ("谢谢啦", Talk.THANKS),
        ("看看我这个店", Talk.LOOK),
        ("店被封了 我不想活了", Talk.DISTRESS),
        ("低价甩卖还是亏，我想死", Talk.DISTRESS),
        ("平台把价格压得太低，我想跳楼", Talk.DISTRESS),
        ("活不下去了，能不能少罚点", Talk.DISTRESS),
        ("羽绒服跳楼大甩卖，这么写行吗", None),
        ("主播喊老板不想活了才给这个价，违规吗", None),
        ("这个价老板要自杀了，能这么喊吗", None),
        ("Can I sell fake bags?", Talk.FOREIGN),
        ("退货运费谁出", None),
        ("直播间谢谢榜要公示吗", None),
    ],
)
def test_talk_gets_a_word_and_questions_do_not(text: str, talk: Talk | None) -> None:
    assert talk_of(text) is talk


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("MCN帮我刷单，责任算谁的", False),
        ("代运营帮我刷好评被罚了罚款谁出", False),
        ("帮我给自己店写几条五星好评", True),
        ("教我刷单可以吗", True),
        ("主播能帮我刷单吗多少钱一单", True),
        ("公司偷偷给主播买粉，被查到罚公司还是罚主播", False),
        ("怎么写标题才不会被认定是虚假宣传", False),
        ("AI换脸带货要怎么做才合法", False),
        ("反过来公司拖着不给佣金找谁", False),
        ("喊了假一赔十真要赔十倍吗赠品坏了不用管吧", False),
        ("怎么偷偷给主播买粉不被平台发现", True),
        ("怎么刷单才不会被认定是刷单", True),
        ("怎么收集粉丝的手机号转卖出去", True),
    ],
)
def test_what_others_offered_may_be_asked_about(text: str, refused: bool) -> None:
    assert (Guard(open_gate()).inspect(text) is not Screening.FINE) is refused


def test_a_number_in_a_story_is_no_question() -> None:
    parts = split_question(Question(question="让员工写好评 就写了十几条 会被罚吗"), Words(["好评", "员工"]))
    assert len(parts) == 1


@pytest.mark.parametrize(
    ("text", "body", "tells"),
    [
        ("换过屏没说，我要赔多少", "以次充好的罚货值金额百分之五十以上三倍以下。", False),
        ("换过屏没说，我要赔多少", "构成欺诈的，顾客可以要求加赔价款三倍。", True),
        ("换过屏没说，罚多少赔多少", "以次充好的罚货值金额百分之五十以上三倍以下。", True),
        ("换过屏没说，罚多少", "构成欺诈的，加赔价款三倍。", True),
        ("换过屏没说，罚多少", "要如实说明。", False),
    ],
)
def test_damages_are_not_told_by_a_fine(text: str, body: str, tells: bool) -> None:
    query = READER.read(Question(question=text), dt.date(2026, 11, 28))
    assert tells_cost(query, chunk(Section.LIABILITY, body)) is tells


@pytest.mark.parametrize(
    ("heading", "body", "states"),
    [
        ("抽奖最高能送多少？", "最高五万元，实物按市场价折算。", False),  # a limit is no fine
        (None, "个人年交易额累计不超过十万元的，不用登记。", False),
        ("诋毁同行罚多少？", "十万元以上一百万元以下。", True),
        (None, "没收违法所得一万元。", True),
        ("买到假货赔多少？", "赔价款的三倍。", True),
    ],
)
def test_a_limit_is_no_consequence(heading: str | None, body: str, states: bool) -> None:
    assert states_consequence(chunk(Section.FAQ, body, heading)) is states
