"""Trained models -> ONNX graphs with 8-bit weights and activations, as `rag.index.embed` and `rag.index.judge` read them."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

from bench.training.data import PASSAGE_PREFIX, QUERY_PREFIX, SEED, Content
from bench.training.judge import Judge, shown, training_groups
from bench.training.lean import Lower, Upper, Whole, smooth
from rag.ground import DIGESTS, TOKENIZER
from rag.index import embed
from rag.index.judge import LENGTH, LOWER, UPPER
from rag.index.probe import ENCODER

OPSET = 17
EXAMPLES = 150  # training pairs that show how large the channels get


def publish_tokenizer(encoder: Path, target: Path, length: int) -> Tokenizer:
    """Write the tokenizer of ``encoder`` to ``target``; returns it, cutting at ``length`` tokens."""
    target.mkdir(parents=True, exist_ok=True)
    pieces = json.loads((encoder / "tokenizer.json").read_text("utf-8")) | {
        "truncation": None,
        "padding": None,
    }
    (target / TOKENIZER).write_text(json.dumps(pieces, ensure_ascii=False, separators=(",", ":")), "utf-8")
    tokenizer = Tokenizer.from_file(str(target / TOKENIZER))
    tokenizer.enable_truncation(length)
    return tokenizer


def publish_encoder(encoder: Path, content: Content, target: Path) -> None:
    """Write the encoder and its tokenizer to ``target``."""
    tokenizer = publish_tokenizer(encoder, target, embed.LENGTH)
    whole = Whole(AutoModel.from_pretrained(encoder, add_pooling_layer=False)).eval().float()
    chunks = random.Random(SEED).sample([c for c in content.chunks if c.questions], EXAMPLES)
    texts = [t for c in chunks for t in (PASSAGE_PREFIX + c.text, QUERY_PREFIX + c.questions[-1])]

    def read() -> None:
        for text in texts:
            whole(torch.tensor([tokenizer.encode(text).ids]))

    smooth((whole,), read)
    export(whole, {"ids": torch.ones(1, 24, dtype=torch.long)}, target / ENCODER)
    write_digests(target)


def publish_judge(judge: Judge, source: Path, content: Content, target: Path) -> None:
    """Write both halves and the tokenizer of ``source`` to ``target``; a lower half that lies in ``source`` is taken as it is."""
    tokenizer = publish_tokenizer(source, target, LENGTH)
    lower, upper = Lower(judge).eval().float(), Upper(judge).eval().float()
    known = (source / LOWER).exists()  # gone on from: nothing has changed in it
    groups = random.Random(SEED).sample(training_groups(content, 0), EXAMPLES)
    asked_with = ((asked, texts[0][0]) for asked, texts in (shown(content, group) for group in groups))
    pairs = [(tokenizer.encode(asked).ids, tokenizer.encode(text).ids) for asked, text in asked_with]

    def read() -> None:
        for asked, clause in pairs:
            states = torch.cat([lower(torch.tensor([ids])) for ids in (asked, clause)], 1)
            upper(states, torch.tensor([[1] * len(asked) + [2] * len(clause)]))

    smooth((upper,) if known else (lower, upper), read)
    states, segments = torch.zeros(1, 24, judge.body.config.hidden_size), torch.ones(1, 24, dtype=torch.long)
    segments[:, 10:] = 2
    if known:
        shutil.copyfile(source / LOWER, target / LOWER)
    else:
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
    files = sorted(p for p in folder.iterdir() if p.name != DIGESTS)
    digests = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    (folder / DIGESTS).write_text(json.dumps(digests, indent=2) + "\n", "utf-8")
