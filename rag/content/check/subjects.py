"""Whom a sentence of a law addresses, and which of our operator types that can be. Read from the law's own words."""

from __future__ import annotations

import re

from rag.content.check.common import Cited, cited_paragraphs, paragraphs

# The laws' words for actors, the longest first so that 直播电商平台经营者 is not read as 经营者.
_ACTORS: tuple[tuple[str, str], ...] = (
    ("anyone", r"管理者|组织者|活动组织方|参加者|行为人"),
    ("mcn", r"直播营销人员服务机构"),
    (
        "platform",
        r"直播电商平台(?:经营者)?|网络(?:食品)?交易(?:第三方)?平台(?:经营者|提供者)|(?:化妆品)?电子商务平台(?:经营者)?|"
        r"(?:药品网络交易)?第三方平台(?:提供者)?|互联网平台(?:企业|经营者)|平台经营者|网络直播服务提供者|"
        r"网络平台服务提供者|(?:重要)?互联网平台服务提供者|交易场所提供者|平台企业",
    ),
    ("live-room", r"直播间运营者"),
    ("anchor", r"直播营销人员"),
    ("endorser", r"广告代言人"),
    ("publisher", r"广告经营者|广告发布者"),
    ("advertiser", r"广告主"),
    (
        "market",
        r"(?:食品)?集中交易市场的?开办者|柜台(?:、场地的)?出租者|展销会的?举办者|交易市场的?开办者|商品交易市场",
    ),
    (
        "shop",
        r"平台内[^，、]{0,4}?经营者|电子商务经营者|网络交易经营者|网络商品销售者|"
        r"(?:入网)?(?:食品|药品|化妆品|医疗器械|食用农产品|餐饮服务|特殊食品)[^，、]{0,4}?(?:经营者|销售者|销售企业|零售企业|经营企业|生产经营者|提供者)|"
        r"销售者|生产者|服务者",
    ),
    ("trader", r"经营者"),
    (
        "anyone",
        r"任何(?:单位|组织|个人)|单位和个人|组织和个人|个人和组织|自然人|公民|当事人|纳税人|扣缴义务人|市场主体|"
        r"(?:个人信息|网络数据)处理者|服务提供者|用户|网络运营者|投诉人|举报人|用人单位|企业|单位|组织|个人",
    ),
    (
        "authority",
        r"市场监督管理|网信部门|监督管理部门|税务机关|人民法院|行政机关|人民政府|公安机关|主管部门|国家",
    ),
)
_MODAL = re.compile(r"应当|不得|必须|可以|有权|应|禁止|负责|承担|依法|方可|要求|处以|责令|由")
_OWN = re.compile(r"^[（(][一二三四五六七八九十]+[)）][^，。；]{2,20}(?:应当|不得|未)")
ROLES: dict[str, frozenset[str]] = {
    "platform": frozenset({"platform"}),
    "live-room": frozenset({"live-room"}),
    "anchor": frozenset({"anchor"}),
    "mcn": frozenset({"mcn"}),
    "endorser": frozenset({"anchor"}),
    "publisher": frozenset({"live-room", "anchor", "mcn", "platform", "merchant"}),
    "advertiser": frozenset({"merchant", "live-room"}),
    "market": frozenset(),
    "shop": frozenset({"merchant", "live-room", "platform"}),
    "trader": frozenset({"merchant", "live-room", "platform", "anchor", "mcn"}),
}
OPEN = frozenset({"anyone", "authority"})


def actors(cited: Cited) -> set[str]:
    """The kinds of actor that the cited 款 (and 项) address, `ROLES` keys or `OPEN`; empty: none is named."""
    parts = paragraphs(cited.article)
    found: set[str] = set()
    for number in cited_paragraphs(cited):
        line, items = parts[number - 1]
        sentences = [_subjects(s) for s in re.split(r"[。；]", line) if s.strip()]
        if _MODAL.search(line) and sentences and not sentences[0]:
            return set()  # 食品广告的内容应当真实合法: a rule for whoever it concerns
        found.update(*sentences)
        for item in items:
            found |= (
                named(item[:24]) & {"market", "live-room", "anchor", "platform"}
                if _OWN.match(item)
                else set()
            )
    return found


def _subjects(sentence: str) -> set[str]:
    """The actors before the first modal verb, where they begin the sentence or a part of it."""
    modal = _MODAL.search(sentence)
    zone = sentence[: modal.start()] if modal else sentence[:40]
    starts = [m.start() for _, pattern in _ACTORS for m in re.finditer(pattern, zone)]
    first = min(starts, default=None)
    return named(zone) if first is not None and (first <= 12 or zone[first - 1] == "，") else set()


def named(text: str) -> set[str]:
    """The kinds of actor that ``text`` names."""
    found: set[str] = set()
    for kind, pattern in _ACTORS:
        if kind in OPEN and found:
            break
        text, count = re.subn(pattern, "□", text)
        if count:
            found.add(kind)
    return found
