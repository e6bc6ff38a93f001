"""`basis`: every rule that a clause states is in one of its articles, in the 款 that is cited.

Words are compared by pairs of neighbouring characters, so the wording rules are notes; a figure that stands in
another 款 than the cited one is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from rag.content.check.common import (
    Cited,
    at_clause,
    bigrams,
    body,
    cited_articles,
    cited_paragraphs,
    paragraphs,
    published,
)
from rag.content.check.findings import Findings
from rag.content.citations import format_label
from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from rag.content.models import Clause, Guideline, Section
from rag.ground import figures, open_segmenter

_ADDED = re.compile(
    r"[^，。；：（）]*(?:也要|还要|还得|还应|仍要|仍应|另外要|并要|并且要|同时要|也得|也不能|也不得|还不能|一样要|另有(?!规定|限制|约定))"
    r"[^，。；：（）]+|(?:^|[，；。])并(?!且|不|处|罚|非)[^，。；：（）]{3,}"
)
# Words that fit any rule: who, and verbs of duty.
_GENERAL = frozenset(
    [
        "商家",
        "卖家",
        "直播间",
        "直播",
        "主播",
        "平台",
        "机构",
        "园区",
        "MCN",
        "消费者",
        "顾客",
        "买家",
        "商品",
        "产品",
        "服务",
        "可以",
        "需要",
        "应当",
        "不得",
        "还要",
        "也要",
        "仍要",
        "一样",
        "同时",
        "另外",
        "另有",
        "义务",
        "规定",
        "要求",
        "情况",
        "自己",
        "没有",
        "这样",
        "并且",
        "按照",
        "依法",
        "进行",
        "说清",
        "清楚",
        "知道",
        "东西",
        "内容",
    ]
)
_DUTIES = (Section.MUST, Section.MUST_NOT, Section.FAQ)
# Words an added rule must have, and pairs of characters a 款 must share, before the comparison says anything.
MIN_RULE, CLEAR, FAINT = 2, 4, 1


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    return open_segmenter()


def check_basis(corpus: Corpus, library: LawLibrary) -> Findings:
    """Run the rules over every published version."""
    for guideline, clause in published(corpus):
        cited = cited_articles(corpus, library, guideline, clause)
        if not cited or len({(r.law, r.article) for r in clause.laws}) > len({_key(c) for c in cited}):
            continue
        yield from _added_rules(guideline, clause, cited)
        yield from _other_paragraph(guideline, clause, cited)


def _key(cited: Cited) -> tuple[str, int | None]:
    return cited.ref.law, cited.ref.article


def _added_rules(guideline: Guideline, clause: Clause, cited: list[Cited]) -> Findings:
    """还要…, 也要…: an obligation that shares no word with any cited article."""
    if clause.section not in _DUTIES:
        return
    known = "".join(one.article.text for one in cited)
    for match in _ADDED.finditer(body(clause)):
        rule = match.group().lstrip("，；。")
        words = {w for w in _segmenter().lcut(rule) if len(w) > 1 and w not in _GENERAL and not figures(w)}
        if len(words) >= MIN_RULE and not any(w in known for w in words):
            yield at_clause(
                guideline,
                clause,
                "basis",
                f"的“{rule}”与所引条文没有一个相同的词",
                "补引写着这项要求的条文；没有依据就删去或移到“怎么做”",
                "note",
            )


def _other_paragraph(guideline: Guideline, clause: Clause, cited: list[Cited]) -> Findings:
    """A 款 is cited, but the figures or the words of the clause are in another 款 of the article."""
    narrow = [c for c in cited if c.ref.paragraphs or c.ref.items]
    pool = "".join(_cited_text(one) for one in cited)
    for one in narrow:
        others = list(_uncited(one, cited))
        figure = _figure_elsewhere(clause, pool, others)
        better = _words_elsewhere(clause, one, pool, others)
        if figure:
            yield at_clause(
                guideline,
                clause,
                "basis",
                f"的“{figure[0]}”在《{one.ref.law}》{format_label(one.ref.article, [figure[1]])}，所引是{one.ref.label}",
                "改引或补引写着这个数字的款",
            )
        elif better:
            yield at_clause(
                guideline,
                clause,
                "basis",
                f"的话更像《{one.ref.law}》{format_label(one.ref.article, [better])}，所引是{one.ref.label}",
                "对照原文看款、项号对不对",
                "note",
            )


def _cited_text(cited: Cited) -> str:
    parts = paragraphs(cited.article)
    return "\n".join(
        "\n".join([line, *items]) for line, items in (parts[n - 1] for n in cited_paragraphs(cited))
    )


def _uncited(one: Cited, cited: list[Cited]) -> Iterator[tuple[int, str]]:
    """The 款 of the article that no reference of the clause points at."""
    taken = {n for c in cited if _key(c) == _key(one) for n in cited_paragraphs(c)}
    for number, (line, items) in enumerate(paragraphs(one.article), 1):
        if number not in taken:
            yield number, "\n".join([line, *items])


def _figure_elsewhere(clause: Clause, pool: str, others: list[tuple[int, str]]) -> tuple[str, int] | None:
    known = {normal for _, normal in figures(pool)}
    for written, normal in figures(body(clause)):
        if normal not in known and written not in ("一次", "一天"):
            for number, text in others:
                if normal in {n for _, n in figures(text)}:
                    return written, number
    return None


def _words_elsewhere(clause: Clause, one: Cited, pool: str, others: list[tuple[int, str]]) -> int | None:
    """The 款 whose words the clause clearly shares while it shares next to none with what is cited."""
    words = bigrams((clause.heading or "") + body(clause)) - bigrams(pool)
    own = len(bigrams((clause.heading or "") + body(clause)) & bigrams(_cited_text(one)))
    best = max(others, key=lambda o: len(words & bigrams(o[1])), default=None)
    if best is None or own > FAINT or len(words & bigrams(best[1])) < CLEAR:
        return None
    return best[0]
