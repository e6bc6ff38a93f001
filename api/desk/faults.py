"""What is wrong with a form that was sent: every field at once, not one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from api.problems import ProblemError

#: The kind of an error that came after what was sent had been saved.
SAVED = "saved"


class Faults:
    """Collects what is wrong, the first of each field."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, str]] = {}

    def add(self, at: str, what: str, hint: str) -> None:
        """``what`` is wrong with the field ``at``; ``hint`` says what to do."""
        self._found.setdefault(at, (what, hint))

    @contextmanager
    def caught(self, at: str) -> Iterator[None]:
        """What an inner check refuses is the fault of a field."""
        try:
            yield
        except ProblemError as error:
            if error.status not in (409, 422):
                raise
            self.add(at, error.message, error.hint)

    def stop(self) -> None:
        """Go on only if nothing is wrong.

        Raises:
            ProblemError: 422.
        """
        if len(self._found) == 1:
            (at, (what, hint)) = next(iter(self._found.items()))
            raise ProblemError(422, "invalid", what, hint, at=at)
        if self._found:
            said = {at: f"{what}。{hint}" for at, (what, hint) in self._found.items()}
            raise ProblemError(
                422, "invalid", f"有 {len(said)} 处要改，没有保存", " ".join(said.values()), faults=said
            )
