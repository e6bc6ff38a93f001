"""A question as typed: day, role, articles, follow-ups, slang."""

import datetime as dt
from pathlib import Path

import pytest

from rag.ask.models import Question, Turn
from rag.ask.understand.ages import for_younger
from rag.ask.understand.query import Intent, Named, Query
from rag.ask.understand.reader import Reader
from rag.content.registers import load_registers
from rag.ground.words import Words

TODAY = dt.date(2026, 11, 24)
REGISTERS = load_registers(Path(__file__).resolve().parents[2] / "guidelines")
READER = Reader(REGISTERS, Words(REGISTERS.known_words()))


def read(text: str, *earlier: str, **fields: object) -> Query:
    history = tuple(Turn(question=q) for q in earlier)
    return READER.read(Question.model_validate({"question": text, "history": history, **fields}), TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("刷单罚多少", TODAY),
        ("2025年3月5日刷单罚多少", dt.date(2025, 3, 5)),
        ("2025年10月刷单罚多少", dt.date(2025, 10, 31)),
        ("2025-03-05刷单罚多少", dt.date(2025, 3, 5)),
        ("2026年2月1日以前要核验主播吗", dt.date(2026, 1, 31)),
        ("去年刷单罚多少", dt.date(2025, 12, 31)),
        ("去年八月刷单罚多少", dt.date(2025, 8, 31)),
        ("明年商标法怎么规定", dt.date(2027, 1, 1)),
        ("卖了2025件", TODAY),
        ("卖2000-3000元的手机要怎么标价", TODAY),
        ("划线价2088.8元没成交过算价格欺诈吗", TODAY),
        ("抽奖奖品12000-30000元合规吗", TODAY),
        ("2025-2026年的规定有什么变化", TODAY),
        ("2024年2月29日能说最低价吗", dt.date(2024, 2, 29)),
        ("二〇二五年一月能说全网最低价吗", dt.date(2025, 1, 31)),
        ("25年1月能说全网最低价吗", dt.date(2025, 1, 31)),
        ("去年双十一打折没写原价", dt.date(2025, 11, 11)),
        ("上个月没标价", dt.date(2026, 10, 31)),
        ("三个月前没标价罚吗", dt.date(2026, 8, 24)),
        ("2025年第一季度的规定", dt.date(2025, 3, 31)),
        ("2025年1到3月的规定", dt.date(2025, 3, 31)),
        ("去年被罚过现在还能接代言吗", TODAY),
        ("我家证去年十月就到期了还接着卖罚多少", TODAY),
        ("上个月解约的人以前带的货归谁管", TODAY),
        ("上个月卖假货罚多少", dt.date(2026, 10, 31)),
        ("过年想回老家，直播间拿去年录像循环放五天，中不中", TODAY),  # a thing of last year
        ("卖去年的月饼罚多少", TODAY),
        ("防晒衣我说水洗一百次不掉，检测报告是去年另一个批次的，颜色都不一样，拿出来给大家看行吗", TODAY),
        (
            "店里人来来去去资料也乱，账号也换过两回，想问问去年刷单被抓的一般罚多少钱呀老师",
            dt.date(2025, 12, 31),
        ),
        ("今年3月15号没公示罚多少", dt.date(2026, 3, 15)),
        ("昨天直播说了全网最低价罚多少", dt.date(2026, 11, 23)),
        ("昨天的直播说了第一罚吗", dt.date(2026, 11, 23)),
        ("前天下单七天怎么算", dt.date(2026, 11, 22)),
        ("大前天没标价罚吗", dt.date(2026, 11, 21)),
        ("昨晚说漏嘴了罚吗", dt.date(2026, 11, 23)),
        ("明天直播能说全网最低价吗", dt.date(2026, 11, 25)),
        ("大后天开播要公示什么", dt.date(2026, 11, 27)),
        ("上周没标价罚吗", dt.date(2026, 11, 22)),
        ("上个星期三没标价罚吗", dt.date(2026, 11, 18)),
        ("上上周没标价罚吗", dt.date(2026, 11, 15)),
        ("这周一没标价罚吗", dt.date(2026, 11, 23)),
        ("下周直播要公示什么", dt.date(2026, 12, 6)),
        ("下个月直播要公示什么", dt.date(2026, 12, 31)),
        ("三天前说了最低价罚吗", dt.date(2026, 11, 21)),
        ("两周前说了最低价罚吗", dt.date(2026, 11, 10)),
        ("半个月前刷单罚多少", dt.date(2026, 11, 9)),
        ("一个半月前刷单罚多少", dt.date(2026, 10, 9)),
        ("半年前刷单罚多少", dt.date(2026, 5, 24)),
        ("两年前刷单罚多少", dt.date(2024, 11, 24)),
        ("上半年刷单罚多少", dt.date(2026, 6, 30)),
        ("今年上半年刷单罚多少", dt.date(2026, 6, 30)),
        ("下半年刷单罚多少", TODAY),
        ("2026年下半年刷单罚多少", TODAY),
        ("去年上半年刷单罚多少", dt.date(2025, 6, 30)),
        ("去年第三季度刷单罚多少", dt.date(2025, 9, 30)),
        ("上个季度刷单罚多少", dt.date(2026, 9, 30)),
        ("去年底刷单罚多少", dt.date(2025, 12, 31)),
        ("大前年刷单罚多少", dt.date(2023, 12, 31)),
        ("第三季度刷单罚多少", dt.date(2026, 9, 30)),
        ("今年双十一销量第一能讲吗", TODAY),
        ("11月3日直播说了最低价罚多少", dt.date(2026, 11, 3)),
        ("8月份没标价罚多少", dt.date(2026, 8, 31)),
    ],
)
def test_the_day_is_read_from_the_question(text: str, day: dt.date) -> None:
    assert read(text).day == day


