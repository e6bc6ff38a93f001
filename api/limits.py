"""Rate limit per client: a sliding window in bounded memory."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from starlette.requests import HTTPConnection

from api.problems import ProblemError

MAX_CLIENTS = 10_000


class RateLimiter:
    """At most ``limit`` hits in any ``window`` seconds per client.

    The times of the hits of the last window are kept, no more: clients that have been quiet for a window are
    forgotten, and beyond ``max_clients`` the one that has been quiet for longest.

    Args:
        limit: hits per window; 0 switches the limit off.
        window: seconds.
        clock: monotonic seconds, a parameter for tests.
        max_clients: bound of the memory.
    """

    def __init__(
        self,
        limit: int,
        window: float = 60.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        max_clients: int = MAX_CLIENTS,
    ) -> None:
        self.limit = limit
        self.window = window
        self._clock = clock
        self._max_clients = max_clients
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Number of clients remembered."""
        return len(self._hits)

    def hit(self, client: str) -> int:
        """Count a hit; a refused one does not count.

        Returns:
            0 if it is allowed, else the whole seconds to wait.
        """
        if self.limit == 0:
            return 0
        with self._lock:
            now = self._clock()
            times = self._hits.setdefault(client, deque())
            while times and times[0] <= now - self.window:
                times.popleft()
            if len(times) >= self.limit:
                return max(1, math.ceil(times[0] + self.window - now))
            times.append(now)
            self._hits.move_to_end(client)
            self._forget(now)
            return 0

    def _forget(self, now: float) -> None:
        """Drop quiet clients; the order is that of their last counted hit."""
        while len(self._hits) > self._max_clients or next(iter(self._hits.values()))[-1] <= now - self.window:
            self._hits.popitem(last=False)


def client_of(connection: HTTPConnection, *, trust_proxy: bool) -> str:
    """The address a limit counts by; an IPv6 client is its /64 network.

    With ``trust_proxy`` the last entry of X-Forwarded-For counts: it is the one our own proxy wrote.
    """
    address = connection.client.host if connection.client else "unknown"
    forwarded = connection.headers.get("x-forwarded-for", "") if trust_proxy else ""
    if forwarded.strip():
        address = forwarded.rsplit(",", 1)[-1].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def check(limiter: RateLimiter, connection: HTTPConnection, *, trust_proxy: bool) -> None:
    """Count this request.

    Raises:
        ProblemError: 429 with Retry-After.
    """
    wait = limiter.hit(client_of(connection, trust_proxy=trust_proxy))
    if wait:
        raise ProblemError(
            429, "rate-limited", "提问太快了", f"请 {wait} 秒后再试。", headers={"Retry-After": str(wait)}
        )
