"""The optional chat model: a client that answers in a given form within its deadline, or says that it does not."""

from rag.llm.client import ChatClient, open_client
from rag.llm.meter import Meter
from rag.llm.prompt import ADDRESS, data, messages
from rag.llm.reply import Reply

__all__ = ["ADDRESS", "ChatClient", "Meter", "Reply", "data", "messages", "open_client"]
