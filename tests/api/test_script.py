"""Scripts over HTTP: the contract, the limits, and that nothing is kept."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.store.tables import PageFeedbackRow
from rag.ground.settings import ROOT, Settings

TEXT = "😀家人们，全网最低价！"


@pytest.fixture
def client(configure: Callable[..., Settings]) -> Iterator[TestClient]:
    with TestClient(create_app(configure(guidelines=ROOT / "guidelines"))) as client:
        yield client


def test_a_finding_is_as_the_contract_says(client: TestClient) -> None:
    report = client.post("/api/script-check", json={"text": TEXT, "operator": "anchor"}).json()
    found = next(f for f in report["findings"] if f["rule"] == "price-lowest")
    assert TEXT[found["start"] : found["end"]] == found["text"] == "全网最低价"
    assert found["level"] == "违法"
    assert found["better"]
    assert len(report["rules"]) == 8
    assert len(report["digest"]) == 16
    assert found["clause"]["url"] == "/anchor/price-talk/#mustnot-1"
    assert {"law": "明码标价和禁止价格欺诈规定", "article": 17, "label": "第十七条第二款"} in found["laws"]
    assert client.get(f"/api/guidelines/{found['clause']['guideline']}").status_code == 200


def test_the_day_is_the_one_asked_for(client: TestClient) -> None:
    body = {"text": TEXT, "as_of": "2025-06-01"}
    report = client.post("/api/script-check", json=body).json()
    assert report["as_of"] == "2025-06-01"
    assert {f["clause"]["version"] for f in report["findings"]} == {"2024-07-01"}
    today = client.post("/api/script-check", json={"text": TEXT}).json()
    assert report["rules"] == today["rules"]
    assert report["digest"] != today["digest"]
    for found in report["findings"]:
        clause = found["clause"]
        version = client.get(f"/api/guidelines/{clause['guideline']}?version={clause['version']}").json()
        assert clause["clause"] in {c["id"] for c in version["clauses"]}


def test_the_contract_is_published(client: TestClient) -> None:
    contract = client.get("/openapi.json").json()
    asked = contract["paths"]["/api/script-check"]["post"]
    assert asked["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/ScriptBody")
    assert asked["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Report")
    schemas = contract["components"]["schemas"]
    finding = schemas["Report"]["properties"]["findings"]["items"]["$ref"].rpartition("/")[2]
    fields = schemas[finding]["properties"]
    assert {"start", "end", "text", "level", "reason", "better", "ask", "clause", "laws"} <= set(fields)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"text": ""}, 422, "粘贴要播的文字"),
        ({"text": "好" * 20_001}, 422, "分成几份"),
        ({"text": "好", "operator": "moon"}, 422, "operator 请用"),
        ({"text": "好", "goods": ["moon"]}, 422, "topic 请用"),
        ({"text": "好", "as_of": "2026-02-30"}, 422, "日期"),
        ({"text": "😀" * 100_000}, 413, "分成几份"),
    ],
)
def test_bad_requests_say_what_to_do(
    client: TestClient, body: dict[str, object], status: int, said: str
) -> None:
    response = client.post("/api/script-check", json=body)
    assert response.status_code == status
    assert said in response.json()["detail"]


def test_the_longest_script_fits(client: TestClient) -> None:
    text = json.dumps({"text": "😀" * 19_999 + "好"}, ensure_ascii=True)
    response = client.post("/api/script-check", content=text, headers={"content-type": "application/json"})
    assert response.status_code == 200


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "status", "title", "detail"),
    [
        ("稿.txt", bytes(50_000_000), 413, "请求太大", "请只留文字"),
        ("稿.docx", b"PK\x03\x04 broken", 422, "不是 Word 文档", "请用 Word 另存为"),
        ("稿.docx", bomb(), 422, "解压后太大", "请用 Word 另存为"),
        ("稿.doc", b"x", 422, "不认识 .doc", "请存成 .txt"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_with_a_way_out(
    client: TestClient, name: str, data: bytes, status: int, title: str, detail: str
) -> None:
    response = client.post("/api/script-text", params={"name": name}, content=data)
    assert response.status_code == status
    assert title in response.json()["title"]
    assert detail in response.json()["detail"]


def test_files_are_read(client: TestClient) -> None:
    read = client.post("/api/script-text?name=a.txt", content=TEXT.encode())
    assert read.json() == {"text": TEXT, "characters": len(TEXT)}
    assert (
        client.post("/api/script-text?name=a.docx", content=b"PK broken")
        .json()["detail"]
        .startswith("请用 Word")
    )
    assert client.post("/api/script-text?name=a.txt", content=bytes(3_000_000)).status_code == 413


def test_nothing_pasted_is_kept(client: TestClient, tmp_path: Path) -> None:
    assert client.post("/api/script-check", json={"text": "暗号七七八八，国家级品质"}).status_code == 200
    client.portal.call(lambda: None)  # type: ignore[union-attr]  # the request is over
    assert not any("暗号七七八八".encode() in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())


def test_every_phrase_objected_to_is_kept_and_once(client: TestClient) -> None:
    for phrase in ("国家级品质", "国家级标准", "国家级品质"):
        body = {"answer_id": "rule:absolute-national", "helpful": False, "comment": phrase}
        assert client.post("/api/feedback", json=body).json()["stored"] is True
    store = client.app.state.hegui.store  # type: ignore[attr-defined]
    rows = store.transact(lambda session: list(session.scalars(select(PageFeedbackRow))))
    assert sorted((row.rule, row.comment) for row in rows) == [
        ("absolute-national", "国家级品质"), ("absolute-national", "国家级标准"),
    ]  # fmt: skip
    body = {"answer_id": "rule:moon", "helpful": False}
    assert client.post("/api/feedback", json=body).status_code == 404
