"""Builds gold.jsonl from the marked portions, the form a person edits: ``python -m bench.script.mark``.

A line is ``goods|kind|text // note``, a risky phrase in it ``【phrase^LEVEL claim basis】``; ``# name`` opens a family.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from bench.script.read import GOLD, Item, Span, check_all

MARKED = Path(__file__).parent / "marked"
LEVEL = {"W": "违法", "R": "有风险", "K": "要看依据", "T": "提示"}
KIND = {"s": "speech", "t": "title", "p": "page", "b": "point"}
LAW = {
    "广": "广告法", "食": "食品安全法", "食实": "食品安全法实施条例", "妆": "化妆品监督管理条例",
    "器械": "医疗器械监督管理条例", "三": "三品一械广告审查管理暂行办法", "价": "明码标价和禁止价格欺诈规定",
    "促": "规范促销行为暂行规定", "反": "反不正当竞争法", "网反": "网络反不正当竞争暂行规定",
    "直": "直播电商监督管理办法", "网广": "互联网广告管理办法", "侵": "侵害消费者权益行为处罚办法",
    "消": "消费者权益保护法", "消实": "消费者权益保护法实施条例", "个": "个人信息保护法",
    "标": "人工智能生成合成内容标识办法", "未": "未成年人保护法", "产": "产品质量法",
    "医疗美容指南": "医疗美容广告执法指南",
}  # fmt: skip
PHRASE = re.compile(r"【([^【】^]+)\^([WRKT]) (\w+) ([^】\d]+)(\d+)】")
RUN = 4  # lines of one idea: a longer family is cut into runs of so many neighbouring lines
TUNE_OF_FIVE = {2, 4}  # runs 2 and 4 of every five, in order of writing


def unmark(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Plain text and spans of a marked text; ValueError for a broken mark."""
    text, spans, at = "", [], 0
    for found in PHRASE.finditer(marked):
        text += marked[at : found.start()]
        phrase, level, claim, law, number = found.groups()
        span = Span(
            len(text), len(text) + len(phrase), phrase, LEVEL[level], claim, LAW.get(law, law) + number
        )
        spans.append(span)
        text += phrase
        at = found.end()
    text += marked[at:]
    if set(text) & set("【】^|"):
        raise ValueError(f"broken mark: {marked}")
    return text, tuple(spans)


def runs(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The portions cut into runs: the family's name with the number of the run, and its lines."""
    for path in sorted(folder.glob("*.txt")):
        for block in path.read_text("utf-8").split("# ")[1:]:
            name, *lines = block.splitlines()
            for at in range(0, len(lines), RUN):
                yield f"{name}-{at // RUN + 1}", lines[at : at + RUN]


def item_of(line: str, own: str, split: str, family: str) -> Item:
    """The passage of one marked line."""
    goods, kind, marked = line.split("|", 2)
    marked, _, note = marked.partition(" // ")
    text, spans = unmark(marked)
    return Item(own, split, family, goods, KIND[kind], text, spans, note)


def build(folder: Path = MARKED) -> list[Item]:
    """All items of the portions in order of their files."""
    items: list[Item] = []
    for number, (family, lines) in enumerate(runs(folder)):
        split = "tune" if number % 5 in TUNE_OF_FIVE else "test"
        items += [item_of(line, f"g{len(items) + n:04}", split, family) for n, line in enumerate(lines, 1)]
    check_all(items)
    return items


def main() -> None:
    """Writes the file."""
    rows = (json.dumps(item.as_row(), ensure_ascii=False) for item in build())
    GOLD.write_text("\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
