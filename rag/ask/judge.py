"""Is there evidence? One calibrated number per question, and the kinds of not answering."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from rag.ask.clauses import states_consequence
from rag.ask.models import Finding
from rag.ask.understand.ages import for_younger
from rag.ask.understand.intents import GENERIC
from rag.ask.understand.parts import asks
from rag.ask.understand.query import Intent, Query
from rag.index import Hit, Judge, asked_by

_RULE_INTENTS = frozenset(
    {
        Intent.PENALTY,
        Intent.PERMISSION,
        Intent.DUTY,
        Intent.WHO,
        Intent.ARTICLE,
        Intent.CHANGE,
        Intent.PREMISE,
    }
)
_ADVICE = re.compile(
    r"哪[家个款种里].{0,8}(好|便宜|快|靠谱|强|火|多|低)|推荐|技巧|怎么(做|弄|拍|挑|选|洗|修|用|吃|喝|练|写|存|保养|调|看|打).{0,6}(好|香|显|快|带感|便宜)?$"
    r"|(?<!罚)(?<!赔)(?<!罚款)多少钱(?!.{0,4}[罚赔奖])|好不好(看|吃|用|喝)|好看|好吃|赚|利润|工资|流量|涨粉|前途|前景|有什么讲究|费用是多少|划算"
)
_RULE_WORDS = re.compile(
    r"规定|合规|[存留].{0,4}(多久|几[年天个]|多长|期限)|(几个?|多少)个?工作日|就(行|够|可以|不用|没事)"
)


class Decision(StrEnum):
    """What to do with a question after retrieval."""

    ANSWER = "answer"
    NEAREST = "nearest"
    NO_EVIDENCE = "no_evidence"
    OUT_OF_SCOPE = "out_of_scope"
    CLARIFY = "clarify"


# Logistic regression fitted by bench/training/scope.py.
FEATURES = (
    "dense_top3",
    "dense_top",
    "coverage_top3",
    "coverage_top",
    "lexical_top3",
    "score_top",
    "words",
    "margin",
    "rule",
    "known",
    "advice",
)
BIAS = -14.57
COEFFICIENTS = {
    "dense_top3": -2.85,
    "dense_top": -1.49,
    "coverage_top3": 1.02,
    "coverage_top": -2.11,
    "lexical_top3": 1.68,
    "score_top": 5.36,
    "words": 0.54,
    "margin": 20.86,
    "rule": 1.29,
    "known": 1.21,
    "advice": -2.21,
}

ANSWER_AT = 0.4
READ = 4  # hits that the judge reads
OTHERS_RULE = 0.5  # what is left of the chance of a clause for other goods, or younger people, than those named: the nearest rule at most
OWN_ANSWERS = 0.8  # of the judge's word, for the asker's own clause to lead before another role's

# Of 33 questions of dev (x) that are ours without a word of the trade in them (临期饼干必须讲明吗) 25 are so much nearer to a clause than
# to any matter that is not ours and have such a chance; of 252 of other trades 19.
OURS_BY, SOME_CHANCE = 0.1, 0.02
FOREIGN = 0.02  # below: of 7 of dev over the bar of the nearest 2 are near misses, 3 of other trades, 2 have an answer
UNKNOWN_OUTSIDE = 0.55  # where no matter outside is known (no outside.yml): what is usual
MIDDLE = 0.6  # a cosine between those of questions in and out of scope

# The same without vectors (setting HEGUI_EMBEDDING=none), fitted alike.
LEXICAL_BIAS = -5.18
LEXICAL_COEFFICIENTS = {"coverage_top3": 4.16, "coverage_top": 3.13, "lexical_top3": 1.8, "words": 1.28}
LEXICAL_ANSWER_AT = 0.5
IN_DOMAIN = re.compile(
    r"直播|店播|轮着播|播[一两三几半]?[天场晚回次]|视频号|带货|主播|达人|mcn|平台|网店|电商|商家|卖家|店铺|粉丝|商品|卖|广告|宣传|促销|价格|标价|退货|退款|投诉|举报|市监|市场监管|消费者|赠品|"
    r"假货|执照|许可|处罚|罚款|食品|保健|化妆品|药|医疗器械|商标|专利|刷单|好评|差评|数字人|小黄车|链接|开播|下单|发货|合规|广告法|消法|联络员|三年行动"
)


def features(query: Query, hits: Sequence[Hit], outside: float = 0.0) -> list[float]:
    """What tells questions the guidelines answer from others, in the order of `FEATURES`.

    Highest and first cosine (less `MIDDLE`), highest and first coverage of the question's words, highest BM25 score
    (tenths, at most 4), the first hit's ranking score, the number of content words (fifths), and by how much the
    nearest clause is nearer than the nearest matter that is not ours (cosine ``outside``); then, as 0 or 1, whether it
    asks what the rules say, whether it has a word of the trade, and whether it asks for advice or a market price.
    """
    said = [
        float(_asks_for_rules(query)),
        float(_has_trade_word(query)),
        float(bool(_ADVICE.search(query.original))),
    ]
    if not hits:
        return [-MIDDLE, -MIDDLE, 0.0, 0.0, 0.0, 0.0, len(query.words) / 5, -outside, *said]
    top = hits[:3]
    return [
        nearest(hits) - MIDDLE,
        hits[0].dense - MIDDLE,
        max(h.coverage for h in top),
        hits[0].coverage,
        min(max(h.lexical for h in top), 40.0) / 10,
        hits[0].score,
        len(query.words) / 5,
        nearest(hits) - (outside or UNKNOWN_OUTSIDE),
        *said,
    ]


def confidence(query: Query, hits: Sequence[Hit], outside: float = 0.0) -> float:
    """Probability that the best hits answer the question, scaled so that `ANSWER_AT` is the threshold: 0..1."""
    values = dict(zip(FEATURES, features(query, hits, outside), strict=True))
    if any(h.dense for h in hits):
        return _logistic(BIAS, COEFFICIENTS, values)
    return _logistic(LEXICAL_BIAS, LEXICAL_COEFFICIENTS, values) * ANSWER_AT / LEXICAL_ANSWER_AT


def _logistic(bias: float, coefficients: Mapping[str, float], values: Mapping[str, float]) -> float:
    return 1 / (1 + math.exp(-bias - sum(c * values[name] for name, c in coefficients.items())))


@dataclass(frozen=True)
class Reading:
    """Hits in the order in which they answer; the probability that the first does, and what that means.

    Both are None where nobody has judged.
    """

    hits: list[Hit]
    chance: float | None = None
    found: Finding | None = None


def read_hits(
    judge: Judge | None,
    role: str | None,
    query: Query,
    hits: list[Hit],
    outside: float = 0.0,
    favour: Callable[[Hit], float] = lambda hit: 0.0,
) -> Reading:
    """Let the trained judge read the first hits with the question (``role``: short name of who asks; ``favour``: what people
    found of a clause for questions like it, see `rag.index.graded`).

    What it says and what the search knows of a hit are put together by the logistic regression of ``evidence.json``
    (fitted on the dev split of bench/relevance), whose bars tell an answer from the nearest clause and from none.
    Questions about a law by its name or about what changed and follow-ups keep their order: the judge has learnt none of them.
    """
    if judge is None or not hits or query.laws or query.followup or Intent.CHANGE in query.intents:
        return Reading(hits)
    head = hits[:READ]
    said = judge.judge(asked_by(query.judged, role), [h.chunk.text for h in head])
    sure, weights = confidence(query, hits, outside), judge.evidence["weights"]
    chances = [
        _logistic(
            judge.evidence["bias"], weights, evidence(query, hits, place, said[place], sure, favour(hit))
        )
        * (OTHERS_RULE if hit.signals.get("other_goods") or for_younger(query.text, hit.chunk.text) else 1.0)
        for place, hit in enumerate(head)
    ]
    order = _own_first(query, head, sorted(range(len(head)), key=lambda place: -chances[place]), said)
    scores = [h.score for h in head]
    ranked = [head[p].model_copy(update={"score": max(scores[n], 0.0)}) for n, p in enumerate(order)]
    best, bars = max(chances), {"fine": judge.evidence["direct"], **judge.evidence}
    if not any(h.dense for h in hits):  # no vectors yet: the search is less sure of everything
        bars |= judge.evidence.get("by words", {})
    first = ranked[0].chunk
    asks_fine = Intent.PENALTY in query.intents and states_consequence(first)
    found = (
        Finding.DIRECT
        if best >= bars["fine" if asks_fine else "direct"]
        else Finding.NEAREST
        if best >= bars["nearest"]
        else Finding.NONE
    )
    reading = Reading([*ranked, *hits[READ:]], best, found)
    if found is Finding.NEAREST and Intent.PENALTY in query.intents:
        return _without_another_fine(reading, [chances[p] for p in order], bars)
    return reading


def _own_first(query: Query, head: Sequence[Hit], order: list[int], said: np.ndarray) -> list[int]:
    """Where another role's clause leads, the asker's own on the same article before it, if the judge says that it answers."""
    first = head[order[0]].chunk
    if not query.operator or first.operator in (query.operator, "common"):
        return order
    articles = {(r.law, r.article) for r in first.laws}
    for place in order[1:]:
        chunk = head[place].chunk
        same = any((r.law, r.article) in articles for r in chunk.laws)
        if chunk.operator == query.operator and same and said[place][2] >= OWN_ANSWERS:
            return [place, *(p for p in order if p != place)]
    return order


def _without_another_fine(reading: Reading, chances: Sequence[float], bars: Mapping[str, float]) -> Reading:
    """Where no clause answers what a breach costs, the nearest may be a rule but no fine: it would be another breach's."""
    for place, chance in enumerate(chances):
        hit = reading.hits[place]
        if chance >= bars["nearest"] and not states_consequence(hit.chunk):
            rest = [h for h in reading.hits if h is not hit]
            return Reading([hit, *rest], chance, Finding.NEAREST)
    return Reading(reading.hits, reading.chance, Finding.NONE)


