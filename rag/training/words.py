"""How papers and notes name what they rest on."""

from __future__ import annotations

from collections.abc import Iterable

from rag.content import Clause, Guideline, LawRef, clause_name, without_references


def spoken(clause: Clause) -> str:
    """What a clause says, without its law references and what parted them."""
    return without_references(clause.text).strip().rstrip("；、")


def articles(refs: Iterable[LawRef]) -> tuple[str, ...]:
    """The articles in words, each with the name of its law, none twice."""
    return tuple(dict.fromkeys(f"《{r.law}》{r.label.rpartition('》')[2]}" for r in refs))


def place(guideline: Guideline, clause: str) -> str:
    """Where a clause stands: title, version, section and number."""
    return placed(guideline.title, guideline.version.isoformat(), clause)


def placed(title: str, version: str, clause: str) -> str:
    """The same of what is no longer a guideline."""
    return f"{title}（{version} 起施行的版本）{clause_name(clause)}"
