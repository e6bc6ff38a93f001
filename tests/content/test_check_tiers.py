"""`tiers`: what a penalty article says and what a clause may leave out."""

from pathlib import Path

import pytest

from rag.content.check.penalty import penalties, ranges
from rag.content.check.tiers import check_tiers
from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from tests.content.checking import Content, law, messages, needs_laws, official

FULL = law(
    """
    第四十二条 卖坏东西的，没收违法所得；货值金额不足一万元的，并处五千元以上五万元以下罚款；货值金额一万元以上的，并处货值金额五倍以上十倍以下罚款；情节严重的，吊销营业执照。
    卖旧东西冒充新东西的，责令改正；拒不改正的，处一万元以上三万元以下罚款。
    第四十三条 经营者不登记的，法律、行政法规有规定的，依照其规定；没有规定的，责令改正，处二万元以下的罚款。
    第四十四条 经营者夸大宣传的，处一百万元以下的罚款。属于发布虚假广告的，依照《中华人民共和国广告法》的规定处罚。
    第四十五条 泄露信息的，责令改正；拒不改正的，并处一百万元以下罚款；对直接负责的主管人员处一万元以上十万元以下罚款。
    有前款规定的违法行为，情节严重的，并处五千万元以下罚款。
    第四十六条 无证卖药的，并处货值金额十五倍以上三十倍以下的罚款；货值金额不足十万元的，按十万元计算。
    """
)
ALL = "商家卖坏东西，没收违法所得；货值不足一万元的罚五千元以上五万元以下，一万元以上的罚货值五倍以上十倍以下；情节严重的吊销执照。《价格法》第四十二条第一款"


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path)


def found(corpus: Corpus, library: LawLibrary = FULL, level: str = "") -> str:
    return messages(list(check_tiers(corpus, library)), level)


def test_ranges_are_read_in_both_kinds_of_numerals() -> None:
    assert [
        r.key
        for r in ranges("处五千元以上五万元以下，或者货值百分之五十以上三倍以下，5000元起，货值等值以下")
    ] == [
        ("5000 元", "50000 元"),
        ("50 %", "3 倍"),
        ("5000 元", None),
        (None, "等值"),
    ]
    assert ranges("1万元到10万元")[0].key == ("10000 元", "100000 元")


def test_an_article_is_read_into_acts_with_tiers() -> None:
    corpus_article = FULL.all_texts()[0].articles[42]
    first, second = penalties(corpus_article)
    assert [f.kind for f in first.fines] == ["threshold", "threshold"]
    assert first.has_upper_tier
    assert first.measures() == ["吊销"]
    assert second.paragraph == 2
    assert second.fines[0].refuse


def test_a_paragraph_on_the_grave_case_goes_on_with_the_act_before() -> None:
    [act] = penalties(FULL.all_texts()[0].articles[45])
    assert [f.kind for f in act.fines] == ["refuse", "person", "severe"]


def test_a_complete_clause_is_left_alone(content: Content) -> None:
    assert not found(content.liability(ALL))


@pytest.mark.parametrize(
    ("clause", "missing"),
    [
        (ALL.replace("，一万元以上的罚货值五倍以上十倍以下", ""), "五倍以上十倍以下"),
        (ALL.replace("；情节严重的吊销执照", ""), "情节严重时更重的一档"),
        ("商家卖旧充新，罚一万元以上三万元以下。《价格法》第四十二条第二款", "拒不改正"),
        ("经营者不登记，罚二万元以下。《价格法》第四十三条", "另有规定"),
        ("经营者夸大宣传，罚一百万元以下。《价格法》第四十四条", "属于发布虚假广告的"),
        ("商家泄露信息，拒不改正的罚一百万元以下。《价格法》第四十五条第一款", "五千万元以下"),
        ("商家无证卖药，货值不足十万元也按十万元计算罚款。《价格法》第四十六条", "十五倍以上三十倍以下"),
        (
            "商家卖坏东西，没收违法所得，罚五千元以上五万元以下或者五倍以上十倍以下，情节严重的吊销执照。《价格法》第四十二条",
            "各档的条件",
        ),
    ],
)
def test_what_is_dropped_is_named(content: Content, clause: str, missing: str) -> None:
    assert missing in found(content.liability(clause), level="error")


