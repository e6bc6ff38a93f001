"""What the model of the script check learns from: marked passages as characters, and examples of one or several of them as pieces."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from bench.script.ours import DAY, TOPICS
from bench.script.read import Item, Span
from bench.script.score import GROUPS
from rag.ground.settings import ROOT
from rag.script import Checker
from rag.script.claims import RULES
from rag.script.tagger import GRAVE, NEITHER, SOFT

SENTENCES = ROOT / "tests" / "script" / "sentences.tsv"
CLAIMS = tuple(RULES)  # claims, and those of one article
# What is told of the goods before a passage, by topic.
GOODS = {
    "agri": "农产品", "cosmetics": "化妆品", "devices": "医疗器械", "drugs": "药品", "food": "食品", "health-food": "保健食品",
    "jewelry": "珠宝", "kids-ccc": "童品", "liquor": "酒", "local-services": "本地服务",
}  # fmt: skip
TOLD, JOINED = 0.6, 0.3  # shares of the passages whose goods are told, and that others are joined to
MOST = 200  # pieces of an example
NO_LABEL = -100


@dataclass(frozen=True)
class Passage:
    """A folded text, the name of its goods, and for each character its kind and its claim (-1 in no phrase)."""

    text: str
    goods: str
    kinds: tuple[int, ...]
    claims: tuple[int, ...]


@dataclass(frozen=True)
class Example:
    """Pieces of a text with their kind and claim; `NO_LABEL` where there is none."""

    ids: list[int]
    kinds: list[int]
    claims: list[int]


def tested_items(checker: Checker) -> list[Item]:
    """The sentences of the unit tests: innocent ones, and risky ones with what the rules find in them as spans."""
    items: list[Item] = []
    for number, line in enumerate(SENTENCES.read_text("utf-8").splitlines()):
        kind, text = line.split("\t")[:2]
        found = checker.check(text, today=DAY).findings if kind == "x" else ()
        spans = tuple(Span(f.start, f.end, f.text, f.level.value, "", "") for f in found)
        if kind == "o" or spans:
            items.append(Item(f"s{number}", "train", "tests", "home", "speech", text, spans))
    return items


def passage_of(item: Item, checker: Checker) -> Passage:
    """A marked passage, folded as the check folds it."""
    folded, _ = checker.read(item.text)
    kinds, claims = [NEITHER] * len(folded.text), [-1] * len(folded.text)
    for span in item.spans:
        kind, claim = GRAVE if GROUPS[span.level] == "strict" else SOFT, claim_of(span)
        for place, (start, end) in enumerate(zip(folded.starts, folded.ends, strict=True)):
            if start < span.end and end > span.start:
                kinds[place], claims[place] = kind, claim
    return Passage(folded.text, GOODS.get(TOPICS.get(item.goods, ""), ""), tuple(kinds), tuple(claims))


def claim_of(span: Span) -> int:
    """The number of its claim, the one of its article where there is one; -1 without."""
    names = (f"{span.claim} {span.basis}", span.claim)
    return next((CLAIMS.index(name) for name in names if name in RULES), -1)


def examples(passages: Sequence[Passage], tokenizer: Tokenizer, draw: random.Random) -> Iterator[Example]:
    """One pass over the passages in random order."""
    order = list(passages)
    draw.shuffle(order)
    while order:
        count = draw.choice((2, 3, 4)) if draw.random() < JOINED else 1
        some = [order.pop() for _ in range(min(count, len(order)))]
        text, kinds, claims = "", list[int](), list[int]()
        if len(some) == 1 and some[0].goods and draw.random() < TOLD:
            text = f"{some[0].goods}："
        for number, one in enumerate(some):
            if number and text[-1] not in "。！？；，":
                text += draw.choice("，。。")
            kinds += [NEITHER] * (len(text) - len(kinds)) + list(one.kinds)
            claims += [-1] * (len(text) - len(claims)) + list(one.claims)
            text += one.text
        yield example(text, kinds, claims, tokenizer)


def example(text: str, kinds: Sequence[int], claims: Sequence[int], tokenizer: Tokenizer) -> Example:
    """The pieces of a text: of each the kind that most of its characters have."""
    encoded = tokenizer.encode(text)
    labels: list[tuple[int, int]] = []
    for start, end in encoded.offsets:
        own = list(kinds[start:end])
        kind = max(set(own), key=lambda k: (own.count(k), k)) if own else NO_LABEL
        named = [c for c in claims[start:end] if c >= 0] if kind > NEITHER else []
        labels.append((kind, named[0] if named else NO_LABEL))
    return Example(encoded.ids[:MOST], [k for k, _ in labels][:MOST], [c for _, c in labels][:MOST])