def evidence(
    query: Query, hits: Sequence[Hit], place: int, said: Sequence[float], sure: float, favour: float
) -> dict[str, float]:
    """What the regression reads of a hit: the judge's word (neither, belongs, answers), what people found of the clause for
    questions like this one, and what the search knows."""
    hit, (neither, belongs, answers) = hits[place], map(float, said)
    return {
        "odds": math.log(answers + 1e-4) - math.log(neither + 1e-4),
        "belongs": belongs,
        "favour": favour,
        "behind": hit.score - hits[0].score,
        "score": hit.score,
        "coverage": hit.coverage,
        "lexical": min(hit.lexical, 40.0) / 10,
        "confidence": sure,
        "first": float(place == 0),
        "own": float(hit.chunk.operator == query.operator),
    }


def decide(
    query: Query,
    hits: Sequence[Hit],
    outside: float = 0.0,
    found: Finding | None = None,
    chance: float | None = None,
) -> Decision:
    """Answer, show the nearest clause, or which kind of not answering.

    ``outside``: cosine of the nearest matter that is not ours; ``found``, ``chance``: what `read_hits` says, if anybody has judged.
    """
    if not query.laws and not query.followup and all(GENERIC.fullmatch(w) for w in query.words):
        return Decision.CLARIFY if query.words or IN_DOMAIN.search(query.text) else Decision.OUT_OF_SCOPE
    if query.laws and any(r.article is not None for r in query.laws):
        named = {(r.law, r.article) for r in query.laws}
        if hits and any((ref.law, ref.article) in named for ref in hits[0].chunk.laws):
            return Decision.ANSWER
    known = _has_trade_word(query) or query.operator is not None
    sure = confidence(query, hits, outside)
    ours = sure >= (ANSWER_AT / 2 if query.followup else ANSWER_AT)  # what it follows was about the trade
    if ours and found in (None, Finding.DIRECT):
        return Decision.ANSWER
    if found in (None, Finding.NEAREST) and known and _says_it_all(query, hits):
        return Decision.ANSWER
    if hits and outside > nearest(hits):
        return Decision.OUT_OF_SCOPE
    if found is Finding.DIRECT:  # how sure the search is of the matter is in the judge's chance already
        return Decision.ANSWER
    if (ours or (known and sure >= FOREIGN)) and found is Finding.NEAREST:
        return Decision.NEAREST
    if _has_trade_word(query) and not query.intents and not asks(query.original):
        return Decision.CLARIFY  # a matter of ours, and nothing asked of it (那个刷单的事)
    ours_by_far = nearest(hits) - outside >= OURS_BY and (chance or 0.0) >= SOME_CHANCE
    return Decision.NO_EVIDENCE if known or ours_by_far else Decision.OUT_OF_SCOPE


def nearest(hits: Sequence[Hit]) -> float:
    """The highest cosine among the first hits; 0 without hits or vectors."""
    return max((h.dense for h in hits[:3]), default=0.0)


def _has_trade_word(query: Query) -> bool:
    """Whether the glossary, the register of laws or `IN_DOMAIN` knows a word of the question."""
    return bool(query.expansions or query.laws or IN_DOMAIN.search(query.text))


def _asks_for_rules(query: Query) -> bool:
    """Whether a question asks what is allowed, due, or threatened, rather than for advice."""
    return bool(query.intents & _RULE_INTENTS or _RULE_WORDS.search(query.original))


def _says_it_all(query: Query, hits: Sequence[Hit]) -> bool:
    """Whether the question asks what the rules say and the first clause has every one of its words."""
    return bool(hits and _asks_for_rules(query) and len(query.words) > 1 and hits[0].coverage >= 0.99)
