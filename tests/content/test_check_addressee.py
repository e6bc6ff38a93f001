"""`addressee`: whom an article addresses, and on whom a clause lays the duty."""

from pathlib import Path

import pytest

from rag.content.check.addressee import check_addressee
from rag.content.check.subjects import named
from tests.content.checking import Content, law, messages, needs_laws, official

RULES = law(
    """
    第十一条 直播电商平台经营者应当核验身份。
    第十二条 直播间运营者应当展示价格。
    第十三条 广告主不得使用最佳等用语。
    第十四条 集中交易市场的开办者、柜台出租者应当审查许可证。
    第十五条 电子商务经营者应当全面、真实地披露信息。
    第十六条 任何单位和个人不得买卖许可证。
    第十七条 保健食品广告不得含有下列内容：
    （一）保证功效；
    （二）利用广告代言人作推荐。
    第十八条 经营者应当标明价格。
    """
)


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path)


def test_the_longest_actor_is_read() -> None:
    assert named("直播电商平台经营者") == {"platform"}
    assert named("直播营销人员服务机构") == {"mcn"}
    assert named("食品生产经营者") == {"shop"}
    assert named("经营者") == {"trader"}
    assert named("县级以上人民政府") == {"authority"}


@pytest.mark.parametrize(
    ("operator", "clause", "level"),
    [
        ("anchor", "主播要核实身份。《价格法》第十一条", "error"),
        ("park", "园区要查食品许可证。《价格法》第十四条", "error"),
        ("park", "园区要真实说明商品信息。《价格法》第十五条", "error"),
        ("platform", "主播不得用“最佳”。《价格法》第十三条", "note"),
        ("mcn", "MCN机构要真实披露信息。《价格法》第十五条", "note"),
        ("anchor", "主播要配合平台核验身份。《价格法》第十一条", "note"),
    ],
)
def test_a_duty_laid_on_somebody_else(content: Content, operator: str, clause: str, level: str) -> None:
    corpus = content.add(f"## 要做到\n1. {clause}\n", operator=operator)
    [problem] = check_addressee(corpus, RULES)
    assert problem.level == level
    assert "主体是" in problem.message


@pytest.mark.parametrize(
    ("operator", "clause"),
    [
        ("platform", "平台要核验身份。《价格法》第十一条"),
        ("anchor", "主播开播前，直播间要展示价格。《价格法》第十二条"),
        ("merchant", "直播间带食品，要展示价格。《价格法》第十二条"),
        ("park", "园区作为柜台出租者，要查许可证。《价格法》第十四条"),
        ("park", "园区自己卖货的，要真实说明信息。《价格法》第十五条"),
        ("park", "园区不得买卖许可证。《价格法》第十六条"),
        ("merchant", "保健食品广告不得保证功效、找人代言。《价格法》第十七条"),
        ("merchant", "商家不得用“最佳”。《价格法》第十三条"),
        ("live-room", "直播间要标价。《价格法》第十八条"),
    ],
)
def test_a_duty_where_it_belongs(content: Content, operator: str, clause: str) -> None:
    assert not list(check_addressee(content.add(f"## 要做到\n1. {clause}\n", operator=operator), RULES))


def test_answers_count_only_where_they_name_who_must(content: Content) -> None:
    named_ = content.answer("要查吗？", "要。园区要查食品许可证。《价格法》第十四条", operator="park")
    assert messages(list(check_addressee(named_, RULES)))
    free = content.answer("要查吗？", "要查食品许可证。《价格法》第十四条", operator="park")
    assert not list(check_addressee(free, RULES))


@needs_laws
def test_faults_that_readers_found_are_found(content: Content) -> None:
    clauses = (
        "1. 主播要配合平台对真实身份的动态核验。《直播电商监督管理办法》第八条第三款\n"
        "2. MCN机构参与网络经营，要全面、真实、准确地披露商品和服务信息。《电子商务法》第十七条\n"
    )
    corpus = content.add("## 要做到\n" + clauses, operator="mcn")
    assert len(list(check_addressee(corpus, official()))) == 2
