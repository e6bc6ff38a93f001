"""The restore drill: a backup of the running service brings everything back, and never destroys what is there."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx2
import psycopg
import pytest
from sqlalchemy import select

from api.backup import restore, save
from api.backup.manifest import NAME, Manifest, facts_of
from api.store import Store
from api.store.tables import HandoverRow
from rag.ground.errors import BackupError
from rag.ground.settings import Settings
from rag.index import SearchIndex, read_pointer
from tests.conftest import ChromaServer, publish
from tests.servers import Postgres, Process, serving

ASK = {"question": "好评返现可以吗"}


@pytest.fixture
def mine(indexed: Settings, tmp_path: Path) -> Settings:
    """A whole small installation in a folder of its own, on SQLite and embedded Chroma."""
    home = tmp_path / "home"
    shutil.copytree(indexed.guidelines, home / "guidelines")
    shutil.copytree(indexed.data, home / "var")
    shutil.copytree(indexed.site, home / "site")
    (home / "var" / "laws").mkdir(exist_ok=True)
    (home / "var" / "laws" / "电子商务法-2019-01-01.json").write_text("{}", "utf-8")
    places = {"guidelines": home / "guidelines", "data": home / "var", "site": home / "site"}
    return indexed.model_copy(update={**places, "database_url": ""})


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, mine: Settings) -> Settings:
    """The same on either database."""
    if request.param == "sqlite":
        return mine
    server: Postgres = request.getfixturevalue("postgres")
    return mine.model_copy(update={"database_url": server.database()})


def handed_over(settings: Settings) -> list[str]:
    store = Store(settings.effective_database_url, 30)
    query = select(HandoverRow.question).order_by(HandoverRow.created)
    questions = store.transact(lambda session: list(session.scalars(query)))
    store.close()
    return questions


def hand_over(http: httpx2.Client, question: str) -> None:
    body = {"question": question, "consent": True}
    assert http.post("/api/handover", json=body).status_code == 201


def everything(settings: Settings) -> list[dict[str, object]]:
    """What lies in the places of an installation, its databases left out."""
    folders = (settings.guidelines, settings.site, settings.data / "laws", settings.data / "index")
    return [dict(facts_of(folder)) for folder in folders]


def test_the_drill(installation: Settings, tmp_path: Path) -> None:
    """Ask, back up while it runs, lose everything, restore, start: the answer and the question are there again."""
    settings, backup, log = installation, tmp_path / "backup", tmp_path / "serve.log"
    with serving(settings, log) as http:
        answer = http.post("/api/ask", json=ASK).json()
        hand_over(http, "备份前转交的问题")
        assert Process(settings, tmp_path / "backup.log", "backup", str(backup)).finished() == 0
        hand_over(http, "备份后转交的问题")
    for folder in (settings.guidelines, settings.site, settings.data):
        shutil.rmtree(folder)
    if settings.database_url:
        with psycopg.connect(settings.database_url) as connection:
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    assert Process(settings, tmp_path / "restore.log", "restore", str(backup)).finished() == 0
    assert "接下来：hegui index" in (tmp_path / "restore.log").read_text("utf-8")
    assert handed_over(settings) == ["备份前转交的问题"]
    assert Process(settings, tmp_path / "index.log", "index").finished() == 0
    assert "新增 0，更新 0" in (tmp_path / "index.log").read_text("utf-8")
    with serving(settings, log) as http:
        assert http.get("/readyz").json() == {"status": "ok"}
        assert http.get(f"/api/answers/{answer['id']}").json()["answer"]["answer"] == answer["answer"]
        again = http.post("/api/ask", json=ASK).json()
        assert again["citations"] == answer["citations"]
        assert "首页" in http.get("/").text
        hand_over(http, "恢复后转交的问题")
    assert handed_over(settings) == ["备份前转交的问题", "恢复后转交的问题"]


def test_what_stands_in_the_wal_is_in_the_backup(mine: Settings, tmp_path: Path) -> None:
    """The documented copy of the one file used to lose it."""
    store = Store(mine.effective_database_url, 30)
    store.save_handover("还在 WAL 里的问题", contact=None, answer_id=None, operator=None)
    assert (mine.data / "app.sqlite3-wal").stat().st_size > 0
    save(mine, tmp_path / "backup")
    store.close()
    assert sorted(p.name for p in (tmp_path / "backup").iterdir()) == sorted(
        ["database", "guidelines", "index", "laws", "manifest.json", "site"]
    )
    with closing(sqlite3.connect(tmp_path / "backup" / "database")) as copy:
        assert copy.execute("SELECT question FROM handovers").fetchall() == [("还在 WAL 里的问题",)]


def test_nothing_there_is_destroyed(installation: Settings, tmp_path: Path) -> None:
    settings = installation
    store = Store(settings.effective_database_url, 30)
    store.save_handover("旧的", contact=None, answer_id=None, operator=None)
    save(settings, tmp_path / "backup")
    store.save_handover("新的", contact=None, answer_id=None, operator=None)
    store.close()
    page = settings.site / "index.html"
    page.write_text("后来的首页", "utf-8")
    said = "\n".join(restore(settings, tmp_path / "backup"))
    assert handed_over(settings) == ["旧的"]
    assert "首页</h1>" in page.read_text("utf-8")
    assert f"{settings.guidelines} 和备份一样，没有动" in said
    [aside] = settings.site.parent.glob("site.before-*")
    assert str(aside) in said
    assert (aside / "index.html").read_text("utf-8") == "后来的首页"
    if settings.database_url:
        with psycopg.connect(settings.database_url) as connection:
            [[schema]] = connection.execute(
                "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'hegui_before_%'"
            ).fetchall()
            kept = connection.execute(f"SELECT question FROM {schema}.handovers ORDER BY id".encode())
            assert [row[0] for row in kept] == ["旧的", "新的"]
        assert schema in said
    else:
        [old] = (p for p in settings.data.glob("app.sqlite3.before-*") if p.name.endswith("z"))
        assert handed_over(settings.model_copy(update={"database_url": f"sqlite:///{old}"})) == [
            "旧的",
            "新的",
        ]


def test_guidelines_from_a_repository_are_left_as_they_are(mine: Settings, tmp_path: Path) -> None:
    save(mine, tmp_path / "backup")
    page = next(mine.guidelines.glob("*/*/*.md"))
    page.write_text("改过的", "utf-8")
    shutil.rmtree(mine.data / "index")
    restore(mine, tmp_path / "backup", keep_guidelines=True)
    assert page.read_text("utf-8") == "改过的"
    assert read_pointer(mine.data / "index") is not None


def test_without_a_database_yet_the_rest_is_kept(mine: Settings, tmp_path: Path) -> None:
    (mine.data / "app.sqlite3").unlink(missing_ok=True)
    manifest = save(mine, tmp_path / "backup")
    assert (manifest.database, manifest.revision) == (None, None)
    pointer = read_pointer(mine.data / "index")
    assert pointer is not None
    assert manifest.generation == pointer.generation
    shutil.rmtree(mine.data / "index")
    restore(mine, tmp_path / "backup")
    index = SearchIndex(mine.data / "index")
    assert index.pointer == pointer


def test_with_a_chroma_server_the_vectors_are_written_anew_from_the_cache(
    mine: Settings, chroma_server: ChromaServer, tmp_path: Path
) -> None:
    settings = mine.model_copy(update={"chroma_url": chroma_server.url})
    publish(settings)
    save(settings, tmp_path / "backup")
    shutil.rmtree(settings.data / "index")
    other = ChromaServer(tmp_path / "other-chroma")  # the old server is lost too
    try:
        settings = settings.model_copy(update={"chroma_url": other.url})
        assert "Chroma" in restore(settings, tmp_path / "backup")[-1]
        assert Process(settings, tmp_path / "index.log", "index").finished() == 0
        assert "新算向量 0 个" in (tmp_path / "index.log").read_text("utf-8")
    finally:
        other.stop()


# --- what is refused, with everything as it was -------------------------------------------------------------------


def cut(folder: Path) -> None:
    page = next((folder / "guidelines").glob("*/*/*.md"))
    page.write_bytes(page.read_bytes()[:-1])


def lose(folder: Path) -> None:
    (folder / "database").unlink()


def add(folder: Path) -> None:
    (folder / "guidelines" / "laws.yml.bak").write_text("x")


def link(folder: Path) -> None:
    page = next((folder / "guidelines").glob("*/*/*.md"))
    page.unlink()
    page.symlink_to("/etc/passwd")


def foreign(folder: Path) -> None:
    (folder / NAME).write_text('{"product": "other", "files": {}}')


def garbled(folder: Path) -> None:
    (folder / NAME).write_bytes(b"\xff\xfe{")


def no_manifest(folder: Path) -> None:
    (folder / NAME).unlink()


def changed(**values: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        manifest = Manifest.model_validate_json((folder / NAME).read_bytes())
        (folder / NAME).write_text(manifest.model_copy(update=values).model_dump_json(), "utf-8")

    return change


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut, "备份坏了"), (lose, "备份坏了：database"), (add, "laws.yml.bak"), (link, "备份坏了"),
        (foreign, "不是这个程序写的"), (garbled, "不是这个程序写的"), (no_manifest, "不是备份"),
        (changed(format=2), "另一个版本"), (changed(revision="9999"), "更新的版本"),
        (changed(database="postgresql"), "现在设的是 sqlite"),
    ],
)  # fmt: skip
def test_a_damaged_or_foreign_backup_is_refused(
    mine: Settings, tmp_path: Path, damage: Callable[[Path], None], said: str
) -> None:
    store = Store(mine.effective_database_url, 30)
    store.save_handover("在", contact=None, answer_id=None, operator=None)
    save(mine, tmp_path / "backup")
    store.close()
    damage(tmp_path / "backup")
    before = everything(mine)
    with pytest.raises(BackupError, match=said) as error:
        restore(mine, tmp_path / "backup")
    assert error.value.hint
    assert everything(mine) == before
    assert handed_over(mine) == ["在"]
    assert not list(mine.data.parent.rglob("*before-*"))


def test_while_the_service_runs_nothing_is_restored(mine: Settings, tmp_path: Path) -> None:
    save(mine, tmp_path / "backup")
    with serving(mine, tmp_path / "serve.log"):
        log = tmp_path / "restore.log"
        assert Process(mine, log, "restore", str(tmp_path / "backup")).finished() == 2
        assert "服务正在运行" in log.read_text("utf-8")
    assert restore(mine, tmp_path / "backup")


def test_a_restore_that_fails_half_way_puts_everything_back(
    mine: Settings, postgres: Postgres, tmp_path: Path
) -> None:
    """The files are in place already when PostgreSQL refuses: they go back too."""
    settings = mine.model_copy(update={"database_url": postgres.database()})
    assert handed_over(settings) == []
    save(settings, tmp_path / "backup")
    (settings.site / "index.html").write_text("现在的首页", "utf-8")
    before = everything(settings)
    gone = settings.model_copy(update={"database_url": settings.database_url.replace("test", "none")})
    with pytest.raises(BackupError, match="psql 没有成功"):
        restore(gone, tmp_path / "backup")
    assert everything(settings) == before
    assert not list(settings.data.parent.rglob("*before-*"))


def test_an_existing_folder_and_one_inside_the_data_are_refused(mine: Settings, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for target, said in ((tmp_path / "there", "已经有了"), (mine.data / "backup", "在要备份的")):
        with pytest.raises(BackupError, match=said):
            save(mine, target)
    assert list((tmp_path / "there").iterdir()) == []


def test_a_backup_that_fails_leaves_no_half_of_one(mine: Settings, tmp_path: Path) -> None:
    Path(mine.data / "app.sqlite3").write_bytes(b"this is no database, and long enough to look at" * 100)
    target = tmp_path / "out" / "backup"
    with pytest.raises(BackupError, match="数据库"):
        save(mine, target)
    assert list(target.parent.iterdir()) == []


def test_others_cannot_read_it_and_no_secret_is_in_it(mine: Settings, tmp_path: Path) -> None:
    (mine.data / "session.key").write_bytes(b"k" * 32)
    save(mine, tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    assert "session.key" not in (tmp_path / "backup" / NAME).read_text("utf-8")


def test_a_backup_holds_every_table_of_the_database() -> None:
    """In a process that has imported nothing else: what the migrations make is what is saved."""
    program = (
        "from sqlalchemy import inspect\n"
        "from api.backup.databases import TABLES\n"
        "from api.store.connect import connect, migrate\n"
        "with connect('sqlite://').begin() as connection:\n"
        "    migrate(connection)\n"
        "    made = set(inspect(connection).get_table_names())\n"
        "assert made == set(TABLES), made ^ set(TABLES)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
