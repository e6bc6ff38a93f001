"""Limits that several processes share, in a real PostgreSQL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from api.limits import SharedLimiter
from api.store import Store
from tests.servers import Postgres

KEY = b"k" * 32


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.database()


@pytest.fixture
def stores(url: str) -> Iterator[list[Store]]:
    """Two processes' view of one database: each has connections of its own."""
    both = [Store(url, 30), Store(url, 0)]  # one of them keeps no questions: limits hold all the same
    yield both
    for store in both:
        store.close()


def age(url: str, seconds: float) -> None:
    """Let so many seconds pass for all hits."""
    with psycopg.connect(url) as connection:
        connection.execute(f"UPDATE hits SET at = at - interval '{seconds} seconds'".encode())


def clients(url: str) -> list[str]:
    """Whose hits are stored, one entry a hit."""
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT client FROM hits")]


def test_what_one_process_lets_through_counts_for_the_other(stores: list[Store]) -> None:
    one, other = (SharedLimiter("ask session", 2, store, KEY) for store in stores)
    assert [one.hit("a"), other.hit("a")] == [0, 0]
    assert 58 <= one.hit("a") <= 60
    assert 58 <= other.hit("a") <= 60
    assert other.hit("b") == 0


def test_who_only_looks_sees_what_all_counted_and_counts_nothing(stores: list[Store], url: str) -> None:
    one, other = (SharedLimiter("wrong code", 1, store, KEY) for store in stores)
    assert [other.wait("a"), one.wait("a")] == [0, 0]
    assert clients(url) == []
    assert one.hit("a") == 0
    assert 58 <= other.wait("a") <= 60
    age(url, 61)
    assert other.wait("a") == 0


def test_the_window_slides_and_what_is_over_is_deleted(stores: list[Store], url: str) -> None:
    one, other = (SharedLimiter("ask session", 2, store, KEY) for store in stores)
    assert one.hit("a") == 0
    age(url, 40)
    assert other.hit("a") == 0
    assert 18 <= one.hit("a") <= 20
    age(url, 21)
    assert other.hit("a") == 0
    assert 37 <= one.hit("a") <= 39
    assert len(clients(url)) == 2


def test_not_one_too_many_when_all_ask_at_once(stores: list[Store]) -> None:
    limiters = [SharedLimiter("ask address", 25, store, KEY) for store in stores]
    with ThreadPoolExecutor(16) as threads:
        waits = list(threads.map(lambda n: limiters[n % 2].hit("room"), range(80)))
    assert Counter(wait == 0 for wait in waits) == {True: 25, False: 55}


def test_each_kind_of_request_has_a_window_of_its_own(stores: list[Store]) -> None:
    assert SharedLimiter("ask session", 1, stores[0], KEY).hit("a") == 0
    assert SharedLimiter("look session", 1, stores[0], KEY).hit("a") == 0


def test_zero_switches_it_off_and_writes_nothing(stores: list[Store], url: str) -> None:
    limiter = SharedLimiter("ask session", 0, stores[0], KEY)
    assert [limiter.hit("a") for _ in range(3)] == [0, 0, 0]
    stores[0].purge()  # makes the tables
    assert clients(url) == []


def test_no_session_and_no_address_stands_in_the_database(stores: list[Store], url: str) -> None:
    SharedLimiter("ask address", 5, stores[0], KEY).hit("203.0.113.7")
    [client] = clients(url)
    assert re.fullmatch("[0-9a-f]{64}", client)
    SharedLimiter("ask address", 5, stores[0], b"other" * 8).hit("203.0.113.7")
    assert len(set(clients(url))) == 2  # who does not know the key cannot try addresses


def test_while_the_database_is_away_each_process_counts_alone(url: str) -> None:
    now = 0.0
    gone = Store("postgresql://hegui@127.0.0.1:9/none", 30)
    limiter = SharedLimiter("ask session", 2, gone, KEY, clock=lambda: now)
    assert [limiter.hit("a") for _ in range(2)] == [0, 0]
    assert limiter.hit("a") == 60
    gone.close()
    limiter._store = Store(url, 30)  # it is back
    assert limiter.hit("a") == 60
    now = 31.0
    assert [limiter.hit("a") for _ in range(2)] == [0, 0]
    assert limiter.hit("a") >= 58
    limiter._store.close()


def test_the_purge_takes_what_quiet_clients_left(stores: list[Store], url: str) -> None:
    SharedLimiter("ask session", 5, stores[0], KEY).hit("a")
    age(url, 3600)
    stores[0].purge()
    assert clients(url) == []
