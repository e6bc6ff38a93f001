"""``hegui site serve``: the site on a local port, rebuilt as files are saved. Only pages that changed are rendered."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from rag.ground import ROOT, HeguiError, Settings
from rag.site.builder import CONFIG, SiteBuild, run_mkdocs

DOCS = ROOT / "docs"


class Preview:
    """Builds into ``target`` again and again; after the first time only what changed."""

    def __init__(self, settings: Settings, target: Path, say: Callable[[str], None] = print) -> None:
        self.settings, self.target, self.say = settings, target, say
        self.known: dict[str, str | bytes] = {}
        self.look = 0.0

    def rebuild(self) -> int:
        """Build what changed; broken content is reported and the last good state stays.

        Returns:
            The number of generated files that changed, -1 if the content is broken.
        """
        start = time.monotonic()
        try:
            content = SiteBuild(self.settings)
            changed = self._changed(content)
            self._run(content, changed)
        except HeguiError as error:
            self.say(f"没有更新：{error}")
            return -1
        self.known = content.files
        self.say(f"已更新 {len(changed)} 页，{time.monotonic() - start:.1f} 秒。")
        return len(changed)

    def _changed(self, content: SiteBuild) -> set[str]:
        look = max(p.stat().st_mtime for p in [CONFIG, *(DOCS / "theme").rglob("*")])
        if look > self.look:
            self.known, self.look = {}, look
        return {path for path, text in content.files.items() if self.known.get(path) != text}

    def _run(self, content: SiteBuild, changed: set[str]) -> None:
        if not self.known:
            run_mkdocs(content, self.target)
            return
        content.only = changed
        run_mkdocs(content, self.target)


def serve(settings: Settings) -> None:
    """Serve the site at ``settings.host:port`` and rebuild on every change, until interrupted."""
    target = Path(tempfile.mkdtemp(prefix="hegui-site-"))
    preview = Preview(settings, target)
    try:
        if preview.rebuild() < 0:
            return
        server = LiveReloadServer(
            builder=lambda: void(preview.rebuild), host=settings.host, port=settings.port, root=str(target)
        )
        server.error_handler = lambda code: _page(target / f"{code}.html")
        for folder in (settings.guidelines, DOCS):
            server.watch(str(folder))
        print(f"预览：{server.url}　改了指引或文档会自动更新。Ctrl+C 停止。", flush=True)
        try:
            server.serve()  # type: ignore[no-untyped-call]
        except KeyboardInterrupt:
            pass
        finally:
            server.shutdown()
    finally:
        shutil.rmtree(target, ignore_errors=True)


def void(build: Callable[[], object]) -> None:
    """Call ``build`` and drop what it returns."""
    build()


def _page(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
