"""Drafts in the database: nothing lost when many save, clashes shown with both texts, states one way only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.desk.roles import Role, User
from api.desk.services import Desk
from api.desk.writing.drafts import Draft
from api.desk.writing.merge import chosen, merge
from api.desk.writing.states import DraftState
from api.problems import ProblemError
from api.state import WORKERS
from api.store import Store
from rag.content import Document, Row, Section, read_document
from tests.servers import Postgres

DAY = dt.date(2027, 1, 1)


def row(key: str, text: str, section: Section = Section.MUST) -> Row:
    return Row(id=key, section=section, text=text)


def document(*rows: Row, summary: str = "管什么") -> Document:
    return Document(
        title="直播间价格",
        operator="live-room",
        topics=("price",),
        verified_on=DAY,
        summary=summary,
        rows=rows,
    )


BASE = document(row("must-1", "标价。"), row("must-2", "留存。"))


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The desk's services over a new database of either kind."""
    url = f"sqlite:///{tmp_path / 'app.sqlite3'}"
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.ready()
    store = Store(url, 30)
    yield Desk(store)
    store.close()


def officer(office: Desk, name: str, *roles: Role) -> User:
    return office.people.add(name, name.title(), frozenset(roles or {Role.WRITER}), password=None)


def begun(office: Desk, by: User) -> Draft:
    return office.drafts.get(office.drafts.begin("live-room/price", DAY, "version", BASE, by))


def test_changes_at_different_places_go_together() -> None:
    mine = document(row("must-1", "明码标价。"), row("must-2", "留存。"))
    theirs = document(
        row("must-2", "留存三年。"), row("must-1", "标价。"), row("must-x", "公示。"), summary="管价格"
    )
    merged, conflicts = merge(BASE, mine, theirs)
    assert conflicts == ()
    assert [r.text for r in merged.rows] == ["留存三年。", "明码标价。", "公示。"]
    assert merged.summary == "管价格"


def test_changes_at_one_place_are_told_with_both_texts() -> None:
    mine, theirs = document(row("must-1", "我的。")), document(row("must-1", "他的。"), row("must-2", "改。"))
    merged, conflicts = merge(BASE, mine, theirs)
    assert [(c.place, c.mine and c.mine.text, c.theirs.text) for c in conflicts] == [
        ("must-1", "我的。", "他的。"), ("must-2", None, "改。"),
    ]  # fmt: skip
    assert merged == theirs
    picked = chosen(merged, {"must-1": conflicts[0].mine, "must-2": None}, mine)
    assert [r.text for r in picked.rows] == ["我的。"]


def test_the_second_at_a_clause_is_told_and_what_he_wrote_is_kept(office: Desk) -> None:
    li, wang = officer(office, "li"), officer(office, "wang")
    draft = begun(office, li)
    theirs = document(row("must-1", "李写的。"), row("must-2", "留存。"))
    assert office.drafts.save(draft.id, theirs, DAY, 1, li).draft.lock == 2
    mine = document(row("must-1", "王写的。"), row("must-2", "留存三年。"))
    saved = office.drafts.save(draft.id, mine, DAY, 1, wang)
    assert [(c.mine.text, c.theirs.text) for c in saved.conflicts] == [("王写的。", "李写的。")]
    assert saved.aside is not None
    assert office.drafts.get(draft.id).document == theirs
    now, kept, merged, conflicts = office.drafts.clashes(draft.id, saved.aside)
    assert kept.document == mine
    assert [r.text for r in merged.rows] == ["李写的。", "留存三年。"]
    resolved = chosen(merged, {c.place: c.mine for c in conflicts}, kept.document)
    assert not office.drafts.save(draft.id, resolved, DAY, now.lock, wang).conflicts
    assert [r.text for r in office.drafts.get(draft.id).document.rows] == ["王写的。", "留存三年。"]
    assert [k.aside for k in office.drafts.history(draft.id)] == [False, True, False, False]


