"""`hegui check`: the rules across files and against the texts."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from rag.content.articles import Article
from rag.content.check.coverage import coverage
from rag.content.check.run import check_corpus
from rag.content.corpus import load_corpus, read_corpus
from rag.content.lawtext import LawLibrary, LawText
from rag.content.models import Problem
from rag.ground.errors import ContentError

ROOT = Path(__file__).resolve().parents[2]
TODAY = dt.date(2026, 11, 26)
HEAD = """---
title: 直播间价格
operator: {operator}
topics: [price]
status: published
revision: 1
verified_on: {verified}
summary: 怎么标价
{changes}---
"""
FAQ = """## 常见问题
### 能不标价吗？
不能。《价格法》第十三条
### 能只标一次吗？
不能，要一直标。《价格法》第十三条
### 标错了呢？
马上改。《价格法》第十三条
"""


class Library:
    """A guidelines folder under construction."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("operators.yml", "topics.yml", "laws.yml"):
            shutil.copy(ROOT / "guidelines" / name, root / name)
        (root / "glossary.yml").write_text("- {term: 刷单, meaning: 假交易, slang: [补单]}\n", "utf-8")

    def add(self, body: str, *, slug: str = "price", version: str = "2026-02-01", operator: str = "live-room", verified: str = "2026-11-20", changes: str = "") -> None:  # fmt: skip
        path = self.root / operator / slug / f"{version}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = HEAD.format(
            operator=operator, verified=verified, changes=f"changes: {changes}\n" if changes else ""
        )
        path.write_text(head + body, "utf-8")

    def problems(self, library: LawLibrary | None = None) -> list[Problem]:
        return check_corpus(read_corpus(self.root), root=self.root, today=TODAY, library=library)

    def codes(self, library: LawLibrary | None = None) -> set[str]:
        return {p.code for p in self.problems(library)} - {"length"}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def text_of(law: str, number: int, *paragraphs: str, start: dt.date | None = None, items: dict[int, tuple[int, ...]] | None = None) -> LawLibrary:  # fmt: skip
    article = Article(number=number, paragraphs=paragraphs, items=items or {})
    return LawLibrary.of_texts(
        [LawText(law=law, effective_from=start, source="x", digest="x", articles={number: article})]
    )


def test_good_content_has_no_problem(library: Library) -> None:
    library.add("## 要做到\n1. 直播间要标价。《价格法》第十三条\n" + FAQ)
    assert library.codes() == set()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("## 要做到\n1. 直播间要标价。\n" + FAQ, "no-basis"),
        ("## 不得\n1. 不得乱标价。\n" + FAQ, "no-basis"),
        ("## 法律责任\n1. 罚款。\n" + FAQ, "no-basis"),
        ("## 要做到\n1. 依照本法第三条标价。《价格法》第十三条\n" + FAQ, "bare-article"),
        (f"## 要做到\n1. {'标' * 181}。《价格法》第十三条\n" + FAQ, "long-clause"),
        ("## 要做到\n1. 要标价。《价格法》第十三条\n2. 要标价。《价格法》第十三条\n" + FAQ, "duplicate"),
        ("## 要做到\n1. 要培训。《三年提升行动方案》\n" + FAQ, "encouraged"),
        ("## 要做到\n1. 倡导：必须培训。《三年提升行动方案》\n" + FAQ, "encouraged"),
        ("## 要做到\n1. 要标价。《价格法》第十三条\n", "faq-few"),
    ],
)
def test_rules_on_one_file(library: Library, body: str, code: str) -> None:
    library.add(body)
    assert code in library.codes()


def test_length_ignores_the_references(library: Library) -> None:
    references = "、".join(["《价格法》第十三条"] * 20)
    library.add(f"## 要做到\n1. {'标' * 179}。{references}\n" + FAQ)
    assert "long-clause" not in library.codes()


@pytest.mark.parametrize(
    ("rules", "questions", "too_long"), [(23, 3, True), (22, 37, False), (1, 37, False), (1, 38, True)]
)
def test_rules_are_read_through_and_questions_looked_up(
    library: Library, rules: int, questions: int, too_long: bool
) -> None:
    rule = "".join(f"{n}. {'标价' * 87}第{n}样。《价格法》第十三条\n" for n in range(1, rules + 1))
    more = "".join(f"### 第{n}样要标吗？\n要标第{n}样。《价格法》第十三条\n" for n in range(questions))
    library.add(f"## 要做到\n{rule}{FAQ}{more}")
    found = [p for p in library.problems() if p.code == "length" and p.fix.endswith("分成两份指引")]
    assert bool(found) is too_long


