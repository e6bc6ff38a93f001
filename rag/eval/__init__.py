"""Question sets, right and wrong, and the numbers of a run.

questions  a file of questions with their gold
score      right or wrong, as tests/eval/README.md defines it
right      which clauses answer a question
stages     where a wrong answer went wrong: retrieval, judgement, composition
report     the figures of a run
compare    runs that are kept, and their differences
"""

from rag.eval.compare import difference, keep, kept
from rag.eval.questions import load_items
from rag.eval.report import failures, report, table, to_json
from rag.eval.score import run
from rag.eval.stages import stage_of

__all__ = [
    "difference",
    "failures",
    "keep",
    "kept",
    "load_items",
    "report",
    "run",
    "stage_of",
    "table",
    "to_json",
]
