"""Which role the asker has, and which one the question is about."""

from __future__ import annotations

import re

_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mcn", re.compile(r"mcn|公会|经纪公司|服务机构|孵化机构|机构|签约公司|网红公司")),
    ("park", re.compile(r"园区|产业园|直播基地|电商基地|基地管理|孵化园|产业带")),
    ("platform", re.compile(r"平台(?!内经营者|规则里)")),
    ("anchor", re.compile(r"主播|达人|带货博主|网红|博主|代言人|助播|副播|直播营销人员|口播|明星")),
    ("live-room", re.compile(r"直播间|直播账号|直播运营|运营者|开播|场控")),
    ("merchant", re.compile(r"商家|卖家|网店|店铺|店家|供应商|供货商|品牌方|厂家|开店|卖货的|平台内经营者")),
)
_SELF = re.compile(
    r"(?:我是|我们是|本人是|作为|身为|我做|我们做|我当|我们当|我开|我们开|我经营|我在做|咱是|(?:我们|我)(?!买|看|从|被|去|找|问|听|给|跟|和|对|让|把|收到|投诉|举报))(?:一?[名个家]|一个)?(?:做|开|的)?"
)


def stated_role(text: str) -> str | None:
    """The role the asker claims: 我是达人…, 我们平台…, 我开直播间…."""
    match = _SELF.search(text)
    if not match:
        return None
    rest = text[match.end() : match.end() + 8]
    for role, pattern in _ROLES:
        found = pattern.search(rest)
        if found and found.start() <= 3:
            return role
    return None


def subject_role(text: str) -> str | None:
    """The role named first in the question."""
    first: tuple[int, str] | None = None
    for role, pattern in _ROLES:
        if (found := pattern.search(text)) and (first is None or found.start() < first[0]):
            first = (found.start(), role)
    return first[1] if first else None


def replace_role(previous: str, text: str, role: str) -> str:
    pattern = dict(_ROLES)[role]
    name = pattern.search(text)
    word = name.group() if name else ""
    old = subject_role(previous)
    if old:
        return dict(_ROLES)[old].sub(word, previous, count=1)
    return f"{word} {previous}"
