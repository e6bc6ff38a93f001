"""`tiers`: a clause that names a fine shows every tier and branch that the cited article has for that act.

A clause is compared with the acts (sentences) of the cited 款 whose amounts it carries, so that a 款 on several acts
asks nothing about the others. The lowest tier alone will do where the clause says so (起, 最低, 情节严重的更重) and
another clause of the same guideline on the same article gives the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.content.check.common import (
    Cited,
    at_clause,
    bigrams,
    body,
    cited_articles,
    cited_paragraphs,
    paragraphs,
    published,
)
from rag.content.check.findings import Findings
from rag.content.check.penalty import MEASURES, OTHER_LAW, YIELDS, Fine, Penalty, Range, penalties, ranges
from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from rag.content.models import Clause, Guideline, Problem

_FINED = re.compile(r"罚")
_OPEN_TOP = re.compile(r"更重|更高|加重|从重|重罚|更严|往上|上不封顶")
_LOWEST = re.compile(r"元起|倍起|罚起|起步|起罚|最低|至少|不低于|起算|按倍|倍数|按货值|按违法所得|更高")
_GRAVE = re.compile(r"严重|更重|更高|加重|从重|重罚|更严|起步|罚起|元起|倍起|最低|恶劣")
# The clause is on the grave case alone: the condition comes before any amount.
_ON_GRAVE = re.compile(r"^[^\d罚]*?(?:情节严重|后果严重)[^；]*")
_REFUSED = re.compile(r"拒不|不改|逾期|还不|仍不|仍未|未改|没改|不停止|不纠正|再不")
_THRESHOLD = re.compile(
    r"没有|没赚|不足|不满|不到|无法|算不|难以|偏低|低于|以上(?:的|，|罚|并|可|处|按)|超过|达到|"
    r"货值(?:金额)?[一二三四五六七八九十百\d]|按[^，。；]{1,8}[元万]"
)
_OTHERWISE = re.compile(
    r"规定的|另有规定|没有?.{0,6}规定|未[作做].{0,4}规定|没规定|[其别][他的](?:有关)?(?:法律|法规|规定)|依其规定|依照其规定|从其规定"
)


@dataclass(frozen=True)
class _Claim:
    """An act whose amounts the clause carries."""

    cited: Cited
    penalty: Penalty
    matched: frozenset[tuple[str | None, str | None]]
    score: int


def check_tiers(corpus: Corpus, library: LawLibrary) -> Findings:
    """Run the rule over every published version."""
    for guideline, clause in published(corpus):
        text = body(clause)
        if _FINED.search(text + (clause.heading or "")) and ranges(text):
            cited = cited_articles(corpus, library, guideline, clause)
            for claim in _claims(clause, cited):
                if problem := _compare(corpus, library, guideline, clause, claim):
                    yield problem
            yield from _other_branch(guideline, clause, cited)


def _claims(clause: Clause, cited: list[Cited]) -> list[_Claim]:
    """The acts the clause is about: those whose amounts it has; among acts with the same amounts the closest."""
    text = body(clause)
    given = ranges(text)
    words = bigrams((clause.heading or "") + text)
    found: list[_Claim] = []
    for one in cited:
        scope = set(cited_paragraphs(one))
        for penalty in penalties(one.article):
            if penalty.paragraph in scope and (matched := _matched(penalty, given)):
                overlap = len(words & bigrams(penalty.words))
                found.append(_Claim(one, penalty, frozenset(matched), overlap))
    return [c for c in found if not any(_better(o, c) for o in found if o is not c)]


def _matched(penalty: Penalty, given: list[Range]) -> set[tuple[str | None, str | None]]:
    keys, lows = {r.key for r in given}, {r.low for r in given if r.high is None}
    highs = {r.high for r in given if r.low is None and r.high}
    found = {f.range.key for f in penalty.fines if f.range.key in keys and f.kind != "floor"}
    found |= {f.range.key for f in penalty.fines if f.kind == "floor" and f.range.low in highs | lows}
    if not found:
        found = {f.range.key for f in penalty.fines if f.range.low and f.range.low in lows} or {
            f.range.key for f in penalty.fines if f.range.low and f.range.high in highs and f.kind != "person"
        }
    return found


def _better(other: _Claim, claim: _Claim) -> bool:
    if other.matched > claim.matched:
        return True
    same = other.matched == claim.matched
    return same and (other.score, -id(other)) > (claim.score, -id(claim))


def _covered(fine: Fine, given: list[Range]) -> bool:
    amounts = {a for r in given for a in r.key if a}
    if fine.kind == "floor":
        return fine.range.low in amounts
    if fine.range.key in {r.key for r in given}:
        return True
    return fine.range.high in amounts and (fine.range.low is None or fine.range.low in amounts)


def _missing(penalty: Penalty, given: list[Range]) -> list[Fine]:
    """The fines of the act that the clause leaves out; of several floors (按十万元计算) one is enough."""
    missing = [f for f in penalty.fines if f.kind != "other" and not _covered(f, given)]
    floors = [f for f in penalty.fines if f.kind == "floor"]
    return [f for f in missing if f.kind != "floor"] if any(f not in missing for f in floors) else missing


def _compare(
    corpus: Corpus, library: LawLibrary, guideline: Guideline, clause: Clause, claim: _Claim
) -> Problem | None:
    text, penalty = body(clause), claim.penalty
    given = ranges(text)
    matched = [f for f in penalty.fines if f.range.key in claim.matched]
    missing = _missing(penalty, given)
    if matched and all(f.severe and not f.refuse for f in matched) and _ON_GRAVE.search(text):
        missing = [f for f in missing if f.severe]
    fines = [f for f in missing if f.kind != "person"]
    if fines and _open(text, fines) and _given_elsewhere(guideline, clause, claim.cited, fines):
        fines = []
    hard = [f"“{f.quote}”" for f in fines]
    hard += _conditions(text, matched)
    if not hard and penalty.has_upper_tier and not _GRAVE.search(text):
        hard.append("情节严重时更重的一档")
    if YIELDS.search(penalty.text) and not _OTHERWISE.search(text):
        hard.append("“法律、行政法规另有规定的，依照其规定”")
    soft = [f"“{f.quote}”" for f in missing if f.kind == "person"]
    soft += ["没收"] if "没收" not in text and any(penalty.forfeits(f.range) for f in matched) else []
    soft += [name for name in penalty.measures() if not MEASURES[name][1].search(text)]
    if not hard and not soft:
        return None
    if not hard and _open(text, missing) and _siblings(guideline, clause, claim.cited):
        return None
    return at_clause(
        guideline,
        clause,
        "tiers",
        f"罚则不全，{claim.cited.label}对这种行为还有：{'；'.join(dict.fromkeys(hard + soft))}",
        "补全各档；太长就写“起”“最低一档”或“情节严重的更重”，并在本篇“法律责任”里另写全的一条"
        if hard
        else "看要不要补上",
        "error" if hard else "note",
    )


def _conditions(text: str, matched: list[Fine]) -> list[str]:
    """Conditions of the amounts given that the clause drops."""
    found: list[str] = []
    if not _REFUSED.search(text) and any(f.refuse and not (f.severe and "严重" in text) for f in matched):
        found.append("罚款之前的“拒不改正”（逾期不改正）")
    if any(f.kind == "threshold" for f in matched) and not _THRESHOLD.search(text):
        found.append("各档的条件（没有违法所得、货值多少、费用算不出等）")
    return found


def _open(text: str, fines: list[Fine]) -> bool:
    """Whether the clause says that what it gives is the lowest tier."""
    if _LOWEST.search(text):
        return True
    return bool(_OPEN_TOP.search(text)) and all(f.severe or f.kind == "person" for f in fines)


def _siblings(guideline: Guideline, clause: Clause, cited: Cited) -> list[Clause]:
    return [
        c
        for c in guideline.clauses
        if c.id != clause.id and any((r.law, r.article) == (cited.ref.law, cited.ref.article) for r in c.laws)
    ]


def _given_elsewhere(guideline: Guideline, clause: Clause, cited: Cited, fines: list[Fine]) -> bool:
    """Whether other clauses of the guideline on the same article give the missing amounts."""
    given = [r for c in _siblings(guideline, clause, cited) for r in ranges(body(c))]
    return all(_covered(f, given) for f in fines)


def _other_branch(guideline: Guideline, clause: Clause, cited: list[Cited]) -> Findings:
    """属于发布虚假广告的，依照广告法: the clause on the fine names the other law's branch too."""
    text = (clause.heading or "") + clause.text
    for one in cited:
        parts = paragraphs(one.article)
        near = {n for p in cited_paragraphs(one) for n in (p, p + 1) if 0 < n <= len(parts)}
        for match in (m for n in sorted(near) for m in OTHER_LAW.finditer(parts[n - 1][0])):
            kind = re.sub(r"^属于(?:发布)?|的，.*", "", match.group())
            if "罚" in match.group() and kind[-2:] not in text:
                yield at_clause(
                    guideline,
                    clause,
                    "tiers",
                    f"少了一支，{one.label}还写着：“{match.group()[:60]}”",
                    "两种情形都写：各依哪部法、各罚多少",
                )
                return
