"""One chat model: a total deadline, bounded retries, a circuit breaker, counters.

Calls run on an event loop of their own,
so that a call can be cancelled at its deadline, whatever the server does, and connections are reused.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Mapping
from typing import Any, Literal

from langchain_core.messages import AIMessage, BaseMessage
from pydantic import SecretStr, ValidationError

from rag.ground import Settings
from rag.llm.breaker import Breaker
from rag.llm.loop import Loop
from rag.llm.meter import Meter
from rag.llm.model import OPENAI, as_failure, close_model, open_model, status_of
from rag.llm.reply import CallFailed, R, parse_reply

logger = logging.getLogger("hegui.llm")
_METHODS: tuple[Literal["json_schema", "function_calling", "plain"], ...] = (
    "json_schema",
    "function_calling",
    "plain",
)
_UNSUPPORTED = (400, 422, 501)


class ChatClient:
    """A chat model that answers in a given form, or says within the deadline that it does not."""

    def __init__(
        self,
        model: str,
        *,
        provider: str = OPENAI,
        base_url: str,
        api_key: SecretStr,
        deadline: float,
        retries: int,
        max_tokens: int,
        breaker: Breaker,
        prices: tuple[float, float] = (0.0, 0.0),
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """
        Args:
            model: name of the model.
            provider: any that `init_chat_model` knows, such as openai (and whatever speaks its protocol) or ollama.
            base_url: the provider's address, for openai ending in /v1; empty for the provider's own.
            api_key: empty where the endpoint needs none.
            deadline: seconds for a call including its retries.
            retries: repetitions after a failure that may pass (429, 5xx, lost connection).
            max_tokens: longest reply.
            breaker: decides whether calls are made at all.
            prices: per 1,000 prompt and completion tokens.
            options: further arguments of the provider's class.

        Raises:
            SettingsError: the provider cannot be opened.
        """
        self.model, self.meter, self.breaker = model, Meter(), breaker
        self._deadline, self._retries, self._prices = deadline, retries, prices
        self._chat, self._http = open_model(
            model,
            provider=provider,
            base_url=base_url,
            api_key=api_key,
            deadline=deadline,
            max_tokens=max_tokens,
            options=options or {},
        )
        self._method = 0
        self._loop = Loop()

    def ask(self, messages: list[BaseMessage], form: type[R], *, purpose: str) -> R:
        """The model's reply in the form wanted.

        Raises:
            CallFailed: no usable reply within the deadline, or the breaker is open.
        """
        if not self.breaker.admit():
            self.meter.calls.labels(purpose, "breaker_open").inc()
            raise CallFailed("breaker_open")
        started = time.monotonic()
        try:
            reply = self._loop.run(self._within_deadline(messages, form))
        except BaseException as error:
            failure = error if isinstance(error, CallFailed) else CallFailed("interrupted")
            self.breaker.failed(failure.after)
            self.meter.calls.labels(purpose, failure.outcome).inc()
            logger.warning("chat model %s: %s", purpose, failure.outcome)
            raise
        else:
            self.breaker.succeeded()
            self.meter.calls.labels(purpose, "ok").inc()
            return reply
        finally:
            self.meter.open.set(self.breaker.is_open)
            self.meter.seconds.observe(time.monotonic() - started)

    def close(self) -> None:
        """Close connections and the background thread."""
        self._loop.run(close_model(self._chat, self._http))
        self._loop.close()

    async def _within_deadline(self, messages: list[BaseMessage], form: type[R]) -> R:
        try:
            async with asyncio.timeout(self._deadline):
                return await self._repeated(messages, form, time.monotonic() + self._deadline)
        except TimeoutError as error:
            raise CallFailed("timeout") from error

    async def _repeated(self, messages: list[BaseMessage], form: type[R], end: float) -> R:
        for attempt in range(self._retries + 1):
            try:
                return await self._negotiated(messages, form)
            except CallFailed as failure:
                pause = max(failure.after, 0.25 * 2**attempt * random.uniform(0.8, 1.2))
                if not failure.again or attempt == self._retries or time.monotonic() + pause >= end:
                    raise
                self.meter.retries.inc()
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def _negotiated(self, messages: list[BaseMessage], form: type[R]) -> R:
        """Call with the best way of asking for a form that the endpoint takes; the way found is kept."""
        for method in range(self._method, len(_METHODS)):
            try:
                message = await self._call(messages, form, method)
            except Exception as error:  # whatever the vendor's layers raise
                if status_of(error) in _UNSUPPORTED and method + 1 < len(_METHODS):
                    continue
                raise as_failure(error) from error
            self._method = method
            return self._read(message, form)
        raise AssertionError("unreachable")

    async def _call(self, messages: list[BaseMessage], form: type[R], method: int) -> AIMessage:
        way = _METHODS[method]
        if way == "plain":
            reply: object = await self._chat.ainvoke(messages)
        else:
            # The schema goes as a dict and the raw message is read below: langchain's own parser completes
            # truncated JSON, and half an answer must not look like a whole one.
            schema = form.model_json_schema(mode="serialization")
            result = await self._chat.with_structured_output(schema, method=way, include_raw=True).ainvoke(
                messages
            )
            reply = result["raw"] if isinstance(result, dict) else result
        if not isinstance(reply, AIMessage):
            raise CallFailed("unusable")
        return reply

    def _read(self, message: AIMessage, form: type[R]) -> R:
        self._count(message)
        if message.additional_kwargs.get("refusal"):
            raise CallFailed("refused")
        try:
            if message.tool_calls:
                return form.model_validate(message.tool_calls[0]["args"])
            return parse_reply(message.text, form)
        except (ValidationError, ValueError) as error:
            raise CallFailed("unusable") from error

    def _count(self, message: AIMessage) -> None:
        usage = message.usage_metadata
        if usage is None:
            return
        for kind, tokens, price in zip(
            ("prompt", "completion"),
            (usage["input_tokens"], usage["output_tokens"]),
            self._prices,
            strict=True,
        ):
            self.meter.tokens.labels(kind).inc(tokens)
            self.meter.cost.inc(tokens / 1000 * price)


def open_client(settings: Settings) -> ChatClient | None:
    """The chat model of the settings; None where none is set.

    Raises:
        SettingsError: the provider cannot be opened.
    """
    if not settings.llm_model:
        return None
    return ChatClient(
        settings.llm_model,
        provider=settings.llm_provider,
        base_url=settings.llm_base_url,
        options=settings.llm_options,
        api_key=settings.llm_api_key,
        deadline=settings.llm_timeout,
        retries=settings.llm_retries,
        max_tokens=settings.llm_max_tokens,
        breaker=Breaker(settings.llm_breaker_failures, settings.llm_breaker_seconds),
        prices=(settings.llm_price_prompt, settings.llm_price_completion),
    )
