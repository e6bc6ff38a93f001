"""Where a wrong answer went wrong: at finding clauses, at judging them, or at putting the answer together.

retrieval     none of the first hits is a right clause
judgement     one is, but the answer is of the wrong status or was built from others
composition   a right clause is cited, but what must be said is not, or what must not be said is
"""

from __future__ import annotations

from rag.ask import Answer, Assistant
from rag.eval.questions import Item, to_question
from rag.eval.right import ANSWERED, expects_answer, is_right, part_is_right

FIRST = 10  # hits looked at


def stage_of(assistant: Assistant, item: Item, answer: Answer) -> str:
    """The stage at which the answer to ``item`` went wrong."""
    if not expects_answer(item):
        return "judgement" if answer.status in ANSWERED else "composition"
    wanted = [p for p in item.parts if not any(part_is_right(p, c) for c in answer.citations)]
    if answer.status in ANSWERED and not wanted and any(is_right(item, c) for c in answer.citations):
        return "composition"
    now = assistant.pipeline()
    query = now.snapshot.reader.read(to_question(item), now.today)
    chunks = [hit.chunk for hit in now.snapshot.search.search(query, limit=FIRST)]
    if wanted:
        found = all(any(part_is_right(p, c) for c in chunks) for p in wanted)
    else:
        found = any(is_right(item, c) for c in chunks)
    return "judgement" if found else "retrieval"
