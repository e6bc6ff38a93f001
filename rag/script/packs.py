"""``guidelines/rules/*.yml`` -> rules ready to use.

lists.yml        word lists that patterns name, spellings, words written by sound, words that tell goods
exemptions.yml   constructions in which a phrase is innocent
missing.yml      what a script has to contain
all others       rules
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from rag.ground import ContentError, Frozen, load_yaml
from rag.script.models import Absence, Exemption, Level, Rule
from rag.script.patterns import Patterns

SPELLED = ("疾病", "保健功能", "避写的词")
LISTS, EXEMPTIONS, MISSING = "lists.yml", "exemptions.yml", "missing.yml"


class Lists(Frozen):
    """lists.yml. ``variants``: written -> meant; ``sounds``: words to be found when written by sound."""

    words: dict[str, tuple[str, ...]]
    variants: dict[str, str] = Field(default_factory=dict)
    sounds: tuple[str, ...] = ()
    goods: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def spelled(self) -> set[str]:
        """The words that are looked for when some of their characters are letters: those of `SPELLED`, of variants and sounds."""
        listed = (word for name in SPELLED for item in self.words.get(name, ()) for word in item.split("|"))
        return {*listed, *self.variants.values(), *self.sounds}


@dataclass(frozen=True)
class ReadyRule:
    """A rule with its patterns compiled. ``exemptions``: ids, those that always hold included."""

    rule: Rule
    file: str
    find: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    softer: tuple[tuple[Level, re.Pattern[str]], ...]
    exemptions: tuple[str, ...]


@dataclass(frozen=True)
class ReadyAbsence:
    """A required statement with its patterns compiled."""

    rule: Absence
    find: re.Pattern[str] | None
    present: re.Pattern[str]


@dataclass(frozen=True)
class ReadyExemption:
    """An exemption with its patterns compiled."""

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    over: re.Pattern[str] | None
    sentence: re.Pattern[str] | None
    turn: re.Pattern[str] | None
    never: re.Pattern[str] | None

    def holds(self, sentence: str, start: int, end: int) -> bool:
        """Whether the phrase at ``start:end`` of the sentence stands in this construction."""
        if self.never is not None and self.never.search(sentence, start, end):
            return False
        return bool(
            (self.before and self.before.search(sentence[:start]))
            or (self.after and self.after.match(sentence, end))
            or (self.sentence and any(self._reaches(m, start) for m in self.sentence.finditer(sentence)))
            or (self.over and any(m.start() < end and start < m.end() for m in self.over.finditer(sentence)))
        )

    def _reaches(self, match: re.Match[str], start: int) -> bool:
        """Whether nothing between a construction and the phrase behind it turns to one's own goods (…别信，我家这个…)."""
        return not (self.turn and self.turn.search(match.string, match.end(), max(start, match.end())))


@dataclass(frozen=True)
class Pack:
    """All rules. ``digest``: 16 hex digits of the files."""

    rules: tuple[ReadyRule, ...]
    absences: tuple[ReadyAbsence, ...]
    exemptions: dict[str, ReadyExemption]
    lists: Lists
    digest: str

    def every(self) -> list[tuple[str, Rule | Absence]]:
        """Each rule, of what is said and of what is missing, with the name of its file."""
        return [*((r.file, r.rule) for r in self.rules), *((MISSING, a.rule) for a in self.absences)]


def load_pack(folder: Path) -> Pack:
    """Read the rules of a folder.

    Raises:
        ContentError: a file is missing, is no YAML, breaks the format, or has a pattern that does not compile; names file and rule.
    """
    texts = {p.name: _read(p) for p in sorted(folder.glob("*.yml"))}
    for name in (LISTS, EXEMPTIONS, MISSING):
        if name not in texts:
            raise ContentError(f"缺少审稿规则文件 {folder / name}。", "恢复该文件。")
    lists = _parse(LISTS, texts[LISTS], TypeAdapter(Lists))
    patterns = Patterns(lists.words)
    _must_compile(lists, patterns)
    written = _parse(EXEMPTIONS, texts[EXEMPTIONS], TypeAdapter(list[Exemption]))
    files = [n for n in texts if n not in (LISTS, EXEMPTIONS, MISSING)]
    rules = [(n, r) for n in files for r in _parse(n, texts[n], TypeAdapter(list[Rule]))]
    absences = _parse(MISSING, texts[MISSING], TypeAdapter(list[Absence]))
    always = tuple(e.id for e in written if e.always)
    known = {e.id for e in written}
    return Pack(
        rules=tuple(_ready(n, r, patterns, always, known) for n, r in rules),
        absences=tuple(_ready_absence(a, patterns) for a in absences),
        exemptions={e.id: _ready_exemption(e, patterns) for e in written},
        lists=lists,
        digest=hashlib.sha256("\0".join(texts[n] for n in sorted(texts)).encode()).hexdigest()[:16],
    )


