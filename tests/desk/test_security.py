"""Nobody does at the desk what he may not: routes by role, forged forms, sessions, guessing, stored scripts, the log."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.app import create_app
from api.desk import commands
from api.desk.roles import Role
from api.desk.routes import ROUTERS
from api.desk.services import Desk
from api.desk.signing import IDLE, LOCKED, LONGEST, MAX_FAILURES
from api.store import Store
from rag.ground.errors import HeguiError
from rag.ground.settings import Settings
from tests.desk.signing import PASSWORD, account, post, sign_in, token

#: Who may call a route: the roles, None for everybody. A route that is not named here fails the test.
OFFICERS = {Role.WRITER, Role.REVIEWER}
KEEPERS = {Role.REVIEWER, Role.ADMIN}
ALL = set(Role)
ALLOWED: dict[str, set[Role] | None] = {
    "GET /desk/login": None, "POST /desk/login": None, "POST /desk/logout": None, "GET /desk/session": None,
    "GET /reply": None, "POST /reply": None, "GET /reply/{code}": None,
    "GET /desk": ALL, "GET /desk/me": ALL, "POST /desk/me": ALL,
    "GET /desk/people": {Role.ADMIN}, "POST /desk/people": {Role.ADMIN}, "GET /desk/people/{number}": {Role.ADMIN},
    "POST /desk/people/{number}": {Role.ADMIN}, "POST /desk/people/{number}/password": {Role.ADMIN},
    "GET /desk/audit": {Role.REVIEWER, Role.ADMIN}, "GET /desk/audit/export.csv": {Role.REVIEWER, Role.ADMIN},
    **{f"GET /desk/writing{path}": OFFICERS for path in (
        "", "/of/{operator}/{slug}", "/{number}", "/{number}/history", "/{number}/review", "/{number}/page",
        "/{number}/slides", "/{number}/ask", "/look/{name}")},
    **{f"{method} /desk/writing{path}": {Role.WRITER} for method, path in (
        ("GET", "/new"), ("POST", "/new"), ("POST", "/of/{operator}/{slug}"), ("POST", "/{number}"),
        ("POST", "/{number}/typed"), ("POST", "/{number}/corrections"), ("GET", "/{number}/basis/{row}"), ("POST", "/{number}/basis/{row}"),
        ("POST", "/{number}/word"), ("GET", "/{number}/clash/{aside}"), ("POST", "/{number}/clash/{aside}"),
        ("POST", "/{number}/history/{saved}"))},
    "POST /desk/writing/{number}/later/{version}": {Role.WRITER},
    "GET /desk/wordlists": OFFICERS, "GET /desk/wordlists/{own}": OFFICERS, "POST /desk/wordlists/{own}": {Role.WRITER},
    "GET /desk/wordlists/new/{group}": {Role.WRITER}, "POST /desk/wordlists/new/{group}": {Role.WRITER},
    "POST /desk/writing/{number}/remarks": {Role.REVIEWER},
    "POST /desk/writing/{number}/remarks/{remark_id}": OFFICERS, "POST /desk/writing/{number}/move": OFFICERS,
    "GET /desk/publish": {Role.REVIEWER}, "POST /desk/publish": {Role.REVIEWER},
    "POST /desk/publish/drop/{number}": {Role.REVIEWER}, "POST /desk/inbox/{number}/faq": {Role.WRITER},
    "GET /desk/quiz": OFFICERS, "GET /desk/quiz/{own}": OFFICERS, "POST /desk/quiz/{own}": {Role.WRITER},
    "GET /desk/quiz/new": {Role.WRITER}, "POST /desk/quiz/new": {Role.WRITER},
    **{f"{m} /desk/{part}{rest}": OFFICERS if m == "GET" and rest != "/new" else {Role.WRITER}
       for part in ("cases", "terms") for m, rest in (("GET", ""), ("GET", "/new"), ("POST", "/new"), ("GET", "/{own}"), ("POST", "/{own}"))},
    "POST /desk/clauses": OFFICERS, "GET /desk/rules/new": {Role.WRITER}, "POST /desk/rules/new": {Role.WRITER}, "GET /desk/rules": OFFICERS, "GET /desk/rules/{rule}": OFFICERS, "POST /desk/rules/{rule}": {Role.WRITER},
    **{f"{m} /desk/writing/of/{{operator}}/{{slug}}/withdraw/{{version}}": {Role.REVIEWER} for m in ("GET", "POST")},
    "POST /desk/publish/compare": {Role.REVIEWER}, "POST /desk/publish/back": {Role.REVIEWER},
    "GET /desk/inbox": OFFICERS, "GET /desk/inbox/{number}": OFFICERS, "POST /desk/inbox/{number}/assign": OFFICERS,
    "POST /desk/inbox/{number}/reply": OFFICERS, "POST /desk/inbox/{number}/wording": OFFICERS,
    "POST /desk/inbox/{number}/outside": OFFICERS, "POST /desk/inbox/{number}/close": OFFICERS,
    "GET /quality": None, "GET /desk/scores": OFFICERS, "GET /desk/scores/{answer_id}": OFFICERS,
    "POST /desk/scores/{answer_id}": OFFICERS, "GET /desk/metrics": ALL, "GET /desk/metrics/export.csv": ALL,
    "GET /desk/oidc": None, "GET /desk/oidc/back": None, "GET /progress": None, "GET /progress/wall": None, "GET /progress.svg": None, "GET /desk/plan": ALL,
    "GET /desk/rooms": ALL, "POST /desk/rooms": OFFICERS, "POST /desk/rooms/{number}/delete": OFFICERS, "GET /honest-rooms": None,
    "POST /desk/plan": KEEPERS, "POST /desk/plan/seed": {Role.ADMIN}, "GET /desk/plan/wall": ALL,
    "GET /desk/plan/wall.svg": ALL, "GET /desk/plan/{number}": ALL, "POST /desk/plan/{number}": KEEPERS,
    "POST /desk/plan/{number}/delete": KEEPERS,
    "GET /desk/laws": OFFICERS, "POST /desk/laws": OFFICERS, "GET /desk/laws/{number}": OFFICERS,
    "POST /desk/laws/{number}/text": OFFICERS, "POST /desk/laws/{number}/assign": OFFICERS,
    "POST /desk/laws/tasks/{task}/close": OFFICERS, "POST /desk/laws/tasks/{task}/reopen": OFFICERS,
    "POST /desk/inbox/{number}/reopen": OFFICERS, "POST /desk/inbox/{number}/split/{item}": OFFICERS,
}  # fmt: skip
ROUTES = sorted(
    f"{method} {route.path}"
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods
)


def path_of(route: str) -> str:
    """An address of the route at which there is nothing: it answers 404 or 422 to those who may ask."""
    return re.sub(r"\{\w+\}", "987654", route.partition(" ")[2])


@pytest.fixture
def desk(client: TestClient) -> Iterator[TestClient]:
    """A client with an account per role and one without any."""
    for role in Role:
        account(client.app, role.value, role)  # type: ignore[arg-type]
    return client


@pytest.fixture(scope="module")
def signed_in(standing: Settings) -> Iterator[tuple[TestClient, dict[Role, str]]]:
    """One application for all routes, and the cookie of an account per role."""
    with TestClient(create_app(standing)) as client:
        cookies = {}
        for role in Role:
            account(client.app, role.value, role)  # type: ignore[arg-type]
            client.cookies.clear()
            assert sign_in(client, role.value).headers["location"] == "/desk"
            cookies[role] = client.cookies["hegui_desk"]
        yield client, cookies


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_is_for_its_roles_alone(signed_in: tuple[TestClient, dict[Role, str]], route: str) -> None:
    desk, cookies = signed_in
    method, allowed = route.partition(" ")[0], ALLOWED[route]
    if route in ("POST /desk/logout", "POST /desk/login"):
        return
    for role in Role:
        desk.cookies.clear()
        desk.cookies.set("hegui_desk", cookies[role])
        data = {"csrf": token(desk, "/reply")} if method == "POST" else None
        status = desk.request(method, path_of(route), data=data, follow_redirects=False).status_code
        assert (status == 403) is (allowed is not None and role not in allowed), (role, status)
        assert status < 500
        assert desk.get("/desk/me").status_code == 200  # still signed in
    desk.cookies.clear()
    answer = desk.request(method, path_of(route), data={"csrf": token(desk)} if method == "POST" else None, follow_redirects=False)  # fmt: skip
    if allowed is not None:
        assert answer.status_code == (401 if method == "POST" else 303)
        assert method == "POST" or answer.headers["location"].startswith("/desk/login?next=")


@pytest.mark.parametrize("route", [r for r in ROUTES if r.startswith("POST")])
def test_a_forged_form_is_refused(signed_in: tuple[TestClient, dict[Role, str]], route: str) -> None:
    desk, cookies = signed_in
    desk.cookies.clear()
    desk.cookies.set("hegui_desk", cookies[Role.ADMIN])
    foreign = TestClient(desk.app)
    other = token(foreign)  # a valid token, of another browser
    for data in ({}, {"csrf": ""}, {"csrf": other}, {"csrf": "汉字"}):
        answer = desk.post(path_of(route), data=data, follow_redirects=False)
        assert answer.status_code == 403
        assert "表单过期" in answer.text
    own = {"csrf": token(desk, "/desk/me")}
    crossing = {"Sec-Fetch-Site": "cross-site"}
    assert desk.post(path_of(route), data=own, headers=crossing).status_code == 403
    assert desk.get("/desk/me").status_code == 200  # nothing was signed out


def test_signing_in_gives_a_new_secret_and_signing_out_ends_it(desk: TestClient) -> None:
    token(desk)
    before = desk.cookies["hegui_desk"]
    desk.cookies.set("hegui_desk", before)
    sign_in(desk, "writer")
    cookies = [c.value for c in desk.cookies.jar if c.name == "hegui_desk"]
    after = next(v for v in cookies if v != before)
    fixed = TestClient(desk.app, cookies={"hegui_desk": before})
    assert fixed.get("/desk", follow_redirects=False).status_code == 303
    stolen = TestClient(desk.app, cookies={"hegui_desk": after})
    assert stolen.get("/desk", follow_redirects=False).status_code == 200
    page = stolen.get("/desk/me").text
    form = re.search(r'name="csrf" value="(\w+)"', page)
    assert form
    stolen.post("/desk/logout", data={"csrf": form[1]})
    assert (
        TestClient(desk.app, cookies={"hegui_desk": after}).get("/desk", follow_redirects=False).status_code
        == 303
    )


def test_the_cookie_and_the_headers(configure: Callable[..., Settings]) -> None:
    settings = configure(public_url="https://example.gov.cn/hegui")
    with TestClient(create_app(settings, allow_origins=["https://other.cn"])) as client:
        account(client.app, "li", Role.WRITER)  # type: ignore[arg-type]
        answer = client.get("/desk/login")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "Secure" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/hegui/" in cookie
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert (
            client.get("/desk", follow_redirects=False).headers["location"] == "/hegui/desk/login?next=/desk"
        )


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.cn", "//evil.cn", "/\\evil.cn", "/desk/\\evil", "javascript:alert(1)", "/deskevil", ""]
)  # fmt: skip
def test_signing_in_leads_nowhere_else(desk: TestClient, elsewhere: str) -> None:
    answer = post(desk, "/desk/login", name="writer", password=PASSWORD, next=elsewhere)
    assert answer.headers["location"] == "/desk"


def test_guessing_locks_the_name_whether_it_is_known_or_not(desk: TestClient) -> None:
    for name in ("writer", "nobody"):
        for _ in range(MAX_FAILURES):
            answer = sign_in(desk, name, "wrong password")
            assert answer.status_code == 401
            assert "账号或密码不对" in answer.text
        answer = sign_in(desk, name)  # the right one comes too late
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= LOCKED.total_seconds()
    assert sign_in(desk, "reviewer").status_code == 303  # nobody else is locked


def test_one_address_does_not_try_a_dictionary_of_names(desk: TestClient) -> None:
    form = token(desk)
    codes = [
        desk.post("/desk/login", data={"csrf": form, "name": f"n{i}", "password": "x"}).status_code
        for i in range(31)
    ]
    assert codes == [401] * 30 + [429]


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 26, 1, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path / 'office.sqlite3'}", 30, now=clock)
    yield Desk(store)
    store.close()


def test_sessions_expire_idle_and_at_last(office: Desk, clock: Clock) -> None:
    user = office.people.add("li", "李", frozenset({Role.WRITER}), password=PASSWORD)
    secret = office.gate.begin(user)
    clock.now += IDLE - dt.timedelta(seconds=1)
    assert office.gate.whose(secret) is not None  # seen: the idle time begins anew
    clock.now += IDLE - dt.timedelta(seconds=1)
    assert office.gate.whose(secret) is not None
    clock.now += IDLE
    assert office.gate.whose(secret) is None
    secret, began = office.gate.begin(user), clock.now
    while clock.now < began + LONGEST - dt.timedelta(hours=1):
        clock.now += dt.timedelta(hours=1)
        assert office.gate.whose(secret) is not None
    clock.now = began + LONGEST
    assert office.gate.whose(secret) is None


def test_a_lock_opens_by_itself_and_a_new_password_opens_it_at_once(office: Desk, clock: Clock) -> None:
    user = office.people.add("li", "李", frozenset({Role.WRITER}), password=PASSWORD)
    for _ in range(MAX_FAILURES):
        assert office.gate.check("li", "wrong") is None
    with pytest.raises(HeguiError, match="太多次"):
        office.gate.check("li", PASSWORD)
    clock.now += LOCKED
    assert office.gate.check("LI ", PASSWORD) is not None
    for _ in range(MAX_FAILURES):
        office.gate.check("li", "wrong")
    office.people.set_password(user.id, "another long phrase", by=None)
    assert office.gate.check("li", "another long phrase") is not None


def test_who_is_stopped_or_loses_a_role_is_signed_out(office: Desk) -> None:
    boss = office.people.add("boss", "长", frozenset({Role.ADMIN}), password=PASSWORD)
    user = office.people.add("li", "李", frozenset({Role.WRITER}), password=PASSWORD)
    secret = office.gate.begin(user)
    office.people.change(
        user.id, display="李", email=None, roles=frozenset({Role.WRITER}), active=False, by=boss
    )
    assert office.gate.whose(secret) is None
    assert office.gate.check("li", PASSWORD) is None
    with pytest.raises(HeguiError, match="最后一个管理员"):
        office.people.change(
            boss.id, display="长", email=None, roles=frozenset({Role.WRITER}), active=True, by=boss
        )


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "li-1234567890", "x" * 201])
def test_bad_passwords_are_refused(office: Desk, password: str) -> None:
    with pytest.raises(HeguiError):
        office.people.add("li-1", "李", frozenset({Role.WRITER}), password=password if password != "li-1234567890" else "li-1 and more")  # fmt: skip


def test_passwords_and_secrets_are_kept_as_hashes(office: Desk) -> None:
    user = office.people.add("li", "李", frozenset({Role.WRITER}), password=PASSWORD)
    secret = office.gate.begin(user)
    rows = office.people._store.transact(
        lambda s: [tuple(r) for t in ("desk_users", "desk_sessions", "desk_audit") for r in s.execute(text(f"SELECT * FROM {t}"))]
    )  # fmt: skip
    kept = str(rows)
    assert "$argon2id$" in kept
    assert PASSWORD not in kept
    assert secret not in kept


@pytest.mark.parametrize("verb", ["UPDATE desk_audit SET actor = 'x'", "DELETE FROM desk_audit"])
def test_the_log_cannot_be_changed(office: Desk, verb: str) -> None:
    office.audit.record(None, "试", "x#must-3", "=1+1")
    with pytest.raises(HeguiError):
        office.people._store.transact(lambda s: s.execute(text(verb)))
    assert [(e.actor, e.action, e.subject) for e in office.audit.entries(subject="x#")] == [
        ("系统", "试", "x#must-3")
    ]


def test_the_log_as_a_file_has_all_and_no_formula(desk: TestClient) -> None:
    office: Desk = desk.app.state.hegui.desk  # type: ignore[attr-defined]
    for n in range(600):
        office.audit.record(None, "试", f"n{n}", "=HYPERLINK(1)")
    sign_in(desk, "reviewer")
    lines = desk.get("/desk/audit/export.csv").text.splitlines()
    assert lines[0] == "\ufeff时间,谁,做了什么,对什么,说明"
    assert sum(",n" in line and line.endswith(",'=HYPERLINK(1)") for line in lines) == 600


SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_stored_scripts_stay_text(desk: TestClient) -> None:
    desk.post("/api/handover", json={"question": f"问{SCRIPT}", "contact": SCRIPT, "consent": True})
    sign_in(desk, "admin")
    post(desk, "/desk/people", name="wang", display=SCRIPT[:60], roles=["writer"])
    seen = [desk.get("/desk/people").text, desk.get(f"/desk/audit?subject={SCRIPT}").text]
    desk.cookies.clear()
    sign_in(desk, "writer")
    seen += [desk.get("/desk/inbox").text]
    post(desk, "/desk/inbox/1/reply", text=SCRIPT)
    post(desk, "/desk/inbox/1/close", outcome=SCRIPT)
    seen += [desk.get("/desk/inbox/1").text]
    office: Desk = desk.app.state.hegui.desk  # type: ignore[attr-defined]
    seen += [desk.get(f"/reply/{office.cases.get(1).items[0].code}").text]
    for page in seen:
        assert "&lt;script&gt;" in page
        assert "<script>" not in page
        assert "<img src=x" not in page


def test_the_first_administrator_is_made_once(office: Desk) -> None:
    password = office.people.first_admin()
    assert password
    assert office.people.first_admin() is None
    user = office.gate.check("admin", password)
    assert user
    assert user.must_change
    assert user.roles == frozenset(Role)


def test_a_given_password_has_to_be_changed_first(client: TestClient) -> None:
    office: Desk = client.app.state.hegui.desk  # type: ignore[attr-defined]
    office.people.add("li", "李", frozenset({Role.WRITER}), password="given to him")
    assert sign_in(client, "li", "given to him").headers["location"] == "/desk/me"
    assert client.get("/desk/inbox", follow_redirects=False).headers["location"] == "/desk/me"
    wrong = post(client, "/desk/me", old="given to him", new="a phrase of mine", again="another")
    assert "不一样" in wrong.text
    post(client, "/desk/me", old="given to him", new="a phrase of mine", again="a phrase of mine")
    assert client.get("/desk/inbox", follow_redirects=False).status_code == 200


def test_accounts_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'app.sqlite3'}"
    monkeypatch.setenv("HEGUI_DATABASE_URL", url)
    assert commands.main(["add", "wang", "--display", "王", "--role", "reviewer"]) == 0
    printed = re.search(r"密码：(\S+)", capsys.readouterr().out)
    assert printed
    assert commands.main(["add", "wang"]) == 2
    assert "已经有账号 wang" in capsys.readouterr().err
    assert commands.main(["password", "nobody"]) == 2
    assert commands.main(["password", "wang"]) == 0
    renewed = re.search(r"密码：(\S+)", capsys.readouterr().out)
    assert renewed
    store = Store(url, 30)
    gate = Desk(store).gate
    assert gate.check("wang", printed[1]) is None
    user = gate.check("wang", renewed[1])
    assert user
    assert user.roles == {Role.REVIEWER}
    store.close()
