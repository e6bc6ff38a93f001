"""Question sets, right and wrong, and the numbers of a run.

questions  a file of questions with their gold
score      right or wrong, as tests/eval/README.md defines it
report     the figures of a run
"""

from rag.eval.questions import load_items
from rag.eval.report import failures, report, table, to_json
from rag.eval.score import run

__all__ = ["failures", "load_items", "report", "run", "table", "to_json"]
