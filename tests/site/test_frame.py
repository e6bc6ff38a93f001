"""Around every page: canonical links, menu, footer, and what is said about publisher, readers' data and access."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rag.ground.settings import Settings
from rag.site import build
from rag.site.builder import SiteBuild
from tests.site import support


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small content, built."""
    settings = support.settings(tmp_path_factory.mktemp("frame"), public_url="https://example.gov.cn")
    build(settings)
    return settings


def text(settings: Settings, path: str) -> str:
    return (settings.site / path).read_text("utf-8")


def test_versions_name_the_plain_page_and_old_ones_are_not_indexed(built: Settings) -> None:
    canonical = '<link rel="canonical" href="https://example.gov.cn/live-room/price/">'
    for path in ("live-room/price", "live-room/price/2024-07-01", "live-room/price/2026-02-01"):
        page = text(built, f"{path}/index.html")
        assert page.count('rel="canonical"') == 1
        assert canonical in page
        assert ('<meta name="robots" content="noindex">' in page) == path.endswith("2024-07-01")
    sitemap = text(built, "sitemap.xml")
    assert "/live-room/price/</loc>" in sitemap
    assert "/live-room/price/2024-07-01/" not in sitemap


def test_without_a_public_address_the_canonical_link_is_relative(tmp_path: Path) -> None:
    settings = support.settings(tmp_path)
    build(settings)
    assert '<link rel="canonical" href="../">' in text(settings, "live-room/price/2024-07-01/index.html")


def test_the_menu_of_a_guideline_holds_the_guidelines_of_its_role(built: Settings) -> None:
    page = text(built, "anchor/fake-popularity/index.html")
    menu = page[page.index("md-sidebar--primary") : page.index("md-sidebar--secondary")]
    assert 'href="../ip-likeness/"' in menu
    assert 'href="../../live-room/price/"' not in menu
    turn = page[page.index('class="hg-turn') :]
    assert 'href="../ip-likeness/" rel=' in turn
    assert 'href="../../' not in turn[: turn.index("</nav>")]


def footer(settings: Settings) -> str:
    page = text(settings, "index.html")
    return page[page.index("<footer") : page.index("</footer>")]


def test_a_shared_page_has_a_title_and_a_line(built: Settings) -> None:
    page = (built.site / "live-room" / "price" / "index.html").read_text("utf-8")
    assert '<meta property="og:title" content="直播间价格展示">' in page
    assert re.search(r'<meta property="og:description" content="[^"]{8,}">', page)


def test_the_footer_names_nothing_that_is_not_set(built: Settings) -> None:
    shown = footer(built)
    assert "12315" in shown
    for word in ("联络员", "主办", "备案", "None"):
        assert word not in shown


def test_publisher_numbers_and_contact_follow_the_settings(tmp_path: Path) -> None:
    settings = support.settings(
        tmp_path, publisher="某市<市场>监管局", site_ids="粤ICP备1号，粤公网安备2号, 网站标识码 3", contact_phone="020-1",
        contact_name="企业服务专员",
    )  # fmt: skip
    build(settings)
    shown = footer(settings)
    assert '主办：<a href="about/site/">某市&lt;市场&gt;监管局</a>' in shown
    assert '<a href="https://beian.miit.gov.cn/" rel="noopener">粤ICP备1号</a>' in shown
    assert '<a href="https://beian.mps.gov.cn/" rel="noopener">粤公网安备2号</a>' in shown
    assert "<li>网站标识码 3</li>" in shown
    assert '企业服务专员：<a href="tel:020-1">020-1</a>' in shown
    page = text(settings, "live-room/price/index.html")  # last looked at when, and by whom
    assert re.search(r'<time datetime="2026-1\d-\d\d">[^<]+</time>核对过法律依据', page)
    assert '主办：<a href="../../about/site/">某市&lt;市场&gt;监管局</a>' in page
    for page in ("privacy", "accessibility"):
        said = text(settings, f"about/{page}/index.html")
        assert "某市&lt;市场&gt;监管局主办" in said
        assert "020-1" in said


@pytest.mark.parametrize(("days", "said"), [(0, "都不保存"), (30, "保存 30 天")])
def test_the_privacy_page_says_what_is_stored(tmp_path: Path, days: int, said: str) -> None:
    files = SiteBuild(support.settings(tmp_path, retention_days=days)).files
    assert said in str(files["about/privacy/index.md"])


def test_readers_find_whose_site_it_is_and_how_to_tell(tmp_path: Path) -> None:
    options = {
        "publisher": "某市<市场>监管局",
        "site_ids": "网站标识码 3",
        "public_url": "https://example.gov.cn",
    }
    files = SiteBuild(support.settings(tmp_path, **options)).files
    said = str(files["about/site/index.md"])
    for words in (
        "某市&lt;市场&gt;监管局",
        "网站标识码 3",
        "https://example.gov.cn",
        "地址栏",
        "https://www.12315.cn/",
    ):
        assert words in said


def test_without_storage_no_form_promises_to_keep_a_report(tmp_path: Path) -> None:
    files = SiteBuild(support.settings(tmp_path, retention_days=0)).files
    assert "<form" not in str(files["about/report/index.md"])
    assert "12315" in str(files["about/report/index.md"])


def test_the_map_leads_to_every_guideline(built: Settings) -> None:
    page = text(built, "about/map/index.html")
    names = {p.parent.relative_to(built.guidelines).as_posix() for p in built.guidelines.glob("*/*/*.md")}
    assert [name for name in names if f'href="../../{name}/"' not in page] == []


def test_a_role_has_a_feed_of_its_own(built: Settings) -> None:
    whole, mine = text(built, "feed.xml"), text(built, "feed-anchor.xml")
    assert "https://example.gov.cn/live-room/" in whole
    assert mine.count("<entry>") > 0
    assert "https://example.gov.cn/live-room/" not in mine
    assert 'href="../feed-anchor.xml"' in text(built, "changes/index.html")


def test_a_phone_can_put_it_on_its_home_screen(built: Settings) -> None:
    assert 'rel="manifest" href="../../manifest.webmanifest"' in text(built, "live-room/price/index.html")
    told = json.loads(text(built, "manifest.webmanifest"))
    assert told["start_url"] == "./"
    assert (built.site / told["icons"][0]["src"]).exists()


def test_a_page_with_versions_leads_to_them_from_its_top(built: Settings) -> None:
    page = text(built, "live-room/price/index.html")
    assert page.index('href="#versions"') < page.index('id="must"') < page.index('id="versions"')
