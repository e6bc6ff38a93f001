"""A shipped graph back into a network, to go on training from: 8-bit weights as floats, without what `lean.smooth` has moved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from transformers import BertModel

from bench.training.base import build, read_base
from rag.ground import TOKENIZER


class Shipped:
    """The tensors of a graph that `export` wrote: those with a name, and the weights of its products in their order."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(path).graph
        self._named = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
        products = (n for n in graph.node if n.op_type == "MatMulInteger")
        self._products = iter([n.input[1].removesuffix("_quantized") for n in products])

    def named(self, name: str) -> Tensor:
        """A tensor that is kept as floats, or as 8 bits with one scale (positions)."""
        if name in self._named:
            return torch.tensor(self._named[name])
        return self._floats(name)

    def next_weight(self, shrink: str = "") -> Tensor:
        """The weight of the next product: (outputs, inputs); ``shrink``: the name of what its inputs are multiplied by."""
        weight = self._floats(next(self._products))
        return (weight * self.named(shrink)[:, None] if shrink else weight).T.contiguous()

    def _floats(self, name: str) -> Tensor:
        codes, zero, scale = (self._named[f"{name}_{part}"] for part in ("quantized", "zero_point", "scale"))
        return torch.tensor((codes.astype(np.float32) - zero) * scale)


@torch.no_grad()
def restore_layers(layers: Sequence[nn.Module], shipped: Shipped) -> None:
    """Give the layers of a BERT the weights of the `lean.Layer` that were made of them."""
    for number, layer in enumerate(layers):
        own, prefix = layer.attention.self, f"layers.{number}"
        parts = ("project", "gather", "widen", "narrow")
        weights = [shipped.next_weight(f"{prefix}.{part}.shrink") for part in parts]
        biases = [shipped.named(f"{prefix}.{part}.inner.bias") for part in parts]
        three = zip((own.query, own.key, own.value), weights[0].chunk(3), biases[0].chunk(3), strict=True)
        single = zip(
            (layer.attention.output.dense, layer.intermediate.dense, layer.output.dense), weights[1:], biases[1:], strict=True
        )  # fmt: skip
        for linear, weight, bias in (*three, *single):
            linear.weight.copy_(weight)
            linear.bias.copy_(bias)
        for norm, name in ((layer.attention.output.LayerNorm, "first"), (layer.output.LayerNorm, "second")):
            norm.weight.copy_(shipped.named(f"{prefix}.{name}.weight"))
            norm.bias.copy_(shipped.named(f"{prefix}.{name}.bias"))


@torch.no_grad()
def restore_embeddings(embeddings: nn.Module, shipped: Shipped) -> None:
    """Give the embeddings of a BERT all that they add to the word vectors, which are the base's."""
    for part in ("position_embeddings", "token_type_embeddings", "LayerNorm"):
        getattr(embeddings, part).weight.copy_(shipped.named(f"embeddings.{part}.weight"))
    embeddings.LayerNorm.bias.copy_(shipped.named("embeddings.LayerNorm.bias"))


@torch.no_grad()
def restore_head(head: nn.Sequential, shipped: Shipped) -> None:
    """Give the linear layers of a head the weights that follow those of the layers in the graph."""
    for place, part in enumerate(head):
        if isinstance(part, nn.Linear):
            part.weight.copy_(shipped.next_weight())
            part.bias.copy_(shipped.named(f"head.{place}.bias"))


def body_of(folder: Path) -> BertModel:
    """The base with the vocabulary of the tokenizer in ``folder``."""
    base = read_base()
    places = {piece: place for place, piece in enumerate(base.pieces)}
    vocabulary = json.loads((folder / TOKENIZER).read_text("utf-8"))["model"]["vocab"]
    body, _ = build(base, [places[piece] for piece, _ in vocabulary])
    return body
