"""Masking: what must go, what must stay, and properties over generated numbers and contexts."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ground.privacy import mask

GONE = [
    ("电话13800138000请回电", "13800138000", "手机号"),
    ("电话１３８００１３８０００", "１３８", "手机号"),
    ("1 3 8 0 0 1 3 8 0 0 0", "1 3 8", "手机号"),
    ("+86 138-0013-8000", "138", "手机号"),
    ("打0755-88886666找我", "8888", "电话号码"),
    ("(010)12345678", "1234", "电话号码"),
    ("座机 8888 6666", "8888", "电话号码"),
    ("身份证11010519491231002X", "1101", "身份证号"),
    ("身份证 110105 19491231 002x 。", "1949", "身份证号"),
    ("老身份证110105491231002", "1101", "身份证号"),
    ("卡号6222 0200 1234 5678 901", "6222", "银行卡号"),
    ("单号123456789012", "1234", "号码"),
    ("一三八零零一三八零零零", "一三八", "号码"),
    ("粤B12345被扣了", "12345", "车牌号"),
    ("粤ＢD１２３４５新能源", "１２３", "车牌号"),
    ("邮箱 a.b-c@example.com.cn", "example", "邮箱"),
    ("微信号 abc_12345", "abc_", "账号"),
    ("QQ12345678", "1234", "账号"),
    ("我叫张三，", "张三", "姓名"),
    ("我叫小明，想开直播", "小明", "姓名"),
    ("姓名：欧阳娜娜", "欧阳", "姓名"),
    ("姓名：阿依古丽·买买提 主播", "阿依", "姓名"),
    ("名字是李雷", "李雷", "姓名"),
    ("我的名字叫Tom Smith，", "Tom", "姓名"),
    ("本人王小明，因直播被罚", "王小明", "姓名"),
    ("联系人:赵敏", "赵敏", "姓名"),
]

KEPT = [
    "直播电商监督管理办法第三十二条，罚50000元以上1000000元以下",
    "从2026-02-01到2026-10-15的规定有什么变化",
    "2026年2月1日至2026年10月15日",
    "打12315投诉",
    "本人想问一下主播能不能说最低价",
    "我叫不到人怎么办",
    "我是主播，直播间名字是什么规定",
    "姓名和住址要公示吗",
    "本人高度重视整改",
    "本人申请有困难的",
    "侵害他人的姓名权或者名称权",
    "我是广东的商家",
    "广告费用三倍以上五倍以下罚款",
    "3C认证 GB2760-2024 标准",
    "",
]


@pytest.mark.parametrize(("text", "secret", "label"), GONE)
def test_personal_data_is_replaced_by_its_kind(text: str, secret: str, label: str) -> None:
    masked = mask(text)
    assert secret not in masked
    assert f"[{label}]" in masked


@pytest.mark.parametrize("text", KEPT)
def test_rules_dates_and_amounts_stay(text: str) -> None:
    assert mask(text) == text


def test_what_surrounds_stays() -> None:
    assert mask("我叫张三，电话13800138000，数字人要标识吗？") == "我叫[姓名]，电话[手机号]，数字人要标识吗？"


def test_several_in_a_row() -> None:
    assert not re.search(r"\d{4}", mask("13800138000 13900139000"))


digit_forms = st.sampled_from([str, lambda d: chr(0xFF10 + int(d)), lambda d: chr(0x1D7CE + int(d))])
separators = st.sampled_from(["", " ", "-", "　", "–", "·"])
mobile = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
card = st.from_regex(r"62[0-9]{14,17}", fullmatch=True)
identity = st.builds(
    "{:06d}{:%Y%m%d}{:03d}{}".format,
    st.integers(110000, 659999), st.dates(), st.integers(0, 999), st.sampled_from("0123456789Xx"),
).filter(lambda s: s[6:8] in ("19", "20"))  # fmt: skip
around = st.text(alphabet="我要直播带货想问一下，。？ab\n", max_size=12)


@given(st.one_of(mobile, card, identity), separators, digit_forms, around, around)
def test_no_number_survives_in_any_writing(
    number: str, separator: str, form: object, left: str, right: str
) -> None:
    assert callable(form)
    written = separator.join(form(c) if c.isdigit() else c for c in number)
    plain = unicodedata.normalize("NFKC", mask(f"{left}：{written}，{right}"))
    assert not re.search(r"\d[\s\-–·]{0,2}\d[\s\-–·]{0,2}\d", plain)


@given(st.text(max_size=300))
def test_any_text_is_masked_once_and_for_all(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(
    st.text(alphabet="直播间不得虚假宣传0123年月日元第条款，。、《》", max_size=60).filter(
        lambda t: not re.search(r"\d{7}", t)
    )
)
def test_rule_text_is_left_alone(text: str) -> None:
    assert mask(text) == text
