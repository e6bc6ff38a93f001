"""Where it stands: below a path, behind proxies with other names, in a frame, called from other origins."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.ground.settings import Settings
from tests.api.problems import assert_problem

PORTAL = "https://a.gov.cn"


# --- below a path --------------------------------------------------------------------------------------------------


@pytest.fixture
def below(configure: Callable[..., Settings]) -> TestClient:
    return TestClient(create_app(configure(public_url="https://example.gov.cn/hegui", trust_proxy=1)))


@pytest.mark.parametrize("prefix", ["", "/hegui"])  # a proxy that takes the path off, and one that does not
def test_every_address_answers_with_and_without_the_path(below: TestClient, prefix: str) -> None:
    assert "首页" in below.get(f"{prefix}/").text
    assert "交易与评价真实" in below.get(f"{prefix}/live-room/genuine-trade/").text
    assert below.get(f"{prefix}/static/hegui-chat.js").status_code == 200
    assert below.get(f"{prefix}/api/guidelines").json()["count"] == 3
    assert below.post(f"{prefix}/api/ask", json={"question": "好评返现可以吗"}).json()["status"] == "answered"
    assert_problem(below.get(f"{prefix}/api/nothing"), 404)
    assert (
        below.post(f"{prefix}/v1/chat/completions", json={"messages": []}).json()["error"]["code"]
        == "invalid"
    )


@pytest.mark.parametrize("page", ["/chat", "/docs"])
def test_pages_of_the_application_name_their_files_relative_to_themselves(
    below: TestClient, page: str
) -> None:
    links = re.findall(r' (?:href|src)="((?!tel:)[^"]+)"', below.get(f"/hegui{page}").text)
    assert len(links) >= 3
    for link in links:
        place = urljoin(f"/hegui{page}", link)
        assert place.startswith("/hegui/")
        assert below.get(place).status_code == 200, place


def test_redirects_stay_below_the_path_whatever_name_the_proxy_uses(below: TestClient) -> None:
    headers = {"Host": "10.0.0.9:8000", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}

    def led(path: str) -> str:
        response = below.get(path, headers=headers, follow_redirects=False)
        assert response.status_code in (301, 307, 308)
        return response.headers["location"]

    assert led("/live-room/genuine-trade") == "/hegui/live-room/genuine-trade/"
    assert led("/hegui/live-room/genuine-trade?x=1") == "/hegui/live-room/genuine-trade/?x=1"
    assert led("/hegui/api/guidelines/") == "/hegui/api/guidelines"
    assert led("/hegui") == "/hegui/"


def test_the_cookie_and_the_reference_know_the_path(below: TestClient) -> None:
    headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    cookie = below.get("/hegui/api/options", headers=headers).headers["set-cookie"]
    assert "; Path=/hegui/; " in cookie
    assert cookie.endswith("; Secure")
    assert below.get("/hegui/openapi.json").json()["servers"] == [{"url": "/hegui"}]


def test_links_in_a_chat_clients_answer_lead_to_the_public_address(below: TestClient) -> None:
    body = {"messages": [{"role": "user", "content": "好评返现可以吗"}], "operator": "live-room"}
    text = below.post("/hegui/v1/chat/completions", json=body).json()["choices"][0]["message"]["content"]
    assert re.search(r"https://example\.gov\.cn/hegui/live-room/genuine-trade/#faq-1", text)


def test_a_neighbours_path_is_not_ours(below: TestClient) -> None:
    assert "没有这一页" in below.get("/hegui2/").text
    assert_problem(below.get("/hegui-old/../api/x"), 404)


def test_without_trust_the_scheme_is_the_connections_own(client: TestClient) -> None:
    cookie = client.get("/api/options", headers={"X-Forwarded-Proto": "https"}).headers["set-cookie"]
    assert "Secure" not in cookie


# --- frames and other origins --------------------------------------------------------------------------------------


def test_only_allowed_sites_show_it_in_a_frame(configure: Callable[..., Settings]) -> None:
    with TestClient(create_app(configure(), allow_origins=[PORTAL, "https://b.gov.cn"])) as client:
        for path in ("/", "/chat", "/live-room/genuine-trade/"):
            headers = client.get(path).headers
            assert f"frame-ancestors 'self' {PORTAL} https://b.gov.cn" in headers["content-security-policy"]
            assert "x-frame-options" not in headers
    with TestClient(create_app(configure())) as client:
        headers = client.get("/chat").headers
        assert headers["content-security-policy"].endswith("frame-ancestors 'self'")
        assert headers["x-frame-options"] == "SAMEORIGIN"


def test_openai_clients_in_a_browser_get_past_the_preflight(configure: Callable[..., Settings]) -> None:
    wanted = "authorization,content-type,openai-organization,x-stainless-lang,x-stainless-retry-count"
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": wanted}
    with TestClient(create_app(configure(), allow_origins=[PORTAL])) as client:
        yes = client.options("/v1/chat/completions", headers={"Origin": PORTAL, **asked})
        assert yes.status_code == 200
        assert yes.headers["access-control-allow-origin"] == PORTAL
        assert yes.headers["access-control-allow-headers"] == wanted
        assert "access-control-allow-credentials" not in yes.headers
        no = client.options("/v1/chat/completions", headers={"Origin": "https://evil.example", **asked})
        assert "access-control-allow-origin" not in no.headers
        models = client.get("/v1/models", headers={"Origin": PORTAL, "Authorization": "Bearer x"})
        assert models.headers["access-control-allow-origin"] == PORTAL


def test_a_refusal_for_asking_too_much_can_be_read_from_another_origin(
    configure: Callable[..., Settings],
) -> None:
    with TestClient(create_app(configure(rate_limit=1), allow_origins=[PORTAL])) as client:
        for _ in range(2):
            response = client.post("/api/ask", json={"question": "好评返现"}, headers={"Origin": PORTAL})
        assert_problem(response, 429)
        assert response.headers["access-control-allow-origin"] == PORTAL
        assert "Retry-After" in response.headers["access-control-expose-headers"]
