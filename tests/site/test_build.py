"""The build: strict, atomic, complete."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config

from rag.ground.errors import ContentError
from rag.ground.settings import ROOT, Settings
from rag.site import build, export, serve
from rag.site.builder import swap
from rag.site.links import broken_links
from rag.site.preview import Preview
from tests.site import support


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small content, built."""
    settings = support.settings(tmp_path_factory.mktemp("built"), public_url="https://example.gov.cn")
    report = build(settings)
    assert report.pages > 40
    return settings


def text(settings: Settings, path: str) -> str:
    return (settings.site / path).read_text("utf-8")


def test_the_pages_are_where_links_point(built: Settings) -> None:
    assert 'id="must-1"' in text(built, "live-room/price/index.html")
    assert list(broken_links(built.site)) == []


def test_the_assistant_is_on_every_page_and_knows_role_and_guideline(built: Settings) -> None:
    page = text(built, "live-room/price/index.html")
    assert '<hegui-chat mode="button" operator="live-room" guideline="live-room/price">' in page
    assert 'src="../../static/hegui-chat.js"' in page  # below any folder
    for path in (
        "index.html",
        "laws/index.html",
        "live-room/price/compare/index.html",
        "manual/index.html",
        "404.html",
    ):
        assert "<hegui-chat" in text(built, path), path


def test_the_search_file_holds_what_is_in_force_and_the_words_of_the_trade(built: Settings) -> None:
    found = json.loads(text(built, "search/index.json"))
    first = json.loads(text(built, "search/first.json"))
    assert {key: first[key] for key in ("words", "operators")} == {
        k: found[k] for k in ("words", "operators")
    }
    assert {part[1] for page in first["pages"] for part in page[3]} == {"", "faq"}
    assert len(text(built, "search/first.json")) < len(text(built, "search/index.json")) / 2
    places = {address for address, *_ in found["pages"]}
    assert {"live-room/price/", "laws/直播电商监督管理办法/", "topics/price/", "manual/training/"} <= places
    assert not [p for p in places if re.search(r"\d{4}-\d\d-\d\d|compare|handouts/.", p)]
    price = next(page for page in found["pages"] if page[0] == "live-room/price/")
    assert price[2] == "live-room"
    anchors = re.findall(r'id="([^"]+)"', text(built, "live-room/price/index.html"))
    assert {part[0] for part in price[3] if part[0]} <= set(anchors)
    assert not [part for page in found["pages"] for part in page[3] if "\u200b" in part[3]]
    assert next(w for w in found["words"] if "七天无理由" in w)[:2] == ["七日无理由退货", "七天无理由"]
    assert found["new"][found["old"].index("間")] == "间"
    assert len(found["old"]) == len(found["new"])


def test_nothing_is_loaded_from_elsewhere(built: Settings) -> None:
    loaded = re.compile(
        r'<(?:script|img|iframe|source)[^>]+(?:src|srcset)="(https?:)?//|<link[^>]+rel="(?:stylesheet|preconnect|icon)"[^>]+href="(https?:)?//'
    )
    for page in built.site.rglob("*.html"):
        assert not loaded.search(page.read_text("utf-8")), page
    for sheet in built.site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", sheet.read_text("utf-8")), sheet


def test_hand_written_english_pages_and_code_are_not_published(built: Settings) -> None:
    for path in ("adr", "examples", "architecture", "hooks.py", "reference.py", "home.yml", "theme"):
        assert not (built.site / path).exists(), path


