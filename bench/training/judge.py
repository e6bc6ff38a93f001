"""The judge: question and clause -> neither, belongs, answers.

The lower seven layers of the trained encoder read question and clause apart, the upper five together; the head compares
the means of both, so that what the encoder knows of nearness is there from the first step. The lower layers stay as they
are: what they make of every text is computed once, and only the upper ones are trained. A question is shown with all its
clauses in one batch: beside the grade of each it is learnt which of them answers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

from bench.relevance.read import Family, read_families, read_messages, read_outside
from bench.training.data import (
    ANSWERS,
    NEITHER,
    PASSAGE_PREFIX,
    QUERY_PREFIX,
    SEED,
    Content,
    Group,
    graded,
    wording_pairs,
)
from bench.training.encoder import length_batches, negatives
from bench.training.halves import SPLIT, Halves, States, restore_halves
from bench.training.loop import autocast, fit
from bench.training.restore import Shipped, body_of, restore_head
from rag.ground import Words
from rag.index.judge import FOLDER as JUDGE
from rag.index.lexical import LexicalIndex
from rag.index.lower import FOLDER, LOWER, UPPER

PASSES = 3
BATCH = 6  # questions, each with its clauses
HEAD = 256
LEARNING_RATE, HEAD_RATE = 2e-4, 3e-4
WARM_UP = 100  # steps
AVERAGED = 0.1  # share of the steps over which the weights are averaged in the end
LISTED = 0.5  # of the loss: which of the clauses of a question answers
ZEROS = 4  # clauses graded 0 that are shown per question
WORDINGS = 4000  # wordings of the content that are shown in a pass, each with its clause and another
NEARBY = 8  # clauses nearest by words among which those shown with a message of another trade are drawn


def training_groups(content: Content, number: int) -> list[Group]:
    """What the judge learns from in one pass: graded questions, messages of several asks, wordings, other trades."""
    families = read_families("train", kinds=("answer", "near", "open", "multi"))
    by_id = {f.id: f for f in families}
    shown = [_joined(f, by_id) if f.kind == "multi" else f for f in families]
    groups = graded(content, shown, zeros=ZEROS, seed=SEED + number)
    draw = random.Random(SEED + number)
    pairs = draw.sample(wording_pairs(content, 1, seed=SEED + number), WORDINGS)
    for pair, other in zip(pairs, negatives(content, pairs), strict=True):
        groups.append(Group(pair.question, ((pair.answer, ANSWERS), (other, NEITHER))))
    words = LexicalIndex.build(content.texts, Words(content.corpus.registers.known_words()))
    foreign = read_outside("train") + [text for text, kind in read_messages("train") if kind == "talk"]
    for text in foreign:
        near = np.argsort(-words.scores(text))[:NEARBY].tolist()
        groups.append(Group(text, tuple((place, NEITHER) for place in draw.sample(near, 2))))
    draw.shuffle(groups)
    return groups


def _joined(family: Family, by_id: dict[str, Family]) -> Family:
    """A message of several asks with the grades of its parts: what answers one of them answers."""
    grades: dict[str, int] = {}
    for part in family.parts:
        for clause, grade in by_id[part].grades.items() if part in by_id else ():
            grades[clause] = max(grade, grades.get(clause, 0))
    return replace(family, grades=grades)


class Judge(Halves):
    """The upper layers read question and clause together; the head says what they are to each other."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__(body)
        width = body.config.hidden_size
        self.head = nn.Sequential(nn.Linear(4 * width, HEAD), nn.GELU(), nn.Dropout(0.1), nn.Linear(HEAD, 3))

    def upper(self, pairs: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
        """Logits (pairs, 3) of the states of questions and clauses."""
        states, segments = self.together(pairs)
        with autocast():
            return self.head(compare(states, segments)).float()


def compare(states: Tensor, segments: Tensor) -> Tensor:
    """What the head reads: means of question and clause, their difference and product, (pairs, 4 * width)."""
    asked, clause = _mean(states, segments == 1), _mean(states, segments == 2)
    return torch.cat([asked, clause, (asked - clause).abs(), asked * clause], -1)


def _mean(states: Tensor, where: Tensor) -> Tensor:
    """Mean of the states where a segment is, scaled to the root of their number of dimensions."""
    weights = where.unsqueeze(-1).to(states.dtype)
    mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
    return nn.functional.normalize(mean, dim=-1) * states.shape[-1] ** 0.5


Shown = tuple[
    str, list[tuple[str, int]]
]  # a question, and its clauses with their grades, as the judge reads them


def shown(content: Content, group: Group) -> Shown:
    """Question and clauses of a group as the judge reads them."""
    texts = [(PASSAGE_PREFIX + content.chunks[place].text, grade) for place, grade in group.clauses]
    return QUERY_PREFIX + group.question, texts


def loss_of(judge: Judge, states: States, batch: Sequence[Shown]) -> Tensor:
    """Cross entropy of the grades, and of which clause of a question answers: a scalar."""
    logits = judge.upper([(states[asked], states[text]) for asked, texts in batch for text, _ in texts])
    grades = torch.tensor([grade for _, texts in batch for _, grade in texts])
    loss = nn.functional.cross_entropy(logits, grades)
    odds = (logits[:, ANSWERS] - logits[:, NEITHER]).split([len(texts) for _, texts in batch])
    listed = [
        torch.logsumexp(scores, 0) - torch.logsumexp(scores[right], 0)
        for scores, (_, texts) in zip(odds, batch, strict=True)
        if 0 < sum(right := [grade == ANSWERS for _, grade in texts]) < len(texts)
    ]
    return loss + LISTED * torch.stack(listed).mean() if listed else loss


def train_judge(
    judge: Judge, pieces: Tokenizer, content: Content, path: Path, steps: int | None = None
) -> Judge:
    """`PASSES` over the groups in batches of like length; the weights are written to ``path``. ``steps``: at most so many."""
    torch.manual_seed(SEED)
    states = States(judge, lambda text: pieces.encode(text).ids)
    batches: list[list[Shown]] = []
    for number in range(PASSES if steps is None else 1):
        groups = [shown(content, g) for g in training_groups(content, number)[: steps and steps * BATCH]]
        states.prepare([text for asked, texts in groups for text in (asked, *(t for t, _ in texts))])
        lengths = [max(len(states[t]) for t, _ in texts) for _, texts in groups]
        batches += [[groups[p] for p in batch] for batch in length_batches(lengths, BATCH)]
    rates = [
        {"params": list(judge.body.encoder.layer[SPLIT:].parameters()), "lr": LEARNING_RATE},
        {"params": list(judge.head.parameters()), "lr": HEAD_RATE},
    ]
    fit(
        judge, rates, batches, lambda batch: loss_of(judge, states, batch), name="judge", warm_up=WARM_UP,
        averaged=AVERAGED,
    )  # fmt: skip
    torch.save(judge.state_dict(), path)
    return judge.eval()


def new_judge(encoder: Path) -> Judge:
    """A judge on the layers of the encoder in the folder, which knows nothing yet."""
    return Judge(AutoModel.from_pretrained(encoder, add_pooling_layer=False))


def shipped_judge(weights: Path) -> Judge:
    """The judge whose graphs lie under ``weights``, to go on from."""
    judge = Judge(body_of(weights / FOLDER))
    upper = Shipped(weights / JUDGE / UPPER)
    restore_halves(judge, Shipped(weights / FOLDER / LOWER), upper)
    restore_head(judge.head, upper)
    return judge


def mix(judge: Judge, other: Judge, share: float) -> None:
    """Give ``judge`` the mean of its weights (``share``) and those of ``other``, from which it was trained on."""
    theirs = other.state_dict()
    with torch.no_grad():
        for name, weights in judge.state_dict().items():
            if weights.is_floating_point():
                weights.mul_(share).add_(theirs[name], alpha=1 - share)
