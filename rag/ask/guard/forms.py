"""Every reading of a text: unwrapped, decoded, reversed, look-alike letters read as Latin ones."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from rag.ground import normalize

MAX_DEPTH = 3
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