@pytest.mark.parametrize(
    "text",
    [
        "昨天说的，现在还能改吗",
        "昨天买的东西能退吗",
        "三年前的检测报告还能用吗",
        "五年前注册的公司要公示吗",
        "开播三天前要公示吗",
        "开播十三天前要公示吗",
        "合同到期三个月前要通知吗",
        "签收七天以前可以退吗",
        "改规则要提前几天公示",
        "每年3月15日前要报吗",
        "每月15日前要申报吗",
        "以前天天播，没公示罚吗",
        "目前天猫店要亮照吗",
        "马上周末了能搞抽奖吗",
        "线上周边商品要标价吗",
        "网上月销一万能写吗",
        "注明日期要多大字",
        "售后天数怎么写",
        "资料存半年就能删了吗",
        "小规模一季度开票三十万以内几个点",
        "平台什么时候报上季度收入",
    ],
)
def test_what_is_no_time_of_an_act_is_read_as_none(text: str) -> None:
    query = read(text)
    assert (query.day, query.day_stated, query.unsure) == (TODAY, False, False)


@pytest.mark.parametrize(
    ("text", "unsure"),
    [
        ("去年底吧我搞过一次抽奖没公示规则", True),
        ("好像是去年，赠品没发，要赔吗", True),
        ("去年还是前年没标价罚多少", True),
        ("两三个月前没标价罚吗", True),
        ("可能是去年十月份刷的单要罚多少", True),
        ("前几天我说了全网最低罚吗", True),
        ("几天前没标价罚吗", True),
        ("三五天前没标价罚吗", True),
        ("三个多月前没标价罚吗", True),
        ("好几年前刷的单还罚吗", True),
        ("前阵子说错了价格罚吗", True),
        ("昨天还是前天没标价罚吗", True),
        ("去年春节没标价罚吗", True),
        ("昨天没标价罚吗", False),
        ("去年八月刷单罚多少", False),
        ("去年刷单要罚的吧", False),
        ("去年标价大概要罚多少", False),
    ],
)
def test_a_time_that_the_asker_is_not_sure_of_is_no_day(text: str, unsure: bool) -> None:
    query = read(text)
    assert query.unsure is unsure
    assert (query.day == TODAY and not query.day_stated) is unsure


@pytest.mark.parametrize(
    "text", ["2026年2月30日能直播卖药吗", "2025年2月29日刷单罚多少", "2025年13月要标价吗"]
)
def test_a_day_that_no_calendar_has_is_named(text: str) -> None:
    query = read(text)
    assert query.impossible
    assert query.impossible in text
    assert query.day == TODAY


@pytest.mark.parametrize("text", ["那现在呢", "那今年呢", "现在罚多少"])
def test_now_means_today_whatever_was_asked_before(text: str) -> None:
    query = read(text, "2025年1月1日能说全网最低价吗")
    assert query.followup
    assert query.day == TODAY


def test_a_short_question_with_a_matter_of_its_own_follows_nothing() -> None:
    alone, after = read("刷单罚多少"), read("刷单罚多少", "七天无理由退货怎么算")
    assert not after.followup
    assert after.text == alone.text


def test_the_parameter_wins_over_a_date_in_the_question() -> None:
    assert read("2025年3月刷单罚多少", as_of=dt.date(2026, 5, 1)).day == dt.date(2026, 5, 1)


def test_a_follow_up_keeps_day_role_and_matter() -> None:
    query = read("那罚多少", "我是主播，2025年3月刷单违法吗")
    assert query.followup
    assert query.day == dt.date(2025, 3, 31)
    assert query.operator == "anchor"
    assert "刷单" in query.words
    assert Intent.PENALTY in query.intents


