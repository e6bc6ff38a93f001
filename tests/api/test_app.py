"""The application as a whole: start without an index, health, limits, headers, errors, the site."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app, create_default_app
from api.logs import FORMAT, MaskingFilter, MaskingFormatter
from rag.ground.errors import SettingsError
from rag.ground.settings import Settings
from rag.site import site_lock
from tests.api.problems import assert_problem
from tests.conftest import copy_corpus, publish


def test_without_an_index_it_says_which_command_builds_it(
    configure: Callable[..., Settings], tmp_path: Path
) -> None:
    mine = configure(data=tmp_path / "var")
    with TestClient(create_app(mine)) as client:
        for response in (
            client.post("/api/ask", json={"question": "好评返现可以吗"}),
            client.get("/api/search?q=刷单"),
            client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "好评返现"}]}),
            client.get("/readyz"),
        ):
            assert "hegui index" in assert_problem(response, 503)["detail"]
            assert str(tmp_path) not in response.text
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/api/guidelines").json()["count"] == 3
        publish(mine)
        assert client.get("/readyz").json() == {"status": "ok"}
        assert client.post("/api/ask", json={"question": "好评返现可以吗"}).status_code == 200


def test_with_broken_content_it_says_which_command_finds_it(
    configure: Callable[..., Settings], tmp_path: Path
) -> None:
    content = copy_corpus(tmp_path / "guidelines")
    (content / "anchor" / "fake-popularity" / "2026-02-01.md").write_text("坏了", "utf-8")
    with TestClient(create_app(configure(guidelines=content))) as client:
        assert "hegui check" in assert_problem(client.get("/api/guidelines"), 503)["detail"]
        assert client.get("/chat").status_code == 200


def test_a_newly_published_index_is_used_at_once(configure: Callable[..., Settings], tmp_path: Path) -> None:
    content = copy_corpus(tmp_path / "guidelines")
    mine = configure(guidelines=content, data=tmp_path / "var")
    publish(mine)
    with TestClient(create_app(mine)) as client:
        file = content / "anchor" / "fake-popularity" / "2026-02-01.md"
        file.write_text(file.read_text("utf-8").replace("暖场", "热身"), "utf-8")
        publish(mine)
        assert "热身" in client.get("/api/search?q=开播先刷几单热身").json()["results"][0]["heading"]
        assert "热身" in client.get("/api/guidelines/anchor/fake-popularity").text
        # content that breaks after its index was built: what is in use goes on serving
        file.write_text(file.read_text("utf-8").replace("热身", "开场"), "utf-8")
        publish(mine)
        file.write_text("坏了", "utf-8")
        assert client.head("/readyz").status_code == 200
        assert "热身" in client.get("/api/guidelines/anchor/fake-popularity").text


def test_when_too_many_wait_it_says_when_to_come_back(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.state.MAX_WAITING", 0)
    response = client.post("/api/ask", json={"question": "好评返现可以吗"})
    assert_problem(response, 503)
    assert response.headers["Retry-After"] == "5"


def test_metrics_count_answers_and_requests_by_route(configure: Callable[..., Settings]) -> None:
    with local(create_app(configure())) as client:
        client.post("/api/ask", json={"question": "好评返现可以吗"})
        client.get("/api/answers/some-id")
        page = client.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain")
    assert 'hegui_answers_total{generated_by="extractive",status="answered"} 1.0' in page.text
    assert 'route="/api/answers/{answer_id}",status="404"' in page.text
    assert "some-id" not in page.text


def test_metrics_are_for_this_machine_or_the_token(configure: Callable[..., Settings]) -> None:
    with local(create_app(configure())) as client:
        problem = assert_problem(client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}), 403)
        assert "HEGUI_METRICS_TOKEN" in problem["detail"]
    with TestClient(create_app(configure())) as client:  # from elsewhere
        assert_problem(client.get("/metrics"), 403)
    with TestClient(create_app(configure(metrics_token=SecretStr("口令x")))) as client:
        assert_problem(client.get("/metrics"), 403)
        assert_problem(client.get("/metrics", headers={"Authorization": "Bearer wrong"}), 403)
        right = {"Authorization": "Bearer 口令x".encode()}
        assert client.get("/metrics", headers=right).status_code == 200


def local(app: FastAPI) -> TestClient:
    """A client on the server's own machine."""
    return TestClient(app, client=("127.0.0.1", 50_000))


