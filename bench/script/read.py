"""Reads and validates the gold set of the script check."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

GOLD = Path(__file__).parent / "gold.jsonl"

LEVELS = ("违法", "有风险", "要看依据", "提示")
KINDS = ("speech", "title", "page", "point")
SPLITS = ("tune", "test")
OWN_SPLITS = ("train", "held")
LETTERED_SPLITS = tuple("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU")
CLAIMS = (
    "absolute", "medical", "health_food", "cosmetic_efficacy", "device", "guarantee", "return_on_investment", "price",
    "comparison", "limited", "gift_draw", "ranking", "citation", "patent", "endorsement", "experience",
    "expert_doctor", "minors", "elderly", "disparagement", "returns_warranty", "scarcity_shill", "ai",
    "forbidden_goods", "discrimination_vulgar", "missing_mark",
)  # fmt: skip
GOODS = (
    "agri", "apparel", "appliance", "book", "cosmetics", "crossborder", "device", "digital", "drug", "education",
    "farm_input", "finance", "food", "health_food", "home", "infant_formula", "jewelry", "kids", "liquor", "local",
    "medical_beauty", "pet", "property", "secondhand", "tobacco", "travel",
)  # fmt: skip
BASIS = re.compile(r"[一-鿿（）]+\d+")


@dataclass(frozen=True)
class Span:
    """One marked phrase: ``item.text[start:end] == text`` (offsets in code points), its level, claim and article."""

    start: int
    end: int
    text: str
    level: str
    claim: str
    basis: str


@dataclass(frozen=True)
class Item:
    """One short passage; without spans it is innocent. ``family`` is the idea by which tune and test are kept apart."""

    id: str
    split: str
    family: str
    goods: str
    kind: str
    text: str
    spans: tuple[Span, ...]
    note: str = ""

    def as_row(self) -> dict[str, Any]:
        """The line of the file."""
        return asdict(self)


def check(item: Item) -> None:
    """Raises ValueError when a field, an offset or a value of ``item`` is wrong."""
    for value, allowed in (
        (item.split, (*SPLITS, *OWN_SPLITS, *LETTERED_SPLITS)),
        (item.kind, KINDS),
        (item.goods, GOODS),
    ):
        if value not in allowed:
            raise ValueError(f"{item.id}: {value!r} is not one of {allowed}")
    last = 0
    for span in item.spans:
        if span.level not in LEVELS or span.claim not in CLAIMS or not BASIS.fullmatch(span.basis):
            raise ValueError(f"{item.id}: level, claim or basis of {span}")
        if not last <= span.start < span.end or item.text[span.start : span.end] != span.text:
            raise ValueError(f"{item.id}: offsets of {span}")
        last = span.end


def check_all(items: Iterable[Item]) -> None:
    """Checks every item, and that ids and texts are unique and no family lies in both splits."""
    ids: set[str] = set()
    texts: set[str] = set()
    split_of: dict[str, str] = {}
    for item in items:
        check(item)
        if item.id in ids or item.text in texts:
            raise ValueError(f"{item.id}: id or text twice")
        if split_of.setdefault(item.family, item.split) != item.split:
            raise ValueError(f"{item.id}: family {item.family} in both splits")
        ids.add(item.id)
        texts.add(item.text)


def parse(row: Mapping[str, Any]) -> Item:
    """An item from a line of the file; KeyError or TypeError when a field lacks or is unknown."""
    return Item(**{**row, "spans": tuple(Span(**span) for span in row["spans"])})


def read_gold(split: str | None = None, path: Path = GOLD) -> list[Item]:
    """The items of ``split`` (all without), validated."""
    items = [parse(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    check_all(items)
    return [item for item in items if split is None or item.split == split]
