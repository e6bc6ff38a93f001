"""Under which rules a claim stands that no pattern found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.script.packs import ReadyRule

#: Claim -> ids of rules, the first that holds for the goods and the day is given.
_RULES: dict[str, tuple[str, ...]] = {
    "absolute": ("absolute-first",),
    "medical": ("medical-disease", "device-assert", "cosmetics-medical"),
    "health_food": ("food-function", "health-food-assert", "medical-disease"),
    "cosmetic_efficacy": ("cosmetics-medical", "absolute-effect"),
    "device": ("device-assert", "medical-disease"),
    "guarantee": ("absolute-safety",),
    "return_on_investment": ("invest-guarantee",),
    "price": ("price-lowest",),
    "comparison": ("compare-vague",),
    "limited": ("limited-time",),
    "gift_draw": ("lottery-rules",),
    "ranking": ("ranking-list",),
    "citation": ("citation-source",),
    "patent": ("patent",),
    "endorsement": ("health-endorse", "portrait"),
    "experience": ("health-endorse", "own-use"),
    "expert_doctor": ("health-expert", "food-expert", "composed-doctor"),
    "minors": ("minors-induce",),
    "elderly": ("elderly-pressure",),
    "disparagement": ("disparage",),
    "returns_warranty": ("return-refuse",),
    "scarcity_shill": ("fake-scarcity",),
    "ai": ("ai-impersonate",),
    "forbidden_goods": ("forbidden-goods",),
    "discrimination_vulgar": ("discrimination",),
}


def rules_of(claim: str, rules: Sequence[ReadyRule]) -> Iterator[ReadyRule]:
    """The rules of a claim that there are, in order."""
    known = {r.rule.id: r for r in rules}
    return (known[name] for name in _RULES.get(claim, ()) if name in known)
