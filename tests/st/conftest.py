"""Tiny models made here, so that sentence-transformers' own loading code runs without a download.

Run with ``make st``; where the extra is not installed everything in this folder is skipped.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MISSING = "没有安装 sentence-transformers：用 make st 在单独的环境里跑这些测试"
LETTERS = (
    "好评返现可以吗直播间刷单罚多少钱数字人标识主播平台要不得的虚构交易用户价用红包卡券利诱作出指定误导了消费者就是被禁止"
    "宣传处一百万元以下款情节严重并吊销营业执照广告法第九条商品原折限时公示信息变三个工作日内报"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, and skip it where the extra is missing."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.st)
            missing = importlib.util.find_spec("sentence_transformers") is None
            if missing and "ST_REQUIRED" not in os.environ:  # make st sets it: there, missing is a failure
                item.add_marker(pytest.mark.skip(reason=MISSING))


def save_bert(folder: Path, *, labels: int | None = None) -> Path:
    """A BERT of one layer with a character vocabulary, random but fixed weights; with a head if ``labels`` is set."""
    import torch
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {token: n for n, token in enumerate([*special, *dict.fromkeys(LETTERS)])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    names = {
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "mask_token": "[MASK]",
    }
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=128, **names).save_pretrained(folder)
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=128, num_labels=labels or 2, initializer_range=0.5,
    )  # fmt: skip
    model = BertForSequenceClassification(config) if labels else BertModel(config)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of an embedding model in a folder: BERT, mean pooling, with prompts for queries and passages as e5 has."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    root = tmp_path_factory.mktemp("embedder")
    transformer = Transformer(str(save_bert(root / "bert")))
    pooling = Pooling(transformer.get_embedding_dimension(), "mean")
    prompts = {"query": "用户", "document": "商品"}
    SentenceTransformer(modules=[transformer, pooling], prompts=prompts, device="cpu").save(
        str(root / "model")
    )
    return f"sentence-transformers:{root / 'model'}"


@pytest.fixture(scope="session")
def crossencoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a cross-encoder in a folder: BERT with one score."""
    return f"sentence-transformers:{save_bert(tmp_path_factory.mktemp('crossencoder'), labels=1)}"
