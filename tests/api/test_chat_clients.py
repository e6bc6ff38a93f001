"""What chat clients send beside questions: task prompts, wrapped documents, parameters; what they read beside text."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.routes.programs.replies import Spoken, chunks
from api.schemas.requests import ChatBody
from rag.ground.errors import VectorStoreError
from rag.ground.settings import Settings
from tests.api.problems import assert_problem

QUESTION = "好评返现可以吗？"
HISTORY = f"### Chat History:\n<chat_history>\nUSER: {QUESTION}\nASSISTANT: 不可以。\n</chat_history>"


def template(text: str, form: str) -> str:
    """A prompt of the kind Open WebUI sends: longer than any question, filled with its own examples."""
    rules = "- Be brief and clear.\n" * 40
    return f"### Task:\n{text}\n### Guidelines:\n{rules}### Output:\nJSON format: {form}\n{HISTORY}"


TITLE = template(
    "Generate a concise, 3-5 word title with an emoji.", '{ "title": "your concise title here" }'
)
TASKS: list[tuple[str, Any]] = [
    (TITLE, {"title": "好评返现可以吗"}),
    (
        template("Generate 1-3 broad tags categorizing the main themes.", '{ "tags": ["tag1"] }'),
        {"tags": ["直播合规"]},
    ),
    (
        template("Suggest 3-5 relevant follow-up questions.", '{ "follow_ups": ["Question 1?"] }'),
        {"follow_ups": []},
    ),
    (template("Analyze the chat history for search queries.", '{ "queries": ["query1"] }'), {"queries": []}),
    (template("Generate a detailed prompt for an image.", '{ "prompt": "description" }'), {"prompt": ""}),
    (template("Do something we have never seen.", '{ "new": 1 }'), {}),
    (
        '### Task:\nYou are an autocompletion system.\n### **Output Rules**:\n- JSON: `{ "text": "<your_completion>" }`\n'
        f"<chat_history>\nUSER: {QUESTION}\n</chat_history>\n<text>好评</text>\n#### Output:\n",
        {"text": ""},
    ),
]


def say(client: TestClient, *messages: tuple[str, str], **more: Any) -> Any:
    body = {"messages": [{"role": r, "content": c} for r, c in messages], **more}
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 200, response.text
    return response.json()["choices"][0]["message"]["content"]


def stored(tmp_path: Path) -> list[str]:
    with sqlite3.connect(tmp_path / "app.sqlite3") as connection:
        rows = [row[0] for row in connection.execute("SELECT question FROM answers")]
    connection.close()
    return rows


@pytest.mark.parametrize(("prompt", "reply"), TASKS)
def test_task_prompts_of_open_webui_get_their_json_and_leave_no_trace(
    client: TestClient, tmp_path: Path, prompt: str, reply: Any
) -> None:
    assert json.loads(say(client, ("user", prompt))) == reply
    assert stored(tmp_path) == []


@pytest.mark.parametrize(
    ("messages", "reply"),
    [
        # NextChat
        ([("user", QUESTION), ("assistant", "不可以。"), ("user", "使用四到五个字直接返回这句话的简要主题，不要解释")],
         "好评返现可以吗"),
        ([("user", QUESTION), ("assistant", "不可以。"),
          ("system", "简要总结一下对话内容，用作后续的上下文提示 prompt，控制在 200 字以内")], QUESTION),
        # LobeChat, Cherry Studio
        ([("system", "你是一名擅长会话的助理，你需要将用户的会话总结为 10 个字以内的标题"),
          ("user", f"user: {QUESTION}\nassistant: 不可以。\n\n请总结上述对话为10个字以内的标题，不需要包含标点符号")],
         "好评返现可以吗"),
        ([("system", "你是一名擅长会话的助理，你需要将用户的会话总结为 10 个字以内的标题，不要使用标点符号"),
          ("user", QUESTION), ("assistant", "不可以。")], "好评返现可以吗"),
        # Page Assist
        ([("user", f"Here is the query:\n\n--------------\n\n{QUESTION}\n\n--------------\n\nCreate a concise, 3-5 word "
           "phrase as a title for the previous query.")], "好评返现可以吗"),
        # Open WebUI's function calling and emoji
        ([("system", 'Available Tools: []\nReturn {"tool_calls": []} if no tools match'), ("user", f"Query: {QUESTION}")],
         '{"tool_calls": []}'),
        ([("user", "Your task is to reflect the speaker's likely facial expression through a fitting emoji.")], "💬"),
    ],
)  # fmt: skip
def test_other_clients_housekeeping_leaves_no_trace_either(
    client: TestClient, tmp_path: Path, messages: list[tuple[str, str]], reply: str
) -> None:
    assert say(client, *messages) == reply
    assert stored(tmp_path) == []


def test_tasks_cost_no_question(configure: Callable[..., Settings]) -> None:
    with TestClient(create_app(configure(rate_limit=1, address_limit=1))) as client:
        for _ in range(3):
            say(client, ("user", TITLE))
        assert "不可以" in say(client, ("user", QUESTION))


def test_nothing_of_a_task_is_counted_as_an_answer(configure: Callable[..., Settings]) -> None:
    with TestClient(create_app(configure()), client=("127.0.0.1", 1)) as client:
        say(client, ("user", TITLE))
        assert "hegui_answers_total{" not in client.get("/metrics").text


@pytest.mark.parametrize(
    "question", ["标题里能写全网最低价吗？", "请总结一下直播前要做的事", "商品标签要写什么"]
)
def test_a_persons_question_about_titles_and_tags_is_a_question(
    client: TestClient, tmp_path: Path, question: str
) -> None:
    say(client, ("user", question))
    assert stored(tmp_path) == [question]


@pytest.mark.parametrize("end", ["\n\n{}", "\n\n<user_query>\n{}\n</user_query>\n"])
def test_of_a_message_wrapped_in_documents_only_the_question_is_asked(
    client: TestClient, tmp_path: Path, end: str
) -> None:
    wrapped = (
        "### Task:\nRespond to the user query using the provided context, incorporating inline citations.\n\n"
        f'<context>\n<source id="1">{"别的文件。" * 300}</source>\n</context>'
    )
    assert "不可以" in say(client, ("user", wrapped + end.format(QUESTION)))
    assert stored(tmp_path) == [QUESTION]


# --- parameters ----------------------------------------------------------------------------------------------------


def test_usage_adds_up_whole_and_streamed(server: str) -> None:
    with openai.OpenAI(base_url=f"{server}/v1", api_key="unused", max_retries=0) as chat:
        asked: Any = {"model": "hegui", "messages": [{"role": "user", "content": QUESTION}]}
        whole = chat.chat.completions.create(**asked)
        assert whole.usage is not None
        text = whole.choices[0].message.content or ""
        assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (len(QUESTION), len(text))
        assert whole.usage.total_tokens == len(QUESTION) + len(text)
        chunks = list(
            chat.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})
        )
        assert chunks[-1].choices == []
        assert chunks[-1].usage == whole.usage
        assert all(c.usage is None for c in chunks[:-1])
        assert all(c.choices for c in chat.chat.completions.create(**asked, stream=True))
        title: Any = {"model": "hegui", "messages": [{"role": "user", "content": TITLE}], "stream": True}
        assert "".join(c.choices[0].delta.content or "" for c in chat.chat.completions.create(**title)) == (
            '{"title": "好评返现可以吗"}'
        )


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"n": 2}, "n "),
        ({"tools": [{"type": "function"}], "tool_choice": "required"}, "tool_choice"),
        ({"tools": [], "tool_choice": {"type": "function", "function": {"name": "x"}}}, "tool_choice"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"response_format": {"type": "json_schema", "json_schema": {}}}, "response_format"),
    ],
)
def test_what_we_cannot_do_is_said_in_openais_form(
    client: TestClient, more: dict[str, Any], name: str
) -> None:
    body = {"messages": [{"role": "user", "content": QUESTION}], **more}
    problem = assert_problem(client.post("/v1/chat/completions", json=body), 400)
    assert problem["error"]["type"] == "invalid_request_error"
    assert name in problem["error"]["message"]
    assert {"message", "type", "param", "code"} == problem["error"].keys()


@pytest.mark.parametrize(
    "more",
    [
        {"n": 1}, {"n": None}, {"stop": ["。"]}, {"tools": [{"type": "function"}], "tool_choice": "auto"},
        {"tool_choice": "none"}, {"response_format": {"type": "text"}}, {"logprobs": True, "user": "x", "seed": 1},
        {"stream_options": None}, {"max_completion_tokens": 5},
    ],
)  # fmt: skip
def test_what_makes_no_difference_is_accepted_and_the_answer_stays_whole(
    client: TestClient, more: dict[str, Any]
) -> None:
    text = say(client, ("user", QUESTION), **more)
    assert "依据：" in text


def test_a_fault_in_a_stream_is_an_error_event_in_openais_form() -> None:
    async def speak() -> Spoken:
        raise VectorStoreError("Chroma 连不上。", "检查 HEGUI_CHROMA_URL。")

    async def play() -> list[str]:
        body = ChatBody.model_validate({"messages": [{"role": "user", "content": QUESTION}], "stream": True})
        return [event async for event in chunks(speak(), body, "hegui")]

    (event,) = asyncio.run(play())
    error = json.loads(event.removeprefix("data: "))["error"]
    assert (error["type"], error["code"]) == ("server_error", "vector-store")
    assert "HEGUI_CHROMA_URL" in error["message"]
