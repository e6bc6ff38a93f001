"""One word list of ``lists.yml`` edited, added or taken out: every other line of the file stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.ground import ContentError, load_yaml, yaml_line
from rag.script.editing import items_of
from rag.script.packs import LISTS

#: The parts of the file. ``words`` and ``goods`` are lists by name, ``sounds`` is one list, ``variants`` what is written for what.
SECTIONS = ("words", "goods", "sounds", "variants")
_ENTRY = re.compile(r"  [^\s#-]")


def with_words(text: str, section: str, name: str, values: Sequence[str] | Mapping[str, str] | None) -> str:
    """The file with a list edited.

    Args:
        text: the file.
        section: one of `SECTIONS`.
        name: the list's name; empty for ``sounds`` and ``variants``, which are one each.
        values: what it shall hold; None takes it out.

    Raises:
        ContentError: there is no such list to take out, or the file is written in a way that is not understood.
    """
    lines, known = text.splitlines(), load_yaml(text)
    start = next((n for n, line in enumerate(lines) if line.startswith(f"{section}:")), None)
    if start is None or section not in SECTIONS:
        raise _strange(name or section)
    end = next((n for n in range(start + 1, len(lines)) if lines[n][:1] not in (" ", "")), len(lines))
    if name:
        new = _entry(lines[start + 1 : end], name, section, values)
        wanted: Any = {k: v for k, v in {**known[section], name: values}.items() if v is not None}
    else:
        new, wanted = _whole(lines[start + 1 : end], values), values
    made = "\n".join([*lines[: start + 1], *new, *lines[end:]]) + ("\n" if text.endswith("\n") else "")
    if load_yaml(made) != {**known, section: _plain(wanted)}:
        raise _strange(name or section)
    return made


def _entry(lines: list[str], name: str, section: str, values: Any) -> list[str]:
    """The lines of a part with one of its lists replaced, put in at the end, or taken out."""
    starts = [n for n, line in enumerate(lines) if _ENTRY.match(line)]
    at = next((n for n in starts if next(iter(load_yaml(lines[n])), None) == name), None)
    if at is None:
        if values is None:
            raise ContentError(f"没有词表“{name}”。", "刷新列表后再选。")
        return [*lines, *_list(name, values, section, [])]
    end = next((n for n in range(at + 1, len(lines)) if not lines[n].startswith("   ")), len(lines))
    new = [] if values is None else _list(name, values, section, lines[at + 1 : end])
    return [*lines[:at], *new, *lines[end:]]


def _list(name: str, values: Sequence[str], section: str, before: Sequence[str]) -> list[str]:
    if section == "goods":
        return [f"  {yaml_line(name)}: [{', '.join(yaml_line(v) for v in values)}]"]
    return [f"  {yaml_line(name)}:", *items_of(values, before)]


def _whole(lines: list[str], values: Any) -> list[str]:
    """A part that is one list; what stays is written as it was."""
    if not isinstance(values, Mapping):
        return [f"  [{', '.join(yaml_line(v) for v in values)}]"]
    kept = {}
    for line in lines:
        pair = load_yaml(line)
        if isinstance(pair, dict):
            kept.update({(str(k), str(v)): line for k, v in pair.items()})
    return [kept.get((k, v)) or f"  {yaml_line(k)}: {yaml_line(v)}" for k, v in values.items()]


def _plain(values: Any) -> Any:
    if isinstance(values, Mapping):
        return {k: _plain(v) for k, v in values.items()}
    return values if isinstance(values, str) else list(values)


def _strange(name: str) -> ContentError:
    return ContentError(f"rules/{LISTS} 里“{name}”的写法特殊，没有改动它。", "请管理员手工改这一处。")
