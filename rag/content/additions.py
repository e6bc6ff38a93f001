"""What officers add from the inbox: a wording of a clause (``asked.yml``), a question that is not our matter (``outside.yml``).

Only lines are added; what stands in the file stays byte for byte. A file is written beside and renamed.
"""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

import yaml

from rag.content.corpus import Corpus
from rag.content.models import Clause, Guideline, Section
from rag.content.registers import Registers
from rag.content.wordings import FILE_NAME, MAX_WORDING, attach, parse_asked
from rag.ground import ContentError

_lock = threading.Lock()  # two officers at once: both wordings are kept


def add_wording(corpus: Corpus, clause: Clause, guideline: str, wording: str, root: Path) -> None:
    """Add a wording that leads to ``clause`` of the guideline in force.

    Args:
        corpus: the content as read.
        clause: of one of the guideline's versions.
        guideline: such as ``live-room/price``.
        wording: how somebody put it, at most 60 characters.
        root: the guidelines folder.

    Raises:
        ContentError: it is too long, stands there already, or the clause cannot be told from others.
    """
    wording = " ".join(wording.split())
    if not wording or len(wording) > MAX_WORDING:
        raise ContentError(f"问法要有 1 到 {MAX_WORDING} 个字。", "缩短成一句话。")
    path = root / guideline / FILE_NAME
    with _lock:
        old = path.read_text("utf-8") if path.exists() else ""
        entry = f"- clause: {_scalar(_name(clause))}\n  as: [{_scalar(wording)}]\n"
        new = f"{old}{'' if not old or old.endswith(chr(10)) else chr(10)}{entry}"
        name = f"{guideline}/{FILE_NAME}"
        entries, problems = parse_asked(name, new)
        bare = [_without_wordings(g) for g in corpus.versions(guideline)]
        problems = problems or attach(name, new, entries, bare)[1]
        if problems:
            raise ContentError(f"{problems[-1].message}。", f"{problems[-1].fix}。")
        _write(path, new)


def add_outside(registers: Registers, matter: str, ask: str, wording: str, root: Path) -> None:
    """Add a question that is nobody's compliance matter here, with who deals with it.

    Raises:
        ContentError: something is missing, or the wording stands there already.
    """
    matter, ask, wording = (" ".join(text.split()) for text in (matter, ask, wording))
    if not matter or not wording:
        raise ContentError("要写是什么事、问的是什么。", "例如：“工资、社保”和提问的原话。")
    if any(wording in o.wordings for o in registers.outside):
        raise ContentError(f"“{wording}”已经标为不在范围。", "不用再标。")
    lines = [f"- matter: {_scalar(matter)}", *([f"  ask: {_scalar(ask)}"] if ask else [])]
    path = root / "outside.yml"
    with _lock:
        old = path.read_text("utf-8") if path.exists() else ""
        new = f"{old}{'' if not old or old.endswith(chr(10)) else chr(10)}" + "\n".join(lines)
        _write(path, f"{new}\n  wordings: [{_scalar(wording)}]\n")


def _without_wordings(guideline: Guideline) -> Guideline:
    clauses = tuple(c.model_copy(update={"asked": ()}) for c in guideline.clauses)
    return guideline.model_copy(update={"clauses": clauses})


def _name(clause: Clause) -> str:
    """How an entry names a clause: a Q&A by its question, others by how they begin."""
    return clause.heading if clause.section is Section.FAQ and clause.heading else clause.text[:40]


def _scalar(text: str) -> str:
    """``text`` as a YAML value on one line, inside a list too."""
    quoted = yaml.safe_dump([text], allow_unicode=True, default_flow_style=True, width=10**6)
    return quoted.strip()[1:-1]


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    part.write_text(text, "utf-8", newline="")
    part.replace(path)
