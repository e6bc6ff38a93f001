"""The best open checker's method rebuilt as a second baseline. ``python -m bench.script`` prints it beside the others.

The method (published description of an expression list with a judge of context): expressions in categories propose; a judge
looks at the words around each and lets go what is an objective parameter, has no marketing purpose, is qualified, or is usual
in the trade. There the judge is a chat model; here, as everywhere in this bench, it has to run without one, so its four
questions are asked as patterns. No code or list of the original is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bench.script.baseline import PATTERN
from bench.script.read import Item
from bench.script.score import Finding

AROUND = 14
"""Characters looked at on either side."""

# Categories beside the plain words: (level, expression).
EXPRESSIONS = (
    ("违法", r"最(?:好|佳|强|高级|先进|便宜|低价|有效|安全)|第一(?:品牌)?|唯一|顶级|极品|国家级|世界级|全网最低|独一无二"),
    ("违法", r"治(?:疗|愈|好)|根治|疗效|药效|消炎|杀菌|降(?:血糖|血压|血脂)|抗癌|排毒|减肥|增强免疫力|百分百有效"),
    ("违法", r"稳赚|保本|零风险|包过|包治|无效退款|国家机关|领导人|特供|专供"),
    ("有风险", r"专家推荐|医生推荐|明星同款|销量(?:领先|冠军)|专利技术|史上|绝无仅有|永久|万能|秒杀全网"),
    ("要看依据", r"原价\d+|限时|仅剩|最后\d+件|零添加|纯天然|好评率\d+|买一送一"),
)  # fmt: skip
# What lets an expression go, one pattern a question of the judge.
PARAMETER = re.compile(
    r"\d+(?:\.\d+)?(?:厘米|毫米|克|千克|升|瓦|小时|℃|码|号)|尺寸|型号|规格|执行标准|GB|编号"
)
NO_MARKETING = re.compile(r"不能|不得|不要|不是|别|禁止|规定|广告法|违法|我最|第一次|第一步|第一时间|时候")
QUALIFIED = re.compile(r"我们店|本店|自家|我家|据.{2,12}(?:统计|报告|数据)|之一|个人觉得|使用期|食用|赏味")
TRADE = re.compile(r"非物质文化遗产|地理标志|非遗|高新技术|最高人民|注册商标|药品|医疗器械注册")
_JUDGE = (PARAMETER, NO_MARKETING, QUALIFIED, TRADE)


def check_expressions(item: Item) -> Sequence[Finding]:
    """Expressions propose, longest first at a place; those that a question lets go are dropped."""
    proposed = [
        Finding(m.start(), m.end(), level)
        for level, expression in (*EXPRESSIONS, ("违法", PATTERN.pattern))
        for m in re.finditer(expression, item.text)
    ]
    kept: list[Finding] = []
    for finding in sorted(proposed, key=lambda f: (f.start, -f.end)):
        around = item.text[max(0, finding.start - AROUND) : finding.end + AROUND]
        if not any(q.search(around) for q in _JUDGE) and (not kept or finding.start >= kept[-1].end):
            kept.append(finding)
    return kept
