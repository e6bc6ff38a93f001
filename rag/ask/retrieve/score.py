"""The order of hits: weights of what can be read off a hit, and who leads."""

from __future__ import annotations

from rag.ask.clauses import own_operators, states_consequence
from rag.ask.understand.query import Intent, Query
from rag.content import Section
from rag.index import Hit

OWN_ROLE = 0.8  # share of the best score at which a clause for the asker leads
EVERYONE = 0.85
CONSEQUENCE = 0.8
FOLLOWUP = 2.0


class Weights:
    """Weights of the ranking features, set by hand on the public gold set."""

    dense = 1.0
    fusion = 1.0
    coverage = 1.3
    heading = 0.5
    role = 0.30
    subject = 0.12
    common = 0.06
    rare = 0.35
    goods = 0.10
    other_goods = 0.40
    unasked = 0.15
    article = 1.5
    law = 0.6
    liability = 0.28
    guideline = 0.12


SECTION_PRIOR = {
    Section.FAQ: 0.05,
    Section.MUST: 0.04,
    Section.MUST_NOT: 0.04,
    Section.LIABILITY: -0.04,
    Section.HOWTO: -0.06,
    Section.CHECKLIST: -0.30,
}


# Who says nothing of a role is hardly ever one of these.
RARE_ASKERS = ("platform", "mcn", "park")


def consequence_first(query: Query, hits: list[Hit]) -> list[Hit]:
    """Where it is asked how much a breach costs, let a clause that says so lead if it is about as near."""
    if not hits or not {Intent.PENALTY, Intent.FIGURE} <= query.intents or states_consequence(hits[0].chunk):
        return hits
    own, bar = own_operators(query, hits[0]), CONSEQUENCE * hits[0].score
    near = (h for h in hits if h.score >= bar and h.chunk.operator in own)
    return _led_by(next((h for h in near if states_consequence(h.chunk)), None), hits)


def own_role_first(query: Query, hits: list[Hit]) -> list[Hit]:
    """Let the asker's own clause lead where another role's is only slightly better; else one that is for everyone.

    Where a consequence is asked for, a clause that names one is looked for first.
    """
    if not query.operator or not hits or hits[0].chunk.operator in (query.operator, "common"):
        return hits
    fit = [h for h in hits if Intent.PENALTY not in query.intents or states_consequence(h.chunk)]
    for pool in (fit, hits):
        for role, share in ((query.operator, OWN_ROLE), ("common", EVERYONE)):
            bar = share * hits[0].score
            own = next((h for h in pool if h.chunk.operator == role and h.score >= bar), None)
            if own is not None:
                return _led_by(own, hits)
    return hits


def _led_by(first: Hit | None, hits: list[Hit]) -> list[Hit]:
    """``hits`` with ``first`` moved to the front; unchanged without one."""
    return hits if first is None else [first, *(h for h in hits if h is not first)]