def read_lists(folder: Path) -> tuple[Lists, list[Exemption]]:
    """The word lists and the exemptions as they are written.

    Raises:
        ContentError: as `load_pack`.
    """
    lists = _parse(LISTS, _read(folder / LISTS), TypeAdapter(Lists))
    return lists, _parse(EXEMPTIONS, _read(folder / EXEMPTIONS), TypeAdapter(list[Exemption]))


T = TypeVar("T")


def _parse(name: str, text: str, kind: TypeAdapter[T]) -> T:
    try:
        return kind.validate_python(load_yaml(text))
    except (yaml.YAMLError, ValidationError, ValueError) as error:
        raise ContentError(
            f"审稿规则 rules/{name} 有误：{error}", "按同一文件里其他条目的写法改正。"
        ) from error


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"读不了审稿规则 {path}：{error}", "存成 UTF-8 文本。") from error


def _ready(file: str, rule: Rule, patterns: Patterns, always: tuple[str, ...], known: set[str]) -> ReadyRule:
    try:
        names = tuple(n for n in (*always, *rule.spare) if n not in rule.ignore)
        if unknown := {*rule.spare, *rule.ignore} - known:
            raise KeyError(f"没有例外 {'、'.join(sorted(unknown))}")
        return ReadyRule(
            rule=rule,
            file=file,
            find=patterns.compile(rule.find),
            unless=patterns.any_of(rule.unless),
            softer=tuple((s.level, _some(patterns.any_of(s.when))) for s in rule.softer),
            exemptions=names,
        )
    except (re.error, KeyError) as error:
        raise _broken(rule, error) from error


def _ready_absence(rule: Absence, patterns: Patterns) -> ReadyAbsence:
    try:
        return ReadyAbsence(rule, patterns.any_of(rule.find), _some(patterns.any_of(rule.present)))
    except (re.error, KeyError) as error:
        raise _broken(rule, error) from error


def _ready_exemption(rule: Exemption, patterns: Patterns) -> ReadyExemption:
    try:
        return ReadyExemption(
            before=patterns.any_of(rule.before, end=True),
            after=patterns.any_of(rule.after),
            over=patterns.any_of(rule.over),
            sentence=patterns.any_of(rule.sentence),
            turn=patterns.any_of(rule.turn),
            never=patterns.any_of(rule.never),
        )
    except (re.error, KeyError) as error:
        raise _broken(rule, error) from error


def _must_compile(lists: Lists, patterns: Patterns) -> None:
    """Stop at a word list that is broken, whether a rule uses it or not."""
    for name, values in lists.words.items():
        try:
            patterns.compile(values)
        except (re.error, KeyError) as error:
            raise _wrong(f"词表“{name}”", error) from error


def _some(pattern: re.Pattern[str] | None) -> re.Pattern[str]:
    assert pattern is not None  # the models ask for at least one
    return pattern


#: What `re` says of a slip of the pen -> the same for officers.
_SLIPS = {
    "missing ), unterminated": "有一个左括号没有右括号",
    "unbalanced parenthesis": "有一个右括号没有左括号",
    "unterminated character set": "有一个方括号没有收尾",
    "nothing to repeat": "星号、加号或者问号前面没有字",
    "multiple repeat": "星号、加号或者问号连着写了两个",
}


def _broken(rule: BaseModel, error: Exception) -> ContentError:
    return _wrong(f"审稿规则“{getattr(rule, 'name', '') or getattr(rule, 'id', '')}”", error)


def _wrong(what: str, error: Exception) -> ContentError:
    if isinstance(error, KeyError):
        return ContentError(
            f"{what}里用了没有的词表：{error.args[0]}",
            "改成已有的词表，或者直接写要找的词，一行一个。",
        )
    assert isinstance(error, re.error)
    why = next((said for told, said in _SLIPS.items() if told in error.msg), "有一行看不懂")
    return ContentError(
        f"{what}的写法不对：{why}", "改成成对的括号，或者去掉括号、星号，直接写要找的词，一行一个。"
    )