# --- headers and errors ----------------------------------------------------------------------------------------


def test_every_response_has_security_headers(client: TestClient) -> None:
    for path in ("/", "/chat", "/docs", "/api/guidelines", "/nothing", "/static/hegui-chat.js"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert ("unsafe-inline" in headers["content-security-policy"]) == (path in ("/", "/nothing"))
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers


def test_other_origins_embed_the_widget_only_if_allowed(configure: Callable[..., Settings]) -> None:
    origin = "https://example.gov.cn"
    with TestClient(create_app(configure(), allow_origins=[origin])) as client:
        asked = client.post("/api/ask", json={"question": "好评返现"}, headers={"Origin": origin})
        assert asked.headers["access-control-allow-origin"] == origin
        assert client.get("/static/hegui-chat.js").headers["cross-origin-resource-policy"] == "cross-origin"
        other = client.post(
            "/api/ask", json={"question": "好评返现"}, headers={"Origin": "https://evil.example"}
        )
        assert "access-control-allow-origin" not in other.headers
        refused = client.post("/api/ask", json={"question": ""}, headers={"Origin": origin})
        assert refused.headers["access-control-allow-origin"] == origin


def test_wrong_addresses_and_methods_are_problems(client: TestClient) -> None:
    assert_problem(client.get("/api/nothing"), 404)
    assert_problem(client.get("/v1/nothing"), 404)
    wrong = client.get("/api/ask")
    assert_problem(wrong, 405)
    assert wrong.headers["allow"] == "POST"
    assert_problem(client.post("/"), 405)
    assert_problem(client.get("/static/nothing.js"), 404)


def test_an_unforeseen_error_tells_nothing_and_logs_masked(
    configure: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(configure())

    @app.get("/api/broken")
    def broken() -> None:
        raise RuntimeError("张三的电话 13800138000")

    with TestClient(app) as client:
        body = assert_problem(client.get("/api/broken"), 500)
    assert "13800138000" not in str(body)
    assert "13800138000" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_personal_data_in_addresses_is_not_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/api/answers/13800138000")
        client.get("/api/laws/张三/1")
        client.get("/api/search?q=我叫张三")
        client.get("/打13800138000/%0AFORGED%20LINE")
    lines = [r.getMessage() for r in caplog.records if r.name == "hegui.access"]
    assert [line.rsplit(" ", 1)[0] for line in lines] == [
        "GET /api/answers/{answer_id} 404",
        "GET /api/laws/{law}/{article} 404",
        "GET /api/search 200",
        "GET /打[手机号]/?FORGED LINE 404",
    ]


def test_the_servers_own_access_log_is_masked() -> None:
    arguments = (
        "127.0.0.1:1",
        "GET",
        "/api/search?q=%E6%88%91%E5%8F%AB%E5%BC%A0%E4%B8%89%EF%BC%8C",
        "1.1",
        200,
    )
    record = logging.LogRecord(
        "uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', arguments, None
    )
    assert MaskingFilter().filter(record)
    assert record.getMessage() == '- - "GET /api/search HTTP/1.1" 200'


def test_every_line_is_masked_with_its_traceback_and_keeps_its_time() -> None:
    try:
        raise RuntimeError("打 13912345678 找我")
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "来电 %s", ("13912345678",), sys.exc_info())
    record.created = 1_795_000_000.0
    line = MaskingFormatter(FORMAT).format(record)
    assert "13912345678" not in line
    assert re.match(r"2026-11-\d\d \d\d:\d\d:\d\d,\d{3} x 来电 \[手机号\]\n", line)
    assert "RuntimeError: 打 [手机号] 找我" in line


# --- pages -----------------------------------------------------------------------------------------------------


def test_the_built_site_is_served(client: TestClient) -> None:
    assert "首页" in client.get("/").text
    assert "交易与评价真实" in client.get("/live-room/genuine-trade/").text
    missing = client.get("/live-room/nothing/")
    assert missing.status_code == 404
    assert "没有这一页" in missing.text


@pytest.mark.parametrize(
    "path", ["/..%2f..%2fetc/passwd", "/%2e%2e/app.sqlite3", "/%00", "/a%00b/", "//etc/passwd"]
)
def test_nothing_outside_the_site_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (404, 422)


@pytest.mark.parametrize("path", ["/", "/live-room/", "/live-room/price/2026-02-01/", "/assets/site.css"])
def test_before_the_site_is_there_its_addresses_say_that_it_is_being_prepared(
    configure: Callable[..., Settings], tmp_path: Path, path: str
) -> None:
    site = tmp_path / "later"
    with TestClient(create_app(configure(site=site))) as client:
        before = client.get(path)
        assert (before.status_code, before.headers["retry-after"]) == (503, "10")
        assert "正在准备" in before.text
        assert "hegui site build" in before.text
        root = re.search(r'<base href="([./]+)">', before.text)
        assert root is not None
        assert client.get(urljoin(urljoin(path, root[1]), "static/page.css")).status_code == 200
        place = site / path.strip("/")
        site.mkdir()
        place.parent.mkdir(parents=True, exist_ok=True)
        (site / "index.html").write_text("<h1>建好了</h1>", "utf-8")
        if path.endswith("/"):
            place.mkdir(exist_ok=True)
            place /= "index.html"
        place.write_text("<h1>建好了</h1>", "utf-8")
        after = client.get(path)
        assert (after.status_code, after.text) == (200, "<h1>建好了</h1>")


def test_while_the_site_is_built_anew_a_page_that_is_not_there_may_come(
    configure: Callable[..., Settings], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<h1>首页</h1>", "utf-8")
    (site / "404.html").write_text("<h1>没有这一页</h1>", "utf-8")
    with TestClient(create_app(configure(site=site))) as client:
        with site_lock(site):
            assert client.get("/").status_code == 200
            new = client.get("/live-room/new/")
            assert (new.status_code, new.headers["retry-after"]) == (503, "10")
            assert_problem(client.get("/api/nothing"), 404)
        assert client.get("/live-room/new/").status_code == 404


def test_pages_need_nothing_from_elsewhere(client: TestClient) -> None:
    for path in ("/chat", "/docs", "/static/hegui-chat.js", "/static/docs.js", "/static/page.css"):
        page = client.get(path)
        assert page.status_code == 200
        assert "https://" not in page.text
        assert "innerHTML" not in page.text.replace("never innerHTML", "")


def test_the_page_of_the_interface_leads_back_to_the_site(client: TestClient) -> None:
    assert client.head("/chat").status_code == client.head("/docs").status_code == 200
    assert '<a href="./">' in client.get("/docs").text


def test_the_reference_names_every_route(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {
        "/api/ask",
        "/api/ask/stream",
        "/api/search",
        "/api/guidelines",
        "/api/feedback",
        "/readyz",
    } <= paths.keys()
    for operations in paths.values():
        for operation in operations.values():
            assert operation["summary"]


def test_the_default_application_reads_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HEGUI_DATA", str(tmp_path))
    assert create_default_app().state.hegui.settings.data == tmp_path
    monkeypatch.setenv("HEGUI_DATTA", "x")
    with pytest.raises(SettingsError):
        create_default_app()
