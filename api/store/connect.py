"""Opening the application database and bringing its tables up to date (alembic)."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError

from api.problems import ProblemError
from rag.ground import DuplicateError, StorageError

MIGRATIONS = Path(__file__).with_name("migrations")
FIRST = "0001"
LOCK_SECONDS = 5.0  # how long a writer waits for another process's
LOOK_SECONDS = 0.02
POOL_SECONDS = 1.0
CONNECT_SECONDS = 3


def open_database(url: str) -> Engine:
    """An engine whose tables are those of this version of the program.

    Raises:
        StorageError: the database was written by a newer version.
        sqlalchemy.exc.SQLAlchemyError, OSError: it cannot be reached or written.
    """
    engine = connect(url)
    try:
        with engine.begin() as connection:
            migrate(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def migrate(connection: Connection) -> None:
    """Bring the tables to the newest revision; a database from before there were revisions counts as the first one.

    Raises:
        StorageError: its revision is not known here.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    head = ScriptDirectory.from_config(config).get_current_head()
    if MigrationContext.configure(connection).get_current_revision() == head:
        return
    _take_turns(connection)
    now = MigrationContext.configure(connection).get_current_revision()
    if now == head:
        return
    if now is None and inspect(connection).has_table("answers"):
        command.stamp(config, FIRST)
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageError(
            "数据库是更新的版本写的，这个版本的程序不认识。",
            "换用新版程序，或用 HEGUI_DATABASE_URL 指到另一个数据库。",
        ) from error


def _take_turns(connection: Connection) -> None:
    """Several processes started at once: one migrates, the others wait until its transaction has ended."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("hegui migrate", 0))))


def connect(url: str) -> Engine:
    """An engine for ``url``; ``postgres://`` and ``postgresql://`` mean psycopg.

    Raises:
        StorageError: psycopg is not installed.
    """
    parsed = make_url(url)
    if is_shared(url):
        parsed = parsed.set(drivername="postgresql+psycopg")
        waits = {"connect_timeout": CONNECT_SECONDS}
        try:
            return create_engine(parsed, pool_pre_ping=True, pool_timeout=POOL_SECONDS, connect_args=waits)
        except ImportError as error:
            raise StorageError(
                "没有装 PostgreSQL 的驱动。", "用 requirements-server.lock 重装依赖，再重新启动。"
            ) from error
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": LOCK_SECONDS})
    event.listen(engine, "connect", _tune_sqlite)
    return engine


def is_shared(url: str) -> bool:
    """Whether it is a database server, PostgreSQL, that processes on several machines may share."""
    return make_url(url).drivername.partition("+")[0] in ("postgres", "postgresql")


def is_gone(engine: Engine) -> bool:
    """Whether the file of a SQLite database has been deleted or moved away while it was open."""
    file = engine.url.database
    return (
        engine.dialect.name == "sqlite" and bool(file) and file != ":memory:" and not Path(str(file)).exists()
    )


def _tune_sqlite(connection: sqlite3.Connection, record: object) -> None:
    """Readers do not wait for the writer (WAL); a crash of the machine may lose the last answer, never the file."""
    deadline = time.monotonic() + LOCK_SECONDS
    while not _writes_ahead(connection):  # SQLite does not wait for others here, as it does everywhere else
        if time.monotonic() > deadline:
            raise sqlite3.OperationalError("database is locked")
        time.sleep(LOOK_SECONDS)
    connection.execute("PRAGMA synchronous=NORMAL")


def _writes_ahead(connection: sqlite3.Connection) -> bool:
    """Put the file in WAL mode, where it can be; False while another connection is in the way."""
    try:
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


@contextmanager
def unfit_told() -> Iterator[None]:
    """A number too large for its column and a text with characters that cannot be stored are the sender's to mend.

    Raises:
        ProblemError: 422.
        DuplicateError: the same was stored at the same moment, by a form that was sent twice.
    """
    try:
        yield
    except IntegrityError as error:
        raise DuplicateError("刚刚已经存过一份，没有再存。", "刷新后看看现在的情况。") from error
    except (OverflowError, UnicodeEncodeError, DataError) as error:  # sqlite3's, Python's, PostgreSQL's
        raise ProblemError(
            422,
            "invalid",
            "有一个编号或一段文字不能用",
            "检查网址里的编号和填的数字，去掉看不见的字符，再试。",
        ) from error
