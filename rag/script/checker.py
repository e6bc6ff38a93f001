"""The engine: a text in, a report out."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.content import Corpus
from rag.ground import Homophones, Words, normalize
from rag.script.basis import Basis, Cited
from rag.script.claims import rules_of
from rag.script.fold import Folded, Folder
from rag.script.judge import RISKY, Candidate, Judge, Reader, open_judge
from rag.script.models import MAX_TEXT, Absence, Level, Missing, Report, Rule, ScriptError, ScriptFinding
from rag.script.packs import Pack, ReadyRule
from rag.script.sentences import GoodsReader, Sentences
from rag.script.spelled import Spelled
from rag.script.tagger import Sentence

_ORDER = list(Level)
MAX_FINDINGS = 1_000
WAYS_OF_SAYING = ("composed", "slots", "speech")
"""How the files begin whose rules find no words but how something is said."""
READ = "没有命中固定的词，整句读下来像这一类，请自己再看一眼："
"""How the reason of a finding begins that no pattern made."""


@dataclass(frozen=True)
class _Script:
    """A script as it is read: its text, folded and in sentences, which goods each is about, by whose rules of which day."""

    text: str
    folded: Folded
    sentences: Sentences
    about: list[frozenset[str]]
    reader: Reader
    basis: Basis
    day: dt.date
    operator: str | None

    def cited(self, rule: Rule | Absence) -> Cited | None:
        """The clause a rule rests on, if the rule holds for who speaks on that day."""
        return self.basis.cited(rule.clause, self.operator) if rule.holds(self.day, self.operator) else None

    def finding(
        self, rule: Rule, cited: Cited, span: tuple[int, int], level: Level, before: str = ""
    ) -> ScriptFinding:
        """A phrase (span in the text) under a rule; ``before``: what the reason begins with."""
        start, end = span
        return ScriptFinding(
            start=start, end=end, text=self.text[start:end], level=level, rule=rule.id, name=rule.name,
            reason=before + rule.why, better=rule.say, ask=rule.ask, clause=cited[0], laws=cited[1],
        )  # fmt: skip


class Checker:
    """Checks scripts against one corpus and its rules. Thread-safe; keeps nothing of what it reads."""

    def __init__(self, corpus: Corpus, pack: Pack, *, judge: Judge | None = None) -> None:
        """``judge`` decides in context; the pack's exceptions and the trained model if none is given."""
        self._corpus = corpus
        self._pack = pack
        self._ways = {r.rule.id for r in pack.rules if r.file.startswith(WAYS_OF_SAYING)}
        self._judge = judge or open_judge(pack)
        sounds = Homophones(pack.lists.sounds, words=Words()) if pack.lists.sounds else None
        self._folder = Folder(pack.lists.variants, sounds, Spelled(pack.lists.spelled()))
        self._goods = GoodsReader(pack.lists.goods)
        self._basis = lru_cache(maxsize=64)(lambda day, today: Basis(corpus, day, today))

    def check(
        self,
        text: str,
        *,
        today: dt.date,
        as_of: dt.date | None = None,
        operator: str | None = None,
        goods: Iterable[str] = (),
    ) -> Report:
        """Check one script.

        Args:
            text: up to 20,000 characters; offsets of findings count its code points.
            today, as_of: the day it is, and the day whose rules are applied (``today`` if not given).
            operator: who speaks (operator id); rules of all if not given.
            goods: topic ids of what is sold; read from the text if not given.

        Raises:
            ScriptError: the text is empty or too long.
        """
        _require_text(text)
        day, given = as_of or today, frozenset(goods)
        folded, sentences = self.read(text)
        about = [given] * len(sentences) if given else self._goods.of(folded.text, sentences)
        basis: Basis = self._basis(day, today)
        read = [Sentence(folded.text[slice(*sentences.bounds(n))], about[n]) for n in range(len(sentences))]
        script = _Script(text, folded, sentences, about, self._judge.read(read), basis, day, operator)
        matched = list(self._findings(script))
        found = self._without_repeats((*matched, *self._read(script, matched)))
        return Report(
            as_of=day,
            rules=self._pack.digest[:8],
            digest=self._digest(text, day, operator, given),
            characters=len(text),
            findings=tuple(found[:MAX_FINDINGS]),
            missing=tuple(self._missing(script)),
        )

    def rule(self, name: str) -> Rule | Absence | None:
        """The rule of that id."""
        return next((rule for _, rule in self._pack.every() if rule.id == name), None)

    def read(self, text: str) -> tuple[Folded, Sentences]:
        """The text as rules look at it, and its sentences."""
        folded = self._folder.fold(text)
        return folded, Sentences(folded.text)

    def _without_repeats(self, found: Iterable[ScriptFinding]) -> list[ScriptFinding]:
        """One finding a clause on one phrase, in the order of the text: of overlapping ones the gravest, one of a rule for
        words before one of a rule for a way of saying, then the longest."""
        taken: defaultdict[tuple[str, str], bytearray] = defaultdict(lambda: bytearray(MAX_TEXT))
        kept = []
        for f in sorted(
            found,
            key=lambda f: (_ORDER.index(f.level), f.rule in self._ways, f.start - f.end, f.start, f.rule),
        ):
            places = taken[f.clause.guideline, f.clause.clause]
            if not any(places[f.start : f.end]):
                places[f.start : f.end] = b"\1" * (f.end - f.start)
                kept.append(f)
        return sorted(kept, key=lambda f: (f.start, -f.end, _ORDER.index(f.level), f.rule))

    def _findings(self, script: _Script) -> Iterator[ScriptFinding]:
        for ready in self._pack.rules:
            cited = script.cited(ready.rule)
            for a, b in _places(ready, script.folded.text) if cited else ():
                level = self._judged(ready, a, b, script)
                if level is not None and cited is not None:
                    yield script.finding(ready.rule, cited, script.folded.span(a, b), level)

    def _read(self, script: _Script, matched: list[ScriptFinding]) -> Iterator[ScriptFinding]:
        """What no pattern found and the judge takes for a claim, under the first rule of that claim that holds."""
        taken = bytearray(len(script.text) + 1)
        for f in sorted(matched, key=_is_grave):
            taken[f.start : f.end] = (b"\2" if _is_grave(f) else b"\1") * (f.end - f.start)
        for number in range(len(script.sentences)):
            first, last = script.sentences.bounds(number)
            sentence = script.folded.text[first:last]
            around = slice(*script.folded.span(first, last)) if sentence else slice(0)
            for a, b, claim in script.reader.claims(number, 2 in taken[around]):
                start, end = span = script.folded.span(first + a, first + b)
                if any(taken[start:end]):
                    continue
                for ready in rules_of(claim, self._pack.rules):
                    holds = ready.rule.level_for(script.about[number]) is not None
                    cited = script.cited(ready.rule) if holds else None
                    if cited is not None:
                        if (
                            script.reader.decide(Candidate(ready, number, sentence, a, b, Level.RISKY))
                            is not None
                        ):
                            yield script.finding(ready.rule, cited, span, Level.RISKY, READ)
                        break

    def _judged(self, ready: ReadyRule, a: int, b: int, script: _Script) -> Level | None:
        """The level of a proposed phrase in its sentence."""
        number = script.sentences.number(a)
        level = ready.rule.level_for(script.about[number])
        if level is None:
            return None
        first, last = script.sentences.bounds(number)
        sentence = script.folded.text[first : max(last, b)]
        start, end = script.folded.span(a, b)
        disguised = not set(script.folded.text[a:b]) <= set(normalize(script.text[start:end]))
        return script.reader.decide(
            Candidate(ready, number, sentence, a - first, b - first, level, disguised)
        )

    def _missing(self, script: _Script) -> Iterator[Missing]:
        text, goods = script.folded.text, frozenset[str]().union(*script.about)
        for ready in self._pack.absences:
            rule = ready.rule
            concerned = (not rule.goods or goods & set(rule.goods)) and (
                ready.find is None or ready.find.search(text)
            )
            cited = script.cited(rule) if concerned else None
            if cited is not None and not ready.present.search(text):
                yield Missing(
                    level=rule.level, rule=rule.id, name=rule.name, reason=rule.why, better=rule.say, ask=rule.ask,
                    clause=cited[0], laws=cited[1],
                )  # fmt: skip

    def _digest(self, text: str, day: dt.date, operator: str | None, goods: frozenset[str]) -> str:
        parts = (text, day.isoformat(), operator or "", ",".join(sorted(goods)), self._pack.digest)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _is_grave(finding: ScriptFinding) -> bool:
    return finding.level in RISKY


def _places(ready: ReadyRule, text: str) -> set[tuple[int, int]]:
    """Where the patterns of a rule match: spans in the folded text, none empty."""
    found = ((m, _group(m)) for p in ready.find for m in p.finditer(text))
    return {(m.start(g), m.end(g)) for m, g in found if m.end(g) > m.start(g)}


def _group(match: re.Match[str]) -> int:
    """The group that holds the span: the first that took part, else the whole match."""
    return next((i for i, g in enumerate(match.groups(), 1) if g is not None), 0)


def _require_text(text: str) -> None:
    if not any(c.isalnum() for c in text):
        raise ScriptError("稿子里没有文字。", "请粘贴要播的文字，或换一个文件。")
    if len(text) > MAX_TEXT:
        raise ScriptError(f"稿子有 {len(text)} 个字，一次最多 {MAX_TEXT} 个字。", "请分成几份再审。")
