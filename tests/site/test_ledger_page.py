"""The page 法条覆盖: a cell an article, readable without colour, from figures alone."""

from pathlib import Path

import pytest

from rag.content.ledger.book import Ledger, read_ledger
from tests.site import support

LEDGER = """价格法:
  version: 1998-05-01
  1-12: 总则宣示
  13.1: 同一规则；直播电商监督管理办法第三十二条
  14.1.1: 其他主体；只管别人
"""
UNITS = """价格法:
  version: 1998-05-01
  1: 1 1 1 1 1 1 1 1 1 1
  11: 1 1 2 1[1:2]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | bytes]:
    root = tmp_path_factory.mktemp("ledger")
    content = support.corpus(support.copy_content(root / "guidelines"))
    (root / "ledger.yml").write_text(LEDGER, "utf-8")
    (root / "ledger-units.yml").write_text(UNITS, "utf-8")
    return support.pages(content, ledger=read_ledger(root))


def page(made: dict[str, str | bytes]) -> str:
    text = made["laws/coverage/index.md"]
    assert isinstance(text, str)
    return text


def test_every_article_has_a_cell_that_says_how_it_stands(made: dict[str, str | bytes]) -> None:
    text = page(made)
    assert text.count('class="hg-cell hg-cell--') == 14 + 4  # 14 articles and the legend
    assert 'aria-label="第1条：说明了为什么不写（总则宣示）"' in text
    assert 'aria-label="第14条：还有款或项待写（其他主体）"' in text
    assert ">14<i>○</i>" in text


def test_a_covered_article_links_to_its_clauses(made: dict[str, str | bytes]) -> None:
    assert (
        'href="../价格法/#a13" aria-label="第13条：一部分有指引，其余说明了为什么不写（同一规则）"'
        in page(made)
    )


def test_the_reasons_are_told_in_words(made: dict[str, str | bytes]) -> None:
    text = page(made)
    assert "第十四条第一款第（一）项（只管别人）" in text
    assert "<b>待写</b> 第十四条第一款第（二）项" in text
    assert "<b>17</b>" not in text
    assert "<b>16</b> 款、项" in text


def test_the_list_of_laws_leads_there(made: dict[str, str | bytes]) -> None:
    text = made["laws/index.md"]
    assert isinstance(text, str)
    assert "coverage" in text


def test_without_a_ledger_there_is_no_page(tmp_path: Path) -> None:
    content = support.corpus(support.copy_content(tmp_path / "guidelines"))
    for options in ({}, {"ledger": Ledger()}):
        made = support.pages(content, **options)
        assert "laws/coverage/index.md" not in made
        assert isinstance(index := made["laws/index.md"], str)
        assert "法条覆盖" not in index
