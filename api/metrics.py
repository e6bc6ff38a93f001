"""Prometheus metrics, one registry per application so that two of them do not collide.

With several processes (``hegui serve --workers``) prometheus_client counts into files of a folder that it takes from the
environment; any process then shows the sum of all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from rag.ask import Answer

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """Counters and histograms of the HTTP side and of answering."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "hegui_requests", "HTTP requests.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "hegui_request_seconds", "Time to the end of the response.", ("route",),
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._answers = Counter(
            "hegui_answers",
            "Answers by status and way of making.",
            ("status", "generated_by"),
            registry=self.registry,
        )
        self._degraded = Gauge(
            "hegui_degraded", "1 where a part is broken, as /readyz says; answers: there are none.", ("part",),
            registry=self.registry, multiprocess_mode="mostrecent",
        )  # fmt: skip

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a finished request; ``route`` is the route's pattern, never the path itself."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def answer(self, answer: Answer) -> None:
        """Count an answer. What a model made is counted without the model's name."""
        self._answers.labels(answer.status.value, answer.generated_by.partition(":")[0]).inc()

    def parts(self, found: Mapping[str, Exception | None]) -> None:
        """Show of each part whether it is broken."""
        for part, fault in found.items():
            self._degraded.labels(part).set(fault is not None)

    def add(self, collector: Collector) -> None:
        """Show the metrics of another part too, such as those of the chat model."""
        self.registry.register(collector)

    def page(self) -> tuple[bytes, str]:
        """The text exposition and its content type."""
        registry = self.registry
        if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST
