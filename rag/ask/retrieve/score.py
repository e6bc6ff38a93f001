"""The order of hits: weights of what can be read off a hit, and who leads."""

from __future__ import annotations

from collections.abc import Mapping

from rag.ask.clauses import own_operators, tells_cost
from rag.ask.understand.query import Intent, Query
from rag.content import Section
from rag.ground import figures
from rag.index import Chunk, Hit

CONSEQUENCE = 0.8
FOLLOWUP = 2.0


# What each signal adds to the score of a hit: fitted by bench/training/ranking.py on the train split of bench/relevance,
# but for those that its questions do not show (an article or a law named, the guideline of a follow-up).
WEIGHTS: Mapping[str, float] = {
    "near": 0.37,
    "text": 0.36,
    "fusion": 0.41,
    "coverage": 0.78,
    "heading": -0.06,
    "role": 0.30,
    "subject": -0.02,
    "subject_only": 0.06,
    "common": 0.12,
    "rare": -0.18,
    "goods": -0.02,
    "other_goods": -0.19,
    "consequence": 0.25,
    "liability": 0.18,
    "unasked": -0.06,
    "howto": -0.02,
    "fitting": 0.06,
    "figure": 0.10,
    "article": 1.50,
    "law": 0.60,
    "guideline": 0.12,
    Section.FAQ: 0.05,
    Section.MUST: -0.07,
    Section.MUST_NOT: -0.02,
    Section.LIABILITY: -0.07,
    Section.HOWTO: -0.06,
    Section.CHECKLIST: -0.11,
}


# Who says nothing of a role is hardly ever one of these.
RARE_ASKERS = ("platform", "mcn", "park")


def signals(query: Query, chunk: Chunk, kinds: frozenset[str]) -> dict[str, float]:
    """What makes a clause fit a question beside its words and its nearness, by the names of `WEIGHTS`.

    ``kinds``: the goods that the clause names itself; where it names none, the topics of its guideline.
    """
    return {
        chunk.section: 1.0,
        **_of_roles(query, chunk),
        **_of_intents(query, chunk),
        **_of_laws(query, chunk),
        "goods": float(bool(query.goods & kinds)),
        "other_goods": float(bool(query.other_goods & kinds and not query.goods & kinds)),
        "guideline": float(query.guideline == chunk.guideline),
    }


def score(found: Mapping[str, float]) -> float:
    """The score of a hit with these signals."""
    return sum(WEIGHTS[name] * value for name, value in found.items())


def _of_roles(query: Query, chunk: Chunk) -> dict[str, float]:
    subject = bool(query.subject) and chunk.operator == query.subject
    return {
        "role": float(bool(query.operator) and chunk.operator == query.operator),
        "subject": float(subject and bool(query.operator)),
        "subject_only": float(subject and not query.operator),
        "common": float(chunk.operator == "common"),
        "rare": float(not query.operator and not query.subject and chunk.operator in RARE_ASKERS),
    }


def _of_intents(query: Query, chunk: Chunk) -> dict[str, float]:
    asked, section = query.intents, chunk.section
    found = {"figure": float(Intent.FIGURE in asked and bool(figures(chunk.body)))}
    if Intent.PENALTY in asked:
        share = 0.5 if Intent.WHO in asked else 1.0  # 罚谁: who, not how much
        return found | {
            "consequence": share * tells_cost(query, chunk),
            "liability": share * (section is Section.LIABILITY),
        }
    howto = Intent.HOWTO in asked and section in (Section.HOWTO, Section.MUST)
    fitting = (Intent.DUTY in asked and section is Section.MUST) or (
        Intent.PERMISSION in asked and section is Section.MUST_NOT
    )
    return found | {
        "howto": float(howto),
        "fitting": float(fitting and not howto),
        "unasked": float("罚" in (chunk.heading or "")),
    }


def _of_laws(query: Query, chunk: Chunk) -> dict[str, float]:
    found = {"article": 0.0, "law": 0.0}
    for wanted in query.laws:
        named = [ref for ref in chunk.laws if ref.law == wanted.law]
        if wanted.article is not None and any(ref.article == wanted.article for ref in named):
            found["article"] += 1
        elif named:
            found["law"] += 1
    return found


def consequence_first(query: Query, hits: list[Hit]) -> list[Hit]:
    """Where it is asked how much a breach costs, let a clause that says so lead if it is about as near."""
    if not hits or not {Intent.PENALTY, Intent.FIGURE} <= query.intents or tells_cost(query, hits[0].chunk):
        return hits
    own, bar = own_operators(query, hits[0]), CONSEQUENCE * hits[0].score
    near = (h for h in hits if h.score >= bar and h.chunk.operator in own)
    return _led_by(next((h for h in near if tells_cost(query, h.chunk)), None), hits)


def _led_by(first: Hit | None, hits: list[Hit]) -> list[Hit]:
    """``hits`` with ``first`` moved to the front; unchanged without one."""
    return hits if first is None else [first, *(h for h in hits if h is not first)]
