"""`same-question`: questions of like meaning, in force together, whose answers open with different verdicts.

Likeness is the cosine of the bundled embedding (two questions of different matters: median 0.30, one in a thousand above 0.69; the
same question in other words mostly above 0.85),
helped by shared characters; without vectors only questions of nearly the same wording are compared.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.content.check.common import at_clause, bigrams
from rag.content.check.findings import Findings
from rag.content.corpus import Corpus
from rag.content.models import Clause, Guideline, Section
from rag.content.verdict import Verdict, ask_kind, asks_yes_no, opening

Embed = Callable[[Sequence[str]], list[list[float]]]
ALIKE = 0.85
# A pair less alike counts where it also shares this part of its pairs of characters.
NEARLY, SHARED = 0.78, 0.34
# Without vectors; and what is one question in other punctuation.
SAME_WORDS, SAME = 0.7, 0.9
_UNLAWFUL = re.compile(r"违法|犯法|违规")
_TURNED: dict[Verdict, Verdict] = {"yes": "no", "no": "yes", "depends": "depends"}


@dataclass(frozen=True)
class Asked:
    """A yes/no Q&A in force and the verdict its answer opens with."""

    guideline: Guideline
    clause: Clause
    verdict: Verdict

    @property
    def question(self) -> str:
        return self.clause.heading or ""

    @property
    def stand(self) -> Verdict:
        """The verdict as if the question were not put in the negative."""
        return _TURNED[self.verdict] if ask_kind(self.question)[1] else self.verdict


@dataclass(frozen=True)
class Pair:
    """Two Q&As of different guidelines that ask alike. ``likeness`` is the cosine, or shared characters without vectors."""

    one: Asked
    other: Asked
    likeness: float
    same: bool

    @property
    def differs(self) -> bool:
        """Whether the verdicts differ though both ask the same (能…吗; 不能…吧 with a no counts as a yes to it)."""
        same_kind = ask_kind(self.one.question)[0] == ask_kind(self.other.question)[0]
        return same_kind and self.one.stand != self.other.stand


def check_verdicts(corpus: Corpus, day: dt.date, embed: Embed | None = None) -> Findings:
    """Run the rule on what is in force on ``day``; ``embed`` gives unit vectors of questions."""
    for pair in like_pairs(corpus, day, embed):
        if pair.differs:
            where = f"{pair.other.guideline.key}#{pair.other.clause.id}“{pair.other.question}”"
            yield at_clause(
                pair.one.guideline,
                pair.one.clause,
                "same-question",
                f"“{pair.one.question}”答“{_first(pair.one)}”，{where}却答“{_first(pair.other)}”（相近 {pair.likeness:.2f}）",
                "对照条文统一口径；确因身份或条件不同，就在问句和答句里写明",
                "error" if pair.same else "note",
            )


def like_pairs(corpus: Corpus, day: dt.date, embed: Embed | None = None) -> list[Pair]:
    """Pairs of yes/no questions of like meaning, most alike first."""
    asked = list(_asked(corpus, day))
    if len(asked) < 2:
        return []
    words = [bigrams(re.sub(r"[？?“”]", "", a.question)) for a in asked]
    cosine = _cosines([a.question for a in asked], embed)
    found: list[Pair] = []
    for i, one in enumerate(asked):
        for j in range(i):
            shared = len(words[i] & words[j]) / max(1, len(words[i] | words[j]))
            if one.guideline.id == asked[j].guideline.id:
                continue
            likeness = shared if cosine is None else float(cosine[i, j])
            if shared >= SAME_WORDS or (
                cosine is not None and (likeness >= ALIKE or (likeness >= NEARLY and shared >= SHARED))
            ):
                found.append(Pair(one, asked[j], likeness, shared >= SAME))
    return sorted(found, key=lambda p: -p.likeness)


def pairs_table(pairs: list[Pair]) -> str:
    """The compared pairs as tab-separated lines for reading: likeness, whether verdicts differ, both Q&As."""
    lines = ["相近\t不同\t甲\t甲问\t甲答\t乙\t乙问\t乙答"]
    for pair in pairs:
        cells = [f"{pair.likeness:.3f}", "不同" if pair.differs else ""]
        for side in (pair.one, pair.other):
            cells += [
                f"{side.guideline.key}#{side.clause.id}",
                side.question,
                side.clause.text.replace("\n", " "),
            ]
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def _asked(corpus: Corpus, day: dt.date) -> Iterator[Asked]:
    for guideline in corpus.in_force(day):
        for clause in guideline.clauses:
            if clause.section is Section.FAQ and asks_yes_no(clause.heading or ""):
                verdict = _verdict(clause)
                if verdict:
                    yield Asked(guideline, clause, verdict)


def _verdict(clause: Clause) -> Verdict | None:
    """The opening verdict; 违法 is a yes to 违法吗 and a no to anything else."""
    if _UNLAWFUL.search(clause.heading or "") and _UNLAWFUL.match(clause.text):
        return "yes"
    return opening(clause.text)


def _cosines(questions: list[str], embed: Embed | None) -> NDArray[np.float32] | None:
    if embed is None:
        return None
    vectors = np.asarray(embed(questions), np.float32)
    product: NDArray[np.float32] = vectors @ vectors.T
    return product


def _first(asked: Asked) -> str:
    return re.split(r"[。，：；]", asked.clause.text.strip(), maxsplit=1)[0][:16]
