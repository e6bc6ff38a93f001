"""The ledger's files: what is marked with which reason, and how many 款 and 项 every article has."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from rag.content.ledger.addresses import TOKEN, Shape, parse_addresses, shape_of, write_token
from rag.content.models import Problem
from rag.ground import ContentError

FILE = "ledger.yml"
UNITS_FILE = "ledger-units.yml"


UNDATED = "未核实"


ROW = 10


SAME = "同一规则"


REASONS: Mapping[str, str] = {
    "定义": "只解释一个词的意思",
    "总则宣示": "立法目的、适用范围、原则、鼓励和倡导，没有具体要求",
    "监管部门职责": "只对政府部门、法院提要求，或只说由谁管",
    "程序": "监管部门、法院办事的程序，经营者没有要做的事",
    "附则": "施行日期、授权另行规定、衔接",
    "非本行业": "管的商品、服务、场所或行为在直播带货里碰不到",
    "其他主体": "只约束直播电商以外的人（后面写明是谁）",
    SAME: "另一条写了同样的规则，已经有指引（后面写明哪一条）",
    "已被取代": "后来的规定改变了它（后面写明哪一部）",
}


NEEDS_NOTE = ("其他主体", SAME, "已被取代")


@dataclass(frozen=True)
class Mark:
    """Units of a law that need no clause, and why. ``addresses`` are the written units, ranges expanded."""

    addresses: tuple[tuple[int, ...], ...]
    reason: str
    note: str
    line: int


@dataclass(frozen=True)
class Entry:
    """What the ledger says of one law. ``version`` is written as in the file."""

    law: str
    version: str
    marks: tuple[Mark, ...]
    line: int


@dataclass(frozen=True)
class Units:
    """The structure of a law version; ``version`` as written in the file."""

    version: str
    shape: Shape


@dataclass(frozen=True)
class Ledger:
    """Both files. ``problems`` are faults of format, with file and line."""

    entries: tuple[Entry, ...] = ()
    units: Mapping[str, Units] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def fault(line: int, code: str, message: str, fix: str, *, path: str = FILE, note: bool = False) -> Problem:
    """A finding in one of the two files; ``code`` gets the prefix ``ledger-``."""
    return Problem(
        path=path,
        line=line,
        code=f"ledger-{code}",
        message=message,
        fix=fix,
        level="note" if note else "error",
    )


def read_ledger(root: Path) -> Ledger:
    """Read ledger.yml and ledger-units.yml below ``root``; a missing file is an empty one.

    Raises:
        ContentError: a file is not YAML or not a mapping of laws.
    """
    problems: list[Problem] = []
    entries = [_entry(name, line, pairs, problems) for name, line, pairs in _sections(root / FILE)]
    for name, count in Counter(e.law for e in entries).items():
        if count > 1:
            problems.append(fault(1, "twice", f"《{name}》写了 {count} 次", "合并成一处"))
    return Ledger(tuple(entries), read_units(root, problems), tuple(problems))


def read_units(root: Path, problems: list[Problem] | None = None) -> dict[str, Units]:
    """Read ledger-units.yml alone; faults of format are added to ``problems``.

    Raises:
        ContentError: as `read_ledger`.
    """
    told = [] if problems is None else problems
    return {name: _units(name, pairs, told) for name, _, pairs in _sections(root / UNITS_FILE)}


Pairs = list[tuple[str, str, int]]


def _sections(path: Path) -> Iterator[tuple[str, int, Pairs]]:
    """(key, line, [(key, value, line)]) of a two-level mapping; keys and values as written (12.20 stays 12.20)."""
    if not path.exists():
        return
    try:
        node = yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} 有误：{error}", "按文件开头的说明改正。") from error
    for key, value in _pairs(node, path) if node is not None else ():
        pairs = [(k.value, v.value, k.start_mark.line + 1) for k, v in _pairs(value, path)]
        if not all(isinstance(part, str) for pair in pairs for part in pair[:2]):
            raise ContentError(f"{path} 的《{key.value}》写法不对。", "每行写“条款: 理由”，例如 12.2: 定义。")
        yield key.value, key.start_mark.line + 1, pairs


def _pairs(node: yaml.Node, path: Path) -> list[tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1
        raise ContentError(f"{path} 第 {line} 行不是“名称: 内容”。", "按文件开头的说明改正。")
    return list(node.value)


def _entry(name: str, line: int, pairs: Pairs, problems: list[Problem]) -> Entry:
    version = next((value for key, value, _ in pairs if key == "version"), "")
    marks = []
    for key, value, at in pairs:
        if key == "version":
            continue
        reason, _, note = (part.strip() for part in value.partition("；"))
        if reason not in REASONS:
            problems.append(
                fault(at, "reason", f"没有“{reason}”这个理由", f"从这些里选：{'、'.join(REASONS)}")
            )
        elif reason in NEEDS_NOTE and not note:
            problems.append(
                fault(at, "note", f"“{reason}”后面没有说明", f"写成“{reason}；说明”：{REASONS[reason]}")
            )
        try:
            marks.append(Mark(tuple(parse_addresses(key)), reason, note, at))
        except ValueError as error:
            problems.append(
                fault(at, "notation", f"《{name}》的“{error}”看不懂", "写成 3、3-5、12.2、12.2-4 或 30.1.4")
            )
    return Entry(name, version, tuple(marks), line)


def _units(name: str, pairs: Pairs, problems: list[Problem]) -> Units:
    version, shape = "", Shape()
    for key, value, at in pairs:
        if key == "version":
            version = value
            continue
        for number, token in enumerate(value.split(), int(key) if key.isdigit() else 1):
            match = TOKEN.match(token)
            if not match or not key.isdigit():
                problems.append(
                    fault(at, "units", f"《{name}》的“{key}: {token}”看不懂", "运行 hegui law units 重新生成", path=UNITS_FILE)
                )  # fmt: skip
                break
            pairs_of = [pair.split(":") for pair in (match[2] or "").split(",") if pair]
            items = {int(p): int(n) for p, n in pairs_of}
            shape[number] = tuple(items.get(p, 0) for p in range(1, int(match[1]) + 1))
    return Units(version, shape)


def write_units(ledger: Ledger, corpus: Corpus, library: LawLibrary, day: dt.date) -> str:
    """The content of ledger-units.yml for the laws of the ledger.

    Raises:
        ContentError: the text of a law is not in the library.
    """
    lines = [
        "# 台账里每部法律的结构：各条有几款，有项的款写成 [款:项数]。只有数字，没有法律原文。",
        "# 由 hegui law units 生成，不要手改。每行十条，冒号前是这一行第一条的条号。",
    ]
    for entry in ledger.entries:
        law = corpus.registers.laws.get(entry.law)
        text = library.text_on(law, day) if law else None
        if text is None:
            raise ContentError(f"没有《{entry.law}》{day} 施行的原文。", "核对名称，或把原文放进法律文件夹。")
        lines += [f"{entry.law}:", f"  version: {text.effective_from or entry.version or UNDATED}"]
        tokens = [(number, write_token(sizes)) for number, sizes in shape_of(text).items()]
        for start in range(0, len(tokens), ROW):
            row = tokens[start : start + ROW]
            lines.append(f"  {row[0][0]}: {' '.join(token for _, token in row)}")
    return "\n".join(lines) + "\n"
