"""Scores of a script checker on the gold set: by span within a level group, and innocent passages left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.script.read import Item, Span

GROUPS = {"违法": "strict", "有风险": "strict", "要看依据": "soft", "提示": "soft"}


@dataclass(frozen=True)
class Finding:
    """A predicted phrase: offsets in code points, and its level."""

    start: int
    end: int
    level: str


Checker = Callable[[Item], Sequence[Finding]]


@dataclass(frozen=True)
class Scores:
    """``precision`` and ``recall`` of one level group (0..1; nan without predictions or spans) with their counts."""

    predicted: int
    right: int
    gold: int
    found: int

    @property
    def precision(self) -> float:
        """Share of predicted phrases that match a gold span."""
        return self.right / self.predicted if self.predicted else float("nan")

    @property
    def recall(self) -> float:
        """Share of gold spans that some predicted phrase matches."""
        return self.found / self.gold if self.gold else float("nan")


def matches(finding: Finding, span: Span) -> bool:
    """Same level group, and the overlap is at least half of the shorter of the two."""
    overlap = min(finding.end, span.end) - max(finding.start, span.start)
    shorter = min(finding.end - finding.start, span.end - span.start)
    return GROUPS[finding.level] == GROUPS[span.level] and overlap > 0 and 2 * overlap >= shorter


def score_spans(items: Iterable[Item], check: Checker, group: str = "strict") -> Scores:
    """Span scores of ``check`` over ``items`` for the levels of ``group``: ``strict`` (违法, 有风险) or ``soft``."""
    predicted = right = gold = found = 0
    for item in items:
        findings = [f for f in check(item) if GROUPS[f.level] == group]
        spans = [s for s in item.spans if GROUPS[s.level] == group]
        predicted += len(findings)
        gold += len(spans)
        right += sum(any(matches(f, s) for s in spans) for f in findings)
        found += sum(any(matches(f, s) for f in findings) for s in spans)
    return Scores(predicted, right, gold, found)


def left_alone(items: Iterable[Item], check: Checker) -> float:
    """Share of innocent passages (0..1) in which ``check`` finds nothing at any level."""
    innocent = [item for item in items if not item.spans]
    return sum(not check(item) for item in innocent) / len(innocent)
