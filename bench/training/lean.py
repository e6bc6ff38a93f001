"""Trained models rewritten for 8 bits: one projection for query, key and value, outliers of activations smoothed away.

A few channels of what a layer reads are a hundred times larger than the rest; with one scale for a whole tensor the rest
is lost. So each channel is divided by a scale, and the weights that read it are multiplied by the same (SmoothQuant,
https://arxiv.org/abs/2211.10438, with ``alpha`` = `SHARES`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from bench.training.bi_encoder import BiEncoder
from bench.training.halves import Halves
from bench.training.judge import Judge, compare

# Shares of the spread that go from what is read to the weights, tried on dev pairs.
SHARES = {"project": 0.7, "gather": 0.7, "widen": 0.7, "narrow": 0.8}


class Reading(nn.Module):
    """A linear layer that remembers how large each channel of what it reads gets, and can be smoothed."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.inner = nn.Linear(weight.shape[1], weight.shape[0])
        self.inner.weight, self.inner.bias = nn.Parameter(weight.clone()), nn.Parameter(bias.clone())
        self.register_buffer("largest", torch.zeros(weight.shape[1]))
        self.register_buffer("shrink", torch.ones(weight.shape[1]))
        self.watching = False

    def forward(self, states: Tensor) -> Tensor:
        """(..., channels) -> (..., outputs)."""
        if self.watching:
            self.largest = torch.maximum(self.largest, states.detach().abs().flatten(0, -2).amax(0))
        return self.inner(states * self.shrink)

    def smooth(self, share: float) -> None:
        """Move a share of the spread of the channels into the weights."""
        strongest = self.inner.weight.detach().abs().amax(0).clamp(min=1e-5)
        scale = self.largest.clamp(min=1e-5) ** share / strongest ** (1 - share)
        self.shrink = 1 / scale
        self.inner.weight = nn.Parameter(self.inner.weight.detach() * scale)


class Layer(nn.Module):
    """One layer of a BERT with the same numbers as the one it is made of."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        own, out = layer.attention.self, layer.attention.output
        three = (own.query, own.key, own.value)
        self.heads = own.num_attention_heads
        self.project = Reading(torch.cat([p.weight for p in three]), torch.cat([p.bias for p in three]))
        self.gather = Reading(out.dense.weight, out.dense.bias)
        self.widen = Reading(layer.intermediate.dense.weight, layer.intermediate.dense.bias)
        self.narrow = Reading(layer.output.dense.weight, layer.output.dense.bias)
        self.first, self.second = out.LayerNorm, layer.output.LayerNorm

    def forward(self, states: Tensor) -> Tensor:
        """(texts, tokens, width) -> the same shape; every token sees every other."""
        pairs, tokens, width = states.shape
        size = width // self.heads
        three = self.project(states).view(pairs, tokens, 3, self.heads, size)
        query, key, value = (three[:, :, i].transpose(1, 2) for i in range(3))
        shares = torch.softmax(query @ key.transpose(2, 3) * size**-0.5, -1)
        seen = (shares @ value).transpose(1, 2).reshape(pairs, tokens, width)
        states = self.first(states + self.gather(seen))
        return self.second(states + self.narrow(nn.functional.gelu(self.widen(states))))


class Lower(nn.Module):
    """What reads one text alone: ids (1, tokens) -> states (1, tokens, width)."""

    def __init__(self, net: Halves) -> None:
        super().__init__()
        self.embeddings = net.body.embeddings
        self.layers = nn.ModuleList(Layer(layer) for layer in net.body.encoder.layer[: net.split])

    def forward(self, ids: Tensor) -> Tensor:
        """(1, tokens) -> (1, tokens, width)."""
        states = self.embeddings(input_ids=ids)
        for layer in self.layers:
            states = layer(states)
        return states


class Upper(nn.Module):
    """What reads a question and a clause together: their states side by side and the segments -> logits (1, 3)."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(layer) for layer in judge.body.encoder.layer[judge.split :])
        self.head = judge.head

    def forward(self, states: Tensor, segments: Tensor) -> Tensor:
        """(1, tokens, width), (1, tokens) of 1 and 2 -> (1, 3)."""
        for layer in self.layers:
            states = layer(states)
        return self.head(compare(states, segments))


class Pooled(nn.Module):
    """The encoder's upper half: states of one text (1, tokens, width) -> their mean at unit length (1, width)."""

    def __init__(self, encoder: BiEncoder) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(layer) for layer in encoder.body.encoder.layer[encoder.split :])

    def forward(self, states: Tensor) -> Tensor:
        """(1, tokens, width) -> (1, width)."""
        for layer in self.layers:
            states = layer(states)
        return nn.functional.normalize(states.mean(1), dim=-1)


@torch.no_grad()
def smooth(parts: Sequence[nn.Module], run: Callable[[], None]) -> None:
    """Smooth every layer of ``parts`` by what it reads while ``run`` runs them."""
    readings = [m for part in parts for m in part.modules() if isinstance(m, Reading)]
    for reading in readings:
        reading.watching = True
    run()
    for part in parts:
        for layer in part.layers:
            for name, share in SHARES.items():
                getattr(layer, name).smooth(share)
    for reading in readings:
        reading.watching = False
