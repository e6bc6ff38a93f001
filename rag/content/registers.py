"""The registers beside the guidelines: operators, topics, glossary, laws, and what is not our matter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from rag.content.faults import said
from rag.content.laws import LawRegister, load_laws
from rag.content.models import Operator, Outside, Term, Topic
from rag.ground import ContentError, load_yaml

GLOSSARY_FILE = "glossary.yml"
FIRST = ("anchor", "merchant", "live-room", "mcn", "platform", "park", "common")


@dataclass(frozen=True)
class Registers:
    """The files beside the guidelines: operators, topics, glossary, laws, and what is not our matter."""

    operators: tuple[Operator, ...]
    topics: tuple[Topic, ...]
    terms: tuple[Term, ...]
    laws: LawRegister
    outside: tuple[Outside, ...] = ()

    def operator(self, operator_id: str) -> Operator | None:
        """The operator of that id, or None."""
        return next((o for o in self.operators if o.id == operator_id), None)

    @property
    def by_use(self) -> tuple[Operator, ...]:
        """The operators as people are shown them: who comes most often first, others in the register's order."""
        return tuple(sorted(self.operators, key=lambda o: FIRST.index(o.id) if o.id in FIRST else len(FIRST)))

    def known_words(self) -> list[str]:
        """The glossary's terms and what people type instead, in the glossary's order."""
        return [word for term in self.terms for word in (term.term, *term.slang)]

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id, or None."""
        return next((t for t in self.topics if t.id == topic_id), None)


Entry = TypeVar("Entry", bound=BaseModel)


def load_registers(root: Path) -> Registers:
    """Read operators.yml, topics.yml, glossary.yml, laws.yml and, where there is one, outside.yml.

    Raises:
        ContentError: a file is missing or breaks its format.
    """
    return Registers(
        operators=_load_list(root / "operators.yml", Operator),
        topics=_load_list(root / "topics.yml", Topic),
        terms=_load_list(root / GLOSSARY_FILE, Term),
        laws=load_laws(root / "laws.yml"),
        outside=_load_list(path, Outside) if (path := root / "outside.yml").exists() else (),
    )


def _load_list(path: Path, kind: type[Entry]) -> tuple[Entry, ...]:
    try:
        raw = load_yaml(path.read_text(encoding="utf-8"))
        return tuple(TypeAdapter(list[kind]).validate_python(raw or []))  # type: ignore[valid-type]
    except OSError as error:
        raise ContentError(
            f"读不到登记册 {path}。", "恢复该文件，或用 HEGUI_GUIDELINES 指到正确的文件夹。"
        ) from error
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise ContentError(
            f"登记册 {path} 有误：{said(error)}。", "按同一文件里其他条目的写法改正。"
        ) from error
