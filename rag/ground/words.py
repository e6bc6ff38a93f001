"""Words of Chinese text: normal form, segmentation (jieba), and the index terms made of them.

What counts as one word depends on the glossary, so `Words` is an object made from it and handed on; an index keeps the
`Words` it was built with, and questions are cut with those.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
import tempfile
import unicodedata
import warnings
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9][a-z0-9.+%-]*")
SHORTEST, LONGEST = 2, 8  # characters of a word that may be added to the dictionary


# Zero-width and direction marks, variation selectors; a keycap (1️⃣) put between two Chinese characters.
_INVISIBLE = re.compile(
    "(?<=[\u4e00-\u9fff])[0-9#*]\ufe0f?\u20e3(?=[\u4e00-\u9fff])"
    "|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u20e3]"
)


# Four characters or more, a blank between each two: 全 网 最 低 价.
_SPACED = re.compile("(?<!\\w)[\u4e00-\u9fff](?:[ \\t][\u4e00-\u9fff]){3,}(?!\\w)")


def normalize(text: str) -> str:
    """NFKC, lower case, simplified characters, nothing invisible, no blanks between single characters: the form in which
    texts and questions are compared."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower().translate(_simplified())
    return _SPACED.sub(lambda run: re.sub(r"[ \t]", "", run.group()), plain)


class Words:
    """Cuts text into words, with words of the trade kept whole. Immutable; safe to share between threads.

    ``digest`` (16 hex digits) names the dictionary: the same words in the same order, the same stop words and the same
    segmenter cut alike.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        """``known``: words that stay whole, 2 to 8 characters; others are left to the dictionary."""
        plain = (normalize(word) for word in known if SHORTEST <= len(word) <= LONGEST)
        self.known = tuple(dict.fromkeys(plain))
        parts = ("\n".join(self.known), "\n".join(sorted(_stopwords())), load_jieba().__version__)
        self.digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
        self._segmenter = open_segmenter()
        for word in self.known:
            self._segmenter.add_word(word)

    def is_word(self, text: str) -> bool:
        """Whether ``text`` is a word of the dictionary."""
        return bool(self._segmenter.FREQ.get(text))

    def cut(self, text: str) -> list[str]:
        """Words of ``text`` in order, normalised, stop words and punctuation left out."""
        stop = _stopwords()
        return [
            w
            for w in self._segmenter.cut(normalize(text), HMM=False)
            if w not in stop and (_HAN_RUN.match(w) or _LATIN.match(w))
        ]

    def borders(self, text: str) -> frozenset[int]:
        """Where words of ``text`` (normalised already) begin or end, as places between its characters."""
        places, place = {0}, 0
        for word in self._segmenter.cut(text, HMM=False):
            place += len(word)
            places.add(place)
        return frozenset(places)

    def terms(self, text: str) -> list[str]:
        """Index terms: words plus character bigrams (``#xy``) of every run of Han characters."""
        return self.cut(text) + [
            "#" + pair for run in _HAN_RUN.findall(normalize(text)) for pair in pairs(run)
        ]


def pairs(run: str) -> list[str]:
    """Character bigrams of ``run`` in order; none for fewer than two characters."""
    return [run[i : i + 2] for i in range(len(run) - 1)]


def load_jieba() -> Any:
    """The segmenter's module, its log and the warnings of its sources kept quiet."""
    with warnings.catch_warnings():  # invalid escapes, reported on first compilation
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    return jieba


def open_segmenter() -> Any:
    """A segmenter of its own over the general dictionary."""
    segmenter, general = load_jieba().Tokenizer(), _general()
    segmenter.FREQ, segmenter.total, segmenter.initialized = dict(general.FREQ), general.total, True
    return segmenter


@lru_cache(maxsize=1)
def _general() -> Any:
    """The general dictionary, read once and never changed."""
    segmenter = load_jieba().Tokenizer()
    segmenter.tmp_dir = _own_folder()
    segmenter.initialize()
    return segmenter


def _own_folder() -> str:
    """Where jieba keeps its prepared dictionary: this user's alone. A file that another user put into the common folder would be
    read as code's own data, or stand in the way."""
    place = Path(tempfile.gettempdir(), f"hegui-{os.getuid()}")
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        facts = place.lstat()
        if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and not facts.st_mode & 0o022:
            return str(place)
    except OSError:
        pass
    return tempfile.mkdtemp(prefix="hegui-")


@lru_cache(maxsize=1)
def _stopwords() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("stopwords.txt").read_text("utf-8").split())


@lru_cache(maxsize=1)
def _simplified() -> dict[int, int]:
    """Traditional characters to simplified ones, character by character so that offsets stay."""
    with warnings.catch_warnings():  # zhconv leaves its dictionary file open
        warnings.simplefilter("ignore")
        from zhconv.zhconv import getdict

        table: dict[str, str] = getdict("zh-hans")
    return {ord(k): ord(v) for k, v in table.items() if len(k) == 1 and len(v) == 1}