def test_fines_of_persons_and_bans_are_notes(content: Content) -> None:
    clause = (
        "商家泄露信息，责令改正；拒不改正的罚一百万元以下，情节严重的罚五千万元以下。《价格法》第四十五条"
    )
    corpus = content.liability(clause)
    assert "直接负责的主管人员" in found(corpus, level="note")
    assert not found(corpus, level="error")


def test_confiscation_left_out_is_a_note(content: Content) -> None:
    assert "没收" in found(content.liability(ALL.replace("没收违法所得；", "")), level="note")


def test_only_the_act_whose_amounts_are_given_is_compared(content: Content) -> None:
    clause = "商家卖旧充新，先责令改正；拒不改正的罚一万元以上三万元以下。《价格法》第四十二条"
    assert not found(content.liability(clause))


def test_the_lowest_tier_will_do_if_it_says_so_and_another_clause_has_the_rest(content: Content) -> None:
    short = "商家卖坏东西，没收违法所得，货值不足一万元的罚五千元起，货值更高的按倍数罚，情节严重的更重。《价格法》第四十二条第一款"
    assert "五倍以上十倍以下" in found(content.liability(short))
    assert not found(content.liability(short, ALL))


def test_a_clause_on_the_grave_case_alone_need_not_repeat_the_others(content: Content) -> None:
    clause = "商家泄露信息情节严重的，罚五千万元以下。《价格法》第四十五条"
    assert not found(content.liability(clause), level="error")


def test_a_penalty_borrowed_from_another_paragraph_is_followed(content: Content) -> None:
    library = law(
        """
        第四十二条 甲的，责令改正；拒不改正的，处五千元以上五万元以下罚款；情节严重的，吊销许可证。
        乙的，依照前款规定处罚。
        """
    )
    corpus = content.liability(
        "商家做乙，先责令改正；拒不改正的罚五千元以上五万元以下。《价格法》第四十二条第二款"
    )
    assert "情节严重" in found(corpus, library)


@needs_laws
@pytest.mark.parametrize(
    ("clause", "missing"),
    [
        (
            "应备案没备案经营第二类医疗器械：公告并责令限期改正；逾期不改的没收，货值不足1万元的并处1万元以上5万元以下罚款。《医疗器械监督管理条例》第八十四条第（三）项",
            "5倍以上20倍以下",
        ),
        (
            "商家个人没有药品经营许可证不得卖药，货值不足十万元也按十万元计算罚款。《药品管理法》第五十一条第一款、第一百一十五条",
            "十五倍以上三十倍以下",
        ),
        (
            "平台不设未成年人模式、消费限额：责令改正，警告，没收违法所得；没有违法所得或者不足一百万元的罚十万元以上一百万元以下，责任人员罚一万元以上十万元以下。《未成年人网络保护条例》第五十六条",
            "违法所得1倍以上10倍以下",
        ),
        (
            "直播虚假宣传化妆品：罚一百万元以下；情节严重的，罚一百万元以上二百万元以下。《直播电商监督管理办法》第三十四条第一款、第六十二条第一款、《反不正当竞争法》第二十五条第一款",
            "属于发布虚假广告的",
        ),
    ],
)
def test_faults_that_readers_found_are_found(content: Content, clause: str, missing: str) -> None:
    assert missing in found(content.liability(clause), official(), "error")


@needs_laws
def test_a_clause_that_readers_found_right_is_left_alone(content: Content) -> None:
    clause = "平台不履行交易信息保存义务，责令限期改正；逾期不改正的，罚二万元以上十万元以下；情节严重的，责令停业整顿，并罚十万元以上五十万元以下。《电子商务法》第八十条第一款第（四）项"
    assert not found(content.liability(clause, operator="platform"), official())
