"""The optional chat model: a client that answers in a given form within its deadline, or says that it does not."""

from rag.llm.breaker import Breaker
from rag.llm.client import ChatClient
from rag.llm.meter import Meter
from rag.llm.reply import Reply

__all__ = ["Breaker", "ChatClient", "Meter", "Reply"]
