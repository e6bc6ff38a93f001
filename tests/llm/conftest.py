"""A fake chat server, and assistants over the small corpus that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from rag.ask.assistant import Assistant
from rag.ask.models import Answer, Question
from rag.content.corpus import load_corpus
from rag.ground.settings import Settings
from tests.fakes.chat_server import FakeChat

KEY = "sk-test-only"
REVIEWS = "好评返现可以吗？"

Open = Callable[..., Assistant]


def start(indexed: Settings, chat: FakeChat, **changes: Any) -> Assistant:
    """An assistant that uses the fake; settings can be changed by name."""
    values = {
        "llm_model": "fake-1", "llm_base_url": chat.url, "llm_api_key": SecretStr(KEY), "llm_timeout": 10.0,
        "llm_retries": 0, "llm_advise": False, **changes,
    }  # fmt: skip
    settings = indexed.model_copy(update=values)
    return Assistant.open(settings, load_corpus(settings.guidelines))


@pytest.fixture
def open_assistant(indexed: Settings, chat: FakeChat) -> Iterator[Open]:
    """Opens assistants of the test's own and closes them in the end."""
    opened: list[Assistant] = []

    def make(**changes: Any) -> Assistant:
        opened.append(start(indexed, chat, **changes))
        return opened[-1]

    yield make
    for assistant in opened:
        assistant.close()


@pytest.fixture(scope="session")
def shared(indexed: Settings, chat_server: FakeChat) -> Iterator[Assistant]:
    """One assistant for many tests; its breaker never opens."""
    assistant = start(indexed, chat_server, llm_breaker_failures=100)
    yield assistant
    assistant.close()


@pytest.fixture
def ask(shared: Assistant, chat: FakeChat) -> Callable[..., Answer]:
    """Asks the shared assistant."""

    def put(question: str = REVIEWS, **more: Any) -> Answer:
        return shared.ask(Question(question=question, **more))

    return put


def sample(assistant: Assistant, name: str, **labels: str) -> float:
    """The value of one sample of the chat model's counters; 0 where it has none yet."""
    assert assistant.meter is not None
    return sum(
        s.value
        for metric in assistant.meter.collect()
        for s in metric.samples
        if s.name == name and labels.items() <= s.labels.items()
    )
