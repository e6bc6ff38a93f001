"""The judge: question and clause -> neither, belongs, answers.

The lower seven layers of the trained encoder read question and clause apart, the upper five together; the head compares
the means of both, so that what the encoder knows of nearness is there from the first step. The lower layers stay as they
are: what they make of every text is computed once, and only the upper ones are trained.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from bench.relevance.read import Family, read_families, read_messages, read_outside
from bench.training.data import (
    ANSWERS,
    NEITHER,
    PASSAGE_PREFIX,
    QUERY_PREFIX,
    SEED,
    Content,
    Graded,
    graded,
    wording_pairs,
)
from bench.training.encoder import length_batches, negatives
from bench.training.loop import autocast, fit
from rag.ground import Words
from rag.index.judge import LENGTH
from rag.index.lexical import LexicalIndex

SPLIT = 7  # layers that read question and clause apart
PASSES = 3
BATCH = 32
HEAD = 256
LEARNING_RATE, HEAD_RATE = 8e-5, 1e-3
WARM_UP = 80  # steps
ZEROS = 3  # clauses graded 0 that are shown per question
WORDINGS = 2000  # wordings of the content that are shown, each with its clause and another
NEARBY = 8  # clauses nearest by words among which those shown with a message of another trade are drawn


def training_rows(content: Content, number: int) -> list[Graded]:
    """What the judge learns from in one pass: graded questions, messages of several asks, wordings, other trades."""
    families = read_families("train")
    by_id = {f.id: f for f in families}
    seed = SEED + number
    rows = graded(content, [f for f in families if f.kind != "multi"], zeros=ZEROS, seed=seed)
    rows += graded(
        content, [_joined(f, by_id) for f in families if f.kind == "multi"], zeros=ZEROS, seed=seed
    )
    draw = random.Random(seed)
    pairs = draw.sample(wording_pairs(content, 1), WORDINGS)
    for pair, other in zip(pairs, negatives(content, pairs), strict=True):
        rows += [Graded(pair.question, pair.answer, ANSWERS), Graded(pair.question, other, NEITHER)]
    words = LexicalIndex.build(content.texts, Words(content.corpus.registers.known_words()))
    foreign = read_outside("train") + [text for text, kind in read_messages("train") if kind == "talk"]
    for text in foreign:
        near = np.argsort(-words.scores(text))[:NEARBY].tolist()
        rows += [Graded(text, place, NEITHER) for place in draw.sample(near, 2)]
    draw.shuffle(rows)
    return rows


def _joined(family: Family, by_id: dict[str, Family]) -> Family:
    """A message of several asks with the grades of its parts: what answers one of them answers."""
    grades: dict[str, int] = {}
    for part in family.parts:
        for clause, grade in by_id[part].grades.items() if part in by_id else ():
            grades[clause] = max(grade, grades.get(clause, 0))
    return Family(
        family.id, family.kind, family.split, family.operator, family.questions, family.parts, grades
    )


class Judge(nn.Module):
    """The encoder's layers in two parts, and the head."""

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        self.split = SPLIT
        self.body = AutoModel.from_pretrained(
            encoder, add_pooling_layer=False, attention_probs_dropout_prob=0.0
        )
        width = self.body.config.hidden_size
        self.head = nn.Sequential(nn.Linear(4 * width, HEAD), nn.GELU(), nn.Dropout(0.1), nn.Linear(HEAD, 3))
        for part in (self.body.embeddings, *self.body.encoder.layer[:SPLIT]):
            part.requires_grad_(False)

    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """States of texts after the layers that read them alone: (texts, tokens) twice -> (texts, tokens, width)."""
        states = self.body.embeddings(input_ids=ids)
        seen = mask[:, None, None, :].bool().expand(-1, 1, ids.shape[1], -1)
        for layer in self.body.encoder.layer[: self.split]:
            states = layer(states, seen)
        return states

    def upper(self, states: Tensor, segments: Tensor) -> Tensor:
        """Logits (pairs, 3) of states laid side by side; segments: 1 question, 2 clause, 0 padding."""
        seen = (segments > 0)[:, None, None, :].expand(-1, 1, states.shape[1], -1)
        for layer in self.body.encoder.layer[self.split :]:
            states = layer(states, seen)
        return self.head(compare(states, segments))


