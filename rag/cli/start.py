"""The start of the service: what is there before it answers, and what is made while it does.

On a fresh machine the service answers by words within seconds. Site and vectors are made by a second process
(`finish`) that ends with the first; the service takes both into use by itself. Killed, it goes on at the next start.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.content import Corpus
    from rag.ground import Settings

FEW = 300  # vectors to compute, or clauses to store, that are worth waiting for: about ten seconds
POLITE = 10  # the niceness of the second process, so that answers come first


def get_ready(settings: Settings) -> subprocess.Popen[bytes] | None:
    """Bring index and site up to date; what takes minutes is left to a second process, which is given back to be held.

    Raises:
        ContentError: the content is broken.
        IndexBuildError, VectorStoreError: as `rag.index.bring_up_to_date`.
    """
    from rag.content import load_corpus
    from rag.index import has_vectors, missing_vectors

    print("==> 检查内容", flush=True)
    corpus = load_corpus(settings.guidelines)
    rolled_back = _stays_rolled_back(settings, corpus)
    missing = 0 if rolled_back else missing_vectors(settings, corpus)
    stored = rolled_back or has_vectors(settings)
    many = not stored and sum(len(g.clauses) for g in corpus.guidelines) > FEW
    left = many or missing > FEW or not (settings.site / "index.html").exists()
    if many or missing > FEW:
        _words_first(settings, corpus, missing)
    elif not rolled_back:
        _update(settings, corpus)
    if left:
        return _leave_to_another()
    build_site_if_changed(settings)
    return None


def _stays_rolled_back(settings: Settings, corpus: Corpus) -> bool:
    """Whether the index was rolled back from this very content: a restart does not undo that. Both outcomes are told."""
    from rag.index import read_pointer, was_undone

    pointer = read_pointer(settings.data / "index")
    if pointer is None or not pointer.undone:
        return False
    stays = was_undone(settings, corpus)
    print(
        f"==> 索引停在退回的第 {pointer.generation} 代，比指引旧；要换成现在的指引，运行 hegui index"
        if stays
        else f"==> 索引退回过第 {pointer.generation} 代；指引或设置后来改过，现在按指引更新",
        flush=True,
    )
    return stays


def _words_first(settings: Settings, corpus: Corpus, missing: int) -> None:
    from rag.index import publish_words

    print(f"==> 建词法索引（{len(corpus.guidelines)} 个版本）", flush=True)
    publish_words(settings, corpus)
    print(f"    先按字词回答；还差 {missing} 个向量要算，在后台准备，好了自动换用", flush=True)


def _update(settings: Settings, corpus: Corpus) -> None:
    from rag.cli.engine import update_index

    print(f"==> 更新索引（{len(corpus.guidelines)} 个版本，只算变了的）", flush=True)
    report = update_index(settings, corpus)
    print(f"    索引第 {report.generation} 代，新算向量 {report.embedded} 个", flush=True)


def _leave_to_another() -> subprocess.Popen[bytes]:
    """Start `finish` in a process of its own. Its input is a pipe that closes when this process ends, however it does."""
    print("==> 网站和向量在后台准备，服务先启动", flush=True)
    return subprocess.Popen(
        [sys.executable, "-c", "from rag.cli.start import finish; finish()"], stdin=subprocess.PIPE
    )


def finish() -> None:
    """Make what the start has left: the site, then the vectors. A fault is told and leaves the service as it is."""
    from rag.cli.engine import update_index
    from rag.content import load_corpus
    from rag.ground import HeguiError, load_settings

    threading.Thread(target=_end_with_the_service, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C reaches both: end without a traceback
    os.nice(POLITE)
    try:
        settings = load_settings()
        build_site_if_changed(settings)
        corpus = load_corpus(settings.guidelines)
        if _stays_rolled_back(settings, corpus):
            return
        report = update_index(settings, corpus, wait=True)
        print(f"==> 索引第 {report.generation} 代已启用，新算向量 {report.embedded} 个", flush=True)
    except HeguiError as error:
        print(f"==> 后台准备没有做完，服务照常按已有的回答。{error}", file=sys.stderr, flush=True)
        sys.exit(1)


def _end_with_the_service() -> None:
    """Wait until the pipe of the process that serves is closed, then end at once: what is computed is kept."""
    while os.read(
        sys.stdin.fileno(), 4096
    ):  # unbuffered: a lock held by this thread would abort the interpreter's end
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def build_site_if_changed(settings: Settings) -> None:
    """Build the site unless nothing it is made of has changed since the last build of the same day."""
    from rag.site import build

    stamp = settings.data / "site.stamp"
    state = _site_state(settings)
    if (settings.site / "index.html").exists() and stamp.exists() and stamp.read_text("utf-8") == state:
        print("==> 网站没有变化", flush=True)
        return
    print("==> 生成网站", flush=True)
    build(settings)
    stamp.write_text(state, "utf-8")


def _site_state(settings: Settings) -> str:
    """Hash over the site's inputs: names, sizes and times of the files, the settings and the day."""
    from rag.ground import ROOT

    state = hashlib.sha256(settings.model_dump_json(exclude={"llm_api_key"}).encode())
    state.update(settings.current_day().isoformat().encode())
    folders = [settings.guidelines, ROOT / "docs", ROOT / "rag", settings.data / "laws"]
    files = [
        p
        for folder in folders
        for p in sorted(folder.rglob("*"))
        if p.is_file() and "__pycache__" not in p.parts
    ]
    for path in [*files, ROOT / "mkdocs.yml"]:
        if path.exists():
            facts = path.stat()
            state.update(f"{path}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return state.hexdigest()
