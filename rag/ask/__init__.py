"""A question becomes an answer.

    guard ─► understand ─► retrieve ─► judge ─► compose ─► verify ─► respond
                                                  └ write: a chat model words it, if one is set

`Assistant.ask` walks the stages in this order; `models` holds what goes in and comes out.
"""

from rag.ask.assistant import Assistant, OnStatus, ignore_status
from rag.ask.clauses import cited_laws
from rag.ask.models import Answer, Citation, CitedLaw, Question, Sentence, Status, Turn
from rag.ask.pipeline import Pipeline
from rag.ask.understand.query import Query

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "CitedLaw",
    "OnStatus",
    "Pipeline",
    "Query",
    "Question",
    "Sentence",
    "Status",
    "Turn",
    "cited_laws",
    "ignore_status",
]