def test_a_replaced_law_asks_for_a_new_version_and_names_it(library: Library) -> None:
    library.add("## 不得\n1. 不得虚假宣传。《反不正当竞争法》第八条\n" + FAQ, version="2024-07-01")
    [problem] = [p for p in library.problems() if p.code == "law-replaced"]
    assert "mustnot-1" in problem.message
    assert "2025-10-15" in problem.fix
    library.add(
        "## 不得\n1. 不得虚假宣传。《反不正当竞争法》第九条\n" + FAQ, version="2025-10-15", changes="条号变了"
    )
    assert "law-replaced" not in library.codes()


def test_an_amendment_that_left_the_article_alone_asks_for_nothing(library: Library) -> None:
    library.add("## 要做到\n1. 要公示。《网络交易监督管理办法》第十二条\n" + FAQ, version="2024-07-01")
    assert "law-replaced" not in library.codes()
    library.add("## 要做到\n1. 要公示。《网络交易监督管理办法》第十八条\n" + FAQ, version="2024-07-01")
    assert "law-replaced" in library.codes()


def test_changes_belong_to_later_versions_only(library: Library) -> None:
    body = "## 要做到\n1. 要标价。《价格法》第十三条\n" + FAQ
    library.add(body, version="2024-07-01", changes="首版却写了")
    library.add(body, version="2026-02-01")
    assert [p.path for p in library.problems() if p.code == "changes"] == [
        "live-room/price/2024-07-01.md",
        "live-room/price/2026-02-01.md",
    ]


def test_the_same_question_twice_for_one_reader_is_found(library: Library) -> None:
    body = "## 要做到\n1. 要标价。《价格法》第十三条\n" + FAQ
    library.add(body)
    library.add(body.replace("要标价。", "标出价格。", 1), slug="other")
    assert "duplicate" in library.codes()


def test_two_amounts_under_one_article_are_worth_a_look(library: Library) -> None:
    library.add("## 法律责任\n1. 罚五千元以下。《价格法》第四十二条\n" + FAQ)
    library.add(
        "## 法律责任\n1. 罚三千元以下。《价格法》第四十二条\n" + FAQ.replace("？", "呢？"), slug="other"
    )
    [problem] = [p for p in library.problems() if p.code == "conflict"]
    assert problem.level == "note"


def test_stale_verification_is_a_note(library: Library) -> None:
    library.add("## 要做到\n1. 要标价。《价格法》第十三条\n" + FAQ, verified="2026-01-01")
    [problem] = [p for p in library.problems() if p.code == "stale"]
    assert problem.level == "note"


def test_holes_of_the_matrix_are_named(library: Library) -> None:
    library.add("## 要做到\n1. 要标价。《价格法》第十三条\n" + FAQ)
    (library.root / "coverage.yml").write_text("price: [live-room, merchant]\n", "utf-8")
    [problem] = [p for p in library.problems() if p.code == "coverage"]
    assert "商家" in problem.message
    assert coverage(read_corpus(library.root), TODAY)["price"]["live-room"] == ["live-room/price"]


def test_one_slang_word_for_two_terms_is_an_error(library: Library) -> None:
    (library.root / "glossary.yml").write_text(
        "- {term: 刷单, meaning: 甲, slang: [补单]}\n- {term: 炒信, meaning: 乙, slang: [补单]}\n", "utf-8"
    )
    assert "glossary" in library.codes()


def test_copied_law_text_is_found_and_own_words_are_not(library: Library) -> None:
    sentence = "经营者销售收购商品和提供服务应当按照政府价格主管部门的规定明码标价注明商品的品名"
    law = text_of("价格法", 13, sentence, start=dt.date(1998, 5, 1))
    library.add(f"## 要做到\n1. {sentence[:30]}。《价格法》第十三条\n" + FAQ)
    assert "copied" in library.codes(law)
    library.add(f"## 要做到\n1. {sentence[:25]}，要这样。《价格法》第十三条\n" + FAQ)
    assert "copied" not in library.codes(law)


def test_a_notice_that_the_law_prescribes_may_be_quoted(library: Library) -> None:
    notice = "请仔细阅读产品说明书或者在医务人员的指导下购买和使用本品并妥善保管"
    law = text_of("价格法", 13, f"经营者应当显著标明“{notice}”。", start=dt.date(1998, 5, 1))
    library.add(f"## 要做到\n1. 页面写上“{notice}”。《价格法》第十三条\n" + FAQ)
    assert "copied" not in library.codes(law)
    library.add(f"## 要做到\n1. 页面写上“{notice}吧”。《价格法》第十三条\n" + FAQ)
    assert "copied" in library.codes(law)


