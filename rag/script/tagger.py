"""The trained model of the script check: how likely every character of a passage stands in a risky phrase, and of which claim.

The twelve layers of multilingual-e5-small, trained by ``python -m bench.script.train`` on passages marked by many hands, run by onnxruntime.
``weights`` holds ``tagger.onnx`` (8 bit), ``tokenizer.json``, ``tagger.json`` (claims, goods, bars, the rules it was measured with)
and ``digests.json``.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.ground import open_graph, open_tokenizer, probabilities, read_verified

WEIGHTS = Path(__file__).parent / "weights"
GRAPH, MEASURED = "tagger.onnx", "tagger.json"
LENGTH = 256  # tokens of a passage
WINDOW = 120  # characters of sentences that are read together
THREADS = 2  # passages read at a time
NEITHER, GRAVE, SOFT = range(3)
"""Kinds of characters: in no phrase; in one of 违法 or 有风险; in one of 要看依据 or 提示."""
_EDGES = re.compile(r"^[\s，。！？；：、“”‘’（）,.!?;:]+|[\s，。！？；：、“”‘’（）,.!?;:]+$")


@dataclass(frozen=True)
class Reading:
    """What the model makes of a text: probabilities of the kinds (characters, 3), the claim of each character (its number), and how
    likely that is (0..1)."""

    kinds: np.ndarray
    claims: np.ndarray
    sure: np.ndarray

    def grave(self, start: int, end: int) -> float:
        """The highest probability of a risky character in a piece, 0..1."""
        return float(self.kinds[start:end, GRAVE].max(initial=0.0))

    def any(self, start: int, end: int) -> float:
        """The highest probability of a character of any phrase in a piece, 0..1."""
        return float((1 - self.kinds[start:end, NEITHER]).max(initial=0.0))

    def phrases(self, text: str, within: float) -> Iterator[tuple[int, int]]:
        """The runs of ``text`` whose characters all stand in some phrase by ``within`` at least, marks at their edges left out."""
        inside = np.concatenate([[False], 1 - self.kinds[:, NEITHER] >= within, [False]])
        edges = np.flatnonzero(inside[1:] != inside[:-1])
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            plain = _EDGES.sub("", text[start:end])
            if plain:
                begin = text.index(plain, start)
                yield begin, begin + len(plain)


@dataclass(frozen=True)
class Sentence:
    """A sentence and the goods it is about (topic ids)."""

    text: str
    goods: frozenset[str] = frozenset()


class Tagger:
    """Thread-safe; every passage is run on its own, so what is said of it does not depend on the others."""

    def __init__(self, folder: Path = WEIGHTS, threads: int = THREADS) -> None:
        """Raises: EmbeddingError: a file is missing, another one, or no model."""
        self.measured: dict[str, Any] = json.loads(read_verified(folder, MEASURED))
        self.claims: tuple[str, ...] = tuple(self.measured["claims"])
        self._graph, self._tokenizer = open_graph(folder, GRAPH), open_tokenizer(folder, LENGTH)
        self._lock, self._pool = threading.Lock(), ThreadPoolExecutor(threads, thread_name_prefix="tagger")

    def read(self, sentences: Sequence[Sentence]) -> list[Reading]:
        """Of every sentence what the model makes of it; neighbours about the same goods are read together."""
        windows = list(self._windows(sentences))
        found: list[Reading] = []
        for texts, read in zip(windows, self._pool.map(self._passage, windows), strict=True):
            at = 0
            for text in texts[1]:
                end = at + len(text)
                found.append(Reading(*(part[at:end] for part in (read.kinds, read.claims, read.sure))))
                at = end
        return found

    def _windows(self, sentences: Iterable[Sentence]) -> Iterator[tuple[str, list[str]]]:
        """The name of the goods, and the sentences read together."""
        name, texts = "", list[str]()
        for sentence in sentences:
            named = next((n for t, n in self.measured["goods"].items() if t in sentence.goods), "")
            if texts and (named != name or sum(map(len, texts)) + len(sentence.text) > WINDOW):
                yield name, texts
                texts = []
            name = named
            texts.append(sentence.text)
        if texts:
            yield name, texts

    def _passage(self, window: tuple[str, list[str]]) -> Reading:
        name, text = window[0], "".join(window[1])
        before = f"{name}：" if name else ""
        with self._lock:
            encoded = self._tokenizer.encode(before + text)
        (logits,) = self._graph.run(None, {"ids": np.array([encoded.ids], np.int64)})
        shares, claims = probabilities(logits[0, :, : SOFT + 1]), probabilities(logits[0, :, SOFT + 1 :])
        kinds, named = np.zeros((len(text), 3), np.float32), np.zeros(len(text), np.int64)
        kinds[:, NEITHER], sure = 1.0, np.zeros(len(text), np.float32)
        read = zip(encoded.offsets, shares, claims.argmax(1), claims.max(1), strict=True)
        for (start, end), share, claim, chance in read:
            piece = slice(max(0, start - len(before)), max(0, end - len(before)))
            kinds[piece], named[piece], sure[piece] = share, claim, chance
        return Reading(kinds, named, sure)
