"""The pure page generator: what is on which address, and what it says."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from rag.content.articles import Article
from rag.content.corpus import Corpus, load_corpus
from rag.content.lawtext import LawLibrary, LawText
from rag.content.models import Section
from rag.content.parse import parse_guideline
from rag.ground.settings import ROOT
from rag.site import SiteOptions, build_pages, live, slides
from rag.site.context import Site
from rag.site.foot import related
from tests.site import support

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return support.corpus(support.copy_content(tmp_path_factory.mktemp("content") / "guidelines"))


@pytest.fixture(scope="module")
def files(content: Corpus) -> dict[str, str]:
    return text_files(
        support.pages(content, public_url="https://example.gov.cn/", edit_url="https://git.example/edit/")
    )


def text_files(files: dict[str, str | bytes]) -> dict[str, str]:
    return {path: text for path, text in files.items() if isinstance(text, str)}


def ids(page: str) -> set[str]:
    """Anchors of a page: of its HTML blocks and of its Markdown headings."""
    return {a or b for a, b in re.findall(r'\sid="([^"]+)"|\{ #(\S+) \}', page)}


def test_every_address_of_the_plan_exists(files: dict[str, str]) -> None:
    expected = [
        "index.md", "live-room/index.md", "topics/index.md", "topics/price/index.md", "laws/index.md", "glossary/index.md",
        "laws/直播电商监督管理办法/index.md", "changes/index.md", "feed.xml", "matrix/index.md", "handouts/index.md",
        "handouts/anchor/index.md", "live-room/price/index.md", "live-room/price/2024-07-01/index.md",
        "live-room/price/2026-02-01/index.md", "live-room/price/compare/index.md", "live-room/price/qr.svg",
        "slides/live-room/price/index.html",
    ]  # fmt: skip
    assert set(expected) <= set(files)


def test_what_somebody_sells_is_a_list_of_its_own(tmp_path: Path) -> None:
    root = support.copy_content(tmp_path / "guidelines")
    for file in root.glob("live-room/price/*.md"):
        file.write_text(
            re.sub(r"^topics: \[", "topics: [food, ", file.read_text("utf-8"), flags=re.M), "utf-8"
        )
    files = text_files(support.pages(load_corpus(root)))
    themes, goods = files["topics/index.md"].split("按商品和服务")
    assert ("food/" in goods, "food/" in themes) == (True, False)
    assert 'href="../../live-room/price/' in files["topics/food/index.md"]


def test_every_clause_has_its_anchor(content: Corpus, files: dict[str, str]) -> None:
    for guideline in content.guidelines:
        anchors = ids(files[f"{guideline.id}/{guideline.version}/index.md"])
        assert {c.id for c in guideline.clauses} <= anchors


def test_the_plain_address_shows_the_version_in_force_on_the_day(content: Corpus) -> None:
    before = text_files(support.pages(content, day=dt.date(2025, 8, 1)))
    assert "2024年7月1日</time>起施行" in before["live-room/price/index.md"]
    assert "hg-banner" not in before["live-room/price/index.md"]


def test_a_past_version_says_so_and_leads_to_the_one_in_force(files: dict[str, str]) -> None:
    page = files["live-room/price/2024-07-01/index.md"]
    assert "这是过去的版本，适用于2024年7月1日 至 2026年1月31日" in page
    assert '<a href="../">看现行版本' in page
    assert 'href="../compare/#d-2024-07-01-2026-02-01"' in page


def test_a_coming_version_says_so_and_the_page_in_force_announces_it(files: dict[str, str]) -> None:
    assert "还没有施行的版本，2027年1月1日起施行" in files["anchor/ip-likeness/2027-01-01/index.md"]
    assert "下一版2027年1月1日起施行" in files["anchor/ip-likeness/index.md"]


def test_only_versions_in_force_are_searched(files: dict[str, str]) -> None:
    excluded = "search: {exclude: true}"
    assert excluded not in files["live-room/price/index.md"]
    for path in (
        "live-room/price/2024-07-01",
        "live-room/price/2026-02-01",
        "live-room/price/compare",
        "handouts/anchor",
    ):
        assert excluded in files[f"{path}/index.md"]


def test_a_law_reference_leads_to_its_article(files: dict[str, str]) -> None:
    page = files["live-room/price/index.md"]
    assert 'href="../../laws/直播电商监督管理办法/#a32">《直播电商监督管理办法》第三十二条</a>' in page
    assert "{ #a32 }" in files["laws/直播电商监督管理办法/index.md"]


def test_a_past_version_leads_to_the_law_of_its_time(files: dict[str, str]) -> None:
    assert "#a8-2019-04-23" in files["anchor/fake-popularity/2024-07-01/index.md"]
    law = files["laws/反不正当竞争法/index.md"]
    assert "{ #a8-2019-04-23 }" in law
    assert "{ #a9 }" in law
    assert "现行版本：2025年10月15日起" in law


def test_article_text_is_shown_only_where_it_was_imported(content: Corpus, files: dict[str, str]) -> None:
    assert "hg-official" not in files["laws/直播电商监督管理办法/index.md"]
    article = Article(number=32, paragraphs=("原文甲<b>。", "原文乙。"))
    text = LawText(
        law="直播电商监督管理办法",
        effective_from=dt.date(2026, 2, 1),
        source="x",
        digest="x",
        articles={32: article},
    )
    made = build_pages(content, LawLibrary.of_texts([text]), SiteOptions(day=support.TODAY))
    page = str(made["laws/直播电商监督管理办法/index.md"])
    assert "<p>原文甲&lt;b&gt;。</p><p>原文乙。</p>" in page
    assert page.count("hg-official") == 1


def test_any_two_versions_are_compared_and_the_latest_change_is_shown(files: dict[str, str]) -> None:
    page = files["anchor/fake-popularity/compare/index.md"]
    sections = re.findall(r'id="d-([\d-]+)"( hidden)?', page)
    assert len(sections) == 6
    assert [pair for pair, hidden in sections if not hidden] == ["2025-10-15-2026-02-01"]
    assert "<ins>" in page
    assert "<del>" in page


def test_the_feed_is_well_formed_and_its_ids_are_unique(files: dict[str, str]) -> None:
    feed = ET.fromstring(files["feed.xml"])
    entries = feed.findall(f"{ATOM}entry")
    assert len({e.findtext(f"{ATOM}id") for e in entries}) == len(entries) > 0
    first = entries[0].find(f"{ATOM}link")
    assert first is not None
    assert first.attrib["href"].startswith("https://example.gov.cn/anchor/ip-likeness/2027-01-01/")


def test_edit_link_and_qr_code_follow_the_settings(content: Corpus, files: dict[str, str]) -> None:
    assert (
        'href="https://git.example/edit/live-room/price/2026-02-01.md"' in files["live-room/price/index.md"]
    )
    assert 'src="qr.svg"' in files["live-room/price/index.md"]
    bare = text_files(support.pages(content))
    assert "hg-edit" not in bare["live-room/price/index.md"]
    assert not [path for path in bare if path.endswith("qr.svg")]


def test_a_glossary_word_is_marked_once_and_slang_names_the_proper_term(files: dict[str, str]) -> None:
    page = files["anchor/fake-popularity/index.md"]
    terms = re.findall(r'class="hg-term" href="[^"]*glossary/#(t-[^"]+)"', page)
    assert len(terms) == len(set(terms)) > 0
    assert "规范说法：" in page
    assert set(terms) <= ids(files["glossary/index.md"])


def test_frequent_questions_are_found_by_their_words(content: Corpus) -> None:
    home = str(support.pages(content, hot=("全网最低价", "没有这个词"))["index.md"])
    assert re.search(r'href="(live-room/price)/#faq-\d">“全网最低价”能说吗？', home)


def test_the_matrix_counts_duties_and_names_holes(content: Corpus) -> None:
    page = str(support.pages(content, expected={"price": ("live-room", "anchor")})["matrix/index.md"])
    assert '<td class="hg-hole">缺</td>' in page
    assert "主播：价格标示" in page
    assert "<b>1/2</b>" in page
    assert re.search(r'<td class="hg-l2"><a href="../live-room/price/">13</a>', page)


def test_slides_hold_every_clause(content: Corpus, files: dict[str, str]) -> None:
    deck = files["slides/live-room/price/index.html"]
    assert deck.count('class="fragment') == len(content.get("live-room/price", day=support.TODAY).clauses)
    assert "http" not in deck.replace("https://example.gov.cn", "")


def test_text_is_never_markup(content: Corpus, tmp_path: Path) -> None:
    hostile = '直播间 a <b>x</b> & "引号" {{ jinja }} {% x %} *不是粗体* `码`'
    body = f"---\ntitle: 标题 <i>*\noperator: park\ntopics: [price]\nstatus: published\nrevision: 1\nverified_on: 2026-11-20\nsummary: 概要 <script>\n---\n## 怎么做\n1. {hostile}\n## 常见问题\n### 能 <u>吗</u> #1 吗？\n可以。\n"
    guideline, _ = parse_guideline("park/x/2026-01-01.md", body, content.registers)
    assert guideline is not None
    made = text_files(support.pages(Corpus(content.registers, (guideline,))))
    page = made["park/x/index.md"]
    assert 'title: "标题 ＜i＞*"' in page
    assert "<b>x" not in page
    assert "<i>" not in page
    assert "<u>" not in page
    assert "<script>" not in page
    assert "a &lt;b&gt;x&lt;/b&gt; &amp; &quot;引号&quot;" in page
    assert "### 能 \\<u\\>吗\\</u\\> \\#1 吗？ { #faq-1 }" in page


def test_a_guideline_that_has_not_started_or_has_ended_still_has_its_page(content: Corpus) -> None:
    early = text_files(support.pages(content, day=dt.date(2020, 1, 1)))
    assert "还没有施行的版本" in early["live-room/price/index.md"]
    assert "现在没有施行中的版本" in early["live-room/price/index.md"]


def test_a_long_clause_is_cut_behind_a_sentence_and_every_slide_has_room(content: Corpus) -> None:
    sentence = "这一句有二十来个字，写在幻灯片上要占大半行。"
    text = sentence * 40
    pieces = list(slides._parts(text, 8, slides.LIST_EM))
    assert "".join(text[a:b] for a, b in pieces) == text
    assert all(text[a:b].endswith("。") for a, b in pieces)
    assert all(slides.lines(b - a, slides.LIST_EM) <= 8 for a, b in pieces)


def test_the_steps_of_all_guidelines_stand_on_one_list_per_role(
    content: Corpus, files: dict[str, str]
) -> None:
    page = files["live/anchor/index.md"]
    mine = [g for g in content.in_force(support.TODAY) if g.operator == "anchor"]
    names = {name for _, headings in live.PHASES.values() for name in headings}
    steps = [c for g in mine for c in g.clauses if c.section is Section.HOWTO and c.heading in names]
    assert page.count('type="checkbox"') == len(steps) > 3
    boxes = re.findall(r' id="(box-[^"]+)"', page)
    assert len(set(boxes)) == len(boxes)
    assert 'href="../live/anchor/#before"' in files["anchor/index.md"]


def test_the_change_log_names_role_and_laws_of_what_changed(content: Corpus, files: dict[str, str]) -> None:
    page = files["changes/index.md"]
    entries = re.findall(r'<li data-entry="([^"]+)" data-laws="([^"]*)">', page)
    assert len(entries) == len([g for g in content.guidelines if g.status == "published"])
    assert {role for role, _ in entries} == {"anchor", "live-room", "merchant"}
    offered = set(re.findall(r"<option>([^<]+)</option>", page))
    assert offered == {law for _, laws in entries for law in laws.split()}


def test_no_page_speaks_of_a_side_that_a_phone_does_not_have(files: dict[str, str]) -> None:
    spoken = {
        path: re.findall(r"[左右][边侧列栏]", text) for path, text in files.items() if path.endswith(".md")
    }
    assert {path: words for path, words in spoken.items() if words} == {}


def test_two_guidelines_about_one_matter_lead_to_each_other() -> None:
    """The whole content: what an anchor says of gifts stands in two guidelines."""
    site = Site(load_corpus(ROOT / "guidelines"), LawLibrary.of_texts([]), SiteOptions(day=support.TODAY))
    pair = ("anchor/consumer-commitment", "anchor/price-talk")
    for one, other in (pair, pair[::-1]):
        below = related(site, site.current[one], one)
        assert f'href="../{other.partition("/")[2]}/"' in below


def test_on_the_home_page_topics_come_before_what_changed(content: Corpus, files: dict[str, str]) -> None:
    home = files["index.md"]
    assert [o.id for o in content.registers.operators if f"<span>{o.definition}</span>" not in home] == []
    assert 0 < home.index("按主题找") < home.index("最近变了什么") < home.index("还可以这样查")


def test_many_questions_are_listed_before_their_answers(tmp_path: Path) -> None:
    root = support.copy_content(tmp_path / "guidelines")
    for file in root.glob("live-room/price/*.md"):
        few = file.read_text("utf-8")
        more = "".join(f"\n### 第{n}样货能不标价吗？\n不能。《价格法》第十三条\n" for n in range(9))
        file.write_text(few.rstrip("\n") + "\n" + more, "utf-8")
    page = text_files(support.pages(support.corpus(root)))["live-room/price/index.md"]
    listed = re.search(r'<nav class="hg-asked".*?</nav>', page, re.DOTALL)
    assert listed
    assert page.index(listed[0]) < page.index("{ #faq-1 }")
    links = re.findall(r'<a href="#(faq-\d+)">([^<]+)</a>', listed[0])
    assert [i for i, _ in links] == re.findall(r"\{ #(faq-\d+) \}", page)
    assert len(links) > 9
    assert f"这里答了 {len(links)} 个问题" in listed[0]
    assert "第8样货能不标价吗？" in links[-1][1]
