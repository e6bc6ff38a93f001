"""Search, guidelines, laws, options: reading the corpus over HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.content.articles import Article
from rag.content.lawtext import LawLibrary, LawText
from rag.ground.settings import Settings
from tests.api.problems import assert_problem


def test_search_finds_the_clause_with_its_law(client: TestClient) -> None:
    body = client.get("/api/search", params={"q": "好评返现"}).json()
    hit = body["results"][0]
    assert (hit["guideline"], hit["clause"]) == ("live-room/genuine-trade", "faq-1")
    assert hit["laws"][0]["law"] == "网络反不正当竞争暂行规定"
    assert body["count"] == len(body["results"])


def test_search_filters_by_operator_topic_day_and_limit(client: TestClient) -> None:
    def found(**params: Any) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = client.get("/api/search", params={"q": "刷单", **params}).json()[
            "results"
        ]
        return results

    assert {h["operator"] for h in found(operator="anchor")} == {"anchor"}
    assert {h["guideline"] for h in found(topic="ai")} <= {"live-room/digital-human"}
    assert {h["version"] for h in found(as_of="2025-10-01")} <= {"2025-09-01"}
    assert len(found(limit=1)) == 1


def test_empty_filters_mean_none(client: TestClient) -> None:
    assert client.get("/api/search?q=刷单&operator=&topic=&as_of=").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "", "q=", "q=😀", "q=" + "问" * 501, "q=x&limit=0", "q=x&limit=51", "q=x&limit=many",
        "q=x&operator=seller", "q=x&topic=weather", "q=x&as_of=2026-02-30",
    ],
)  # fmt: skip
def test_bad_searches_are_refused(client: TestClient, query: str) -> None:
    assert_problem(client.get(f"/api/search?{query}"), 422)


def test_guidelines_in_force_on_a_day(client: TestClient) -> None:
    now = client.get("/api/guidelines").json()
    assert [g["id"] for g in now["guidelines"]] == [
        "live-room/digital-human",
        "live-room/genuine-trade",
        "anchor/fake-popularity",
    ]
    before = client.get("/api/guidelines?as_of=2025-12-01").json()
    assert [(g["id"], g["version"]) for g in before["guidelines"]] == [
        ("live-room/digital-human", "2025-09-01")
    ]
    assert client.get("/api/guidelines?as_of=2020-01-01").json()["count"] == 0
    assert client.get("/api/guidelines?operator=anchor&topic=competition").json()["count"] == 1


def test_a_guideline_comes_with_clauses_laws_and_versions(client: TestClient) -> None:
    body = client.get("/api/guidelines/live-room/digital-human").json()
    assert body["version"] == "2026-02-01"
    must = body["clauses"][0]
    assert (must["id"], must["section"], must["url"]) == (
        "must-1",
        "要做到",
        "/live-room/digital-human/#must-1",
    )
    assert must["laws"] == [{"law": "直播电商监督管理办法", "article": 37, "label": "第三十七条"}]
    assert [(v["version"], v["state"]) for v in body["versions"]] == [
        ("2026-02-01", "in_force"),
        ("2025-09-01", "superseded"),
    ]


def test_an_old_version_by_day_or_by_name(client: TestClient) -> None:
    by_day = client.get("/api/guidelines/live-room/digital-human?as_of=2025-12-31").json()
    by_name = client.get("/api/guidelines/live-room/digital-human?version=2025-09-01").json()
    assert by_day["clauses"] == by_name["clauses"]
    assert by_day["versions"][0]["state"] == "upcoming"
    assert by_day["url"] == "/live-room/digital-human/2025-09-01/"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("live-room/nothing", 404),
        ("seller/price", 404),
        ("live-room/digital-human?version=2025-09-02", 404),
        ("live-room/digital-human?as_of=2020-01-01", 404),
        ("live-room/digital-human?as_of=2026-13-01", 422),
        ("live-room/digital-human?as_of=2026-01-01&version=2025-09-01", 422),
        ("live-room/%00", 404),
        ("..%2f..%2fetc/passwd", 404),
    ],
)
def test_guidelines_that_do_not_exist(client: TestClient, path: str, status: int) -> None:
    assert_problem(client.get(f"/api/guidelines/{path}"), status)


def test_the_register_of_laws(client: TestClient) -> None:
    body = client.get("/api/laws").json()
    rule = next(law for law in body["laws"] if law["short_title"] == "直播电商监督管理办法")
    assert rule["clause_count"] >= 4
    assert rule["versions"][0]["effective_from"] == "2026-02-01"


@pytest.mark.parametrize(
    "path",
    ["直播电商监督管理办法/37", "直播电商监督管理办法/第三十七条", "《直播电商监督管理办法》/三十七"],
)
def test_which_clauses_rest_on_an_article(client: TestClient, path: str) -> None:
    body = client.get(f"/api/laws/{path}").json()
    assert (body["law"], body["article"], body["article_text"]) == ("直播电商监督管理办法", 37, None)
    assert [(c["guideline"], c["id"]) for c in body["clauses"]] == [
        ("live-room/digital-human", "must-1"),
        ("live-room/digital-human", "faq-1"),
    ]


def test_an_alias_and_the_full_title_name_the_same_law(client: TestClient) -> None:
    full, alias = (
        client.get(f"/api/laws/{n}/5").json()["law"] for n in ("中华人民共和国个人信息保护法", "个保法")
    )
    assert full == alias == "个人信息保护法"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("没有这部法/1", 404),
        ("直播电商监督管理办法/999", 404),
        ("直播电商监督管理办法/37?as_of=2025-01-01", 404),
        ("直播电商监督管理办法/abc", 422),
        ("直播电商监督管理办法/99999999999", 422),
        ("直播电商监督管理办法/-1", 422),
    ],
)
def test_articles_that_do_not_exist(client: TestClient, path: str, status: int) -> None:
    assert_problem(client.get(f"/api/laws/{path}"), status)


def test_an_imported_law_brings_its_text(configure: Callable[..., Settings], tmp_path: Path) -> None:
    mine = configure(data=tmp_path / "var")
    article = Article(number=37, paragraphs=("第一款。", "第二款。"))
    day = dt.date(2026, 2, 1)
    text = LawText(
        law="直播电商监督管理办法", effective_from=day, source="t", digest="t", articles={37: article}
    )
    LawLibrary(mine.data / "laws").store(text)
    with TestClient(create_app(mine)) as client:
        assert client.get("/api/laws/直播电商监督管理办法/37").json()["article_text"] == "第一款。\n第二款。"
        assert client.get("/api/laws/直播电商监督管理办法/36").json()["article_text"] is None


def test_options_offer_roles_and_questions_the_guidelines_answer(client: TestClient) -> None:
    body = client.get("/api/options").json()
    assert body["today"] == "2026-11-24"
    roles = {o["id"]: o for o in body["operators"]}
    assert roles["anchor"]["examples"] == ["开播先刷几单暖场，没事吧？"]
    assert roles["park"]["examples"] == []
    page = client.get("/api/options?guideline=live-room/genuine-trade").json()
    assert page["examples"] == ["好评返现可以吗？", "直播间刷单会罚多少钱？"]
    assert_problem(client.get("/api/options?guideline=live-room/nothing"), 422)
