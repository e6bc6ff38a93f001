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

from bench.training.bi_encoder import BiEncoder
from bench.training.data import PASSAGE_PREFIX, QUERY_PREFIX, SEED, Content
from bench.training.halves import Halves
from bench.training.judge import Judge, shown, training_groups
from bench.training.lean import Lower, Pooled, Upper, smooth
from rag.ground import DIGESTS, TOKENIZER
from rag.index.lower import LENGTH, LOWER, UPPER

OPSET = 17
EXAMPLES = 150  # training pairs that show how large the channels get


def publish_lower(net: Halves, source: Path, target: Path, content: Content) -> Lower:
    """Write the lower half and the tokenizer of ``source`` to ``target``; returns it as it was written.

    A lower half that lies in ``source`` is taken as it is: who goes on from it has not changed it.
    """
    target.mkdir(parents=True, exist_ok=True)
    lower = Lower(net).eval().float()
    if (source / LOWER).exists():
        for name in (LOWER, TOKENIZER):
            shutil.copyfile(source / name, target / name)
    else:
        pieces = json.loads((source / TOKENIZER).read_text("utf-8")) | {"truncation": None, "padding": None}
        (target / TOKENIZER).write_text(
            json.dumps(pieces, ensure_ascii=False, separators=(",", ":")), "utf-8"
        )
        tokenizer = open_pieces(target)
        smooth(
            (lower,),
            lambda: [lower(torch.tensor([tokenizer.encode(text).ids])) for text in examples(content)],
        )
        export(lower, {"ids": torch.ones(1, 24, dtype=torch.long)}, target / LOWER)
    write_digests(target)
    return lower


def examples(content: Content) -> list[str]:
    """Clauses and questions, with their prefixes."""
    chunks = random.Random(SEED).sample([c for c in content.chunks if c.questions], EXAMPLES)
    return [t for c in chunks for t in (PASSAGE_PREFIX + c.text, QUERY_PREFIX + c.questions[-1])]


def open_pieces(folder: Path) -> Tokenizer:
    """The tokenizer in the folder, cutting at `LENGTH` tokens."""
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.enable_truncation(LENGTH)
    return tokenizer


def publish_encoder(
    encoder: BiEncoder, lower: Lower, pieces: Tokenizer, content: Content, target: Path
) -> None:
    """Write the encoder's upper half to ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    upper = Pooled(encoder).eval().float()
    smooth(
        (upper,),
        lambda: [upper(lower(torch.tensor([pieces.encode(text).ids]))) for text in examples(content)],
    )
    export(upper, {"states": torch.zeros(1, 24, encoder.body.config.hidden_size)}, target / UPPER)
    write_digests(target)


def publish_judge(judge: Judge, lower: Lower, pieces: Tokenizer, content: Content, target: Path) -> None:
    """Write the judge's upper half to ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    upper = Upper(judge).eval().float()
    groups = random.Random(SEED).sample(training_groups(content, 0), EXAMPLES)
    asked_with = ((asked, texts[0][0]) for asked, texts in (shown(content, group) for group in groups))
    pairs = [(pieces.encode(asked).ids, pieces.encode(text).ids) for asked, text in asked_with]

    def read() -> None:
        for asked, clause in pairs:
            states = torch.cat([lower(torch.tensor([ids])) for ids in (asked, clause)], 1)
            upper(states, torch.tensor([[1] * len(asked) + [2] * len(clause)]))

    smooth((upper,), read)
    states, segments = torch.zeros(1, 24, judge.body.config.hidden_size), torch.ones(1, 24, dtype=torch.long)
    segments[:, 10:] = 2
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