def test_a_follow_up_about_another_role_asks_the_same_of_it() -> None:
    assert read("平台呢", "主播要核验身份吗").text == "平台要核验身份吗"


def test_a_question_that_stands_alone_is_no_follow_up() -> None:
    assert not read("直播间抽奖要提前公布哪些规则", "刷单违法吗").followup


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("我是达人，能自己说是最好的吗", "anchor"),
        ("我们平台要留多久记录", "platform"),
        ("我开了个网店要不要亮照", "merchant"),
        ("我们公会招主播要查什么", "mcn"),
        ("刷单罚多少", None),
        ("买家投诉我了咋办", None),
    ],
)
def test_the_role_that_the_asker_claims(text: str, role: str | None) -> None:
    assert read(text).operator == role


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("广告法第九条说什么", Named("广告法", 9)),
        ("《消费者权益保护法》第五十五条", Named("消费者权益保护法", 55)),
        ("消法55条", Named("消费者权益保护法", 55)),
        ("反不正当竞争法怎么管刷单", Named("反不正当竞争法", None)),
    ],
)
def test_laws_named_in_the_question(text: str, named: Named) -> None:
    assert named in read(text).laws


def test_a_question_about_nothing_but_an_article() -> None:
    assert read("广告法第九条说什么").article_only
    assert not read("广告法第九条管不管“最好吃”").article_only
    assert not read("广告法说什么").article_only


def test_traditional_characters_width_and_slang() -> None:
    query = read("直播間刷單罰多少")
    assert "刷单" in query.text
    assert read("ＭＣＮ要核验吗").subject == "mcn"
    assert "主播" in read("达人要实名吗").expansions["达人"]


def test_a_change_is_asked_for_without_its_words_weighing_in() -> None:
    query = read("刷单的规定有什么变化")
    assert Intent.CHANGE in query.intents
    assert "变化" not in query.matter


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("广告法改了什么", True),
        ("退货规定有改动吗", True),
        ("罚款跟以前比变了吗？", True),
        ("标价规定的变化", True),
        ("平台规则修改了要提前几天公示", False),
        ("抽奖规则中途变动了可以吗", False),
        ("订单地址修改了还能七天无理由吗", False),
        ("变更登记要多久", False),
        ("配方改了什么都没跟买家说违法吗", False),
    ],
)
def test_a_change_of_rules_is_told_from_a_change_the_asker_makes(text: str, asked: bool) -> None:
    assert (Intent.CHANGE in read(text).intents) is asked


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("进口红酒要贴中文背标吗", {"liquor"}),
        ("进口口红要贴中文标签吗", {"cosmetics"}),
        ("保健食品能说治病吗", {"health-food"}),
        ("卖土鸡蛋要标产地吗", {"agri"}),
        ("直播能说全网最低价吗", set()),
    ],
)
def test_goods_are_whole_words(text: str, goods: set[str]) -> None:
    assert read(text).goods == goods


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("布洛芬能卖吗", {"drugs"}, "药品布洛芬"),
        ("奥美拉唑能挂小黄车吗", {"drugs"}, "药品奥美拉唑"),
        ("螺旋藻能说降血脂吗", {"health-food"}, "保健品螺旋藻"),
        ("处方药阿莫西林能卖吗", {"drugs"}, "处方药阿莫西林"),
    ],
)
def test_a_name_that_does_not_say_its_kind_is_told(text: str, kind: set[str], told: str) -> None:
    query = read(text)
    assert query.goods == kind
    assert query.text.startswith(told)
    assert query.original == text


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("那个返现五块好评的事", "返现五块好评"),
        ("嗯就是说主播没实名的话", "主播没实名"),
        ("好久以前刷过几单,还会罚吗", "刷过几单,还会罚吗"),
        ("前阵子我没标价,要罚吗", "我没标价,要罚吗"),
        ("之前的订单还要管吗", "之前的订单还要管吗"),
        ("开播之前要核验吗", "开播之前要核验吗"),
    ],
)
def test_speech_around_a_matter_is_left_out(text: str, matter: str) -> None:
    assert read(text).text == matter


@pytest.mark.parametrize(
    ("question", "clause", "younger"),
    [
        ("17岁的女孩能签吗", "不得招用未满十六周岁的未成年人。", True),
        ("十七岁半能签吗", "不得招用不满16周岁的人；未满十八周岁的要监护人同意。", False),
        ("十五岁能签吗", "不得招用未满十六周岁的未成年人。", False),
        ("未成年能签吗", "不得招用未满十六周岁的未成年人。", False),
        ("17岁的女孩能签吗", "商家要明码标价。", False),
    ],
)
def test_a_rule_for_younger_people_is_told_from_one_for_those_named(
    question: str, clause: str, younger: bool
) -> None:
    assert for_younger(question, clause) is younger
