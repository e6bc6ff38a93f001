"""Under which rules a claim stands that no pattern found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.script.packs import ReadyRule

#: Claim, or claim and the article it touches -> ids of rules; the first that holds for the goods and the day is given. After those of an
#: article come those of its claim.
RULES: dict[str, tuple[str, ...]] = {
    "absolute": ("speech-peak", "absolute-top"),
    "medical": ("device-assert", "cosmetics-medical", "medical-disease"),
    "medical 广告法21": ("slot-farm",),
    "medical 广告法23": ("liquor-talk",),
    "health_food": ("food-function", "health-food-assert", "composed-function"),
    "health_food 广告法20": ("infant-formula-function",),
    "cosmetic_efficacy": ("slot-skin", "absolute-effect"),
    "cosmetic_efficacy 化妆品监督管理条例16": ("cosmetics-special", "absolute-effect"),
    "device": ("device-assert", "medical-disease"),
    "device 三品一械广告审查管理暂行办法11": ("health-food-induce",),
    "guarantee": ("slot-assure",),
    "guarantee 广告法16": ("device-assert",),
    "guarantee 广告法18": ("health-food-assert",),
    "guarantee 广告法21": ("slot-farm",),
    "guarantee 广告法24": ("slot-study",),
    "guarantee 广告法25": ("slot-invest",),
    "guarantee 广告法26": ("realestate",),
    "guarantee 广告法27": ("slot-farm",),
    "guarantee 化妆品监督管理条例43": ("slot-skin",),
    "return_on_investment": ("slot-invest",),
    "return_on_investment 广告法24": ("slot-study",),
    "return_on_investment 广告法26": ("realestate",),
    "return_on_investment 广告法27": ("slot-farm",),
    "price": ("slot-price",),
    "price 明码标价和禁止价格欺诈规定16": ("slot-price-basis",),
    "price 侵害消费者权益行为处罚办法6": ("speech-price",),
    "comparison": ("health-compare", "slot-compare"),
    "comparison 广告法20": ("infant-milk",),
    "limited": ("slot-limited",),
    "gift_draw": ("slot-gift",),
    "gift_draw 广告法8": ("slot-gift-free",),
    "gift_draw 规范促销行为暂行规定11": ("lottery-rules",),
    "ranking": ("speech-rank",),
    "ranking 广告法11": ("slot-top-list",),
    "citation": ("citation-source",),
    "citation 广告法26": ("realestate",),
    "citation 直播电商监督管理办法34": ("fake-story",),
    "patent": ("patent",),
    "endorsement": ("slot-health-witness", "slot-famous"),
    "endorsement 广告法9": ("state-organ",),
    "endorsement 广告法24": ("slot-study",),
    "endorsement 广告法33": ("portrait",),
    "experience": ("health-endorse", "food-endorse", "own-use"),
    "experience 广告法24": ("speech-witness",),
    "experience 广告法25": ("speech-witness",),
    "experience 广告法38": ("health-endorse", "speech-unused"),
    "expert_doctor": ("health-expert", "food-expert", "slot-expert"),
    "expert_doctor 广告法21": ("slot-farm",),
    "expert_doctor 广告法24": ("slot-study",),
    "minors": ("speech-minors",),
    "minors 广告法10": ("slot-anxious-parents",),
    "minors 广告法38": ("minors-endorse",),
    "minors 未成年人保护法58": ("minors-liquor",),
    "minors 未成年人保护法59": ("minors-liquor",),
    "elderly": ("slot-elders",),
    "disparagement": ("speech-rivals",),
    "returns_warranty": ("speech-refuse",),
    "returns_warranty 消费者权益保护法26": ("unfair-terms",),
    "scarcity_shill": ("slot-crowd",),
    "ai": ("slot-ai",),
    "forbidden_goods": ("speech-sold-quietly",),
    "forbidden_goods 广告法22": ("tobacco",),
    "forbidden_goods 广告法37": ("slot-forbidden",),
    "discrimination_vulgar": ("slot-insult",),
    "discrimination_vulgar 广告法23": ("liquor-talk",),
}
UNSURE = "guarantee"
"""The claim under which is shown what is risky by a claim that is not clear: nothing may be said that does not hold."""


def rules_of(claim: str, rules: Sequence[ReadyRule]) -> Iterator[ReadyRule]:
    """The rules of a claim (a key of `RULES`) that there are, in order: those of its article, then those of the claim alone."""
    known = {r.rule.id: r for r in rules}
    names = dict.fromkeys((*RULES.get(claim, ()), *RULES.get(claim.partition(" ")[0], ())))
    return (known[name] for name in names if name in known)
