"""What can be told of a clause or of two by looking at them: whose it is, what it states, how alike they are."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from rag.ask.models import CitedLaw
from rag.ask.understand.query import Query
from rag.content import LawRef, Section, without_references
from rag.ground import figures, normalize
from rag.index import Chunk, Hit, in_force

DEPENDS = "看情况："
OFFERED = 32  # characters of a question that is offered
WHOLE = 6  # letters of a question that says what it is about
EXCEPTION = re.compile(r"除外|但|例外|另有|可以不|不受此限|除非|只有|才能|才可以")
_PAID = re.compile("罚|赔|没收|处(?=.{0,20}[元倍])|退还|违约金|滞纳金")
LEAVE = re.compile(r"先(?:取得|征得|经)|同意|许可|资质|批准")  # with which something may be done


def own_operators(query: Query, lead: Hit) -> tuple[str | None, ...]:
    """Whose clauses may stand in one answer: the leading clause's operator, the asker's, and everyone's."""
    return lead.chunk.operator, query.operator, "common"


def states_consequence(chunk: Chunk) -> bool:
    """Whether a clause names what a breach costs: a fine, or an amount or multiple that is paid, not one that is a limit or a price."""
    if "罚" in chunk.body:
        return True
    paid = _PAID.search(f"{chunk.heading or ''}{chunk.body}")
    return bool(paid) and any(normal.endswith(("元", "倍")) for _, normal in figures(chunk.body))


def tells_cost(query: Query, chunk: Chunk) -> bool:
    """Whether a clause says what a breach costs as it is asked: damages where only those are (我要赔多少), else any consequence."""
    damages = "赔" in query.original and not re.search(r"罚|后果|处分", query.original)
    return "赔" in chunk.body if damages else states_consequence(chunk)


_NEGATION = re.compile(r"不|没|未|无(?!理由)")


def share_article(a: Chunk, b: Chunk) -> bool:
    """Whether two clauses rest on an article in common."""
    return bool({(r.law, r.article) for r in a.laws} & {(r.law, r.article) for r in b.laws})


def same_matter(a: Chunk, b: Chunk) -> bool:
    """Whether two clauses say nearly the same (share of the shorter one's character bigrams)."""
    left, right = grams(a.body), grams(b.body)
    small = min(len(left), len(right)) or 1
    return len(left & right) / small > 0.55


def grams(text: str) -> set[str]:
    """Character bigrams of a clause or question, references and punctuation left out."""
    plain = _letters(without_references(normalize(text)))
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def same_question(asked: str, heading: str) -> bool:
    """Whether two questions share nearly all character bigrams and agree in their negations."""
    left, right = grams(asked), grams(heading)
    alike = len(left & right) / (len(left | right) or 1) > 0.6
    return alike and len(_NEGATION.findall(asked)) == len(_NEGATION.findall(normalize(heading)))


def is_asked(chunk: Chunk, asked: str) -> bool:
    """Whether these are, word for word, a question that the clause is known to answer."""
    wanted = _letters(asked)
    return len(wanted) >= WHOLE and any(_letters(q) == wanted for q in chunk.questions)


def _letters(text: str) -> str:
    return re.sub(r"\W", "", normalize(text))


def question_of(chunk: Chunk, asked: str) -> str | None:
    """A question that the clause answers, short enough to be offered: a Q&A's own, else the wording most like ``asked``."""
    if chunk.heading and chunk.section is Section.FAQ:
        return chunk.heading
    wanted = grams(asked)
    brief = [w for w in chunk.asked if len(w) <= OFFERED]
    return max(brief, key=lambda w: len(wanted & grams(w)) / (len(w) + 1), default=None)


def clause_url(chunk: Chunk, today: dt.date) -> str:
    """Address of the clause on the site: the guideline's page, or the version's own page if it is not in force."""
    place = chunk.guideline if in_force(chunk, today) else f"{chunk.guideline}/{chunk.version.isoformat()}"
    return f"/{place}/#{chunk.clause}"


def cited_laws(refs: Sequence[LawRef]) -> tuple[CitedLaw, ...]:
    """References as the contract has them, each article once."""
    return tuple(dict.fromkeys(CitedLaw(law=r.law, article=r.article, label=r.label) for r in refs))
