"""The content as the desk needs it: with the registers as they stand now, its errors the officer's to mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from api.problems import ProblemError
from rag.content import Corpus, load_registers
from rag.ground import ContentError, ReleaseError

if TYPE_CHECKING:
    from api.state import State

T = TypeVar("T")


def fresh_corpus(state: State) -> Corpus:
    """The guidelines that are being served, with the registers read anew: a law entered just now is there.

    Raises:
        ContentError: the content is broken.
    """
    corpus = state.engine.corpus()
    return Corpus(load_registers(state.settings.guidelines), corpus.guidelines, corpus.problems)


def listed_one(found: Iterable[T], what: str) -> T:
    """The first of what was looked for in a list.

    Raises:
        ProblemError: 404, there is none; ``what`` is not there.
    """
    for one in found:
        return one
    raise ProblemError(404, "not-found", f"没有{what}", "回到列表再选。")


@contextmanager
def mending(at: str = "") -> Iterator[None]:
    """What is wrong with the content is the officer's to mend, not a fault of the server; ``at``: the field it is about.

    Raises:
        ProblemError: 422; 409 while a publication is running.
    """
    try:
        yield
    except ReleaseError as error:
        raise ProblemError(409, "running", error.message.rstrip("。"), error.hint) from error
    except ContentError as error:
        raise ProblemError(422, "invalid", error.message.rstrip("。"), error.hint, at=at) from error
