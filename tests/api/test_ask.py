"""POST /api/ask, its stream, past answers; bad input gets a clear problem, never a 500."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.middleware import MAX_BODY, MAX_CONVERSATION
from rag.ground.settings import Settings
from tests.api.problems import assert_problem
from tests.conftest import TODAY, ChromaServer, publish, served
from tests.fakes.chat_server import FakeChat, hangs

QUESTION = "好评返现可以吗？"


def ask(client: TestClient, **body: Any) -> Any:
    return client.post("/api/ask", json=body)


def test_an_answer_follows_the_contract(client: TestClient) -> None:
    body = ask(client, question=QUESTION, operator="live-room").json()
    assert body["status"] == "answered"
    assert body["as_of"] == TODAY.isoformat()
    assert {
        "id",
        "answer",
        "sentences",
        "citations",
        "suggestions",
        "contact",
        "generated_by",
        "notice",
    } <= body.keys()
    citation = body["citations"][0]
    assert citation["guideline"] == "live-room/genuine-trade"
    assert citation["url"] == "/live-room/genuine-trade/#faq-1"
    assert citation["laws"][0] == {
        "law": "网络反不正当竞争暂行规定",
        "article": 9,
        "label": "第九条第一款第（五）项",
    }
    cited = {n for sentence in body["sentences"] for n in sentence["citations"]}
    assert cited == {c["n"] for c in body["citations"]}


def test_the_day_selects_the_version(client: TestClient) -> None:
    question = "数字人直播一定要标AI生成吗"
    now, before = (ask(client, question=question, as_of=day).json() for day in ("2026-03-01", "2026-01-31"))
    assert now["citations"][0]["version"] == "2026-02-01"
    assert before["citations"][0]["version"] == "2025-09-01"


def test_not_answering_is_a_status_not_an_error(client: TestClient) -> None:
    response = ask(client, question="明天北京天气怎么样")
    assert response.status_code == 200
    assert response.json()["status"] in ("out_of_scope", "no_evidence")
    assert response.json()["contact"]["phone"] == "12315"


@pytest.mark.parametrize(
    "body",
    [
        {"question": ""},
        {"question": "   \n\t "},
        {"question": "问" * 501},
        {"question": "😀🎉👍"},
        {"question": "？！。"},
        {"question": "\u0000\u202e"},
        {"question": None},
        {"question": 12},
        {"question": ["问"]},
        {},
        {"question": QUESTION, "operator": "seller"},
        {"question": QUESTION, "operator": "x" * 200},
        {"question": QUESTION, "operator": 3},
        {"question": QUESTION, "as_of": "2026-02-30"},
        {"question": QUESTION, "as_of": "20260201"},
        {"question": QUESTION, "as_of": "2026-02-01T00:00:00"},
        {"question": QUESTION, "as_of": 1_700_000_000},
        {"question": QUESTION, "as_of": "9999-12-31"},
        {"question": QUESTION, "history": "前面问过"},
        {"question": QUESTION, "history": [{"answer": "没有问题"}]},
        {"question": QUESTION, "history": [{"question": "问", "role": "user"}]},
        {"question": QUESTION, "guideline": "live-room/nothing"},
        {"question": QUESTION, "temperature": 1},
    ],
)
def test_bad_bodies_are_refused_with_what_to_do(client: TestClient, body: dict[str, Any]) -> None:
    assert_problem(ask(client, **body), 422)


def test_each_wrong_field_is_named(client: TestClient) -> None:
    body = assert_problem(ask(client, question="问" * 501, as_of="2026-02-30", mood="good"), 422)
    assert {e["path"]: e["field"] for e in body["errors"]} == {
        "question": "问题",
        "as_of": "日期",
        "mood": "mood",
    }
    assert "501" in body["errors"][0]["message"]


def test_the_known_operators_are_listed(client: TestClient) -> None:
    assert "live-room" in assert_problem(ask(client, question=QUESTION, operator="seller"), 422)["detail"]


@pytest.mark.parametrize(
    "question",
    [
        "<script>alert(1)</script>好评返现可以吗",
        "'; DROP TABLE answers; --",
        "问" * 500,
        "{{7*7}} ${7*7}",
        "好评\u0000返现可以吗",
        "a",
        "𠮷野家直播",
    ],
)
def test_odd_questions_get_a_sane_answer(client: TestClient, question: str) -> None:
    response = ask(client, question=question)
    assert response.status_code == 200
    assert response.json()["status"]


def test_a_thousand_turns_are_cut_to_the_last(client: TestClient) -> None:
    history = [{"question": f"第{i}问", "answer": "答" * 2} for i in range(1000)]
    assert ask(client, question=QUESTION, history=history).status_code == 200


def test_long_turns_are_shortened_and_blank_ones_left_out(client: TestClient) -> None:
    history = [{"question": "问" * 900, "answer": "答" * 9000}, {"question": " "}]
    assert ask(client, question=QUESTION, history=history).status_code == 200


def test_null_means_not_given(client: TestClient) -> None:
    assert ask(client, question=QUESTION, operator=None, as_of=None, history=None).status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b'{"question": "\\ud800"}',
        b'{"question": "\\ud800 abc", "\\udfff": 1}',
        b'{"question": NaN}',
        b'{"question": ' + b"9" * 5000 + b"}",
    ],
)
def test_broken_json_is_refused(client: TestClient, content: bytes) -> None:
    response = client.post("/api/ask", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert_problem(response, response.status_code)


def test_deeply_nested_json_is_refused(client: TestClient) -> None:
    response = client.post("/api/ask", content=b"[" * 60_000, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)


def test_a_large_body_is_refused_declared_or_not(client: TestClient) -> None:
    big = json.dumps({"question": QUESTION, "history": [{"question": "问" * 800_000}]}).encode()
    assert len(big) > MAX_CONVERSATION

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(big), 100_000):
            yield big[start : start + 100_000]

    for body in (big, pieces()):
        assert "新开一个对话" in assert_problem(client.post("/api/ask", content=body), 413)["detail"]
    assert_problem(client.post("/api/feedback", content=b" " * (MAX_BODY + 1)), 413)


def test_who_sends_far_too_much_still_reads_why(server: str) -> None:
    for path in ("/api/feedback", "/api/ask", "/desk/login"):
        answer = httpx2.post(f"{server}{path}", content=bytes(6_000_000), timeout=60)
        assert_problem(answer, 413)


def test_a_long_conversation_does_not_lock_itself(client: TestClient) -> None:
    """Clients send all that was said; only what is still used is read."""
    said = [{"question": "直播间价格怎么标" * 60, "answer": "要" * 3500}] * 60  # more than a megabyte
    body = {"question": QUESTION, "operator": "live-room"}
    whole, used = (ask(client, **body, history=turns).json() for turns in (said, said[-20:]))
    assert whole["status"] == "answered"
    assert whole["answer"] == used["answer"]
    told = [{"role": r, "content": "问" * 3500} for r in ("user", "assistant")] * 60
    reply = client.post(
        "/v1/chat/completions", json={"messages": [*told, {"role": "user", "content": QUESTION}]}
    )
    assert reply.status_code == 200


def test_the_body_must_be_json(client: TestClient) -> None:
    assert_problem(client.post("/api/ask", data={"question": QUESTION}), 422)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
bodies = st.fixed_dictionaries(
    {"question": st.text(max_size=60) | json_values},
    optional={
        "operator": st.sampled_from(["live-room", "anchor", "", None]) | json_values,
        "as_of": st.dates().map(str) | json_values,
        "history": st.lists(
            st.fixed_dictionaries(
                {"question": st.text(max_size=20)}, optional={"answer": st.text(max_size=20)}
            )
        )
        | json_values,
        "guideline": json_values,
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies | json_values)
def test_no_body_causes_a_server_error(client: TestClient, body: Any) -> None:
    response = client.post("/api/ask", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert response.status_code in (200, 400, 413, 422), response.text
    if response.status_code != 200:
        assert_problem(response, response.status_code)


# --- stream ----------------------------------------------------------------------------------------------------


def read_events(text: str) -> list[tuple[str, Any]]:
    blocks = [dict(line.split(": ", 1) for line in b.split("\n")) for b in text.strip().split("\n\n")]
    return [(b["event"], json.loads(b["data"])) for b in blocks]


def test_the_stream_brings_the_same_answer_in_parts(client: TestClient) -> None:
    response = client.post("/api/ask/stream", json={"question": QUESTION})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = read_events(response.text)
    names = [name for name, _ in events]
    assert names[0] == "status"
    assert names[-2:] == ["citations", "done"]
    assert set(names[1:-2]) == {"sentence"}
    done = events[-1][1]
    assert [data for name, data in events if name == "sentence"] == done["sentences"]
    assert events[-2][1]["citations"] == done["citations"]
    assert events[0][1]["status"] == done["status"]


def test_a_stream_without_sentences_brings_the_text(client: TestClient) -> None:
    events = read_events(client.post("/api/ask/stream", json={"question": "明天北京天气怎么样"}).text)
    assert events[1] == ("sentence", {"text": events[-1][1]["answer"], "citations": []})


def test_a_stream_refuses_before_it_starts(client: TestClient) -> None:
    assert_problem(client.post("/api/ask/stream", json={"question": ""}), 422)


def test_the_status_comes_before_a_slow_model_has_written(
    configure: Callable[..., Settings], chat: FakeChat
) -> None:
    """Over real HTTP: the model hangs, the status is there, the extract follows when the deadline is over."""
    chat.script(hangs())
    settings = configure(
        llm_model="fake-1", llm_base_url=chat.url, llm_timeout=3.0, llm_retries=0, llm_advise=False
    )
    with (
        served(create_app(settings)) as address,
        httpx2.Client(timeout=30) as http,
        http.stream("POST", f"{address}/api/ask/stream", json={"question": QUESTION}) as response,
    ):
        started, lines = time.monotonic(), response.iter_lines()
        assert next(lines) == ": ok"  # at once, for proxies that wait for a first byte
        assert next(lines) == "event: status"
        told = time.monotonic() - started
        rest = list(lines)
        waited = time.monotonic() - started
    assert told < 2 < waited
    assert "event: done" in rest


def test_where_a_hanging_model_is_asked_for_advice_the_answer_comes_after_two_deadlines(
    configure: Callable[..., Settings], chat: FakeChat
) -> None:
    """One for the advice, one for the wording; the status waits for the advice, for it may change it."""
    chat.script(hangs())
    settings = configure(llm_model="fake-1", llm_base_url=chat.url, llm_timeout=1.0, llm_retries=0)
    with (
        served(create_app(settings)) as address,
        httpx2.Client(timeout=30) as http,
        http.stream("POST", f"{address}/api/ask/stream", json={"question": f"老板，{QUESTION}"}) as response,
    ):
        lines = list(response.iter_lines())
    assert lines[0] == ": ok"
    assert lines.index("event: status") < lines.index("event: done")
    assert len(chat.requests) == 2


def test_a_chroma_server_that_dies_leaves_answers_by_words_with_a_notice(
    configure: Callable[..., Settings], chroma_server: ChromaServer, tmp_path: Path
) -> None:
    settings = configure(data=tmp_path / "var", chroma_url=chroma_server.url)
    publish(settings)
    with TestClient(create_app(settings)) as client:
        assert ask(client, question=QUESTION).json()["status"] == "answered"
        assert client.get("/readyz").json() == {"status": "ok"}
        chroma_server.stop()
        for question in (QUESTION, f"请问{QUESTION}"):
            answer = ask(client, question=question).json()
            assert answer["status"] == "answered"
            assert answer["notice"].startswith("暂时只按字词查找")
        events = read_events(client.post("/api/ask/stream", json={"question": f"麻烦问下{QUESTION}"}).text)
        assert client.get("/api/search", params={"q": "刷单"}).json()["results"]
        ready = client.get("/readyz")
    assert [name for name, _ in events][-1] == "done"
    assert ready.status_code == 200
    assert ready.json()["status"] == "degraded"
    assert "hegui index" in ready.json()["detail"]
