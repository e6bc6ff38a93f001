"""Counters of the chat model."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics_core import Metric

_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80)


class Meter:
    """Counters of the chat model. A prometheus_client collector: ``registry.register(meter)`` exports it."""

    def __init__(self) -> None:
        self.calls = Counter("hegui_llm_calls", "Chat model calls.", ("purpose", "outcome"), registry=None)
        self.retries = Counter("hegui_llm_retries", "Repeated requests.", registry=None)
        self.tokens = Counter(
            "hegui_llm_tokens", "Tokens as the endpoint reports them.", ("kind",), registry=None
        )
        self.cost = Counter("hegui_llm_cost", "Cost at the prices set, in their currency.", registry=None)
        self.seconds = Histogram(
            "hegui_llm_seconds", "Time of a call, retries included.", buckets=_SECONDS, registry=None
        )
        self.sentences = Counter(
            "hegui_llm_sentences", "Written sentences by finding.", ("finding",), registry=None
        )
        self.answers = Counter(
            "hegui_llm_answers", "Written answers by what became of them.", ("outcome",), registry=None
        )
        self.open = Gauge(
            "hegui_llm_breaker_open", "1 while the circuit breaker refuses calls.", registry=None
        )

    def collect(self) -> Iterator[Metric]:
        """All samples."""
        for part in (
            self.calls,
            self.retries,
            self.tokens,
            self.cost,
            self.seconds,
            self.sentences,
            self.answers,
            self.open,
        ):
            yield from part.collect()
