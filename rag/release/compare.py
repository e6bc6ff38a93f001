"""Which answers change: questions asked of what is up and of what would be up."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rag.ask import Assistant, Question
from rag.content import Span, diff_words, load_corpus
from rag.ground import Frozen, Settings, no_progress
from rag.index import bring_up_to_date
from rag.release.journal import Step
from rag.release.models import Change
from rag.release.staging import plan

#: How many clauses were looked through: it grows with any new clause, and says nothing of this question.
_SEARCHED = re.compile(r"(?<=施行的) \d+ (?=条，没有一条能确定)")


class Difference(Frozen):
    """A question whose answer changes, with what is said before and after."""

    question: str
    before: str
    after: str

    @property
    def words(self) -> tuple[Span, ...]:
        """Both answers as runs of words that stayed, went and came."""
        return diff_words(self.before, self.after)


def answers_that_change(
    changes: Sequence[Change], questions: Sequence[str], settings: Settings, progress: Step = no_progress
) -> list[Difference]:
    """Ask every question of both states; nothing is published.

    Raises:
        ReleaseError, ContentError, IndexBuildError, VectorStoreError: as `rag.release.publish`.
        IndexMissingError: nothing has been published yet.
    """
    plain = settings.model_copy(
        update={"llm_model": ""}
    )  # a model's wording differs from one time to the next
    with tempfile.TemporaryDirectory(prefix="compare-", dir=settings.data) as work:
        planned = plain.model_copy(
            update={"guidelines": Path(work, "guidelines"), "data": Path(work, "data")}
        )
        after = plan(settings, list(changes), Path(work), Path(work, "kept")).corpus
        (planned.data / "index").mkdir(parents=True)
        vectors = settings.data / "index" / "vectors.sqlite3"
        if vectors.exists():
            shutil.copy(vectors, planned.data / "index" / vectors.name)
        bring_up_to_date(planned.model_copy(update={"chroma_url": ""}), after, progress)
        planned = planned.model_copy(update={"chroma_url": ""})
        old, new = Assistant.open(plain, load_corpus(settings.guidelines)), Assistant.open(planned, after)
        try:
            return _ask(old, new, list(dict.fromkeys(questions)), progress)
        finally:
            old.close()
            new.close()


def _ask(old: Assistant, new: Assistant, questions: list[str], progress: Step) -> list[Difference]:
    found = []
    for number, question in enumerate(questions):
        if number % 10 == 0:
            progress("提问", number, len(questions))
        before, after = _said(old, question), _said(new, question)
        if _SEARCHED.sub("", before) != _SEARCHED.sub("", after):
            found.append(Difference(question=question, before=before, after=after))
    progress("提问", len(questions), len(questions))
    return found


def _said(assistant: Assistant, question: str) -> str:
    """An answer as a reader has it, without its marks; the laws and guideline versions it rests on stand at its end."""
    return assistant.ask(Question(question=question)).answer.replace("**", "").strip()
