"""How much may be asked: by session, by address with a wide bound, behind proxies; what a refusal says."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.limits import RateLimiter
from api.proxy import network_of, without_port
from api.sessions import COOKIE, load_key
from rag.ground.settings import Settings
from tests.api.problems import assert_problem
from tests.conftest import served

QUESTION = {"question": "好评返现"}


def test_too_many_questions_wait(configure: Callable[..., Settings]) -> None:
    with TestClient(create_app(configure(rate_limit=2))) as client:
        for _ in range(2):
            assert client.post("/api/ask", json=QUESTION).status_code == 200
        response = client.post("/api/ask", json=QUESTION)
        problem = assert_problem(response, 429)
        wait = response.headers["Retry-After"]
        assert 1 <= int(wait) <= 60
        assert f"请等 {wait} 秒再试" in problem["detail"]
        assert "这台设备一分钟里最多 2 次" in problem["detail"]
        assert client.get("/api/guidelines").status_code == 200


def test_a_room_of_sixty_behind_one_address_is_never_refused(configure: Callable[..., Settings]) -> None:
    """Each phone looks around, asks four questions in a row and searches; all at once, over real HTTP."""
    start = threading.Barrier(60)
    room = configure(rate_limit=Settings(_env_file=None).rate_limit)  # the limits as they are delivered

    def phone(address: str) -> list[int]:
        with httpx2.Client(base_url=address, timeout=120) as http:
            start.wait()
            seen = [http.get("/api/options")]
            for question in ("好评返现可以吗", "刷单罚多少", "数字人要标识吗", "可以先刷几单暖场吗"):
                seen.append(http.post("/api/ask", json={"question": question}))
                seen.append(http.get("/api/search", params={"q": question}))
            return [response.status_code for response in seen]

    with served(create_app(room)) as address, ThreadPoolExecutor(60) as phones:
        codes = Counter(code for seen in phones.map(phone, [address] * 60) for code in seen)
    assert codes == {200: 60 * 9}


def test_one_phone_that_asks_without_end_stops_only_itself(configure: Callable[..., Settings]) -> None:
    app = create_app(configure(rate_limit=2, address_limit=50))
    with TestClient(app) as eager, TestClient(app) as quiet:
        assert [eager.post("/api/ask", json=QUESTION).status_code for _ in range(4)] == [200, 200, 429, 429]
        assert quiet.post("/api/ask", json=QUESTION).status_code == 200


def test_who_throws_the_cookie_away_is_held_by_the_address(configure: Callable[..., Settings]) -> None:
    with TestClient(create_app(configure(rate_limit=1, address_limit=3))) as client:
        codes = []
        for _ in range(4):
            client.cookies.clear()
            response = client.post("/api/ask", json=QUESTION)
            codes.append(response.status_code)
        assert codes == [200, 200, 200, 429]
        assert "共用一个网络" in assert_problem(response, 429)["detail"]


def test_rate_limit_zero_switches_everything_off(configure: Callable[..., Settings]) -> None:
    with TestClient(create_app(configure(rate_limit=0, address_limit=1))) as client:
        assert [client.post("/api/ask", json=QUESTION).status_code for _ in range(3)] == [200] * 3


# --- the session cookie --------------------------------------------------------------------------------------------


def test_the_cookie_is_given_once_by_the_api_alone_and_names_nobody(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/").headers
    cookie = client.get("/api/options").headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax")
    assert "set-cookie" not in client.get("/api/options").headers


def test_a_forged_cookie_is_no_session(configure: Callable[..., Settings]) -> None:
    with TestClient(create_app(configure(rate_limit=1))) as client:
        for number in range(3):
            client.cookies.clear()
            headers = {"Cookie": f"{COOKIE}=made-up-{number}.0123456789abcdef0123456789abcdef"}
            response = client.post("/api/ask", json=QUESTION, headers=headers)
            assert response.status_code == 200
            assert COOKIE in response.headers["set-cookie"]


@pytest.mark.parametrize(
    "header", ["", "a=b", f"{COOKIE}=", f"{COOKIE}=x", f"{COOKIE}=.", f'{COOKIE}="é.é"', "=;=,"]
)
def test_broken_cookies_are_passed_over(client: TestClient, header: str) -> None:
    assert client.get("/api/options", headers={"Cookie": header.encode()}).status_code == 200


def test_all_processes_on_a_folder_and_a_restart_know_the_cookies(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as processes:
        keys = set(processes.map(load_key, [tmp_path / "var"] * 16))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    assert [p.name for p in (tmp_path / "var").iterdir()] == ["session.key"]
    assert (tmp_path / "var" / "session.key").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_costs_only_the_restart(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert len(load_key(tmp_path / "file" / "var")) == 32


# --- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hops", "first", "second", "status"),
    [
        (0, "203.0.113.7", "203.0.113.8", 429),  # nobody is trusted: all are the proxy
        (1, "203.0.113.7", "203.0.113.8", 200),
        (1, "made.up, 203.0.113.7", "other, 203.0.113.7", 429),
        (2, "203.0.113.7, 10.0.0.5", "203.0.113.8, 10.0.0.5", 200),  # WAF, then nginx
        (2, "1.1.1.1, 203.0.113.7, 10.0.0.5", "2.2.2.2, 203.0.113.7, 10.0.0.6", 429),
        (1, "203.0.113.7:5678", "203.0.113.7:5679", 429),  # a port each time
        (1, "[2001:db8::1]:443", "2001:db8::2", 429),  # one line
        (1, "2001:db8::1", "2001:db8:0:1::1", 200),
        (1, "::ffff:203.0.113.7", "203.0.113.7", 429),
        (1, "unknown", "unknown", 429),
        (3, "203.0.113.7", "203.0.113.7", 429),  # fewer entries than proxies
    ],
)
def test_the_clients_address_is_the_entry_our_outermost_proxy_wrote(
    configure: Callable[..., Settings], hops: int, first: str, second: str, status: int
) -> None:
    with TestClient(create_app(configure(rate_limit=1, address_limit=1, trust_proxy=hops))) as client:
        codes = []
        for address in (first, second):
            client.cookies.clear()
            headers = {"X-Forwarded-For": address}
            codes.append(client.post("/api/ask", json=QUESTION, headers=headers).status_code)
    assert codes == [200, status]


@given(st.ip_addresses(), st.integers(1, 65535))
def test_a_port_never_makes_another_client(address: object, port: int) -> None:
    text = str(address)
    with_port = f"[{text}]:{port}" if ":" in text else f"{text}:{port}"
    assert network_of(without_port(with_port)) == network_of(without_port(text))


# --- the window ----------------------------------------------------------------------------------------------------


def test_a_window_slides() -> None:
    now = 0.0
    limiter = RateLimiter(2, 60, clock=lambda: now)
    assert limiter.hit("a") == 0
    now = 30.0
    assert limiter.hit("a") == 0
    assert limiter.hit("a") == 30
    assert limiter.hit("b") == 0
    now = 60.0
    assert limiter.hit("a") == 0
    assert limiter.hit("a") == 30


@given(
    st.integers(1, 20),
    st.lists(st.integers(0, 320).map(lambda eighths: eighths / 8), min_size=1, max_size=80),
)
def test_a_client_that_waits_as_told_gets_through(limit: int, pauses: list[float]) -> None:
    now = 0.0
    limiter = RateLimiter(limit, 60, clock=lambda: now)
    for pause in pauses:
        now += pause
        wait = limiter.hit("a")
        if wait:
            now += wait
            assert limiter.hit("a") == 0


def test_memory_is_bounded() -> None:
    limiter = RateLimiter(1, max_clients=100)
    for number in range(1000):
        limiter.hit(str(number))
    assert len(limiter) == 100


def test_quiet_clients_are_forgotten() -> None:
    now = 0.0
    limiter = RateLimiter(5, 60, clock=lambda: now)
    for number in range(50):
        limiter.hit(str(number))
    now = 61.0
    limiter.hit("a")
    assert len(limiter) == 1