def test_twenty_officers_save_at_once_and_nothing_is_lost(office: Desk) -> None:
    people = [officer(office, f"officer{n}") for n in range(20)]
    draft = begun(office, people[0])

    def work(n: int) -> None:
        lock, mine = 1, BASE
        for turn in range(3):
            mine = mine.model_copy(
                update={"rows": (*mine.rows, row(f"must-{n}-{turn}", f"第 {n} 人第 {turn} 条。"))}
            )
            saved = office.drafts.save(draft.id, mine, DAY, lock, people[n])
            assert not saved.conflicts
            lock, mine = saved.draft.lock, saved.draft.document

    with ThreadPoolExecutor(WORKERS) as pool:  # as many as a process lets work at once
        list(pool.map(work, range(20)))
    final = office.drafts.get(draft.id)
    assert {r.text for r in final.document.rows} == {
        "标价。", "留存。", *(f"第 {n} 人第 {t} 条。" for n in range(20) for t in range(3))
    }  # fmt: skip
    assert final.lock == 61
    assert len(office.drafts.history(draft.id)) == 61


def test_a_draft_goes_its_way_and_no_other(office: Desk) -> None:
    writer, both = officer(office, "writer"), officer(office, "both", Role.WRITER, Role.REVIEWER)
    reviewer = officer(office, "reviewer", Role.REVIEWER)
    draft = begun(office, both).id

    def refused(step: str, by: User, status: int) -> None:
        with pytest.raises(ProblemError) as caught:
            office.states.move(draft, step, by)
        assert caught.value.status == status

    refused("approve", reviewer, 409)
    refused("submit", reviewer, 403)
    office.states.move(draft, "submit", writer)
    with pytest.raises(ProblemError, match="待审"):
        office.drafts.save(draft, document(row("must-1", "迟到的字。")), DAY, 1, writer)
    assert office.drafts.history(draft)[0].document.rows[0].text == "迟到的字。"
    refused("approve", writer, 403)
    refused("approve", both, 403)  # he wrote it alone
    office.states.move(draft, "send_back", reviewer)
    saved = office.drafts.save(draft, document(row("must-1", "两人写。")), DAY, 1, writer)
    office.states.move(draft, "submit", both)
    with pytest.raises(ProblemError, match="刚被同事改过"):
        office.states.move(draft, "approve", reviewer, lock=1)  # what he had looked at
    office.states.move(draft, "approve", reviewer, lock=saved.draft.lock)
    assert [d.key for d in office.states.approved()] == ["live-room/price@2027-01-01"]
    given = office.states.approved()[0]
    assert (given.author, given.approved_by, given.base_digest) == ("Both", "Reviewer", "")
    assert read_document(given.data.decode()).status == "published"
    office.states.mark_published(draft, reviewer)
    assert office.states.approved() == []
    assert office.drafts.get(draft).state is DraftState.PUBLISHED
    office.states.mark_withdrawn(draft, reviewer, "写错了")
    acts = [e.action for e in office.audit.entries(subject="live-room/price@2027-01-01")]
    assert acts == ["撤下", "发布", "审核通过", "提交审核", "退回修改", "提交审核", "起草"]


def test_a_setting_lets_somebody_review_what_he_wrote(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'app.sqlite3'}", 30)
    office = Desk(store, self_review=True)
    both = officer(office, "both", Role.WRITER, Role.REVIEWER)
    draft = begun(office, both).id
    office.states.move(draft, "submit", both)
    office.states.move(draft, "approve", both)
    assert office.drafts.get(draft).state is DraftState.APPROVED
    store.close()


def test_a_version_has_one_open_draft(office: Desk) -> None:
    li, wang = officer(office, "li"), officer(office, "wang")
    first = begun(office, li).id
    assert begun(office, wang).id == first
    office.states.move(first, "abandon", li)
    assert begun(office, wang).id != first
