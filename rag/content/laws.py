"""The register of laws: which law a name means, which version applied on a day, which articles it has."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from rag.content.faults import said
from rag.content.models import Law, LawVersion
from rag.ground import ContentError, load_yaml

PRC = "中华人民共和国"


class Unresolved(Exception):
    """A citation that does not resolve; ``code`` is the problem code of ``hegui check``."""

    def __init__(self, code: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix


class LawRegister:
    """Lookup of laws by short title, full title or alias. Names are compared without 《》, spaces and 中华人民共和国."""

    def __init__(self, laws: Iterable[Law]) -> None:
        self.laws = tuple(laws)
        self._by_name: dict[str, list[Law]] = defaultdict(list)
        for law in self.laws:
            for name in dict.fromkeys(map(normal_title, (law.short_title, law.title, *law.aliases))):
                self._by_name[name].append(law)

    def __iter__(self) -> Iterator[Law]:
        return iter(self.laws)

    def __len__(self) -> int:
        return len(self.laws)

    def get(self, short_title: str) -> Law | None:
        """The law of exactly that short title."""
        return next((law for law in self.laws if law.short_title == short_title), None)

    def named(self, name: str) -> list[Law]:
        """Laws that ``name`` may mean; several for 民法典, whose books are registered one by one."""
        return list(self._by_name.get(normal_title(name), ()))

    def names(self) -> dict[str, list[Law]]:
        """Every known name (normalised) with the laws it means."""
        return dict(self._by_name)

    def resolve(self, name: str, article: int | None, day: dt.date) -> tuple[Law, LawVersion]:
        """The law and version that 《name》第``article``条 means on ``day``.

        Raises:
            Unresolved: unknown law, no version in force on that day, or no such article; says how to mend it.
        """
        candidates = self.named(name)
        if not candidates:
            near = difflib.get_close_matches(normal_title(name), self._by_name, n=1, cutoff=0.6)
            hint = f"是不是《{self._by_name[near[0]][0].short_title}》？" if near else ""
            raise Unresolved(
                "law-unknown", f"登记册里没有《{name}》", f"{hint}改用登记册的名称，或先登记到 laws.yml"
            )
        if article is not None and len(candidates) > 1:
            fitting = [c for c in candidates if any(v.has_article(article) for v in c.versions)]
            candidates = fitting or candidates
        law = candidates[0]
        version = law.version_on(day)
        if version is None:
            spans = "；".join(f"{v.effective_from or '？'} 至 {v.effective_to or '今'}" for v in law.versions)
            raise Unresolved(
                "law-not-in-force",
                f"《{law.short_title}》在 {day} 没有施行中的版本（登记的版本：{spans}）",
                "改引当日有效的规定，或改指引的施行日期",
            )
        if article is not None and not version.has_article(article):
            last = version.first_article + version.articles - 1
            raise Unresolved(
                "article-missing",
                f"《{law.short_title}》（{version.effective_from or '日期未核实'} 起的版本）没有第{article}{version.unit}，"
                f"只有第{version.first_article}至第{last}{version.unit}",
                "对照法律原文改正条号",
            )
        return law, version


def normal_title(name: str) -> str:
    """A law's name without 《》, blanks and 中华人民共和国, brackets full width."""
    name = name.replace(" ", "").replace("\u3000", "").strip("《》").replace("(", "（").replace(")", "）")
    return name.removeprefix(PRC) or name


def load_laws(path: Path) -> LawRegister:
    """Read ``laws.yml``.

    Raises:
        ContentError: the file is missing, not YAML, or an entry breaks the format.
    """
    try:
        raw = load_yaml(path.read_text(encoding="utf-8"))
        laws = TypeAdapter(list[Law]).validate_python(raw or [])
    except OSError as error:
        raise ContentError(f"读不到法律登记册 {path}。", "恢复该文件。") from error
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise ContentError(f"法律登记册 {path} 有误：{said(error)}。", "按文件头的说明改正。") from error
    return LawRegister(laws)
