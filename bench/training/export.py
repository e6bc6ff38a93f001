"""A trained model -> ONNX with 8-bit weights, as `bench.training.onnx` reads it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

OPSET = 17


class Encoding(nn.Module):
    """Token ids and mask -> unit vectors: mean of the last hidden states."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(batch, tokens) twice -> (batch, 384)."""
        states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        return nn.functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)


def export(module: nn.Module, path: Path) -> None:
    """Write ``module`` (ids, mask -> one output) with 8-bit weights to ``path``."""
    module = module.eval().float()
    example = torch.ones(2, 16, dtype=torch.long)
    axes = {"ids": {0: "batch", 1: "tokens"}, "mask": {0: "batch", 1: "tokens"}, "output": {0: "batch"}}
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            module, (example, example), str(full), input_names=["ids", "mask"], output_names=["output"],
            dynamic_axes=axes, dynamo=False, opset_version=OPSET,
        )  # fmt: skip
        quantize_dynamic(
            full,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
        )
