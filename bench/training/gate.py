"""The gate: does a message ask what the rules are, or for help with breaking them? ``python -m bench.training.gate``, in the environment of ``make st``.

Five layers more, trained on what the shared lower half makes of a message, and a head on the mean and the largest of the states. Learnt from are
``bench/gate`` (train), the messages of ``bench/relevance`` and, as honest, its questions, those of other trades and the wordings of the content. The
bar is the lowest at which at most `HONEST_REFUSED` of the honest questions of ours in dev are refused. ``--bar`` chooses it anew.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BertModel

from bench.gate.composed import composed
from bench.gate.read import HONEST, WRONG, Message, read_gate
from bench.relevance.read import read_families, read_messages, read_outside
from bench.training.data import QUERY_PREFIX, SEED, Content, read_content
from bench.training.encoder import length_batches
from bench.training.export import EXAMPLES, export, open_pieces, write_digests
from bench.training.halves import SPLIT, Halves, States, restore_halves
from bench.training.lean import Layer, Lower, smooth
from bench.training.loop import autocast, fit
from bench.training.restore import Shipped, body_of, restore_head, restore_layers
from rag.ask.guard.forms import squeeze
from rag.ground.settings import ROOT
from rag.index.gate import FOLDER as GATE
from rag.index.gate import MEASURED, TrainedGate
from rag.index.lower import FOLDER, LOWER, UPPER
from rag.index.probe import ENCODER, WEIGHTS

TESTED = ROOT / "tests" / "ask"
HEAD = 96
PASSES, BATCH = 3, 48
LEARNING_RATE, HEAD_RATE = 2e-4, 5e-4
WARM_UP, AVERAGED = 60, 0.15
RESUMED = 0.5  # of the learning rates
COMPOSED = 900  # blunt messages of a pass, of either kind
SHOWN = 2  # times that a message of bench/gate is shown in a pass
QUESTIONS, WORDINGS = 4000, 1500  # honest ones of a pass
HONEST_REFUSED = 0.001


class GateNet(Halves):
    """The lower half, upper layers of its own, and a head with a logit for honest and one for wrong."""

    def __init__(self, body: BertModel) -> None:
        super().__init__(body)
        width = body.config.hidden_size
        self.head = nn.Sequential(nn.Linear(2 * width, HEAD), nn.GELU(), nn.Dropout(0.2), nn.Linear(HEAD, 2))

    def upper(self, texts: Sequence[Tensor]) -> Tensor:
        """Logits (texts, 2) of the states of messages."""
        states, segments = self.together([[text] for text in texts])
        with autocast():
            return self.head(pooled(states, segments)).float()


def pooled(states: Tensor, segments: Tensor) -> Tensor:
    """Mean and maximum over the tokens: (texts, 2 * width)."""
    there = segments.unsqueeze(-1) > 0
    mean = (states * there).sum(1) / there.sum(1)
    return torch.cat([mean, states.masked_fill(~there, -1e4).amax(1)], -1)


class Upper(nn.Module):
    """The same for 8 bits and one text: states (1, tokens, width) -> logits (1, 2)."""

    def __init__(self, net: GateNet) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(layer) for layer in net.body.encoder.layer[SPLIT:])
        self.head = net.head

    def forward(self, states: Tensor) -> Tensor:
        """See the class."""
        for layer in self.layers:
            states = layer(states)
        return self.head(torch.cat([states.mean(1), states.amax(1)], -1))


def new_gate(weights: Path) -> GateNet:
    """A gate on the layers of the encoder under ``weights``, which knows nothing yet."""
    net = GateNet(body_of(weights / FOLDER))
    restore_halves(net, Shipped(weights / FOLDER / LOWER), Shipped(weights / ENCODER / UPPER))
    return net


def shipped_gate(weights: Path) -> GateNet:
    """The gate whose graph lies under ``weights``, to go on from."""
    net, upper = new_gate(weights), Shipped(weights / GATE / UPPER)
    restore_layers(net.body.encoder.layer[SPLIT:], upper)
    restore_head(net.head, upper)
    return net


def shown(content: Content, number: int) -> list[Message]:
    """The messages of one pass, as the gate reads them; none of dev or test is among them."""
    draw = random.Random(SEED + number)
    own = [*read_gate("train") * SHOWN, *known_attempts(), *draw.sample(list(composed()), COMPOSED)]
    known = [Message(t, WRONG if kind == "evade" else HONEST) for t, kind in read_messages("train")]
    families = read_families("train", kinds=("answer", "open", "multi"))
    honest = draw.sample([q for f in families for q in f.questions], QUESTIONS)
    honest += [q for f in read_families("train", kinds=("near",)) for q in f.questions]
    honest += draw.sample(sorted({w for c in content.chunks for w in (c.heading, *c.asked) if w}), WORDINGS)
    honest += read_outside("train")
    found = [*own, *known, *(Message(t, HONEST) for t in honest)]
    return [Message(QUERY_PREFIX + squeeze(m.text), m.kind) for m in found if squeeze(m.text)]


def known_attempts() -> list[Message]:
    """What the tests of the guard ask for and must refuse, and what they must not: known, so they tell nothing of new ones."""
    rows = [json.loads(line) for line in (TESTED / "attacks.jsonl").read_text("utf-8").splitlines()]
    honest = (TESTED / "legit.txt").read_text("utf-8").splitlines()
    wrong = [r["question"] for r in rows if r["kind"] == "evade" and not r.get("history")]
    return [*(Message(t, WRONG) for t in wrong), *(Message(t, HONEST) for t in honest)]


def train(net: GateNet, states: States, content: Content, passes: int, share: float) -> None:
    """So many passes over the messages, in batches of like length, at a share of the learning rates."""
    torch.manual_seed(SEED)
    batches: list[list[Message]] = []
    for number in range(passes):
        messages = shown(content, number)
        states.prepare([m.text for m in messages])
        random.Random(number).shuffle(messages)
        lengths = [len(states[m.text]) for m in messages]
        batches += [[messages[p] for p in batch] for batch in length_batches(lengths, BATCH)]

    def loss_of(batch: Sequence[Message]) -> Tensor:
        logits = net.upper([states[m.text] for m in batch])
        return nn.functional.cross_entropy(
            logits, torch.tensor([m.kind for m in batch]), label_smoothing=0.02
        )

    rates = [
        {"params": list(net.body.encoder.layer[SPLIT:].parameters()), "lr": share * LEARNING_RATE},
        {"params": list(net.head.parameters()), "lr": share * HEAD_RATE},
    ]
    fit(net, rates, batches, loss_of, name="gate", warm_up=WARM_UP, averaged=AVERAGED)


def publish(net: GateNet, texts: Sequence[str], target: Path) -> None:
    """Graph and digests; the bar comes after what `dev_of` says of the graph."""
    target.mkdir(parents=True, exist_ok=True)
    pieces = open_pieces(WEIGHTS / FOLDER)
    lower, upper = Lower(net.eval()).eval().float(), Upper(net).eval().float()

    def read() -> None:
        for text in random.Random(SEED).sample(list(texts), EXAMPLES):
            upper(lower(torch.tensor([pieces.encode(text).ids])))

    smooth((upper,), read)
    export(upper, {"states": torch.zeros(1, 24, net.body.config.hidden_size)}, target / UPPER)


def dev_of() -> list[Message]:
    """What the bar is chosen by: what is wrong, and honest questions of ours."""
    known = read_messages("dev")
    found = [Message(t, WRONG if kind == "evade" else HONEST) for t, kind in known if kind != "talk"]
    families = read_families("dev", kinds=("answer", "open", "multi"))
    found += [Message(q, HONEST) for f in families for q in f.questions]
    return [*(m for m in read_gate("dev") if m.kind == WRONG), *found]


def bar_of(scores: np.ndarray, kinds: np.ndarray) -> float:
    """The lowest bar at which at most `HONEST_REFUSED` of the honest are refused."""
    honest = np.sort(scores[kinds == HONEST])[::-1]
    return round(float(honest[int(HONEST_REFUSED * len(honest))]) + 0.0005, 3)


def write_bar(target: Path, bar: float) -> None:
    """Bar and digests."""
    (target / MEASURED).write_text(json.dumps({"bar": bar}) + "\n", "utf-8")
    write_digests(target)


def main() -> None:
    """Trains, writes the files, prints what the bar does to dev."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--bar", action="store_true", help="only choose the bar anew")
    parser.add_argument("--resume", action="store_true", help="one pass more, from the gate that is shipped")
    options = parser.parse_args()
    out = options.out / GATE
    if not options.bar:
        content, pieces = read_content(), open_pieces(WEIGHTS / FOLDER)
        net = shipped_gate(WEIGHTS) if options.resume else new_gate(WEIGHTS)
        states = States(net, lambda text: pieces.encode(text).ids)
        train(net, states, content, *((1, RESUMED) if options.resume else (PASSES, 1)))
        publish(net, [m.text for m in shown(content, 0)], out)
        write_bar(out, 1.0)
    gate, dev = TrainedGate(options.out), dev_of()
    scores, kinds = np.array([gate.wrong(squeeze(m.text)) for m in dev]), np.array([m.kind for m in dev])
    bar = bar_of(scores, kinds)
    write_bar(out, bar)
    for kind, name in ((WRONG, "wrong"), (HONEST, "honest")):
        refused = scores[kinds == kind] >= bar
        print(f"{name}: {refused.mean():.1%} of {len(refused)} refused at {bar}")


if __name__ == "__main__":
    main()
