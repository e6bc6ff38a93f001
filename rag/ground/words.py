"""BM25 over Chinese words and character bigrams (bm25s does the scoring, jieba the words)."""

from __future__ import annotations

import logging
import re
import unicodedata
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")


_LATIN = re.compile(r"[a-z0-9][a-z0-9.+%-]*")


STOP = frozenset(
    [
        "的",
        "了",
        "吗",
        "呢",
        "吧",
        "啊",
        "呀",
        "么",
        "嘛",
        "是",
        "我",
        "你",
        "您",
        "他",
        "她",
        "它",
        "们",
        "我们",
        "你们",
        "和",
        "与",
        "或",
        "在",
        "就",
        "都",
        "也",
        "还",
        "又",
        "把",
        "被",
        "给",
        "让",
        "对",
        "从",
        "到",
        "要",
        "会",
        "能",
        "可以",
        "这",
        "那",
        "这个",
        "那个",
        "有",
        "没有",
        "没",
        "不",
        "一个",
        "什么",
        "怎么",
        "怎么样",
        "怎样",
        "如何",
        "多少",
        "几",
        "哪",
        "哪些",
        "哪个",
        "谁",
        "吗？",
        "请问",
        "一下",
        "如果",
        "的话",
        "时候",
        "必须",
        "需要",
        "可不可以",
        "能不能",
        "行不行",
        "要不要",
        "是不是",
        "有没有",
        "行",
        "好",
        "啥",
        "咋",
        "咋办",
        "为什么",
        "为啥",
        "算",
        "说",
        "做",
        "用",
        "不能",
        "不用",
        "不会",
        "应该",
        "应当",
        "得",
        "着",
        "过",
        "些",
    ]
)


def normalize(text: str) -> str:
    """NFKC, lower case, simplified characters: the form in which texts and questions are compared."""
    return _simplify(unicodedata.normalize("NFKC", text).lower())


def _simplify(text: str) -> str:
    """Traditional characters to simplified ones, character by character so that offsets stay."""
    return text.translate(_simplified())


@lru_cache(maxsize=1)
def _simplified() -> dict[int, int]:
    with warnings.catch_warnings():  # zhconv leaves its dictionary file open
        warnings.simplefilter("ignore")
        from zhconv.zhconv import getdict

        table: dict[str, str] = getdict("zh-hans")
    return {ord(k): ord(v) for k, v in table.items() if len(k) == 1 and len(v) == 1}


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    with warnings.catch_warnings():  # jieba's sources hold invalid escapes, reported on first compilation
        warnings.simplefilter("ignore")
        import jieba

    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    segmenter.initialize()
    return segmenter


def teach(known: Iterable[str]) -> None:
    """Teach the segmenter the glossary's words so that they stay whole, in texts and questions alike."""
    for word in known:
        if 2 <= len(word) <= 8:
            _segmenter().add_word(normalize(word))


def is_word(text: str) -> bool:
    """Whether ``text`` is a word of the segmenter's dictionary."""
    return bool(_segmenter().FREQ.get(text))


def words(text: str) -> list[str]:
    """Words of ``text`` in order, normalised, stop words and punctuation left out."""
    return [
        w
        for w in _segmenter().cut(normalize(text), HMM=False)
        if w not in STOP and (_HAN_RUN.match(w) or _LATIN.match(w))
    ]


def tokens(text: str) -> list[str]:
    """Index terms: words plus character bigrams of every run of Han characters."""
    plain = normalize(text)
    terms = words(text)
    for run in _HAN_RUN.findall(plain):
        terms.extend("#" + run[i : i + 2] for i in range(len(run) - 1))
    return terms
