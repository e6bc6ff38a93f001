"""A trained judge -> two ONNX graphs with 8-bit weights and activations, as `rag.index.judge` reads them."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor, nn

from bench.training.data import SEED, Content
from bench.training.judge import Judge, texts_of, training_rows
from bench.training.lean import Lower, Upper, smooth
from rag.index.judge import DIGESTS, EVIDENCE, LENGTH, LOWER, TOKENIZER, UPPER

OPSET = 17
EXAMPLES = 150  # training pairs that show how large the channels get


def publish_judge(judge: Judge, encoder: Path, content: Content, target: Path) -> None:
    """Write both halves and the tokenizer to ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    pieces = json.loads((encoder / "tokenizer.json").read_text("utf-8")) | {
        "truncation": None,
        "padding": None,
    }
    (target / TOKENIZER).write_text(json.dumps(pieces, ensure_ascii=False, separators=(",", ":")), "utf-8")
    lower, upper = Lower(judge).eval().float(), Upper(judge).eval().float()
    tokenizer = Tokenizer.from_file(str(target / TOKENIZER))
    tokenizer.enable_truncation(LENGTH)
    rows = random.Random(SEED).sample(training_rows(content, 0), EXAMPLES)
    pairs = [tuple(tokenizer.encode(text).ids for text in texts_of(content, row)) for row in rows]
    smooth(lower, upper, pairs)
    states, segments = torch.zeros(1, 24, judge.body.config.hidden_size), torch.ones(1, 24, dtype=torch.long)
    segments[:, 10:] = 2
    export(lower, {"ids": torch.ones(1, 24, dtype=torch.long)}, target / LOWER)
    export(upper, {"states": states, "segments": segments}, target / UPPER)


def export(module: nn.Module, example: dict[str, Tensor], path: Path) -> None:
    """Write ``module`` with inputs named and shaped like ``example`` (1, tokens, ...) to ``path``."""
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            module, tuple(example.values()), str(full), input_names=list(example), output_names=["output"],
            dynamic_axes={name: {1: "tokens"} for name in example}, dynamo=False, opset_version=OPSET,
        )  # fmt: skip
        kinds = ["MatMul", "Gather"]
        quantize_dynamic(
            full, path, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=kinds
        )


def write_digests(folder: Path) -> None:
    """SHA-256 of every file of the model, checked when they are loaded."""
    names = [n for n in (LOWER, UPPER, TOKENIZER, EVIDENCE) if (folder / n).exists()]
    digests = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names}
    (folder / DIGESTS).write_text(json.dumps(digests, indent=2) + "\n", "utf-8")
