"""Personal data in what is kept."""

from __future__ import annotations

from rag.ask import Answer
from rag.ground import mask


def masked(answer: Answer) -> Answer:
    """The answer with its free text masked; quotes stay as they are in the guideline."""
    return answer.model_copy(
        update={
            "answer": mask(answer.answer),
            "sentences": tuple(s.model_copy(update={"text": mask(s.text)}) for s in answer.sentences),
            "suggestions": tuple(map(mask, answer.suggestions)),
            "choices": tuple(map(mask, answer.choices)),
        }
    )
