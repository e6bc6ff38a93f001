"""Rate limits: sliding windows by session and, wider, by address.

They are kept in bounded memory, or, where the database is a server that several processes use, in that database, so that
each process knows what the others let through.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Protocol

from api.problems import ProblemError
from api.store import Store
from rag.ground import StorageError

logger = logging.getLogger("hegui.api")

MAX_CLIENTS = 10_000
WINDOW = 60.0
PAUSE = 30.0


class Limiter(Protocol):
    """What counts hits."""

    limit: int

    def hit(self, client: str) -> int:
        """Count a hit: 0 if it is allowed, else the whole seconds to wait."""

    def wait(self, client: str) -> int:
        """Whole seconds until the next hit would be allowed, 0 for now; counts nothing."""


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
        window: float = WINDOW,
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

    def wait(self, client: str) -> int:
        """As `Limiter.wait`."""
        if self.limit == 0:
            return 0
        with self._lock:
            now = self._clock()
            recent = [t for t in self._hits.get(client, ()) if t > now - self.window]
            return max(1, math.ceil(recent[0] + self.window - now)) if len(recent) >= self.limit else 0

    def _forget(self, now: float) -> None:
        """Drop quiet clients; the order is that of their last counted hit."""
        while len(self._hits) > self._max_clients or next(iter(self._hits.values()))[-1] <= now - self.window:
            self._hits.popitem(last=False)


class SharedLimiter:
    """The same, counted in the database for all processes together. While that fails this process counts alone.

    Args:
        name: what is counted; each name has its own window.
        limit: hits a minute; 0 switches the limit off.
        store: a shared one (``store.shared``).
        key: sessions and addresses are stored as hashes under it, so that they cannot be found out by trying.
        clock: monotonic seconds, a parameter for tests.
    """

    def __init__(
        self,
        name: str,
        limit: int,
        store: Store,
        key: bytes,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limit = limit
        self._name = name
        self._store = store
        self._key = key
        self._clock = clock
        self._alone = RateLimiter(limit, clock=clock)
        self._alone_until = -math.inf

    def hit(self, client: str) -> int:
        """As `RateLimiter.hit`."""
        return self._ask(client, self._store.count_hit, self._alone.hit)

    def wait(self, client: str) -> int:
        """As `Limiter.wait`."""
        return self._ask(client, self._store.look_at_hits, self._alone.wait)

    def _ask(
        self, client: str, together: Callable[[str, int, float], int], alone: Callable[[str], int]
    ) -> int:
        if self.limit == 0:
            return 0
        if self._clock() < self._alone_until:
            return alone(client)
        stored = hmac.new(self._key, f"{self._name}|{client}".encode(), hashlib.sha256).hexdigest()
        try:
            return together(stored, self.limit, WINDOW)
        except StorageError:
            logger.warning("limits are counted by this process alone for %.0f s", PAUSE)
            self._alone_until = self._clock() + PAUSE
            return alone(client)


class Limit:
    """What one browser may ask, and, wider, what everyone behind one address together may.

    A class of sixty or a whole office often shares one address; a program without cookies is held by the address alone.

    Args:
        per_session: hits a minute of one session; 0 switches everything off.
        per_address: hits a minute of one address, never less than one session's.
        make: makes the limiter of a name ("session", "address") and a limit; in this process's memory by default.
    """

    def __init__(
        self,
        per_session: int,
        per_address: int,
        make: Callable[[str, int], Limiter] = lambda name, limit: RateLimiter(limit),
    ) -> None:
        self._session = make("session", per_session)
        self._address = make("address", max(per_session, per_address) if per_session else 0)

    def check(self, session: str, address: str) -> None:
        """Count this request.

        Raises:
            ProblemError: 429 with Retry-After.
        """
        if wait := self._session.hit(session):
            raise too_fast("提问太快了", f"这台设备一分钟里最多 {self._session.limit} 次。", wait)
        if wait := self._address.hit(address):
            raise too_fast("同一网络里提问的人太多了", "和您共用一个网络的人一分钟里问得太多。", wait)


class AddressLimit:
    """What one address may try a minute where trying is guessing: passwords, codes of questions."""

    def __init__(self, tries: Limiter) -> None:
        self._tries = tries

    def check(self, address: str) -> None:
        """Count a try.

        Raises:
            ProblemError: 429 with Retry-After.
        """
        if wait := self._tries.hit(address):
            raise too_fast("试得太快了", f"一分钟里最多试 {self._tries.limit} 次。", wait)


def too_fast(title: str, why: str, wait: int) -> ProblemError:
    """The answer to whoever has to wait."""
    detail = f"{why}请等 {wait} 秒再试，写好的内容不用改。"
    return ProblemError(429, "rate-limited", title, detail, headers={"Retry-After": str(wait)})
