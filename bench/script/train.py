"""Trains the model of the script check: ``python -m bench.script.train`` in the environment of ``make st``; 45 minutes on two cores with bfloat16.

The layers of multilingual-e5-small read a passage; two heads say of every piece whether it stands in a risky phrase and
which claim that phrase makes. Shown are all sets but the public test split and the halves held back, and the sentences of the unit
tests; a third of the passages run on into others, as scripts do. Seeded; weights, tokenizer and bars go to ``rag/script/weights``.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from bench.script.own import training_items
from bench.script.passages import (
    CLAIMS,
    GOODS,
    NO_LABEL,
    Example,
    Passage,
    examples,
    passage_of,
    tested_items,
)
from bench.training.base import build, pruned_vocabulary, read_base
from bench.training.encoder import length_batches
from bench.training.export import export, write_digests
from bench.training.lean import Layer, smooth
from bench.training.loop import autocast, fit
from bench.training.restore import Shipped, restore_embeddings, restore_layers
from rag.content import load_corpus
from rag.ground import TOKENIZER, load_settings
from rag.script import Checker, load_pack
from rag.script.judge import RuleJudge
from rag.script.tagger import GRAPH, LENGTH, MEASURED, SOFT, WEIGHTS

# Rules on a passage as a whole, of which its parts tell nothing, and one word whose exceptions are all written down: the model has no say.
PACK_ALONE = ("speech-ad-mark", "speech-health-talk", "speech-offer", "absolute-national")
BARS = {"keep": 0.3, "within": 0.3, "propose": 0.7, "beside": 0.8, "claim": 0.5}
EPOCHS, BATCH = 7, 32
LEARNING_RATE, HEAD_RATE, WARM_UP = 3e-4, 1e-3, 100
AVERAGED = 0.1  # share of the steps over which the weights are averaged in the end
UNREAD = 0.05  # share of the pieces that are hidden in training
RESUMED = 0.3  # of the learning rates, going on from shipped weights
CLAIM_LOSS = 0.3
TESTED = 5  # times that a sentence of the unit tests is shown in one pass
UNKNOWN = 3  # the piece of what is not in the vocabulary
EXAMPLES = 150  # that show how large the channels get
SEED = 7


class Net(nn.Module):
    """The layers and the heads."""

    def __init__(self, body: BertModel) -> None:
        super().__init__()
        self.body = body
        self.body.set_attn_implementation("eager")  # on processors the fastest to train
        for part in self.body.modules():
            if isinstance(part, nn.Dropout):
                part.p = 0.0  # hidden pieces take its place, at half the time
        self.body.embeddings.word_embeddings.requires_grad_(False)
        width = body.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.level, self.claim = nn.Linear(width, SOFT + 1), nn.Linear(width, len(CLAIMS))

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """(texts, pieces) -> logits of the kinds (texts, pieces, 3) and of the claims (texts, pieces, claims)."""
        seen = ids != self.body.config.pad_token_id
        if self.training:
            ids = ids.masked_fill(seen & (torch.rand(ids.shape) < UNREAD), UNKNOWN)
        states = self.body(input_ids=ids, attention_mask=seen.long())
        states = self.drop(states.last_hidden_state)
        return self.level(states), self.claim(states)


class Lean(nn.Module):
    """The same for 8 bits and one text: ids (1, pieces) -> logits of kinds and claims side by side (1, pieces, 3 + claims)."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.embeddings = net.body.embeddings
        self.layers = nn.ModuleList(Layer(layer) for layer in net.body.encoder.layer)
        self.level, self.claim = net.level, net.claim

    def forward(self, ids: Tensor) -> Tensor:
        """See the class."""
        states = self.embeddings(input_ids=ids)
        for layer in self.layers:
            states = layer(states)
        return torch.cat([self.level(states), self.claim(states)], -1)


def padded(rows: Sequence[list[int]], blank: int) -> Tensor:
    """Rows of one length: (rows, longest)."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[blank] * (longest - len(row))] for row in rows])


@torch.no_grad()
def restore(net: Net, folder: Path) -> None:
    """Give ``net`` the weights of the graph in ``folder``; its word vectors are the base's."""
    shipped = Shipped(folder / GRAPH)
    restore_embeddings(net.body.embeddings, shipped)
    restore_layers(net.body.encoder.layer, shipped)
    net.level.weight.copy_(shipped.next_weight())
    net.level.bias.copy_(shipped.named("level.bias"))
    known = json.loads((folder / MEASURED).read_text("utf-8"))["claims"]
    rows = [known.index(name if name in known else name.partition(" ")[0]) for name in CLAIMS]
    net.claim.weight.copy_(shipped.next_weight()[rows])
    net.claim.bias.copy_(shipped.named("claim.bias")[rows])