def test_broken_content_fails_with_the_checkers_message_and_the_site_stays(tmp_path: Path) -> None:
    settings = support.settings(tmp_path)
    settings.site.mkdir()
    (settings.site / "index.html").write_text("old", "utf-8")
    bad = settings.guidelines / "live-room" / "price" / "2026-02-01.md"
    bad.write_text(
        bad.read_text("utf-8").replace(
            "《直播电商监督管理办法》第三十二条", "《直播电商监督管理办法》第九百条"
        ),
        "utf-8",
    )
    with pytest.raises(ContentError, match=r"live-room/price/2026-02-01\.md:\d+: \[article-missing\]"):
        build(settings)
    assert (settings.site / "index.html").read_text("utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".site-")] == []


def test_a_warning_of_the_generator_fails_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = support.settings(tmp_path)
    monkeypatch.setattr(
        "rag.site.builder.broken_links", lambda root: iter(["index.html：没有这一页（nowhere/）"])
    )
    with pytest.raises(ContentError, match="链接不通"):
        build(settings)
    assert not settings.site.exists()


def test_a_swap_that_fails_puts_the_old_site_back(tmp_path: Path) -> None:
    place = tmp_path / "site"
    place.mkdir()
    (place / "index.html").write_text("old", "utf-8")
    with pytest.raises(OSError, match="missing"):
        swap(tmp_path / "missing", place, tmp_path / "old")
    assert (place / "index.html").read_text("utf-8") == "old"


def test_links_that_lead_nowhere_are_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text(
        '<a href="a/#x">1</a><a href="b/">2</a><a href="/chat">3</a><a href="https://x.example/">4</a>',
        "utf-8",
    )
    (tmp_path / "a" / "index.html").write_text(
        '<p id="y"><a href="../">up</a> <a class="z" href="../?q=1#no">no</a> <img alt="" src="p.svg"></p>',
        "utf-8",
    )
    found = sorted(broken_links(tmp_path))
    assert found == [
        "a/index.html：没有这一页（p.svg）",
        "a/index.html：那一页没有这个位置（../?q=1#no）",
        "index.html：没有这一页（b/）",
        "index.html：那一页没有这个位置（a/#x）",
    ]


def test_ten_a_day_asks_only_what_was_reviewed(built: Settings) -> None:
    rows = json.loads((built.site / "daily" / "live-room.json").read_text("utf-8"))
    assert [r["id"] for r in rows] == ["price-mustnot-3", "price-mustnot-5", "price-faq-1", "price-faq-4"]
    assert rows[2]["text"].startswith("划线价要真实准确")  # without the 不可以。 of the clause, beside 要


def test_below_a_path_every_page_finds_its_files(tmp_path: Path) -> None:
    settings = support.settings(tmp_path, public_url="https://example.gov.cn/hegui")
    build(settings)
    assert '<base href="/hegui/">' in text(
        settings, "404.html"
    )  # it is shown at any depth, so it names its place
    assert list(broken_links(settings.site)) == []


def test_the_preview_renders_only_what_changed_and_survives_broken_content(tmp_path: Path) -> None:
    settings = support.settings(tmp_path)
    said: list[str] = []
    preview = Preview(settings, tmp_path / "preview", said.append)
    assert preview.rebuild() > 40
    assert preview.rebuild() == 0
    file = settings.guidelines / "live-room" / "price" / "2026-02-01.md"
    whole = file.read_text("utf-8")
    file.write_text(whole.replace("要醒目展示价格", "要在显眼处展示价格"), "utf-8")
    assert 0 < preview.rebuild() < 10
    assert "要在显眼处展示价格" in (tmp_path / "preview" / "live-room" / "price" / "index.html").read_text(
        "utf-8"
    )
    found = (tmp_path / "preview" / "search" / "index.json").read_text("utf-8")
    assert "要在显眼处展示价格" in found
    file.write_text("坏", "utf-8")
    assert preview.rebuild() == -1
    assert "hegui check" in said[-1]
    file.write_text(whole, "utf-8")
    assert preview.rebuild() > 0


def test_serving_builds_watches_content_and_docs_and_cleans_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[str] = []
    roots: list[Path] = []

    class Server:
        """Stands for mkdocs' live server: says what it was given, and is interrupted at once."""

        url = "http://127.0.0.1:1/"

        def __init__(self, builder: Callable[[], None], host: str, port: int, root: str) -> None:
            roots.append(Path(root))
            self.builder = builder
            self.error_handler: Callable[[int], bytes | None] = lambda code: None

        def serve_request(self, environ: Any, start_response: Any) -> list[bytes]:
            return []

        def set_app(self, app: Any) -> None:
            self.app = app

        def watch(self, path: str) -> None:
            watched.append(Path(path).name)

        def serve(self) -> None:
            self.builder()
            assert b"hegui-chat" in (self.error_handler(404) or b"")
            assert self.error_handler(500) is None
            raise KeyboardInterrupt

        def shutdown(self) -> None:
            watched.append("shut down")

    monkeypatch.setattr("rag.site.preview.LiveReloadServer", Server)
    serve(support.settings(tmp_path), 8000)
    assert watched == ["guidelines", "docs", "shut down"]
    assert not roots[0].exists()


def test_serving_broken_content_says_so_and_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = support.settings(tmp_path)
    (settings.guidelines / "live-room" / "price" / "2026-02-01.md").write_text("坏", "utf-8")
    serve(settings, 8000)
    assert "没有更新" in capsys.readouterr().out


def test_the_export_is_plain_and_complete(tmp_path: Path) -> None:
    settings = support.settings(tmp_path)
    count = export(settings, tmp_path / "out")
    docs = tmp_path / "out" / "docs"
    assert count == sum(1 for _ in docs.rglob("*.md")) > 40
    config = (tmp_path / "out" / "mkdocs.yml").read_text("utf-8")
    assert "hooks" not in config
    assert "custom_dir" not in config
    assert not (docs / "adr").exists()
    assert not (docs / "examples").exists()
    assert not list(docs.rglob("*.py"))
    assert (docs / "css" / "site.css").exists()
    with pytest.raises(ContentError, match="已经有文件"):
        export(settings, tmp_path / "out")


def test_the_export_builds_by_itself(tmp_path: Path) -> None:
    """With nothing of this project: no hook, no template; every link and anchor holds."""
    export(support.settings(tmp_path), tmp_path / "out")
    mkdocs_build(load_config(str(tmp_path / "out" / "mkdocs.yml"), strict=True))
    assert (tmp_path / "out" / "site" / "search" / "search_index.json").exists()
    assert list(broken_links(tmp_path / "out" / "site")) == []


def test_the_whole_content_builds_within_the_size_limits(tmp_path: Path) -> None:
    """The real guidelines: no broken link, no warning; first load of the home page under 400 KB, a guideline 300 KB."""
    settings = Settings(
        guidelines=ROOT / "guidelines",
        data=tmp_path / "var",
        site=tmp_path / "site",
        today=support.TODAY,
        _env_file=None,
    )
    build(settings)
    shared = _weight(
        settings.site,
        "assets/javascripts/bundle.*.js",
        "assets/stylesheets/*.css",
        "css/*.css",
        "js/*.js",
        "sitemap.xml",
        "assets/logo.svg",
    )
    widget = _weight(ROOT / "api" / "static", "hegui-chat.js", "chat/*")
    assert shared + widget + _weight(settings.site, "index.html") < 400_000
    pages = list(settings.site.glob("*/*/index.html"))
    heaviest = max(
        len(gzip.compress(p.read_bytes())) for p in pages if p.parent.parent.name not in ("handouts", "laws")
    )
    assert shared + widget + heaviest < 300_000


def _weight(root: Path, *patterns: str) -> int:
    return sum(len(gzip.compress(p.read_bytes())) for pattern in patterns for p in root.glob(pattern))
