"""The database's tables follow the program: fresh, from before there were revisions, and from a newer version."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from api.store import Store
from api.store.connect import FIRST, MIGRATIONS, connect, open_database
from api.store.tables import Base
from rag.ground.errors import StorageError


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'app.sqlite3'}"


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
            text("INSERT INTO handovers (created, question, done) VALUES (:now, '以前转交的问题', 0)"),
            {"now": dt.datetime.now(dt.UTC).isoformat()},
        )
    engine.dispose()
    store = Store(url, retention_days=30)
    assert [w.question for w in store.waiting()] == ["以前转交的问题"]
    store.close()


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
        store.waiting()
    store.close()
