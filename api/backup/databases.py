"""The application database into a file and back, while others read and write it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Literal

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from api.store.connect import MIGRATIONS, connect, is_shared
from api.store.tables import Base, HitRow
from rag.ground import BackupError

Kind = Literal["sqlite", "postgresql"]
VERSION_TABLE = "alembic_version"
TABLES = (*Base.metadata.tables, VERSION_TABLE)
WAL_FILES = ("", "-wal", "-shm")
#: What the triggers of the audit log call, as revision 0004 made it: pg_dump leaves functions out where tables are named.
AUDIT_GUARD = """CREATE OR REPLACE FUNCTION public.desk_audit_stands() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'desk_audit is append-only'; END; $$ LANGUAGE plpgsql;
"""


def kind_of(url: str) -> Kind:
    """Which kind of database an address means."""
    return "postgresql" if is_shared(url) else "sqlite"


def sqlite_file(url: str) -> Path:
    """The file of an SQLite address."""
    return Path(make_url(url).database or "")


def revision_of(url: str) -> str | None:
    """The revision of its tables; None where there are none yet.

    Raises:
        BackupError: it cannot be reached.
    """
    if not is_shared(url) and not sqlite_file(url).is_file():
        return None
    engine = connect(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(VERSION_TABLE):
                return None
            return str(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one())
    except SQLAlchemyError as error:
        raise BackupError(f"数据库用不了：{error}", "检查 HEGUI_DATABASE_URL 和数据库服务。") from error
    finally:
        engine.dispose()


def is_known(revision: str | None) -> bool:
    """Whether this version of the program can use tables of that revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return revision is None or revision in {
        script.revision for script in ScriptDirectory.from_config(config).walk_revisions()
    }


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that others may be writing, with what stands in its WAL, into one plain file.

    Raises:
        BackupError: it cannot be read.
    """
    try:
        with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            [[found]] = new.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error as error:
        raise BackupError(f"数据库 {source} 读不了：{error}", "先修好或换掉这个文件。") from error
    if found != "ok":
        raise BackupError(f"数据库 {source} 坏了：{found}", "先修好或换掉这个文件。")


def dump_postgres(url: str, target: Path) -> None:
    """Our tables of a PostgreSQL database as pg_dump saw them at one moment; the hits of the last minute are left out.

    Raises:
        BackupError: pg_dump is missing or failed.
    """
    tables = [f"--table={name}" for name in TABLES]
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", *tables,
         f"--exclude-table-data={HitRow.__tablename__}", f"--file={target}")  # fmt: skip


def load_postgres(url: str, dump: Path, aside: str) -> None:
    """Put the tables of a dump into the database; those there are moved into the schema ``aside``. All of it or nothing.

    Raises:
        BackupError: PostgreSQL's programs are missing or failed; the database is as it was.
    """
    with tempfile.TemporaryDirectory(prefix="hegui-restore-") as folder:
        moves, script = Path(folder) / "aside.sql", Path(folder) / "tables.sql"
        moves.write_text(
            "SET lock_timeout = '30s'; SET client_min_messages = warning;\n"
            + f"CREATE SCHEMA {aside};\n"
            + "".join(f"ALTER TABLE IF EXISTS {name} SET SCHEMA {aside};\n" for name in TABLES)
            + AUDIT_GUARD
        )
        _run("pg_restore", "", "--no-owner", "--no-privileges", f"--file={script}", str(dump))
        _run("psql", url, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
             f"--file={moves}", f"--file={script}")  # fmt: skip


def _run(program: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where nobody else reads it."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"找不到 {program}。", "装上和服务器同版本的客户端：apt-get install postgresql-client。"
        )
    command, environment = [found, *arguments], dict(os.environ)
    if url:
        parsed = make_url(url).set(drivername="postgresql")
        environment |= {"PGPASSWORD": parsed.password} if parsed.password else {}
        command.append(f"--dbname={parsed.set(password=None).render_as_string()}")
    done = subprocess.run(
        command, env=environment, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["?"]
        raise BackupError(f"{program} 没有成功：{said[0]}", "按提示检查数据库、权限和客户端版本后重试。")