def compare(states: Tensor, segments: Tensor) -> Tensor:
    """What the head reads: means of question and clause, their difference and product, (pairs, 4 * width)."""
    asked, clause = _mean(states, segments == 1), _mean(states, segments == 2)
    return torch.cat([asked, clause, (asked - clause).abs(), asked * clause], -1)


def _mean(states: Tensor, where: Tensor) -> Tensor:
    """Mean of the states where a segment is, scaled to the root of their number of dimensions."""
    weights = where.unsqueeze(-1).to(states.dtype)
    mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
    return nn.functional.normalize(mean, dim=-1) * states.shape[-1] ** 0.5


class States:
    """What the lower layers make of texts, computed once each and kept as bfloat16."""

    def __init__(self, judge: Judge, tokenizer: AutoTokenizer) -> None:
        self._judge, self._tokenizer = judge, tokenizer
        self._states: dict[str, Tensor] = {}

    @torch.no_grad()
    def prepare(self, texts: Sequence[str], size: int = 64) -> None:
        """Compute what is not there yet."""
        self._judge.eval()
        todo = sorted({t for t in texts if t not in self._states}, key=len)
        for start in range(0, len(todo), size):
            batch = todo[start : start + size]
            inputs = self._tokenizer(
                batch, truncation=True, max_length=LENGTH, padding=True, return_tensors="pt"
            )
            with autocast():
                states = self._judge.lower(inputs["input_ids"], inputs["attention_mask"]).to(torch.bfloat16)
            for text, row, count in zip(batch, states, inputs["attention_mask"].sum(1).tolist(), strict=True):
                self._states[text] = row[:count].clone()

    def length(self, pair: tuple[str, str]) -> int:
        """Tokens of both texts."""
        return len(self._states[pair[0]]) + len(self._states[pair[1]])

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> tuple[Tensor, Tensor]:
        """States side by side (pairs, tokens, width) and their segments (pairs, tokens)."""
        both = [(self._states[a], self._states[b]) for a, b in pairs]
        tokens, width = max(len(a) + len(b) for a, b in both), both[0][0].shape[1]
        states, segments = (
            torch.zeros(len(both), tokens, width),
            torch.zeros(len(both), tokens, dtype=torch.long),
        )
        for row, (a, b) in enumerate(both):
            states[row, : len(a) + len(b)] = torch.cat([a, b]).float()
            segments[row, : len(a)], segments[row, len(a) : len(a) + len(b)] = 1, 2
        return states, segments


def texts_of(content: Content, row: Graded) -> tuple[str, str]:
    """Question and clause of a row as the judge reads them."""
    return QUERY_PREFIX + row.question, PASSAGE_PREFIX + content.chunks[row.clause].text


def train_judge(encoder: Path, content: Content, path: Path, steps: int | None = None) -> Judge:
    """`PASSES` over the rows in batches of like length; the weights are written to ``path``. ``steps``: at most so many."""
    torch.manual_seed(SEED)
    judge, tokenizer = Judge(encoder), AutoTokenizer.from_pretrained(encoder)
    lower = States(judge, tokenizer)
    batches = []
    for number in range(PASSES if steps is None else 1):
        pairs = [(texts_of(content, r), r.grade) for r in training_rows(content, number)[: _most(steps)]]
        lower.prepare([text for both, _ in pairs for text in both])
        places = length_batches([lower.length(both) for both, _ in pairs], BATCH)
        batches += [[pairs[p] for p in batch] for batch in places]
    rates = [
        {"params": list(judge.body.encoder.layer[SPLIT:].parameters()), "lr": LEARNING_RATE},
        {"params": list(judge.head.parameters()), "lr": HEAD_RATE},
    ]

    def loss_of(batch: Sequence[tuple[tuple[str, str], int]]) -> Tensor:
        states, segments = lower.pairs([both for both, _ in batch])
        with autocast():
            logits = judge.upper(states, segments).float()
        return nn.functional.cross_entropy(logits, torch.tensor([grade for _, grade in batch]))

    fit(judge, rates, batches, loss_of, name="judge", warm_up=WARM_UP)
    torch.save(judge.state_dict(), path)
    return judge.eval()


def _most(steps: int | None) -> int | None:
    """Rows that are enough for so many steps; all without a number."""
    return None if steps is None else steps * BATCH


def load_judge(encoder: Path, path: Path) -> Judge:
    """What `train_judge` wrote."""
    judge = Judge(encoder)
    judge.load_state_dict(torch.load(path, weights_only=True))
    return judge.eval()
