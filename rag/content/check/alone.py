"""`alone`: a clause is quoted alone, so it names who is fined, points at nothing outside itself, and answers first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.content.check.common import at_clause, body, published
from rag.content.check.findings import Findings
from rag.content.corpus import Corpus
from rag.content.models import Clause, Section
from rag.content.verdict import asks_consequence, asks_quantity, asks_yes_no, verdict
from rag.ground import figures

SUBJECT = re.compile(
    r"商家|卖家|直播间|主播|平台|MCN|机构|园区|基地|经营者|经营户|广告主|发布者|代言人|个人(?!信息|隐私)|单位|企业|公司|"
    r"店|销售者|生产者|运营者|负责人|责任人|开办者|举办者|出租者|达人|当事人|谁|纳税人|义务人|监护人|你|自己|任何人|"
    r"人员|农户|卖方|供货|厂家|服务者|摊|团长|网红|提供者|使用者|处理者|持有人|组织者|注册人|备案人|他人|自然人|"
    r"行为人|经营主体|市场主体|服务商|合伙|使用人|电商|的一方|的人(?!员|造|工)|卖货的|卖酒的|做直播的|发布的人|帮.{0,6}的人"
)
_FINE = re.compile(r"(?<!惩)罚|没收|吊销|停业")
_FINE_AMOUNT = re.compile(r"(?<!惩)罚款?[^，。；]{0,14}?[\d一二三四五六七八九十百千万两]+(?:元|倍|万元)")
_SPARED = re.compile(r"不予(?:行政)?处罚|从轻|减轻处罚|^不罚|没有罚款|免[予于]处罚")
_POINTS_AWAY = re.compile(
    r"同样(?:要|会|被|受到?)?处?罚|同额|同罚|(?<!就)一样(?:要|会|受)?罚|前款|上述|同上|前述|前项|上一?条(?!例)|本款|如前所"
)
_ALSO_FINED = re.compile(r"也(?:要|会|要被|会被)?(?:受|处)?罚(?!不)")
_AMOUNT_NEXT = re.compile(r"[\d一二三四五六七八九十百千万两]+(?:元|倍|万|%)")
_WHO_LESS = re.compile(r"违者|违反的(?=[罚，：])|否则罚")
_NOTHING = re.compile(
    r"(?:^|[，；：。、])没有(?:、|或者?|的|，?可以|以及)|(?:或者?|、)没有的|(?:^|[，；：。])(?:不足|不满|没有)的"
)
# A question that asks who, what or how as well may be answered in that order.
_OPEN_QUESTION = re.compile(r"谁|什么|啥|怎么|怎样|为什么|哪")
_OPENS_WRONG = re.compile(
    r"^(?:要|可以|不可以|能|不能|不行|行|会|不会|不要|不得|不用|是|不是|算|不算)[。，；：]"
)
_NO_FIGURE = re.compile(
    r"没有?(?:统一|专门|固定|规定|写|定|具体|硬性|这|条|法定|说|要求|明确|给|数)|未(?:作|做|规定)|全国没有|不罚|不收|免费|不限|不受|"
    r"没有.{0,12}(?:规定|数|上限|限制)|由[^，。]*定|等值|全额|全部|相当于|看|按|等额|上不封顶|不用|不会"
)
_NUMBER = re.compile(
    r"\d|[一二两三四五六七八九十百千半]+(?:个|天|日|年|月|倍|元|万|次|小时|份|种|类|成|分|季|周|档|样|条|项|人|名|岁|点|年度)|每[天日年次周月]|当[天场日]|马上|立即"
)

Rule = Callable[[Clause], Iterator[tuple[str, str]]]


def check_alone(corpus: Corpus) -> Findings:
    """Run the rules over every clause of every published version."""
    for guideline, clause in published(corpus):
        for rule in RULES:
            for message, fix in rule(clause):
                yield at_clause(guideline, clause, "alone", message, fix)


def _subject(clause: Clause) -> Iterator[tuple[str, str]]:
    text = body(clause)
    penal = clause.section is Section.LIABILITY or (
        clause.section is Section.FAQ
        and (asks_consequence(clause.heading or "") or bool(_FINE_AMOUNT.search(text)))
    )
    if (
        penal
        and _FINE.search(text)
        and not _SPARED.search(text)
        and not SUBJECT.search(text + (clause.heading or ""))
    ):
        yield "没有写谁受罚", "开头写明主体：商家、直播间、主播、平台、广告主……"


def _points_away(clause: Clause) -> Iterator[tuple[str, str]]:
    text = body(clause)
    for match in _POINTS_AWAY.finditer(text):
        yield f"的“{match.group()}”单独看不知道指什么", "把所指的行为、主体或者数额写出来"
    for match in _ALSO_FINED.finditer(text):
        rest = re.split(r"[。；]", text[match.end() :])[0]
        if not (_AMOUNT_NEXT.search(rest) or SUBJECT.match(rest) or text[: match.start()].endswith("次")):
            yield f"的“{match.group()}”没说罚谁、罚多少", "写明主体和数额"
    loose = _WHO_LESS.search(text)
    if loose and not SUBJECT.search(text[: loose.start()] + text[loose.end() :][:14]):
        yield f"的“{loose.group()}”没说是谁", "写明罚谁"


def _nothing_of_what(clause: Clause) -> Iterator[tuple[str, str]]:
    if clause.section in (Section.LIABILITY, Section.FAQ) and "罚" in clause.text:
        for match in _NOTHING.finditer(body(clause)):
            yield (
                f"的“{match.group().strip('，；：。、')}”没说没有什么",
                "写“没有违法所得的”“违法经营额不足五万元的”",
            )


def _opening(clause: Clause) -> Iterator[tuple[str, str]]:
    """What a Q&A opens with fits what is asked."""
    question = clause.heading or ""
    if clause.section is not Section.FAQ or not question:
        return
    text = body(clause)
    if asks_consequence(question) and not asks_yes_no(question):
        if opening := _OPENS_WRONG.match(text):
            yield f"问后果，答句却以“{opening.group()[:-1]}”开头", "开头写后果：罚多少、先改正还是直接罚"
    elif asks_yes_no(question):
        if verdict(text) is None and not _OPEN_QUESTION.search(question):
            yield "问能不能、要不要，第一句没有结论", "第一句先写能、不能、要、不用、算、不算或者看情况"
    elif asks_quantity(question) and not _OPEN_QUESTION.search(question):
        lead = re.split(r"[。！\n]", text, maxsplit=1)[0]
        if not figures(lead) and not _NUMBER.search(lead) and not _NO_FIGURE.search(lead):
            yield "问多少、几天，第一句没有数", "第一句先写数；没有规定的就说没有规定"


RULES: tuple[Rule, ...] = (_subject, _points_away, _nothing_of_what, _opening)
