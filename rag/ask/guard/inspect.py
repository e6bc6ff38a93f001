"""The gate before anything is looked up: attempts to take over the assistant, and requests to help break rules.

An extractive assistant cannot be talked into anything, but it should say plainly what it will not do, and a
configured chat model must never see such text. Kinds of request are told apart by the patterns in `evasion` and
`takeover`, and where they see nothing by a trained model (`rag.index.gate`); `forms` unwraps the text (base64, hex,
escapes, shifted alphabets, look-alike letters, invisible characters, reversed); here it is read sentence by sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from rag.ask.guard import evasion as known
from rag.ask.guard import takeover as orders
from rag.ask.guard.forms import forms, latin, squeeze
from rag.ask.models import Question
from rag.index import Gate

RECENT_TURNS = 3
BEFORE, AFTER = 24, 20  # characters around a wrong act in which the request for help may stand


class Screening(StrEnum):
    """What the guard found."""

    FINE = "fine"
    TAKEOVER = "takeover"
    EVASION = "evasion"


def inspect(text: str) -> Screening:
    """What kind of text this is. Encoded, reversed and spread-out text is judged by what it says."""
    if any(_takes_over(form) for form in forms(text)):
        return Screening.TAKEOVER
    if _asks_for_wrong(squeeze(text)) or any(map(_asks_for_wrong_abroad, (squeeze(text), latin(text)))):
        return Screening.EVASION
    return Screening.FINE


class Guard:
    """Reads what people ask before anything else does: by the patterns, and where they see nothing by the trained gate."""

    def __init__(self, gate: Gate | None) -> None:
        """``gate``: None where its files do not load: then the patterns alone tell."""
        self._gate = gate

    def inspect(self, text: str) -> Screening:
        """As `inspect`, with the gate."""
        verdict = inspect(text)
        if (
            verdict is not Screening.FINE
            or self._gate is None
            or self._gate.wrong(squeeze(text)) < self._gate.bar
        ):
            return verdict
        return Screening.EVASION

    def inspect_conversation(
        self, question: Question, knows: Callable[[str], bool] = lambda text: False
    ) -> Screening:
        """The verdict on a question with the questions before it; earlier answers are never read by any stage.

        A question that stands alone is judged alone, however short (运费谁出): nothing said before can poison it. One that only
        points back (继续, 照办, 还有吗) is judged by what it points to; what the rules say of it (那罚多少) may always be asked.
        ``knows``: whether a text is a question of the guidelines: who asks one asks for no help with anything.
        """
        verdict = self.inspect(question.question)
        if verdict is Screening.EVASION and knows(question.question):
            return Screening.FINE
        asked = squeeze(question.question)
        points_back = known.NO_MATTER.fullmatch(asked) or known.POINTS_BACK.search(asked)
        if verdict is not Screening.FINE or not points_back or not question.history:
            return verdict
        earlier = [self.inspect(turn.question) for turn in question.history[-RECENT_TURNS:]]
        if Screening.TAKEOVER in earlier:
            return Screening.TAKEOVER
        if earlier[-1] is Screening.EVASION and not known.ABOUT_THAT.search(asked):
            return Screening.EVASION
        return Screening.FINE


_SENTENCE = re.compile(r"[。!?;\n]+")
_STRETCH = re.compile(r"[。!?;,:\n]+")


def _takes_over(form: str) -> bool:
    """Whether a stretch of the text tries to give orders; asking about the trade's own rules is no order."""
    for match in orders.TAKEOVER.finditer(form):
        start, end = _around(form, match.start(), match.end())
        stretch = form[start:end]
        if not (orders.TAKEOVER_ASKED.search(stretch) and orders.SPEAKER.search(stretch)):
            return True
    return False


def _around(form: str, start: int, end: int) -> tuple[int, int]:
    """The stretch between punctuation marks in which a match lies."""
    before = [m.end() for m in _STRETCH.finditer(form, 0, start)]
    after = _STRETCH.search(form, end)
    return (before[-1] if before else 0), (after.start() if after else len(form))


def _asks_for_wrong(text: str) -> bool:
    return any(_sentence_asks_for_wrong(s) for s in {text.replace("\n", ""), *_SENTENCE.split(text)} if s)


def _sentence_asks_for_wrong(sentence: str) -> bool:
    """Whether a sentence asks how to do something wrong, or how to do something without being noticed."""
    if known.ENDS_WITH_RULES.search(sentence) and not known.NO_WAY.search(sentence):
        return False
    if known.SHAMELESS.search(sentence):
        return True
    said = known.DENIED.sub("", sentence)
    if known.OPPOSED.search(said):
        return False
    yes_or_no = known.YES_OR_NO.search(said) and not known.ASKED.search(said)
    if known.HIDDEN.search(said) and not known.WITNESS.search(said):
        return True
    if known.LAWFUL.search(said):
        return False
    about_rules = known.ABOUT.search(said)
    unseen = not yes_or_no and not (about_rules and known.REPORTED.search(said))
    said = known.OFFERED.sub("", said) if about_rules else said
    for act in known.WRONG.finditer(said):
        if unseen and _near(known.UNSEEN, said, act):
            return True
        if _near(known.ORDERED if about_rules else known.ASKED, said, act):
            return True
    return False


def _near(pattern: re.Pattern[str], text: str, act: re.Match[str]) -> bool:
    """Whether the pattern begins near a wrong act; how it goes on is read to the end."""
    first = next(pattern.finditer(text, max(0, act.start() - BEFORE)), None)
    return first is not None and first.start() < act.end() + AFTER


def _asks_for_wrong_abroad(text: str) -> bool:
    return bool(known.FOREIGN_EVASION.search(text)) and not known.FOREIGN_ABOUT.search(text)
