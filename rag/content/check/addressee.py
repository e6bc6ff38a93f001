"""`addressee`: a duty is laid on the one whom the cited article addresses, or the clause says on what condition."""

from __future__ import annotations

import re
from typing import Literal

from rag.content.check.common import at_clause, body, cited_articles, published
from rag.content.check.findings import Findings
from rag.content.check.subjects import OPEN, ROLES, actors, named
from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from rag.content.models import Clause, Guideline, Section

_WORDS: tuple[tuple[str, str], ...] = (
    ("mcn", r"MCN机构|MCN|(?<!所属)(?<!仲裁)(?<!认证)(?<!检验)(?<!检测)(?<!医疗)(?<!鉴定)机构"),
    ("platform", r"平台"),
    ("live-room", r"直播间"),
    ("anchor", r"主播|达人"),
    ("merchant", r"商家|卖家|网店|店铺"),
    ("park", r"园区|基地"),
    (
        "anyone",
        r"经营者|广告主|发布者|代言人|销售者|个人|单位|企业|任何人|消费者|市场开办者|举办者|开办者|出租者",
    ),
)
_NAMES = {
    "platform": "平台", "live-room": "直播间", "anchor": "主播", "mcn": "MCN机构", "merchant": "商家", "park": "园区",
    "endorser": "广告代言人", "publisher": "广告经营者、发布者", "advertiser": "广告主", "market": "市场开办者、柜台出租者、展销会举办者",
    "trader": "经营者", "shop": "卖货的经营者",
}  # fmt: skip
_DUTY = re.compile(
    r"(?<!需)(?<!只)(?<!规定)(?<!不)要(?!求|么|是|资质)|(?<!规定)(?:应当|不得|不能|必须|不准|不可以)"
)
_OBJECT_BEFORE = re.compile(
    r"(?:对|给|向|把|由|帮|让|请|和|与|跟|配合|提醒|核验|登记|管理|在|为|按|经|从|用|替|要求|报|通过|租|进)$"
)
_CONDITION = re.compile(
    r"作为[^，。]{1,18}(?:，|时，|的时候)|自己(?:就是|也是|卖|带|经营|开|办|发|做|销售|又)|自营|属于|构成|明知|应知|知道|接受委托|受托|受委托|如果|"
    r"(?:开办|举办|出租|承办|组织|办|卖|售|发布|代理|设计|经营|采购|处理|收集|招用|招|签|代言|推荐|运营|参与|宣传|处|存|设|用)[^，。]{0,14}?的[，：、]|"
    r"以自己|算经营者|兼|市场|展销|展会|柜台|集市|年货节"
)


def check_addressee(corpus: Corpus, library: LawLibrary) -> Findings:
    """Run the rule over every published version: duties by their subject, other clauses only if they name one."""
    for guideline, clause in published(corpus):
        role = duty_bearer(guideline, clause)
        if role in (None, "anyone", "common") or _CONDITION.search(body(clause)):
            continue
        found = [actors(one) for one in cited_articles(corpus, library, guideline, clause)]
        addressed = {a for names in found for a in names}
        if not addressed or not all(found) or addressed & OPEN or any(role in ROLES[a] for a in addressed):
            continue
        yield at_clause(
            guideline,
            clause,
            "addressee",
            f"把义务写给了{_NAMES[role or '']}，所引条文的主体是{'、'.join(_NAMES[a] for a in sorted(addressed))}",
            "写条文的主体，或写明在什么条件下轮到他（作为…的、自己卖货的、明知或者应知）；推出来的做法移到“怎么做”",
            _level(clause, role or "", addressed),
        )


def duty_bearer(guideline: Guideline, clause: Clause) -> str | None:
    """The role on which a clause lays a duty: the first that stands before 要, 应当, 不得…; else its folder's.

    None: a question, step or penalty that lays no duty on a role it names.
    """
    text = body(clause)
    own = clause.section in (Section.MUST, Section.MUST_NOT)
    for duty in _DUTY.finditer(text):
        segments = re.split(r"[，。；：]", text[: duty.start()])
        for segment in reversed(segments if own else segments[-1:]):
            hits = [
                (m.start(), role)
                for role, pattern in _WORDS
                for m in re.finditer(pattern, segment)
                if not _OBJECT_BEFORE.search(segment[: m.start()])
            ]
            if hits:
                return min(hits)[1]
    return guideline.operator if own else None


def _level(clause: Clause, role: str, addressed: set[str]) -> Literal["error", "note"]:
    """A note where the law's own addressee is named beside, or the reach of its word is open to doubt."""
    text = body(clause)
    mentioned = {r for r, pattern in _WORDS for _ in re.finditer(pattern, text)} | named(text)
    beside = bool(mentioned & addressed) or any(mentioned & ROLES[a] for a in addressed)
    doubtful = role in ("anchor", "mcn") and bool(addressed & {"shop", "advertiser"})
    own = clause.section in (Section.MUST, Section.MUST_NOT, Section.LIABILITY)
    return "note" if beside or doubtful or not own else "error"
