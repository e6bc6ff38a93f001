"""Pages and files over real HTTP: compressed, hashed names kept for good, the rest revalidated."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from api.app import create_app
from rag.ground.settings import Settings
from tests.conftest import served

FOREVER = "public, max-age=31536000, immutable"
PLAIN = {"Accept-Encoding": "identity"}
TEXT = "直播带货合规指引，" * 2000


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "assets").mkdir(parents=True)
    (folder / "search").mkdir()
    (folder / "live-room" / "price").mkdir(parents=True)
    (folder / "index.html").write_text(f"<!doctype html><p>{TEXT}", "utf-8")
    (folder / "404.html").write_text(f"<!doctype html><p>没有这一页{TEXT}", "utf-8")
    (folder / "live-room" / "price" / "index.html").write_text("<!doctype html><p>短", "utf-8")
    (folder / "assets" / "main.57a0d79d.min.css").write_text("p { color: red }\n" * 100)
    (folder / "assets" / "bundle.79ae519e.min.js.map").write_text("{}" * 400)
    (folder / "assets" / "site.css").write_text("p { color: red }\n" * 100)
    (folder / "search" / "search_index.json").write_text(json.dumps({"docs": [TEXT]}), "utf-8")
    (folder / "assets" / "photo.png").write_bytes(os.urandom(2000))
    return folder


@pytest.fixture
def http(configure: Callable[..., Settings], site: Path) -> Iterator[httpx2.Client]:
    with served(create_app(configure(site=site))) as address, httpx2.Client(base_url=address) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    ["/", "/assets/site.css", "/search/search_index.json", "/nothing/", "/static/hegui-chat.js", "/chat",
     "/api/guidelines", "/openapi.json"],
)  # fmt: skip
def test_text_is_compressed_for_who_can_read_it(http: httpx2.Client, path: str) -> None:
    with http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as packed:
        body = b"".join(packed.iter_raw())
    plain = http.get(path, headers=PLAIN)
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "Accept-Encoding" in packed.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert gzip.decompress(body) == plain.content
    assert len(body) < len(plain.content)
    assert packed.status_code == plain.status_code
    assert packed.headers["content-type"] == plain.headers["content-type"]


def test_what_gains_nothing_stays_as_it_is(http: httpx2.Client) -> None:
    for path in ("/assets/photo.png", "/live-room/price/"):
        assert "content-encoding" not in http.get(path).headers


def test_an_event_stream_is_never_compressed(http: httpx2.Client) -> None:
    chat = {"messages": [{"role": "user", "content": "好评返现"}], "stream": True}
    for path, body in (("/api/ask/stream", {"question": "好评返现"}), ("/v1/chat/completions", chat)):
        response = http.post(path, json=body, headers={"Accept-Encoding": "gzip"})
        assert response.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in response.headers
        assert response.headers["cache-control"] == "no-store, no-transform"
        assert response.headers["x-accel-buffering"] == "no"
        assert response.text.startswith(": ok\n")


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/assets/main.57a0d79d.min.css", FOREVER),
        ("/assets/bundle.79ae519e.min.js.map", FOREVER),
        ("/assets/main.00000000.min.css", "no-cache"),  # 404
        ("/assets/site.css", "no-cache"),
        ("/", "no-cache"),
        ("/chat", "no-cache"),
        ("/static/hegui-chat.js", "no-cache"),
        ("/api/guidelines", "no-store"),
        ("/healthz", "no-cache"),
    ],
)
def test_how_long_it_may_be_kept(http: httpx2.Client, path: str, rule: str) -> None:
    for headers in (PLAIN, {"Accept-Encoding": "gzip"}):
        assert http.get(path, headers=headers).headers["cache-control"] == rule


@pytest.mark.parametrize("path", ["/", "/assets/site.css", "/chat", "/static/hegui-chat.js"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_an_unchanged_page_is_not_sent_again(http: httpx2.Client, path: str, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding}
    tag = http.get(path, headers=headers).headers["etag"]
    again = http.get(path, headers={**headers, "If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


def test_a_page_built_anew_is_sent_at_once(http: httpx2.Client, site: Path) -> None:
    tag = http.get("/").headers["etag"]
    (site / "index.html").write_text(f"<!doctype html><p>新的{TEXT}", "utf-8")
    fresh = http.get("/", headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert "新的" in fresh.text


def test_a_part_of_a_file_is_a_part_of_the_file(http: httpx2.Client) -> None:
    part = http.get("/assets/site.css", headers={"Range": "bytes=0-3", "Accept-Encoding": "gzip"})
    assert (part.status_code, part.content) == (206, b"p { ")


def test_head_tells_what_get_would(http: httpx2.Client) -> None:
    for path in ("/", "/chat", "/docs", "/assets/site.css"):
        head, got = http.head(path), http.get(path)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["cache-control"] == got.headers["cache-control"]
