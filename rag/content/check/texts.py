"""Rules of `hegui check` that compare clauses with the official law texts: copied runs and figures, and the finer ones."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from rag.content.check.addressee import check_addressee
from rag.content.check.basis import check_basis
from rag.content.check.common import at_clause, cited_articles
from rag.content.check.conditions import check_conditions
from rag.content.check.findings import Findings
from rag.content.check.tiers import check_tiers
from rag.content.citations import without_references
from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from rag.ground import ContentError, figures, load_yaml

COPY_RUN = 26
_HAN = re.compile(r"[^\u4e00-\u9fff]")
_QUOTED = re.compile(r"“([^“”]+)”")


def check_texts(corpus: Corpus, library: LawLibrary, derived: Path | None = None) -> Findings:
    """Run the rules; ``derived`` is the allow-list of figures that no cited article states."""
    yield from _copied(corpus, library)
    yield from _figures(corpus, library, load_derived(derived))
    yield from check_tiers(corpus, library)
    yield from check_addressee(corpus, library)
    yield from check_basis(corpus, library)
    yield from check_conditions(corpus, library)


def _copied(corpus: Corpus, library: LawLibrary) -> Findings:
    """A run of `COPY_RUN` or more Chinese characters identical to a law text (punctuation ignored).

    A notice that a law prescribes word for word, in quotation marks there and here, is no copy.
    """
    runs: dict[int, str] = {}
    prescribed: set[str] = set()
    for text in library.all_texts():
        for article in text.articles.values():
            prescribed.update(_QUOTED.findall(article.text))
            plain = _HAN.sub("", article.text)
            for i in range(len(plain) - COPY_RUN + 1):
                runs.setdefault(hash(plain[i : i + COPY_RUN]), f"《{text.law}》第{article.number}条")
    for guideline in corpus.guidelines:
        for clause in guideline.clauses:
            own = _QUOTED.sub(
                lambda quoted: "\n" if quoted[1] in prescribed else quoted[0], without_references(clause.text)
            )
            hit = next(
                (
                    runs[h]
                    for plain in (_HAN.sub("", part) for part in own.split("\n"))
                    for i in range(len(plain) - COPY_RUN + 1)
                    if (h := hash(plain[i : i + COPY_RUN])) in runs
                ),
                None,
            )
            if hit:
                yield at_clause(guideline, clause, "copied", f"照抄了{hit}", "用自己的话写")


def load_derived(path: Path | None) -> dict[tuple[str, str], str]:
    """The allow-list of derived figures: (guideline key or id, figure) -> reason.

    Raises:
        ContentError: the file breaks the format ``- {guideline, figure, reason}``.
    """
    if path is None or not path.exists():
        return {}
    try:
        return {
            (e["guideline"], str(e["figure"])): e["reason"] for e in load_yaml(path.read_text("utf-8")) or []
        }
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ContentError(
            f"派生数字清单 {path} 有误：{error}", "每条写 guideline、figure、reason。"
        ) from error


def _figures(corpus: Corpus, library: LawLibrary, derived: dict[tuple[str, str], str]) -> Findings:
    """Every number with a unit in a clause that cites articles occurs in one of those articles; a clause of which a cited
    article is not in hand is not judged."""
    for guideline in corpus.guidelines:
        for clause in guideline.clauses:
            cited = cited_articles(corpus, library, guideline, clause)
            if not cited or len(cited) < sum(ref.article is not None for ref in clause.laws):
                continue
            known = {normal for one in cited for _, normal in figures(one.article.text)}
            for written, normal in figures(without_references(clause.text)):
                allowed = (guideline.id, written) in derived or (guideline.key, written) in derived
                if normal not in known and not allowed and written not in ("一次", "一天"):
                    yield at_clause(
                        guideline,
                        clause,
                        "figure",
                        f"的“{written}”在所引条文里找不到",
                        "对照原文改正，或引到写着这个数字的条文；是推算出来的，改写成条文里的数字",
                    )
