"""``hegui site serve``: the site on a local port, rebuilt as files are saved. Only pages that changed are rendered."""

from __future__ import annotations

import html
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.livereload import LiveReloadServer

from rag.ground import ROOT, HeguiError, Settings
from rag.site.builder import CONFIG, SiteBuild, run_mkdocs

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

DOCS = ROOT / "docs"
TROUBLE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>没有更新</title>
<body style="font:1.1rem/1.7 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem"><main><h1>没有更新</h1>
<p style="white-space:pre-wrap;overflow-wrap:anywhere">{}</p><p>改好并保存，这一页会自己变回来。</p></main></body></html>"""


class Preview:
    """Builds into ``target`` again and again; after the first time only what changed."""

    def __init__(self, settings: Settings, target: Path, say: Callable[[str], None] = print) -> None:
        self.settings, self.target, self.say = settings, target, say
        self.known: dict[str, str | bytes] = {}
        self.look = 0.0
        self.trouble = ""

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
            self.trouble = str(error)
            self.say(f"没有更新：{error}")
            return -1
        self.trouble = ""
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


def serve(settings: Settings, port: int) -> None:
    """Serve the site at ``settings.host:port`` and rebuild on every change, until interrupted."""
    target = Path(tempfile.mkdtemp(prefix="hegui-site-"))
    preview = Preview(settings, target)
    try:
        if preview.rebuild() < 0:
            return
        server = LiveReloadServer(
            builder=lambda: void(preview.rebuild), host=settings.host, port=port, root=str(target)
        )
        server.error_handler = lambda code: _page(target / f"{code}.html")
        server.set_app(told(server.serve_request, preview))
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


def told(app: WSGIApplication, preview: Preview) -> WSGIApplication:
    """In the place of every page what is wrong, as long as the content is broken; it goes by itself."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not preview.trouble or not environ["PATH_INFO"].endswith(("/", ".html")):
            return app(environ, start_response)
        body = TROUBLE.format(html.escape(preview.trouble)).encode()
        start_response(
            "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
        )
        return [body]

    return answer


def void(build: Callable[[], object]) -> None:
    """Call ``build`` and drop what it returns."""
    build()


def _page(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
