"""Signing in by an OpenID Connect provider: a real one over HTTP, and what it or the browser may do wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from api.desk.oidc import pack, unpack
from api.desk.roles import Role
from api.desk.services import Desk
from api.problems import ProblemError
from rag.ground.settings import Settings
from tests.conftest import served
from tests.desk.signing import account, post, sign_in
from tests.fakes.oidc_provider import CLIENT, SECRET, FakeProvider


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    fake = FakeProvider()
    with served(fake.app) as address:
        fake.issuer = address
        yield fake


@pytest.fixture
def desk(configure: Callable[..., Settings], provider: FakeProvider) -> Iterator[TestClient]:
    settings = configure(
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        oidc_label="政务登录",
    )
    with TestClient(create_app(settings)) as client:
        office(client).people.add("wang.li", "王丽", frozenset({Role.WRITER}), password=None)
        yield client


def office(client: TestClient) -> Desk:
    return client.app.state.hegui.desk  # type: ignore[attr-defined,no-any-return]


def there(desk: TestClient, then: str = "/desk/laws") -> str:
    """To the provider; the address it sends the browser back to."""
    off = desk.get("/desk/oidc", params={"next": then}, follow_redirects=False)
    assert off.status_code == 303, off.text
    parts = urlsplit(httpx2.get(off.headers["location"]).headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://testserver/desk/oidc/back"
    return f"{parts.path}?{parts.query}"


def and_back(desk: TestClient, address: str) -> Any:
    return desk.get(address, follow_redirects=False)


def test_a_person_of_the_provider_signs_in(desk: TestClient, provider: FakeProvider) -> None:
    assert 'href="/desk/oidc?next=/desk">政务登录' in desk.get("/desk/login").text
    answer = and_back(desk, there(desk))
    assert answer.headers["location"] == "/desk/laws"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "王丽" in desk.get("/desk").text
    assert provider.asked[0]["code_challenge_method"] == "S256"
    assert [e.action for e in office(desk).audit.entries(actor="wang.li")] == ["登录", "绑定统一登录"]


def test_the_account_is_the_persons_not_the_names(desk: TestClient, provider: FakeProvider) -> None:
    and_back(desk, there(desk))
    desk.cookies.clear()
    provider.person = {"sub": "person-2", "preferred_username": "wang.li"}  # another person, the same name
    refused = and_back(desk, there(desk))
    assert refused.status_code == 403
    assert "没有您的账号" in refused.text
    provider.person = {"sub": "person-1", "preferred_username": "wang.married"}
    assert and_back(desk, there(desk)).status_code == 303


def test_whoever_has_no_account_or_is_stopped_stays_out(desk: TestClient, provider: FakeProvider) -> None:
    provider.person = {"sub": "person-9", "preferred_username": "<script>x</script>"}
    refused = and_back(desk, there(desk))
    assert refused.status_code == 403
    assert "<script>" not in refused.text
    assert desk.get("/desk", follow_redirects=False).status_code == 303
    provider.person = {"sub": "person-1", "preferred_username": "wang.li"}
    boss = account(desk.app, "boss", Role.ADMIN)  # type: ignore[arg-type]
    user = next(u for u in office(desk).people.all() if u.name == "wang.li")
    office(desk).people.change(user.id, display="王丽", email=None, roles=user.roles, active=False, by=boss)
    assert and_back(desk, there(desk)).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"aud": "another client"}, {"iss": "https://evil.cn"}, {"exp": 1_000_000},
        {"sub": ""},
    ],
)  # fmt: skip
def test_a_token_that_is_not_for_us_is_refused(
    desk: TestClient, provider: FakeProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    answer = and_back(desk, there(desk))
    assert answer.status_code == 400
    assert "统一登录没有成功" in answer.text
    assert desk.get("/desk", follow_redirects=False).status_code == 303


def test_a_forged_token_is_refused(desk: TestClient, provider: FakeProvider) -> None:
    provider.forged = True
    assert and_back(desk, there(desk)).status_code == 400


def test_what_came_back_has_to_be_what_went_out(desk: TestClient) -> None:
    address = there(desk)
    stranger = TestClient(desk.app)  # the attacker's link in another browser
    assert and_back(stranger, address).status_code == 400
    assert and_back(desk, address.replace("state=", "state=x")).status_code == 400
    assert and_back(desk, "/desk/oidc/back?error=access_denied").status_code == 400
    assert and_back(desk, address).status_code == 303
    assert and_back(desk, address).status_code == 400  # a code works once


@pytest.mark.parametrize("elsewhere", ["https://evil.cn", "//evil.cn", "/deskevil"])
def test_signing_in_leads_nowhere_else(desk: TestClient, elsewhere: str) -> None:
    assert and_back(desk, there(desk, elsewhere)).headers["location"] == "/desk"


def test_the_cookie_is_ours_and_short_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    text = pack({"state": "s"}, b"key")
    assert unpack(text, b"key")["state"] == "s"
    for bad in ("", "x.y", text[:-1], f"A{text}"):
        with pytest.raises(ProblemError):
            unpack(bad, b"key")
    with pytest.raises(ProblemError):
        unpack(text, b"another key")
    now = time.time()
    monkeypatch.setattr("api.desk.oidc.time.time", lambda: now + 601)
    with pytest.raises(ProblemError):
        unpack(text, b"key")


def test_a_provider_that_is_down_is_said_to_be(configure: Callable[..., Settings]) -> None:
    settings = configure(oidc_issuer="http://127.0.0.1:8379", oidc_client_id=CLIENT)
    with TestClient(create_app(settings)) as client:
        answer = client.get("/desk/oidc", follow_redirects=False)
        assert answer.status_code == 503
        assert "用账号和密码登录" in answer.text


def test_without_the_setting_there_is_no_such_way(client: TestClient) -> None:
    assert "/desk/oidc" not in client.get("/desk/login").text
    assert client.get("/desk/oidc", follow_redirects=False).status_code == 404


def test_an_account_for_the_provider_alone_has_no_password(desk: TestClient) -> None:
    account(desk.app, "boss", Role.ADMIN)  # type: ignore[arg-type]
    sign_in(desk, "boss")
    made = post(desk, "/desk/people", name="zhao", display="赵", roles=["writer"], passwordless="true")
    assert made.status_code == 303
    assert not next(u for u in office(desk).people.all() if u.name == "zhao").has_password
    assert sign_in(desk, "zhao", "").status_code in (401, 422)
