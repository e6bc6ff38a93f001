"""The gate before anything is looked up: attempts to take over the assistant, and requests to help break rules.

An extractive assistant cannot be talked into anything, but it should say plainly what it will not do, and a
configured chat model must never see such text. Kinds of request are told apart by the patterns in
`rag.guard_patterns` and `rag.guard_takeover`; here the text is unwrapped (base64, hex, escapes, shifted alphabets, look-alike letters, invisible
characters, reversed) and read sentence by sentence.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from urllib.parse import unquote

from rag import guard_patterns as known
from rag import guard_takeover as orders
from rag.lexical import normalize
from rag.models import Question

MAX_DEPTH = 3
RECENT_TURNS = 3
SHORT_QUESTION = 12
BEFORE, AFTER = 24, 20  # characters around a wrong act in which the request for help may stand


class Verdict(StrEnum):
    """What the guard found."""

    FINE = "fine"
    TAKEOVER = "takeover"
    EVASION = "evasion"


def inspect(text: str) -> Verdict:
    """What kind of text this is. Encoded, reversed and spread-out text is judged by what it says."""
    if any(_takes_over(form) for form in forms(text)):
        return Verdict.TAKEOVER
    if _asks_for_wrong(squeeze(text)) or any(map(_asks_for_wrong_abroad, (squeeze(text), latin(text)))):
        return Verdict.EVASION
    return Verdict.FINE


def inspect_conversation(question: Question) -> Verdict:
    """The verdict on a question with the questions before it; earlier answers are never read by any stage.

    A question that stands alone is judged alone: nothing said before can poison it. One that only points back (继续,
    照办, 还有吗) is judged by what it points to; what the rules say of it (那罚多少) may always be asked.
    """
    verdict = inspect(question.question)
    asked = squeeze(question.question)
    points_back = len(asked) < SHORT_QUESTION or known.POINTS_BACK.search(asked)
    if verdict is not Verdict.FINE or not points_back or not question.history:
        return verdict
    earlier = [inspect(turn.question) for turn in question.history[-RECENT_TURNS:]]
    if Verdict.TAKEOVER in earlier:
        return Verdict.TAKEOVER
    if earlier[-1] is Verdict.EVASION and not known.ABOUT_THAT.search(asked):
        return Verdict.EVASION
    return Verdict.FINE


# --- what is said ---------------------------------------------------------------------------------------------

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
    if known.SHAMELESS.search(sentence):
        return True
    said = known.DENIED.sub("", sentence)
    if known.OPPOSED.search(said):
        return False
    yes_or_no = known.YES_OR_NO.search(said) and not known.ASKED.search(said)
    if known.HIDDEN.search(said) and not known.WITNESS.search(said):
        return True
    about_rules = known.ABOUT.search(said)
    for act in known.WRONG.finditer(said):
        around = said[max(0, act.start() - BEFORE) : act.end() + AFTER]
        if known.UNSEEN.search(around) and not yes_or_no:
            return True
        if (known.ORDERED if about_rules else known.ASKED).search(around):
            return True
    return False


def _asks_for_wrong_abroad(text: str) -> bool:
    return bool(known.FOREIGN_EVASION.search(text)) and not known.FOREIGN_ABOUT.search(text)


# --- how it is written ----------------------------------------------------------------------------------------

_INVISIBLE = re.compile(
    r"[\s\u00ad\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+"
)
_SEPARATORS = re.compile(r"[*_~`|·・•./\\\-—–^+=]+(?=\w)")
_TAGS = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
_LOOKALIKES = str.maketrans(
    "авеіјкмнорстухѕԁһӏɡαεικνορτυχ" + "013457@$!",
    "abeijkmhopctyxsdhlgaeiknoptux" + "oieastasi",
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s:,]?){8,}")
_BINARY = re.compile(r"(?:[01]{8}\s?){4,}")
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_LETTERS = re.compile(r"[a-z]")


def squeeze(text: str) -> str:
    """Normalised text without blanks, invisible characters and separators between the letters of a word."""
    plain = _INVISIBLE.sub("", normalize(text.translate(_TAGS)).replace("\n", "\0"))
    return _SEPARATORS.sub("", plain).replace("\0", "\n")


def latin(text: str) -> str:
    """``text`` with accents removed and look-alike letters and digits read as Latin ones (1gn0r3, іgnоrе)."""
    bare = "".join(c for c in unicodedata.normalize("NFD", normalize(text)) if not unicodedata.combining(c))
    return squeeze(bare.translate(_LOOKALIKES))


def forms(text: str, depth: int = 0) -> Iterator[str]:
    """Every reading of ``text``: as written, as Latin letters, reversed, decoded; encodings inside encodings too."""
    plain = squeeze(text)
    yield plain
    yield plain[::-1]
    folded = latin(text)
    if folded != plain:
        yield folded
    if depth == 0 and len(_LETTERS.findall(folded)) >= 12:
        yield folded[::-1]
        yield from (_shift(plain, by) for by in range(1, 26))
    if depth < MAX_DEPTH:
        for inner in dict.fromkeys(d for d in _decoded(text) if d != text):
            yield from forms(inner, depth + 1)


def _shift(text: str, by: int) -> str:
    """Every Latin letter moved ``by`` places in the alphabet (rot13 is a shift by 13)."""
    return _LETTERS.sub(lambda m: chr((ord(m.group()) - 97 + by) % 26 + 97), text)


def _decoded(text: str) -> Iterator[str]:
    """What the encoded parts of ``text`` say."""
    yield html.unescape(text)
    yield unquote(text)
    yield _UNICODE.sub(lambda m: chr(int(m[1], 16)), text)
    raw: list[bytes] = [bytes(int(m, 16) for m in _ESCAPE.findall(text))]
    for run in {*_BASE64.findall(text), *_BASE64.findall(re.sub(r"\s", "", text))}:
        packed = run.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            raw.append(
                base64.b64decode(
                    packed[: len(packed) // 4 * 4 + (0 if len(packed) % 4 == 1 else 4)]
                    + "=" * (-len(packed) % 4)
                )
            )
        except (binascii.Error, ValueError):
            continue
    raw += [bytes.fromhex(h) for m in _HEX.findall(text) if len(h := re.sub(r"[\s:,]", "", m)) % 2 == 0]
    raw += [bytes(int(b, 2) for b in re.findall(r"[01]{8}", m)) for m in _BINARY.findall(text)]
    for data in raw:
        said = data.decode("utf-8", "ignore")
        if len(said) >= 4 and sum(c.isprintable() for c in said) >= 0.9 * len(said):
            yield said