def train(net: Net, passages: Sequence[Passage], tokenizer: Tokenizer, epochs: int, share: float = 1) -> None:
    """``epochs`` passes in batches of like length, at a ``share`` of the learning rates."""
    draw = random.Random(SEED)
    batches: list[list[Example]] = []
    for _ in range(epochs):
        some = list(examples(passages, tokenizer, draw))
        batches += [[some[i] for i in batch] for batch in length_batches([len(e.ids) for e in some], BATCH)]
    rates = [
        {"params": [p for p in net.body.parameters() if p.requires_grad], "lr": share * LEARNING_RATE},
        {"params": [*net.level.parameters(), *net.claim.parameters()], "lr": share * HEAD_RATE},
    ]
    fit(net, rates, batches, partial(loss_of, net), name="tagger", warm_up=WARM_UP, averaged=AVERAGED)


def loss_of(net: Net, batch: Sequence[Example]) -> Tensor:
    """Cross entropy of the kinds, and of the claims inside phrases: a scalar."""
    kinds, claims = (padded([getattr(e, n) for e in batch], NO_LABEL).flatten() for n in ("kinds", "claims"))
    with autocast():
        level, claim = net(padded([e.ids for e in batch], net.body.config.pad_token_id))
    loss = nn.functional.cross_entropy(level.float().flatten(0, 1), kinds, ignore_index=NO_LABEL)
    if bool((claims != NO_LABEL).any()):
        said = claim.float().flatten(0, 1)
        loss = loss + CLAIM_LOSS * nn.functional.cross_entropy(said, claims, ignore_index=NO_LABEL)
    return loss


def publish(
    net: Net, passages: Sequence[Passage], tokenizer: Tokenizer, rules: list[str], target: Path
) -> None:
    """Graph, tokenizer, what the check has to know of them, and digests."""
    lean = Lean(net.eval()).float()
    texts = [p.text for p in random.Random(SEED).sample(list(passages), EXAMPLES)]

    def read() -> None:
        for text in texts:
            lean(torch.tensor([tokenizer.encode(text).ids[:LENGTH]]))

    smooth((lean,), read)
    target.mkdir(parents=True, exist_ok=True)
    export(lean, {"ids": torch.ones(1, 24, dtype=torch.long)}, target / GRAPH)
    tokenizer.save(str(target / TOKENIZER), pretty=False)
    measured = {"claims": CLAIMS, "goods": GOODS, "bars": BARS, "rules": rules}
    (target / MEASURED).write_text(json.dumps(measured, ensure_ascii=False, indent=1) + "\n", "utf-8")
    write_digests(target)


def main() -> None:
    """Trains and writes the files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--without", nargs="*", default=[], help="splits that are not shown")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="0: export only")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--resume", action="store_true", help="go on from the weights that are shipped")
    parser.add_argument(
        "--only", nargs="*", default=[], help="with --resume: splits that are shown whole, and"
    )
    parser.add_argument("--replay", type=int, default=5000, help="so many passages of the others")
    args = parser.parse_args()
    folder = load_settings().guidelines
    pack = load_pack(folder / "rules")
    checker = Checker(load_corpus(folder), pack, judge=RuleJudge(pack))
    items = training_items(args.without)
    new = [i for i in items if i.split in args.only]
    rest = [*(i for i in items if i.split not in args.only), *tested_items(checker) * TESTED]
    if args.resume:
        rest = random.Random(SEED).sample(rest, min(args.replay, len(rest)))
    marked = (i for i in (*new, *rest) if all(s.claim != "missing_mark" for s in i.spans))
    passages = [p for p in (passage_of(i, checker) for i in marked) if p.text.strip()]
    torch.manual_seed(SEED)
    base = read_base()
    words = (*(i.text for i in items), *(p.text for p in passages), *(f"{n}：" for n in GOODS.values()))
    net_of, tokenizer = build(base, pruned_vocabulary(base, words))
    net = Net(net_of)
    if args.resume:
        restore(net, WEIGHTS)
    if args.epochs:
        train(net, passages, tokenizer, args.epochs, RESUMED if args.resume else 1)
    publish(
        net, passages, tokenizer, [r.rule.id for r in pack.rules if r.rule.id not in PACK_ALONE], args.out
    )
    print(f"{len(passages)} passages: {args.out}")


if __name__ == "__main__":
    main()
