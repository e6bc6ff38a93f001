"""Hits -> an answer made of clause text. Every sentence is a piece of a clause, word for word.

The answer leads with the clause that answers best (a Q&A brings its own verdict), then what else decides the case,
then the consequence if it was asked for; short enough for a phone screen.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from rag.chunks import in_force
from rag.citations import parse_references, without_references
from rag.lexical import normalize
from rag.models import Chunk, Citation, CitedLaw, Hit, LawRef, Section, Sentence
from rag.retrieve import own_operators, states_consequence
from rag.understand import Intent, Query

MAX_LEAD = 220
MAX_CLAUSES = 3
MAX_PROVISIONS = 5
NEAR_BASIS = 0.5
NEAR_RULE = 0.75
NEAR_QUESTION = 0.84
NEAR_FINE = 0.9
NEAR_THIRD = 0.85
NEVER = 2.0
_NEGATION = re.compile(r"不|没|未|无(?!理由)")
_END = re.compile(r"(?<=[。！？])(?![”’」』）])")


@dataclass
class Draft:
    """An answer in the making: sentences and the citations they use, in order of first use."""

    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Characters of all sentences."""
        return sum(len(s.text) for s in self.sentences)


def split_sentences(body: str) -> list[str]:
    """The sentences of a clause, each a literal piece of it, without the law references that trail a sentence."""
    found: list[str] = []
    for number, piece in enumerate(p for line in body.split("\n") for p in _END.split(line)):
        text = piece.strip()
        if number:
            for ref in parse_references(text):  # references after a full stop belong to the sentence before
                if ref.start == 0 or not text[: ref.start].strip("\0、和及，以"):
                    text = text[: ref.start] + "\0" * (ref.end - ref.start) + text[ref.end :]
            text = text.replace("\0", "").lstrip("、和及，。；") if "\0" in text else text
        text = text.strip()
        if text and without_references(text).strip("。，；"):
            found.append(text)
    return found


def make_citation(number: int, chunk: Chunk, today: dt.date) -> Citation:
    """The citation of a whole clause, as seen on ``today``."""
    return Citation(
        n=number,
        guideline=chunk.guideline,
        title=chunk.title,
        operator=chunk.operator,
        version=chunk.version,
        clause=chunk.clause,
        section=chunk.section.value,
        quote=chunk.body,
        start=0,
        end=len(chunk.body),
        digest=chunk.digest,
        url=clause_url(chunk, today),
        laws=cited_laws(chunk.laws),
    )


def clause_url(chunk: Chunk, today: dt.date) -> str:
    """Address of the clause on the site: the guideline's page, or the version's own page if it is not in force."""
    place = chunk.guideline if in_force(chunk, today) else f"{chunk.guideline}/{chunk.version.isoformat()}"
    return f"/{place}/#{chunk.clause}"


def cited_laws(refs: Sequence[LawRef]) -> tuple[CitedLaw, ...]:
    """References as the contract has them, each article once."""
    return tuple(dict.fromkeys(CitedLaw(law=r.law, article=r.article, label=r.label) for r in refs))


