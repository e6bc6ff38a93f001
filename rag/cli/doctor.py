"""`hegui doctor`: can this machine run the system, and if not, what to do."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator

from pydantic import BaseModel, ConfigDict

from rag.content import load_corpus, read_corpus
from rag.ground import HeguiError, Settings, short_of_room
from rag.index import SearchIndex, how_far, open_embeddings
from rag.site import behind

MIN_DISK_MB = 500


class Finding(BaseModel):
    """One line of the report."""

    model_config = ConfigDict(frozen=True)

    what: str
    fine: bool
    text: str


def examine(settings: Settings) -> list[Finding]:
    """Every check in order; one that fails does not stop the others."""
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("Python", _python),
        ("磁盘", _disk),
        ("内容", _content),
        ("向量模型", _embedding),
        ("索引", _index),
        ("网站", _site),
        ("数据库", _database),
    )
    return list(_run(settings, checks))


def _run(settings: Settings, checks: tuple[tuple[str, Callable[[Settings], str]], ...]) -> Iterator[Finding]:
    for what, check in checks:
        try:
            yield Finding(what=what, fine=True, text=check(settings))
        except HeguiError as error:
            yield Finding(what=what, fine=False, text=str(error))


def _python(settings: Settings) -> str:
    return sys.version.split()[0]


def _disk(settings: Settings) -> str:
    settings.data.mkdir(parents=True, exist_ok=True)
    if fault := short_of_room(settings.data, MIN_DISK_MB):
        raise fault
    return f"{settings.data} 可用 {shutil.disk_usage(settings.data).free // 2**20} MB"


def _content(settings: Settings) -> str:
    corpus = load_corpus(settings.guidelines)
    return f"{len(corpus.ids())} 份指引，{len(corpus.guidelines)} 个版本"


def _embedding(settings: Settings) -> str:
    model = open_embeddings(settings.embedding)
    return "只用词法检索" if model is None else f"{settings.embedding}，{len(model.embed_query('测试'))} 维"


def _index(settings: Settings) -> str:
    folder = settings.data / "index"
    index = SearchIndex(folder, chroma_url=settings.chroma_url)
    fault = index.fault
    index.close()
    if fault is not None:
        raise fault
    text = f"第 {index.pointer.generation} 代，{index.pointer.chunks} 条"
    if older := index.behind(read_corpus(settings.guidelines)):
        raise older
    if index.pointer.embedding == settings.embedding:
        return text
    far = how_far(folder)
    if far is None:
        raise HeguiError(
            f"{text}，向量没有算好，只按字词查找。",
            "运行 hegui serve 或 hegui index，接着算（刚启动的，网站生成好就开始）。",
        )
    return f"{text}，暂时只按字词查找；向量正在计算（{far.done}/{far.total}）"


def _site(settings: Settings) -> str:
    if not (settings.site / "index.html").exists():
        raise HeguiError("还没有生成。", "运行 hegui site build。")
    fault = behind(settings, read_corpus(settings.guidelines))
    if fault is not None:
        raise fault
    return str(settings.site)


def _database(settings: Settings) -> str:
    import sqlalchemy

    try:
        engine = sqlalchemy.create_engine(settings.effective_database_url)
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text("SELECT 1"))
        engine.dispose()
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).strip()
        raise HeguiError(
            f"连不上：{reason}。",
            "检查 HEGUI_DATABASE_URL；PostgreSQL 的驱动在 requirements-server.lock 里，照部署手册“大一些的部署”安装。",
        ) from error
    return engine.url.render_as_string(hide_password=True)
