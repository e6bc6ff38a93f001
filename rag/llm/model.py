"""A langchain chat model of any provider that `init_chat_model` knows, and its exceptions as ours.

Providers raise exceptions of their own kinds; what they have in common (an HTTP status, a name that says timeout or
connection) is read here, so that no vendor's package is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2
from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from rag.ground import SettingsError
from rag.llm.reply import CallFailed

OPENAI = "openai"
OFFICIAL = "https://api.openai.com/v1"


def open_model(
    model: str,
    *,
    provider: str,
    base_url: str,
    api_key: SecretStr,
    deadline: float,
    max_tokens: int,
    options: Mapping[str, Any],
) -> tuple[BaseChatModel, httpx2.AsyncClient | None]:
    """The model, and the HTTP client that is ours to close (only OpenAI's protocol takes one).

    Args:
        options: passed on to the provider's class as they are; they win over what is set here.

    Raises:
        SettingsError: the provider is unknown, its package is not installed, or it does not take the options.
    """
    from langchain.chat_models import init_chat_model  # slow to import, and only needed with a model

    http: httpx2.AsyncClient | None = None
    given: dict[str, Any] = {"temperature": 0}
    if provider == OPENAI:
        address = base_url or OFFICIAL
        http = httpx2.AsyncClient(timeout=deadline, base_url=address)
        given |= {
            "base_url": address,
            "api_key": api_key if api_key.get_secret_value() else SecretStr("none"),
            "timeout": deadline,
            "max_retries": 0,  # repeated by the client, within the deadline
            "max_tokens": max_tokens,
            "use_responses_api": False,
            "http_async_client": http,
        }
    else:
        given |= {"base_url": base_url} if base_url else {}
        given |= {"api_key": api_key} if api_key.get_secret_value() else {}
    try:
        opened = init_chat_model(model, model_provider=provider, **{**given, **options})
    except ImportError as error:
        package = f"langchain-{provider.replace('_', '-')}"
        raise SettingsError(
            f"没有安装聊天模型供应方 {provider} 的包。", f"运行 pip install {package}。"
        ) from error
    except (ValueError, TypeError) as error:
        raise SettingsError(
            f"聊天模型供应方 {provider} 打不开：{str(error).splitlines()[0]}",
            "检查 HEGUI_LLM_PROVIDER 的名称和 HEGUI_LLM_OPTIONS 的内容。",
        ) from error
    return opened, http


async def close_model(model: BaseChatModel, http: httpx2.AsyncClient | None) -> None:
    """Close connections: ours, or those of the client that a provider's class made for itself, as far as it shows."""
    made = [getattr(model, name, None) for name in ("_async_client", "async_client", "root_async_client")]
    inner = [getattr(client, "_client", client) for client in made]
    for client in [http] if http is not None else inner:
        if (aclose := getattr(client, "aclose", None)) is not None:
            await aclose()


def status_of(error: BaseException) -> int | None:
    """The HTTP error status behind a vendor's exception, None if it has none."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    return status if isinstance(status, int) and status >= 400 else None


def as_failure(error: Exception) -> CallFailed:
    """A vendor's exception as ours; nothing of its text is kept, it may quote keys or prompts."""
    if isinstance(error, CallFailed):
        return error
    names = " ".join(kind.__name__.lower() for kind in type(error).__mro__)
    status = status_of(error)
    if "timeout" in names:
        return CallFailed("timeout", again=True)
    if status == 429:
        return CallFailed("rate_limited", again=True, after=_retry_after(error))
    if status is not None:
        server = status >= 500
        return CallFailed(
            "server_error" if server else "rejected", again=server, after=_retry_after(error) * server
        )
    if "connect" in names:
        return CallFailed("unreachable", again=True)
    return CallFailed("unusable")


def _retry_after(error: Exception) -> float:
    """Seconds the endpoint asks to wait; 0 if it does not say."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", 0)))
    except ValueError:  # an HTTP date
        return 1.0
