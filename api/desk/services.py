"""What the desk works with, made once by ``create_app``."""

from __future__ import annotations

from api.desk.audit import Audit
from api.desk.inbox.cases import Cases
from api.desk.people import People
from api.desk.releasing import Releasing
from api.desk.signing import Gate
from api.store import Store


class Desk:
    """The desk's services over the application database. Blocking: call them through ``state.run``."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.audit = Audit(store)
        self.cases = Cases(store, self.audit)
        self.people = People(store, self.audit)
        self.gate = Gate(store, self.audit)
        self.releasing = Releasing(store, self.audit, self.people)
