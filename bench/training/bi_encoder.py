"""The encoder's upper half: questions and the clauses that answer them get near vectors, what a search found instead gets far ones.

InfoNCE over the clauses of a batch. The hard negatives of a question are clauses graded 0 for it, which are what the search of the day had
found first; clauses graded 1 or 2, and those that share an article with the right one, are no negatives of it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

from bench.relevance.read import read_families
from bench.training.data import ANSWERS, NEITHER, PASSAGE_PREFIX, QUERY_PREFIX, SEED, Content, wording_pairs
from bench.training.encoder import AS_QUESTION, TEMPERATURE, length_batches, rests_on
from bench.training.halves import SPLIT, Halves, States, restore_halves
from bench.training.loop import fit
from bench.training.restore import Shipped, body_of
from rag.index.lower import FOLDER, LOWER, UPPER
from rag.index.probe import ENCODER

PASSES = 2
BATCH = 48  # questions, each with a clause that answers
WRONG = 2  # clauses graded 0 that are shown with a question
WORDINGS = 5000  # wordings of the content that are shown in a pass
LEARNING_RATE = 1.2e-4
WARM_UP = 60  # steps
AVERAGED = 0.15  # share of the steps over which the weights are averaged in the end


class BiEncoder(Halves):
    """One text alone: the mean of its states."""

    def vectors(self, texts: Sequence[Tensor]) -> Tensor:
        """Unit vectors (texts, width) of texts that the lower half has read."""
        states, segments = self.together([[text] for text in texts])
        weights = (segments > 0).unsqueeze(-1).float()
        return nn.functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)


@dataclass(frozen=True)
class Asked:
    """A question, a clause that answers it, clauses that do not, and those that are no negatives; places in `Content.chunks`."""

    question: str
    right: int
    wrong: tuple[int, ...]
    spared: frozenset[int]


def training_questions(content: Content, number: int) -> list[Asked]:
    """What is learnt from in one pass: graded questions with an answer, and wordings of the content."""
    draw = random.Random(SEED + number)
    found = []
    for family in read_families("train", kinds=("answer",)):
        grades = {content.place[i]: g for i, g in family.grades.items() if i in content.place}
        right = [p for p, g in grades.items() if g == ANSWERS]
        wrong = [p for p, g in grades.items() if g == NEITHER]
        spared = frozenset(grades) - frozenset(wrong)
        for question in family.questions if right else ():
            shown = tuple(draw.sample(wrong, min(WRONG, len(wrong))))
            found.append(Asked(question, draw.choice(right), shown, spared))
    pairs = draw.sample(wording_pairs(content, 100, seed=SEED + number), WORDINGS)
    return found + [Asked(p.question, p.answer, (), frozenset((p.answer,))) for p in pairs]


def shown_as(content: Content, asked: Asked) -> str:
    """The right clause as it lies in the index: its text, or one of its wordings (not the question itself), with the prefix."""
    chunk = content.chunks[asked.right]
    wordings = [q for q in chunk.questions if q != asked.question]
    if wordings and random.random() < AS_QUESTION:
        return QUERY_PREFIX + random.choice(wordings)
    return PASSAGE_PREFIX + chunk.text


class Loss:
    """InfoNCE of a batch."""

    def __init__(self, net: BiEncoder, states: States, content: Content) -> None:
        self._net, self._states, self._content = net, states, content
        self._rests = rests_on(content).float()

    def __call__(self, batch: Sequence[Asked]) -> Tensor:
        """A scalar."""
        texts = [shown_as(self._content, asked) for asked in batch]
        texts += [PASSAGE_PREFIX + self._content.chunks[p].text for asked in batch for p in asked.wrong]
        places = torch.tensor([a.right for a in batch] + [p for asked in batch for p in asked.wrong])
        vectors = self._net.vectors(
            [self._states[QUERY_PREFIX + a.question] for a in batch] + [self._states[t] for t in texts]
        )
        scores = vectors[: len(batch)] @ vectors[len(batch) :].T / TEMPERATURE
        mine = places[: len(batch)]
        shared = (self._rests[mine] @ self._rests[places].T) > 0
        for row, asked in enumerate(batch):
            shared[row] |= torch.isin(places, torch.tensor(sorted(asked.spared)))
            shared[row] &= ~torch.isin(places, torch.tensor(asked.wrong, dtype=torch.long))
        shared.fill_diagonal_(False)
        return nn.functional.cross_entropy(scores.masked_fill(shared, -1e4), torch.arange(len(batch)))


def train_bi_encoder(
    net: BiEncoder, pieces: Tokenizer, content: Content, path: Path, steps: int | None = None
) -> BiEncoder:
    """`PASSES` over the questions in batches of like length; the weights are written to ``path``. ``steps``: at most so many."""
    torch.manual_seed(SEED)
    random.seed(SEED)
    states = States(net, lambda text: pieces.encode(text).ids)
    states.prepare([PASSAGE_PREFIX + c.text for c in content.chunks])
    batches: list[list[Asked]] = []
    for number in range(PASSES if steps is None else 1):
        asked = training_questions(content, number)[: steps and steps * BATCH]
        wordings = [q for a in asked for q in content.chunks[a.right].questions]
        states.prepare([QUERY_PREFIX + q for q in [a.question for a in asked] + wordings])
        clauses = [[a.right, *a.wrong] for a in asked]
        lengths = [sum(len(content.chunks[p].text) for p in shown) for shown in clauses]
        batches += [[asked[p] for p in batch] for batch in length_batches(lengths, BATCH)]
    rates = [{"params": list(net.body.encoder.layer[SPLIT:].parameters()), "lr": LEARNING_RATE}]
    fit(net, rates, batches, Loss(net, states, content), name="encoder", warm_up=WARM_UP, averaged=AVERAGED)
    torch.save(net.state_dict(), path)
    return net.eval()


def new_bi_encoder(encoder: Path) -> BiEncoder:
    """The encoder in the folder, in halves."""
    return BiEncoder(AutoModel.from_pretrained(encoder, add_pooling_layer=False))


def shipped_bi_encoder(weights: Path) -> BiEncoder:
    """The encoder whose graphs lie under ``weights``, to go on from."""
    net = BiEncoder(body_of(weights / FOLDER))
    restore_halves(net, Shipped(weights / FOLDER / LOWER), Shipped(weights / ENCODER / UPPER))
    return net