def compose(asked: Sequence[tuple[Query, Sequence[Hit]]], today: dt.date) -> Draft:
    """Choose clauses for every question from its hits (best first) and lay them out.

    Returns:
        A draft of at most `MAX_CLAUSES` clauses a question and about `MAX_LEAD` characters in all; beyond that only
        the best clause of every question and the consequence that was asked for.
    """
    draft = Draft()
    for query, hits in asked:
        for number, hit in enumerate(choose(query, hits, MAX_LEAD // len(asked))):
            if any(
                (c.guideline, c.clause) == (hit.chunk.guideline, hit.chunk.clause) for c in draft.citations
            ):
                continue
            alone = number == 0 and len(asked) == 1
            append(draft, hit.chunk, _heading(query, hit.chunk, first=alone), today)
    return draft


def choose(query: Query, hits: Sequence[Hit], limit: int = MAX_LEAD) -> list[Hit]:
    """The best hit and those near it that add something: the rule behind it, the consequence, another aspect.

    A Q&A answers its own question, so a second one must be nearly as good as the first; a rule or a consequence of
    the same guideline may lie further off. ``limit``: characters of all clauses together.
    """
    if query.article_only:
        return _by_provision(query, hits)
    primary = hits[0]
    chosen = [primary]
    room = limit - len(without_references(primary.chunk.body))
    for hit in hits[1:]:
        size = len(without_references(hit.chunk.body))
        near = max(_nearness(query, primary, hit), NEAR_THIRD if len(chosen) > 1 else 0.0)
        if len(chosen) >= MAX_CLAUSES or hit.score < near * primary.score:
            continue
        if size > room or any(_same_matter(hit.chunk, other.chunk) for other in chosen):
            continue
        chosen.append(hit)
        room -= size
    if Intent.PENALTY in query.intents and not any(states_consequence(h.chunk) for h in chosen):
        chosen.extend(_consequence(query, primary, hits)[:1])
    return chosen


def _by_provision(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """For a question about an article itself: clauses that rest on it first of all, each 款 and 项 once, in order."""
    named = {(n.law, n.article) for n in query.laws}
    places: list[tuple[tuple[tuple[int, ...], tuple[int, ...]], Hit]] = []
    for hit in sorted(hits, key=lambda h: h.chunk.section not in (Section.MUST, Section.MUST_NOT)):
        first = next(iter(hit.chunk.laws), None)
        if first is None or (first.law, first.article) not in named or hit.chunk.section is Section.CHECKLIST:
            continue
        place = (first.paragraphs, first.items)
        told = any((p == place and any(place)) or _same_matter(hit.chunk, h.chunk) for p, h in places)
        if not told and len(places) < MAX_PROVISIONS:
            places.append((place, hit))
    return [hit for _, hit in sorted(places, key=lambda p: p[0])] or list(hits[:1])


def _nearness(query: Query, primary: Hit, hit: Hit) -> float:
    """Least share of the best score at which a further hit is shown; above 1: never."""
    if hit.chunk.section is Section.CHECKLIST or hit.chunk.operator not in own_operators(query, primary):
        return NEVER
    shared = _share_article(hit.chunk, primary.chunk)
    if (
        states_consequence(hit.chunk) and not shared
    ):  # another offence's fine beside the one asked for misleads
        told = states_consequence(primary.chunk)
        return NEAR_FINE if Intent.PENALTY in query.intents and not told else NEVER
    if hit.chunk.section in (Section.FAQ, Section.HOWTO) or hit.chunk.guideline != primary.chunk.guideline:
        return NEAR_QUESTION
    return NEAR_BASIS if shared else NEAR_RULE


def _share_article(a: Chunk, b: Chunk) -> bool:
    """Whether two clauses rest on an article in common."""
    return bool({(r.law, r.article) for r in a.laws} & {(r.law, r.article) for r in b.laws})


def _consequence(query: Query, primary: Hit, hits: Sequence[Hit]) -> list[Hit]:
    """Clauses that name a consequence, best first: of the primary hit's guideline, else for the asker's own role."""
    named = [h for h in hits if states_consequence(h.chunk)]
    near = [h for h in named if h.chunk.guideline == primary.chunk.guideline]
    own = own_operators(query, primary)
    return near or [h for h in named if h.chunk.operator in own and h.score >= NEAR_BASIS * primary.score]


def _same_matter(a: Chunk, b: Chunk) -> bool:
    """Whether two clauses say nearly the same (share of the shorter one's character bigrams)."""
    left, right = grams(a.body), grams(b.body)
    small = min(len(left), len(right)) or 1
    return len(left & right) / small > 0.55


def grams(text: str) -> set[str]:
    """Character bigrams of a clause or question, references and punctuation left out."""
    plain = re.sub(r"\W", "", without_references(normalize(text)))
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def append(draft: Draft, chunk: Chunk, heading: str | None, today: dt.date) -> None:
    """Add a clause to a draft: its citation and its sentences, the first with ``heading`` unless it was just shown."""
    number = len(draft.citations) + 1
    shown = next((s.heading for s in reversed(draft.sentences) if s.heading), None)
    draft.citations.append(make_citation(number, chunk, today))
    for place, text in enumerate(split_sentences(chunk.body)):
        draft.sentences.append(
            Sentence(
                text=text, citations=(number,), heading=heading if place == 0 and heading != shown else None
            )
        )


def _heading(query: Query, chunk: Chunk, *, first: bool) -> str | None:
    """What a clause answers or is, where its text alone would leave that open.

    The verdict of a Q&A (可以/不可以) answers its own question, so that question is shown unless the asker's words
    are nearly the same; rules get the name of their section.
    """
    if chunk.section is Section.FAQ and chunk.heading:
        return None if first and same_question(query.text, chunk.heading) else chunk.heading
    names = {
        Section.MUST: "应当做到",
        Section.MUST_NOT: "不得",
        Section.LIABILITY: "法律责任",
        Section.HOWTO: "怎么做",
    }
    return names.get(chunk.section)


def same_question(asked: str, heading: str) -> bool:
    """Whether two questions share nearly all character bigrams and agree in their negations."""
    left, right = grams(asked), grams(heading)
    alike = len(left & right) / (len(left | right) or 1) > 0.6
    return alike and len(_NEGATION.findall(asked)) == len(_NEGATION.findall(normalize(heading)))


def render(draft: Draft, *, notes: Sequence[str] = (), after: Sequence[str] = ()) -> str:
    """The answer as Markdown with [n] marks, then one line per source with its law articles.

    ``notes`` stand before the clauses, ``after`` between them and the sources.
    """
    parts: list[str] = list(notes)
    for numbers, group in groupby(draft.sentences, key=lambda s: s.citations):
        sentences = list(group)
        heading = next((s.heading for s in sentences if s.heading), None)
        if heading:
            parts.append(f"**{heading}**")
        parts.append("".join(s.text for s in sentences) + "".join(f"[{n}]" for n in numbers))
    parts.extend(after)
    parts.append("\n".join(["依据：", *(f"[{c.n}] {source_line(c)}" for c in draft.citations)]))
    return "\n\n".join(parts)


def source_line(citation: Citation) -> str:
    """One source in words: laws, guideline, section, version."""
    laws = "；".join(f"《{law.law}》{law.label}" for law in citation.laws)
    place = f"{citation.title}·{citation.section}（{citation.version.isoformat()} 起施行的版本）"
    return f"{laws}——{place}" if laws else place
