"""What courses and rooms work with, made once by ``create_app``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path

from api.limits import Limiter
from api.sessions import load_key
from api.store import Store
from api.training.courses import Courses
from api.training.hall import Hall
from api.training.models import Picture
from api.training.report import Reports
from api.training.rooms import Rooms
from api.training.seats import Seats

WRONG_CODES = 10  # a minute and phone: beyond that nobody is mistyping
WRONG_BEHIND = 300  # a minute and address: sixty mistyping phones, not a search through a million codes
ACTS = 120  # a minute and phone
COURSES = 30  # saved or opened a minute and address


class Training:
    """Courses and rooms over the application database.

    Args:
        data: where the key lies that sessions are hashed under.
        limiter: makes what counts, of a name and how many a minute; shared by all processes where their database is.
        limited: whether anything is limited at all.
    """

    def __init__(
        self, store: Store, data: Path, limiter: Callable[[str, int], Limiter], *, limited: bool = True
    ) -> None:
        self._store, self._data = store, data
        self.courses = Courses(store)
        self.rooms = Rooms(store)
        self.reports = Reports(store, self.rooms)
        self.wrong_codes = limiter("wrong code", WRONG_CODES * limited)
        self.wrong_behind = limiter("wrong behind", WRONG_BEHIND * limited)
        self.acts = limiter("act", ACTS * limited)
        self.saving = limiter("course", COURSES * limited)
        self.printing = asyncio.Lock()
        self.hall: Hall | None = None

    @cached_property
    def seats(self) -> Seats:
        """The phones."""
        return Seats(self._store, self.rooms, load_key(self._data))

    def hall_over(self, read: Callable[[str], Awaitable[Picture]]) -> Hall:
        """The hall, made when first somebody listens."""
        if self.hall is None:
            self.hall = Hall(read)
        return self.hall
