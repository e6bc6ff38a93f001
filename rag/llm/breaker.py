"""A circuit breaker: an endpoint that fails is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LONGEST_HOLD = 300.0


class Breaker:
    """Stops calling after ``failures`` consecutive failures; after ``cooldown`` seconds one trial call decides."""

    def __init__(self, failures: int, cooldown: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._cooldown, self._clock = failures, cooldown, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until: float | None = None
        self._trial = False

    def admit(self) -> bool:
        """Whether a call may be made now. Each admitted call has to be reported as succeeded or failed."""
        with self._lock:
            if self._open_until is None:
                return True
            if self._trial or self._clock() < self._open_until:
                return False
            self._trial = True
            return True

    def succeeded(self) -> None:
        """The endpoint works: closed."""
        with self._lock:
            self._failures, self._open_until, self._trial = 0, None, False

    def failed(self, hold: float = 0.0) -> None:
        """Count a failure; ``hold`` seconds the endpoint asked to be left alone open the breaker at once."""
        with self._lock:
            self._failures += 1
            if self._trial or self._failures >= self._limit or hold:
                self._open_until = self._clock() + max(self._cooldown, min(hold, LONGEST_HOLD))
            self._trial = False

    @property
    def is_open(self) -> bool:
        """Whether calls are refused, a trial call aside."""
        with self._lock:
            return self._open_until is not None
