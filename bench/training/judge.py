"""The judge: question and clause read together -> neither, belongs, answers (a cross-encoder of half the depth).

It starts from the lower half of the trained encoder. Question and clause attend to each other in every layer; the head
compares the means of both segments, so that what the encoder knows of nearness is there from the first step.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer, get_linear_schedule_with_warmup

from bench.relevance.read import Family, read_families, read_messages, read_outside
from bench.training.data import ANSWERS, NEITHER, SEED, Content, Graded, graded, wording_pairs
from bench.training.encoder import length_batches, negatives
from rag.ground import Words
from rag.index.lexical import LexicalIndex

LAYERS = 6  # the lower ones of the encoder's twelve
LENGTH = 192
BATCH = 32
HEAD = 256
END = 2  # the token that ends a segment
LEARNING_RATE, HEAD_RATE = 8e-5, 1e-3
WARM_UP = 0.05
ZEROS = 3  # clauses graded 0 that are shown per question
WORDINGS = 2500  # wordings of the content that are shown, each with its clause and another


def training_rows(content: Content) -> list[Graded]:
    """What the judge learns from: graded questions, messages of several asks, wordings, messages that ask no rule."""
    families = read_families("train")
    by_id = {f.id: f for f in families}
    rows = graded(content, [f for f in families if f.kind != "multi"], zeros=ZEROS)
    rows += graded(content, [_joined(f, by_id) for f in families if f.kind == "multi"], zeros=ZEROS)
    draw = random.Random(SEED)
    pairs = draw.sample(wording_pairs(content, 1), WORDINGS)
    for pair, other in zip(pairs, negatives(content, pairs), strict=True):
        rows += [Graded(pair.question, pair.answer, ANSWERS), Graded(pair.question, other, NEITHER)]
    words = LexicalIndex.build(
        [c.text for c in content.chunks], Words(content.corpus.registers.known_words())
    )
    foreign = read_outside("train") + [text for text, kind in read_messages("train") if kind == "talk"]
    for text in foreign:
        near = np.argsort(-words.scores(text))[:6].tolist()
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
    """Token ids and mask of pairs -> logits of neither, belongs, answers."""

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(encoder, add_pooling_layer=False)
        self.body.encoder.layer = self.body.encoder.layer[:LAYERS]
        self.body.config.num_hidden_layers = LAYERS
        width = self.body.config.hidden_size
        self.head = nn.Sequential(nn.Linear(4 * width, HEAD), nn.GELU(), nn.Linear(HEAD, 3))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(pairs, tokens) twice -> (pairs, 3)."""
        states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        ends = (ids == END).long()
        passed = ends.cumsum(1) - ends  # ends before this token
        asked = _mean(states, (passed < 1) & (mask > 0))
        clause = _mean(states, (passed >= 1) & (mask > 0))
        return self.head(torch.cat([asked, clause, (asked - clause).abs(), asked * clause], -1))


def _mean(states: Tensor, where: Tensor) -> Tensor:
    """Mean of the states where a segment is, scaled to the root of their number of dimensions."""
    weights = where.unsqueeze(-1).to(states.dtype)
    mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
    return nn.functional.normalize(mean, dim=-1) * states.shape[-1] ** 0.5


def train_judge(encoder: Path, rows: Sequence[Graded], content: Content, path: Path) -> Judge:
    """One epoch over ``rows`` in batches of like length; the weights are also written to ``path``."""
    torch.manual_seed(SEED)
    judge, tokenizer = Judge(encoder).train(), AutoTokenizer.from_pretrained(encoder)
    judge.body.embeddings.word_embeddings.weight.requires_grad = False
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in judge.body.parameters() if p.requires_grad], "lr": LEARNING_RATE},
            {"params": judge.head.parameters(), "lr": HEAD_RATE},
        ],
        weight_decay=0.01,
    )
    lengths = [len(r.question) + len(content.chunks[r.clause].text) for r in rows]
    batches = length_batches(lengths, BATCH)
    schedule = get_linear_schedule_with_warmup(optimizer, int(WARM_UP * len(batches)), len(batches))
    seen: list[float] = []
    for number, places in enumerate(batches, 1):
        batch = [rows[p] for p in places]
        inputs = tokenizer(
            [r.question for r in batch], [content.chunks[r.clause].text for r in batch],
            truncation=True, max_length=LENGTH, padding=True, return_tensors="pt",
        )  # fmt: skip
        with torch.autocast("cpu", torch.bfloat16):
            logits = judge(inputs["input_ids"], inputs["attention_mask"])
        loss = nn.functional.cross_entropy(logits.float(), torch.tensor([r.grade for r in batch]))
        loss.backward()
        nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        seen.append(loss.item())
        if number % 40 == 0:
            print(f"judge: {number} of {len(batches)}, loss {np.mean(seen[-40:]):.3f}", flush=True)
    torch.save(judge.state_dict(), path)
    return judge.eval()


def load_judge(encoder: Path, path: Path) -> Judge:
    """What `train_judge` wrote."""
    judge = Judge(encoder)
    judge.load_state_dict(torch.load(path, weights_only=True))
    return judge.eval()
