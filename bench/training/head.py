"""The head: what kind of message it is, from the encoder's vector (multinomial logistic regression)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np
import torch
from torch import nn

from bench.relevance.read import read_families, read_messages, read_outside
from bench.training.data import SEED, Content
from bench.training.onnx import ADVICE, HEAD, QUERY_PREFIX, TrainedEmbeddings
from rag.index.judge import read_verified

STEPS = 1500
LEARNING_RATE = 0.05
DECAY = 1e-5


class Leaning(StrEnum):
    """The kinds, in the order of the head's outputs."""

    RULE = "rule"
    EVADE = "evade"
    TALK = "talk"
    OUTSIDE = "outside"


class Head:
    """Vector of a message -> probabilities of the kinds."""

    def __init__(self, folder: Path) -> None:
        """Read the head from ``folder``."""
        with np.load(io.BytesIO(read_verified(folder, HEAD, ADVICE))) as stored:
            self._weights, self._bias = stored["weights"], stored["bias"]

    def odds(self, vector: Sequence[float] | np.ndarray) -> dict[Leaning, float]:
        """Probability of each kind; they sum to 1."""
        scores = np.asarray(vector) @ self._weights + self._bias
        shares = np.exp(scores - scores.max())
        return dict(zip(Leaning, (shares / shares.sum()).tolist(), strict=True))

    def of(self, vector: Sequence[float] | np.ndarray) -> Leaning:
        """The likeliest kind of the message with that vector."""
        odds = self.odds(vector)
        return max(odds, key=lambda kind: odds[kind])


def messages(content: Content, split: str) -> list[tuple[str, Leaning]]:
    """Every message of ``split`` with its kind."""
    rows = [(q, Leaning.RULE) for f in read_families(split) for q in f.questions]
    rows += [(q, Leaning.OUTSIDE) for q in read_outside(split)]
    rows += [(text, Leaning(kind)) for text, kind in read_messages(split)]
    if split == "train":
        rows += [(c.heading, Leaning.RULE) for c in content.chunks if c.heading and c.questions]
        rows += [(w, Leaning.OUTSIDE) for o in content.corpus.registers.outside for w in o.wordings]
    return list(dict.fromkeys(rows))


def train_head(vectors: np.ndarray, kinds: Sequence[Leaning], path: Path) -> None:
    """Fit on ``vectors`` (messages, 384), every kind weighed alike in sum, and write weights and bias to ``path``."""
    torch.manual_seed(SEED)
    labels = torch.tensor([list(Leaning).index(k) for k in kinds])
    counts = torch.bincount(labels, minlength=len(Leaning)).float()
    inputs = torch.tensor(vectors)
    layer = nn.Linear(vectors.shape[1], len(Leaning))
    optimizer = torch.optim.AdamW(layer.parameters(), lr=LEARNING_RATE, weight_decay=DECAY)
    weight = (counts.sum() / counts.clamp(min=1)).sqrt()
    for _ in range(STEPS):
        optimizer.zero_grad()
        nn.functional.cross_entropy(layer(inputs), labels, weight=weight).backward()
        optimizer.step()
    np.savez(path, weights=layer.weight.detach().numpy().T, bias=layer.bias.detach().numpy())


def query_vectors(model: TrainedEmbeddings, texts: Sequence[str]) -> np.ndarray:
    """Vectors of messages: (texts, 384)."""
    return model.run([QUERY_PREFIX + t for t in texts])


def measure_head(model: TrainedEmbeddings, content: Content, folder: Path) -> list[str]:
    """A table: how the messages of dev and test are taken, by kind."""
    head = Head(folder)
    lines = [f"{'':<14}{'asked':>7}" + "".join(f"{kind.value:>10}" for kind in Leaning)]
    for split in ("dev", "test"):
        rows = messages(content, split)
        taken = [head.of(v) for v in query_vectors(model, [t for t, _ in rows])]
        for kind in Leaning:
            mine = [t for t, (_, k) in zip(taken, rows, strict=True) if k is kind]
            shares = [sum(t is other for t in mine) / max(len(mine), 1) for other in Leaning]
            lines.append(f"{split} {kind.value:<9}{len(mine):>7}" + "".join(f"{s:>10.1%}" for s in shares))
    return lines
