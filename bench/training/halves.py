"""The encoder's layers in two halves: the lower reads every text alone and stays as it is, an upper one is trained.

What the lower half makes of a text is computed once. Texts lie behind one another, without padding, as (tokens, width).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from bench.training.loop import autocast
from bench.training.restore import Shipped, restore_embeddings, restore_layers

SPLIT = 7  # layers of the lower half
UNREAD = 0.05  # share of the tokens that are hidden in training


class Halves(nn.Module):
    """A BERT whose upper layers are trained."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.split, self.body = SPLIT, body
        for part in body.modules():
            if isinstance(part, nn.Dropout):
                part.p = 0.0  # hidden tokens take its place, at half the time
        for part in (body.embeddings, *body.encoder.layer[:SPLIT]):
            part.requires_grad_(False)

    @torch.no_grad()
    def lower(self, ids: Sequence[Sequence[int]]) -> list[Tensor]:
        """States of texts after the layers that read them alone: (tokens, width) of each."""
        segments = segments_of([[len(text)] for text in ids])
        places = torch.cat([torch.arange(len(text)) for text in ids])
        flat = torch.tensor([number for text in ids for number in text])
        with autocast():
            states = self.body.embeddings(input_ids=flat[None], position_ids=places[None])[0]
            states = self._read(states, segments, self.body.encoder.layer[: self.split])
        return list(states.split([len(text) for text in ids]))

    def together(self, rows: Sequence[Sequence[Tensor]]) -> tuple[Tensor, Tensor]:
        """The texts of each row read together by the upper layers: states (rows, longest, width), segments (rows, longest)."""
        segments = segments_of([[len(text) for text in row] for row in rows])
        states = torch.cat([text for row in rows for text in row])
        if self.training:
            states = states * (torch.rand(len(states), 1) > UNREAD)
        with autocast():
            states = self._read(states, segments, self.body.encoder.layer[self.split :])
        return _padded(states.float(), segments), segments

    def _read(self, states: Tensor, segments: Tensor, layers: Sequence[nn.Module]) -> Tensor:
        """Only attention needs the texts side by side: all other products are of tokens, not of padding."""
        states = states.bfloat16() if torch.is_autocast_enabled("cpu") else states.float()
        kind, width, heads = states.dtype, states.shape[1], self.body.config.num_attention_heads
        hidden = torch.where(segments > 0, 0.0, -1e4).to(kind)[:, None, None, :]
        for layer in layers:
            own = layer.attention.self
            three = torch.cat([part(states) for part in (own.query, own.key, own.value)], -1)
            query, key, value = (
                part.unflatten(-1, (heads, -1)).transpose(1, 2)
                for part in _padded(three, segments).split(width, -1)
            )
            shares = torch.softmax(
                query @ key.transpose(2, 3) * (width // heads) ** -0.5 + hidden, -1, dtype=kind
            )
            seen = (shares @ value).transpose(1, 2).flatten(2)[segments > 0]
            out = layer.attention.output
            states = out.LayerNorm(states + out.dense(seen)).to(kind)
            wide = nn.functional.gelu(layer.intermediate.dense(states))
            states = layer.output.LayerNorm(states + layer.output.dense(wide)).to(kind)
        return states


def segments_of(lengths: Sequence[Sequence[int]]) -> Tensor:
    """(rows, longest): 1 where the first text of a row stands, 2 for the second, 0 padding."""
    found = torch.zeros(len(lengths), max(map(sum, lengths)), dtype=torch.long)
    for row, counts in enumerate(lengths):
        found[row, : sum(counts)] = torch.repeat_interleave(
            torch.arange(1, len(counts) + 1), torch.tensor(counts)
        )
    return found


def _padded(states: Tensor, segments: Tensor) -> Tensor:
    """States (tokens, width) where their segments are: (rows, longest, width)."""
    rows = torch.zeros(segments.numel(), states.shape[1], dtype=states.dtype)
    return rows.index_copy(0, segments.flatten().nonzero().squeeze(1), states).unflatten(0, segments.shape)


def restore_halves(net: Halves, lower: Shipped, upper: Shipped) -> None:
    """Give ``net`` the weights of two graphs; what stands behind the layers of ``upper`` is left to the caller."""
    layers = net.body.encoder.layer
    restore_embeddings(net.body.embeddings, lower)
    restore_layers(layers[: net.split], lower)
    restore_layers(layers[net.split :], upper)


class States:
    """What the lower layers make of texts, computed once each and kept as bfloat16."""

    def __init__(self, net: Halves, encode: Callable[[str], list[int]]) -> None:
        """``encode``: the tokens of a text, cut at the length that is read."""
        self._net, self._encode = net, encode
        self._states: dict[str, Tensor] = {}

    def __getitem__(self, text: str) -> Tensor:
        return self._states[text]

    def prepare(self, texts: Sequence[str], size: int = 64) -> None:
        """Compute what is not there yet."""
        todo = sorted({t for t in texts if t not in self._states}, key=len)
        for start in range(0, len(todo), size):
            batch = todo[start : start + size]
            for text, states in zip(batch, self._net.lower([self._encode(t) for t in batch]), strict=True):
                self._states[text] = states.to(torch.bfloat16).clone()