def test_a_figure_the_article_does_not_have_is_found_unless_allowed(library: Library) -> None:
    law = text_of("价格法", 42, "可以并处五千元以下的罚款。", start=dt.date(1998, 5, 1))
    library.add("## 法律责任\n1. 罚六千元以下。《价格法》第四十二条\n" + FAQ)
    assert "figure" in library.codes(law)
    (library.root / "derived.yml").write_text(
        "- {guideline: live-room/price, figure: 六千元, reason: 试验}\n", "utf-8"
    )
    assert "figure" not in library.codes(law)
    library.add("## 法律责任\n1. 罚5000元以下。《价格法》第四十二条\n" + FAQ)
    assert "figure" not in library.codes(law)


def test_figures_of_a_clause_whose_other_law_is_not_in_hand_are_not_judged(library: Library) -> None:
    law = text_of("价格法", 42, "可以并处五千元以下的罚款。", start=dt.date(1998, 5, 1))
    library.add(
        "## 法律责任\n1. 罚六千元以下，另加三倍。《价格法》第四十二条、《电子商务法》第八十条\n" + FAQ
    )
    assert "figure" not in library.codes(law)


def test_a_question_without_words_is_found(library: Library) -> None:
    library.add("## 要做到\n1. 要标价。《价格法》第十三条\n## 常见问题\n###\n要标价。《价格法》第十三条\n")
    assert "faq" in library.codes()


def test_a_paragraph_or_item_that_does_not_exist_is_found(library: Library) -> None:
    law = text_of("价格法", 13, "第一款。", "（一）甲", start=dt.date(1998, 5, 1), items={1: (1,)})
    library.add(
        "## 要做到\n1. 要标价。《价格法》第十三条第二款\n2. 要清楚。《价格法》第十三条第（二）项\n" + FAQ
    )
    assert {"paragraph-missing", "item-missing"} <= library.codes(law)


def test_without_law_texts_the_counts_that_come_with_the_content_tell_a_missing_paragraph(
    library: Library,
) -> None:
    units = "直播电商监督管理办法:\n  version: 2026-02-01\n  15: 1 2[2:3]\n"
    (library.root / "ledger-units.yml").write_text(units, "utf-8")
    cited = ("第十五条第二款", "第十六条第二款第（四）项", "第十六条第三款", "第十七条第九款")
    items = (f"{n}. 要标价{'啊' * n}。《直播电商监督管理办法》{place}" for n, place in enumerate(cited, 1))
    library.add("## 要做到\n" + "\n".join(items) + "\n" + FAQ)
    found = [p for p in library.problems() if p.code in ("paragraph-missing", "item-missing")]
    assert [(p.code, p.level) for p in found] == [
        ("paragraph-missing", "error"), ("item-missing", "error"), ("paragraph-missing", "error"),
    ]  # fmt: skip
    assert "《直播电商监督管理办法》第15条只有 1 款，must-1 引了第十五条第二款" in found[0].message


def test_a_corpus_with_errors_is_refused(library: Library) -> None:
    library.add("## 要做到\n1. 要标价。《没有的法》第十三条\n" + FAQ)
    with pytest.raises(ContentError, match=r"price/2026-02-01\.md"):
        load_corpus(library.root)


def test_every_content_file_of_the_project_is_valid() -> None:
    root = ROOT / "guidelines"
    errors = [p for p in check_corpus(read_corpus(root), root=root, today=TODAY) if p.level == "error"]
    assert not errors, "\n".join(map(str, errors[:20]))


def test_the_library_is_as_large_as_promised() -> None:
    corpus = load_corpus(ROOT / "guidelines")
    in_force = corpus.in_force(TODAY)
    number = {o.id: sum(g.operator == o.id for g in in_force) for o in corpus.registers.operators}
    least = {"live-room": 14, "anchor": 13, "merchant": 16, "platform": 11, "mcn": 7, "park": 4, "common": 8}
    assert all(number[k] >= n for k, n in least.items()), number
    assert sum(number.values()) >= 70
    assert sum(len(corpus.versions(i)) > 1 for i in corpus.ids()) >= 20
    assert any(g.version > TODAY for g in corpus.guidelines), "a dated future version stands ready"
