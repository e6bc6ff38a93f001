"""The encoder: questions and the clauses that answer them get near vectors (InfoNCE with hard negatives)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from sentence_transformers import (
    DefaultBatchSampler,
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel, PreTrainedTokenizerFast

from bench.training.data import PASSAGE_PREFIX, QUERY_PREFIX, SEED, Content, Pair
from bench.training.loop import halves

TEMPERATURE = 0.03
LEARNING_RATE = 4e-5
WARM_UP = 0.1
BATCH = 32
LENGTH = 96
FROZEN = 6  # the lowest layers stay as they are, and the word vectors
AS_QUESTION = 0.25  # share of the pairs whose clause is shown by one of its wordings: the index holds both


class MaskedInfoNCE(nn.Module):
    """InfoNCE over the positives and hard negatives of a batch; a clause that shares an article is no negative.

    ``labels`` are places in the list of pairs; ``answers`` and ``others`` map a pair to its clause and its negative,
    ``rests`` is bool (clauses, articles).
    """

    def __init__(
        self, model: SentenceTransformer, rests: Tensor, answers: Sequence[int], others: Sequence[int]
    ) -> None:
        super().__init__()
        self.model, self.rests = model, rests
        self.answers, self.others = torch.tensor(answers), torch.tensor(others)

    def forward(self, sentence_features: list[dict[str, Tensor]], labels: Tensor) -> Tensor:
        """The loss of one batch: a scalar."""
        query, right, wrong = (self.model(f)["sentence_embedding"].float() for f in sentence_features)
        mine = self.answers[labels]
        theirs = torch.cat([mine, self.others[labels]])
        scores = query @ torch.cat([right, wrong]).T / TEMPERATURE
        shared = (self.rests[mine].float() @ self.rests[theirs].float().T) > 0
        shared |= mine[:, None] == theirs[None, :]
        shared.fill_diagonal_(False)
        return nn.functional.cross_entropy(scores.masked_fill(shared, -1e4), torch.arange(len(query)))


def length_batches(lengths: Sequence[int], size: int, pool: int = 16) -> list[list[int]]:
    """Places in batches of texts of like length, in random order: less padding to compute.

    ``pool``: batches among which lengths are sorted.
    """
    draw = random.Random(SEED)
    places = list(range(len(lengths)))
    draw.shuffle(places)
    batches = []
    for start in range(0, len(places), size * pool):
        near = sorted(places[start : start + size * pool], key=lengths.__getitem__)
        batches += [near[i : i + size] for i in range(0, len(near), size)]
    draw.shuffle(batches)
    return batches


def by_length(lengths: Sequence[int]) -> type[DefaultBatchSampler]:
    """The sampler of sentence-transformers' trainer for texts of these lengths."""

    class LengthBatches(DefaultBatchSampler):
        def __iter__(self) -> Iterator[list[int]]:
            batches = length_batches(lengths, self.batch_size)
            return iter([b for b in batches if len(b) == self.batch_size or not self.drop_last])

    return LengthBatches


def as_sentence_transformer(model: BertModel, tokenizer: Tokenizer, folder: Path) -> SentenceTransformer:
    """A BERT and its tokenizer as a sentence-transformers model: mean pooling, unit length."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="<pad>",
        cls_token="<s>", sep_token="</s>", model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(folder)  # fmt: skip
    body = Transformer(str(folder), max_seq_length=LENGTH)
    pooling = Pooling(body.get_embedding_dimension(), pooling_mode="mean")
    return SentenceTransformer(modules=[body, pooling, Normalize()], device="cpu")


def negatives(content: Content, pairs: Sequence[Pair]) -> list[int]:
    """A negative for every pair: one graded as such, else a clause of the same guideline on another article."""
    draw = random.Random(SEED)
    siblings: dict[str, list[int]] = {}
    for place, chunk in enumerate(content.chunks):
        siblings.setdefault(chunk.guideline, []).append(place)
    found = []
    for pair in pairs:
        mine = content.articles(pair.answer)
        near = siblings[content.chunks[pair.answer].guideline]
        apart = [p for p in near if not content.articles(p) & mine] or range(len(content.chunks))
        found.append(draw.choice(pair.others or apart))
    return found


def shown_as(content: Content, place: int, question: str, as_question: bool) -> str:
    """A clause as it lies in the index: its text, or one of its wordings (not ``question`` itself), with the prefix."""
    wordings = [q for q in content.chunks[place].questions if q != question] if as_question else []
    if wordings:
        return QUERY_PREFIX + random.Random(f"{SEED} {place} {question}").choice(wordings)
    return PASSAGE_PREFIX + content.chunks[place].text


def rests_on(content: Content) -> Tensor:
    """Which articles every clause rests on: bool (clauses, articles)."""
    articles = sorted({a for i in range(len(content.chunks)) for a in content.articles(i)}, key=str)
    column = {a: n for n, a in enumerate(articles)}
    rests = torch.zeros(len(content.chunks), len(articles), dtype=torch.bool)
    for place in range(len(content.chunks)):
        rests[place, [column[a] for a in content.articles(place)]] = True
    return rests


def train_encoder(model: SentenceTransformer, content: Content, pairs: Sequence[Pair], folder: Path) -> None:
    """One epoch over ``pairs``; the result is in ``model`` and in ``folder``."""
    others = negatives(content, pairs)
    draw = random.Random(SEED)
    as_question = [draw.random() < AS_QUESTION for _ in pairs]
    positive, negative = (
        [shown_as(content, c, p.question, q) for c, p, q in zip(clauses, pairs, as_question, strict=True)]
        for clauses in ([p.answer for p in pairs], others)
    )
    anchor = [QUERY_PREFIX + p.question for p in pairs]
    data = Dataset.from_dict(
        {"anchor": anchor, "positive": positive, "negative": negative, "label": list(range(len(pairs)))}
    )
    frozen = ("word_embeddings", *(f"encoder.layer.{i}." for i in range(FROZEN)))
    for name, parameter in model.named_parameters():
        parameter.requires_grad = not any(part in name for part in frozen)
    lengths = [len(p) + len(o) for p, o in zip(positive, negative, strict=True)]
    loss = MaskedInfoNCE(model, rests_on(content), [p.answer for p in pairs], others)
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder / "runs"), per_device_train_batch_size=BATCH, learning_rate=LEARNING_RATE,
        dataloader_drop_last=True, batch_sampler=by_length(lengths), **common_arguments(),
    )  # fmt: skip
    SentenceTransformerTrainer(model=model, args=arguments, train_dataset=data, loss=loss).train()
    model.save(str(folder))


def common_arguments() -> dict[str, Any]:
    """What both trainings share: one epoch, bfloat16 where the CPU has it, a fixed seed, nothing stored on the way."""
    return {
        "num_train_epochs": 1, "warmup_steps": WARM_UP, "seed": SEED, "bf16": halves(), "use_cpu": True,
        "save_strategy": "no", "report_to": "none", "logging_steps": 20, "disable_tqdm": True,
    }  # fmt: skip


def vectors(model: SentenceTransformer, texts: Sequence[str], prefix: str) -> np.ndarray:
    """Unit vectors of ``texts``: (texts, 384)."""
    found: np.ndarray = model.encode([prefix + t for t in texts], batch_size=64, show_progress_bar=False)
    return found.astype(np.float32)
