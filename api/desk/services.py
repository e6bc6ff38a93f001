"""What the desk works with, made once by ``create_app``."""

from __future__ import annotations

from api.desk.additions import Additions
from api.desk.audit import Audit
from api.desk.board.changes import Changes
from api.desk.board.enrolled import Enrolment
from api.desk.board.plan import Board
from api.desk.board.scores import Scores
from api.desk.inbox.cases import Cases
from api.desk.inbox.faq import Questions
from api.desk.people import People
from api.desk.releasing import Releasing
from api.desk.signing import Gate
from api.desk.writing.drafts import Drafts
from api.desk.writing.placed import Trials
from api.desk.writing.remarks import Remarks
from api.desk.writing.states import States
from api.store import Store


class Desk:
    """The desk's services over the application database. Blocking: call them through ``state.run``.

    ``score_share`` of the live answers is drawn for scoring; with ``self_review`` one may pass what one wrote alone.
    """

    def __init__(self, store: Store, *, score_share: float = 0.0, self_review: bool = False) -> None:
        self.store = store
        self.audit = Audit(store)
        self.cases = Cases(store, self.audit)
        self.changes = Changes(store, self.audit)
        self.plan = Board(store, self.audit)
        self.rooms = Enrolment(store, self.audit)
        self.scores = Scores(store, self.audit, score_share)
        self.people = People(store, self.audit)
        self.gate = Gate(store, self.audit)
        self.drafts = Drafts(store, self.audit)
        self.remarks = Remarks(store, self.audit)
        self.trials = Trials()
        self.states = States(store, self.audit, self_review=self_review)
        self.additions = Additions(store, self.audit)
        self.questions = Questions(store, self.audit)
        self.releasing = Releasing(
            store,
            self.audit,
            self.people,
            self.additions,
            self.questions,
            self.states,
            self_review=self_review,
        )
