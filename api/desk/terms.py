"""The glossary as officers edit it: the word that the guidelines use, what it means, what people type instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData

from api.desk.content import fresh_corpus, listed_one, mending
from api.desk.faults import Faults
from rag.content import Term

if TYPE_CHECKING:
    from api.state import State

LONGEST, MEANING, MOST = 20, 60, 40  # characters of a word, of the meaning; words of the trade a term


def all_terms(state: State) -> tuple[Term, ...]:
    """The terms as they are published.

    Raises:
        ProblemError: 422, the file is broken.
    """
    with mending():
        return fresh_corpus(state).registers.terms


def find_term(state: State, own: str) -> Term:
    """A term by its word.

    Raises:
        ProblemError: 404.
    """
    return listed_one((t for t in all_terms(state) if t.term == own), "这个词")


def read_entry(state: State, form: FormData, own: str) -> dict[str, Any]:
    """A term as the file has it, from a form that was sent; ``own``: the word that it replaces, empty for a new one.

    Raises:
        ProblemError: 422, something is missing or too long, or a word belongs to another term.
    """
    word, meaning = (" ".join(str(form.get(key, "")).split()) for key in ("term", "meaning"))
    typed = str(form.get("slang", "")).replace("、", "\n").splitlines()
    slang = list(dict.fromkeys(w for line in typed if (w := " ".join(line.split()))))
    faults = Faults()
    for at, words in (("term", [word]), ("slang", slang)):
        if wrong := [w for w in words if not 0 < len(w) <= LONGEST or set("/\\?#%") & set(w)]:
            faults.add(
                at,
                f"词“{wrong[0][:30]}”写得不对",
                f"每个词 1 到 {LONGEST} 个字，不带斜杠、问号、井号、百分号。",
            )
        for term in all_terms(state):
            shared = {term.term, *term.slang} & set(words)
            if term.term != own and shared:
                said = f"“{shared.pop()}”已经在“{term.term}”那里"
                faults.add(at, said, "一个词只能归一处：去那里改，或者换个词。")
    if not 4 <= len(meaning) <= MEANING:
        faults.add("meaning", f"意思要 4 到 {MEANING} 个字", "用一句话说。")
    if len(slang) > MOST:
        faults.add("slang", f"别的说法最多 {MOST} 个", "去掉不常用的。")
    if word == "new" or word in slang:
        faults.add("term", f"“{word}”写了两次，或者不能用", "改一下再保存。")
    faults.stop()
    return {"term": word, "meaning": meaning, "slang": slang}


def about(entry: dict[str, Any]) -> str:
    """A term in a line."""
    return f"{entry['term']}：{'、'.join(entry['slang'])}"
