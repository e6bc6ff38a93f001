"""A provider other than OpenAI: Ollama's own protocol, over real HTTP."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from rag.ask.models import Question
from rag.ground.errors import SettingsError
from tests.fakes.chat_server import FakeChat, fails, ollama
from tests.llm.conftest import REVIEWS, Open, sample
from tests.llm.test_answers import GOOD


def local(open_assistant: Open, chat: FakeChat, **changes: object):  # type: ignore[no-untyped-def]
    address = chat.url.removesuffix("/v1")
    return open_assistant(
        llm_provider="ollama", llm_base_url=address, llm_api_key=SecretStr(""), llm_options={"num_ctx": 4096}, **changes
    )  # fmt: skip


def test_a_model_of_another_provider_writes_the_answer(open_assistant: Open, chat: FakeChat) -> None:
    assistant = local(open_assistant, chat)
    chat.script(ollama("不可以", GOOD))
    answer = assistant.ask(Question(question=REVIEWS))
    assert answer.generated_by == "llm:fake-1"
    assert [s.text for s in answer.sentences] == [GOOD[0]]
    (request,) = chat.requests
    assert request.path == "/api/chat"
    assert request.way == "json_schema"
    assert request.body["options"] | {"num_ctx": 4096, "temperature": 0} == request.body["options"]
    assert sample(assistant, "hegui_llm_tokens_total", kind="prompt") == 1000


@pytest.mark.parametrize(
    ("status", "outcome"), [(429, "rate_limited"), (500, "server_error"), (404, "rejected")]
)
def test_its_errors_are_ours(open_assistant: Open, chat: FakeChat, status: int, outcome: str) -> None:
    assistant = local(open_assistant, chat)
    chat.script(fails(status))
    assert assistant.ask(Question(question=REVIEWS)).generated_by == "extractive"
    assert sample(assistant, "hegui_llm_calls_total", purpose="answer", outcome=outcome) == 1


def test_an_endpoint_that_is_not_there_is_unreachable(open_assistant: Open, chat: FakeChat) -> None:
    assistant = open_assistant(
        llm_provider="ollama", llm_base_url="http://127.0.0.1:9", llm_api_key=SecretStr("")
    )
    assert assistant.ask(Question(question=REVIEWS)).generated_by == "extractive"
    assert sample(assistant, "hegui_llm_calls_total", purpose="answer", outcome="unreachable") == 1


@pytest.mark.parametrize(
    ("provider", "hint"), [("nosuch", "HEGUI_LLM_PROVIDER"), ("mistralai", "langchain-mistralai")]
)
def test_a_provider_that_cannot_be_opened_says_what_to_do(
    open_assistant: Open, provider: str, hint: str
) -> None:
    with pytest.raises(SettingsError, match=hint):
        open_assistant(llm_provider=provider)
