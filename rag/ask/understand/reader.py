"""A question as typed -> a Query: standalone text, day, role, intents, law articles, glossary expansions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from rag.ask.models import Question, Turn
from rag.ask.understand.dates import day_of, matter_of
from rag.ask.understand.goods import GoodsWords
from rag.ask.understand.intents import GENERIC, about_laws_only, intents_of
from rag.ask.understand.query import Named, Query
from rag.ask.understand.roles import replace_role, stated_role, subject_role
from rag.ask.understand.talk import matter_of_speech
from rag.content import RawRef, Registers, Unresolved, find_mentions
from rag.ground import Homophones, Words, normalize

_FOLLOW = re.compile(
    r"^(那|那么|那要是|那如果|如果|要是|还有|另外|再问|接着|然后|所以|这个|这种|这样|它|他|她|上面|刚才|前面|换成|对|呢|具体|为什么|为啥|依据|哪一?条)"
)
_CASE = re.compile(r"^那?(?:要是|如果|万一)")
_WHOLE = re.compile(r"[\u4e00-\u9fff]{2}.*(?:吗|么|怎么样|怎样|如何|多少|什么)[?。!]*$")


class Reader:
    """Turns questions into queries with the registers at hand (roles, laws, glossary)."""

    def __init__(
        self, registers: Registers, words: Words, vocabulary: Iterable[str] = (), texts: Iterable[str] = ()
    ) -> None:
        """``words``: what questions are cut with, those of the index; ``vocabulary``: words of the content beside the glossary, for putting mistyped words right; ``texts``: the
        content itself, whose wording is right.
        """
        self._registers = registers
        self._words = words
        vocabulary = frozenset(vocabulary)
        self._known = (
            vocabulary
            | set(registers.known_words())
            | {w for t in registers.topics for w in (*t.words, *t.names)}
        )
        self._synonyms = _synonyms(registers)
        self._goods = GoodsWords(registers.topics, words)
        roles = [n for o in registers.operators for n in (o.short, o.name)]
        self._homophones = Homophones(
            [*registers.known_words(), *roles, *vocabulary], [*registers.laws.names(), *texts], words=words,
            short=[*(t.term for t in registers.terms), *roles],
        )  # fmt: skip

    def read(self, question: Question, today: dt.date) -> Query:
        """Understand one question asked on ``today``."""
        original = self._homophones.restore(normalize(question.question).strip())
        text, followup = self._standalone(original, question.history)
        asked = day_of((original, text), question.as_of, today)
        operator = question.operator or stated_role(original) or (stated_role(text) if followup else None)
        subject = subject_role(original) or (subject_role(text) if followup else None)
        text = self._goods.told(matter_of_speech(text))
        intents = intents_of(original)
        matter, goods = matter_of(text, self._words), self._goods.of(text)
        mentions = find_mentions(text, self._registers.laws)
        return Query(
            text=text,
            matter=matter,
            original=original,
            day=asked.day,
            day_stated=asked.stated,
            impossible=asked.impossible,
            unsure=asked.unsure,
            passing=asked.passing,
            operator=operator,
            subject=subject,
            intents=intents,
            laws=self._named(mentions, asked.day),
            names_only=about_laws_only(text, mentions, self._words),
            goods=goods,
            other_goods=self._other_goods(goods),
            words=tuple(dict.fromkeys(self._words.cut(matter))),
            expansions=self._expand(matter),
            followup=followup,
            guideline=question.guideline,
        )

    def _named(self, mentions: Sequence[RawRef], day: dt.date) -> tuple[Named, ...]:
        """Laws and articles mentioned in the question, by short title."""
        found: list[Named] = []
        for ref in mentions:
            try:
                law, _ = self._registers.laws.resolve(ref.title, ref.article, day)
                found.append(Named(law.short_title, ref.article))
            except Unresolved:
                found.extend(
                    Named(law.short_title, ref.article) for law in self._registers.laws.named(ref.title)[:1]
                )
        return tuple(dict.fromkeys(found))

    def _other_goods(self, goods: frozenset[str]) -> frozenset[str]:
        """Kinds of goods that share no rules with any of ``goods``; none if there are no ``goods``."""
        kinds = [t for t in self._registers.topics if t.kind != "theme"]
        families = {t.family or t.id for t in kinds if t.id in goods}
        return frozenset(t.id for t in kinds if families and (t.family or t.id) not in families)

    def _standalone(self, text: str, history: tuple[Turn, ...]) -> tuple[str, bool]:
        """Complete a follow-up (那罚多少？ 平台呢？) with the question it follows."""
        if not history:
            return text, False
        content = self._words.cut(text)
        short = len(content) <= 3 and not self._has_own_matter(text) and not self._is_foreign(text)
        if not (short or (_FOLLOW.match(text) and len(content) <= 6)):
            return text, False
        previous = ""
        for turn in reversed(history):
            candidate = normalize(turn.question).strip()
            matter = self._words.cut(candidate)
            if len(matter) >= 2 or any(w in self._known and not GENERIC.fullmatch(w) for w in matter):
                previous = candidate
                break
        if not previous:
            return text, False
        role = subject_role(text)
        if role and len(content) <= 2 and "呢" in text:  # 平台呢？: the same question about another role
            return replace_role(previous, text, role), True
        return f"{previous} {text} {text}", True  # twice: what is asked now weighs more than what was

    def _is_foreign(self, text: str) -> bool:
        """Whether a short question of its own is about something that the content does not know (股票会涨吗)."""
        if _FOLLOW.match(text) or "呢" in text or not _WHOLE.search(text):
            return False
        return self.is_strange(text)

    def is_strange(self, text: str) -> bool:
        """Whether a text has a word that the content does not know; a case (要是删掉了呢) is one of the matter before."""
        strange = (w for w in self._words.cut(matter_of(text, self._words)) if len(w) > 1 and not w.isdigit())
        return not _CASE.match(text) and any(
            w not in self._known and not GENERIC.fullmatch(w) for w in strange
        )

    def _has_own_matter(self, text: str) -> bool:
        """Whether a short question names a matter of the trade itself and points to nothing said before."""
        named = any(not GENERIC.fullmatch(word) for word in self._expand(text))
        return named and bool(intents_of(text)) and not (_FOLLOW.match(text) or "呢" in text)

    def _expand(self, text: str) -> dict[str, tuple[str, ...]]:
        """Words of the question that the glossary knows -> the term and its other names."""
        found: dict[str, tuple[str, ...]] = {}
        for word in sorted(self._synonyms, key=len, reverse=True):
            if word in text and not any(word in longer for longer in found):
                found[word] = self._synonyms[word]
        return found


def _synonyms(registers: Registers) -> dict[str, tuple[str, ...]]:
    """slang -> (term,); term -> () so that the term itself counts as known."""
    table: dict[str, tuple[str, ...]] = {}
    for term in registers.terms:
        name = normalize(term.term)
        table.setdefault(name, ())
        for word in term.slang:
            if len(word) >= 2:
                table[normalize(word)] = (name,)
    return table
