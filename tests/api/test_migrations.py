"""The database's tables follow the program: fresh, from before there were revisions, and from a newer version."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, insert, select, text
from sqlalchemy.orm import Session

from api.store import Store
from api.store.connect import FIRST, MIGRATIONS, connect, open_database
from api.store.tables import AnswerRow, Base, FeedbackRow, HandoverRow
from rag.ground.errors import StorageError
from tests.servers import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'app.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


def migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def test_the_migrations_make_exactly_the_tables_of_the_program(url: str) -> None:
    engine = open_database(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_a_database_from_before_the_revisions_is_taken_over_with_its_content(url: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:  # the tables of the first revision, without its stamp
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(
            text("INSERT INTO handovers (created, question, done) VALUES (:now, '以前转交的问题', :no)"),
            {"now": dt.datetime.now(dt.UTC).isoformat(), "no": False},
        )
    engine.dispose()
    store = Store(url, retention_days=30)
    assert store.transact(lambda s: list(s.scalars(select(HandoverRow.question)))) == ["以前转交的问题"]
    store.close()


#: A row of each table as the first revision had them, and what must still be there at the newest.
FIRST_ROWS = {
    "answers": {
        "id": "a1", "created": "2026-11-01 08:30:00+00:00", "status": "answered", "operator": "anchor",
        "as_of": "2026-11-01", "question": "好评返现可以吗", "body": "{}",
    },
    "feedback": {"answer_id": "a1", "created": "2026-11-01 08:31:00+00:00", "helpful": True, "comment": "清楚"},
    "handovers": {
        "id": 7, "created": "2026-11-01 08:32:00+00:00", "question": "请联系我", "contact": "13800138000",
        "answer_id": "a1", "operator": None, "done": False,
    },
}  # fmt: skip


def test_rows_of_the_first_revision_are_kept_up_to_the_newest(url: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
        for table, row in FIRST_ROWS.items():
            names = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({names})"), row)
    engine.dispose()
    engine = open_database(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    with Session(engine) as session:
        [answer], [said], [waiting] = (
            session.scalars(select(row)).all() for row in (AnswerRow, FeedbackRow, HandoverRow)
        )
        assert (answer.question, answer.as_of) == ("好评返现可以吗", dt.date(2026, 11, 1))
        assert answer.created == dt.datetime(2026, 11, 1, 8, 30, tzinfo=dt.UTC)
        assert (said.helpful, said.comment) == (True, "清楚")
        assert (waiting.id, waiting.contact, waiting.done) == (7, "13800138000", False)
    engine.dispose()


def a_row(table: Table, number: int) -> dict[str, Any]:
    """A value for every column; keys, those to other tables too, are all ``number``."""
    row: dict[str, Any] = {}
    for column in table.columns:
        kind: Any = column.type
        zone = dt.UTC if getattr(kind, "timezone", False) else None
        moment = dt.datetime(2026, 1, 1, 8, 30, tzinfo=zone) + dt.timedelta(days=number)
        word = str(number) if column.primary_key or column.foreign_keys else f"{number}、{column.name}"
        values = {int: number, bool: True, bytes: b"\x00\xff", dt.date: moment.date(), dt.datetime: moment}
        row[column.name] = word[: kind.length] if kind.python_type is str else values[kind.python_type]
    return row


def test_rows_written_at_every_revision_are_kept_up_to_the_newest(url: str) -> None:
    """A row in each table after each revision, with the columns it had then; none may be lost or changed by a later one."""
    script = ScriptDirectory.from_config(migrations())
    revisions = [r.revision for r in script.walk_revisions()][::-1]
    engine = connect(url)
    written: dict[str, list[dict[str, Any]]] = {}
    for number, revision in enumerate(revisions, start=1):
        with engine.begin() as connection:
            config = migrations()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            tables = MetaData()
            tables.reflect(connection)
            for table in tables.sorted_tables:
                if table.name != "alembic_version":
                    written.setdefault(table.name, []).append(a_row(table, number))
                    connection.execute(insert(table), written[table.name][-1])
    engine.dispose()
    engine = open_database(url)
    with Session(engine) as session:
        now = MetaData()
        now.reflect(session.connection())
        for name, rows in written.items():
            for row in rows:
                key = [now.tables[name].c[k.name] == row[k.name] for k in now.tables[name].primary_key]
                [kept] = session.execute(select(now.tables[name]).where(*key)).mappings()
                assert {column: kept[column] for column in row} == row, name
        for mapper in Base.registry.mappers:  # and the program reads them
            assert len(session.scalars(select(mapper)).all()) == len(written[mapper.local_table.name])  # type: ignore[attr-defined]
    engine.dispose()


def test_without_the_driver_it_is_said_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as with requirements.lock
    store = Store("postgresql://hegui@127.0.0.1:1/hegui", retention_days=30)
    assert "requirements-server.lock" in str(store.fault())


def test_opening_twice_changes_nothing(url: str) -> None:
    head = ScriptDirectory.from_config(migrations()).get_current_head()
    for _ in range(2):
        engine = open_database(url)
        with engine.connect() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == head
        engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    store = Store(url, retention_days=30)
    with pytest.raises(StorageError, match="更新的版本"):
        store.answer("a1")
    store.close()
