"""One rule of a file of script rules edited: its lines change, every other line of the file stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from rag.ground import ContentError, load_yaml

#: What may be edited, in the order in which rules are written; lists are written as one line each but for ``find``.
EDITABLE = ("name", "level", "find", "unless", "why", "say", "ask")
_KEY = re.compile(r"  (\w+):")


def with_rule(text: str, file: str, rule: str, changes: Mapping[str, str | Sequence[str]]) -> str:
    """The file with a rule edited.

    Args:
        text: the file.
        file: its name, for messages.
        rule: the rule's id.
        changes: new values by key (of `EDITABLE`); an empty one takes the key away.

    Raises:
        ContentError: no such rule, or it is written in a way that is not understood.
    """
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if line.strip() == f"- id: {rule}"), None)
    if start is None:
        raise ContentError(f"rules/{file} 里没有规则 {rule}。", "刷新列表后再选。")
    end = next((n for n in range(start + 1, len(lines)) if lines[n][:1] in ("-", "#")), len(lines))
    entry = lines[start:end]
    for key in EDITABLE:
        if key in changes:
            entry = _with_key(entry, key, changes[key])
    new = "\n".join([*lines[:start], *entry, *lines[end:]]) + ("\n" if text.endswith("\n") else "")
    _must_agree(load_yaml(text), load_yaml(new), file, rule, changes)
    return new


def _with_key(entry: list[str], key: str, value: str | Sequence[str]) -> list[str]:
    """The lines of an entry with a key's replaced, put in before the next key, or taken out."""
    at = [(n, found[1]) for n, line in enumerate(entry) if (found := _KEY.match(line))]
    known = next((n for n, name in at if name == key), None)
    end = next((n for n, _ in at if known is not None and n > known), len(entry))
    new = _written(key, value, [] if known is None else entry[known + 1 : end])
    if known is not None:
        return [*entry[:known], *new, *entry[end:]]
    later = EDITABLE[EDITABLE.index(key) + 1 :]
    place = next((n for n, name in at if name in later), len(entry))
    return [*entry[:place], *new, *entry[place:]]


def _written(key: str, value: str | Sequence[str], before: Sequence[str]) -> list[str]:
    """The lines of a key; items of a list that stays among those ``before`` are written as they were."""
    if not value:
        return []
    if isinstance(value, str):
        return [f"  {key}: {_scalar(value)}"]
    if key == "find":
        kept = {tuple(load_yaml(line)): line for line in before}
        return [f"  {key}:", *(kept.get((v,)) or f"    - {_scalar(v)}" for v in value)]
    return [f"  {key}: [{', '.join(_scalar(v) for v in value)}]"]


def _scalar(text: str) -> str:
    """``text`` as a YAML value on one line, inside a list too."""
    return yaml.safe_dump([text], allow_unicode=True, default_flow_style=True, width=10**6).strip()[1:-1]


def _must_agree(before: Any, after: Any, file: str, rule: str, changes: Mapping[str, Any]) -> None:
    """Nothing but that rule is different, and it says what was asked for."""
    wanted = [{**e, **{k: _plain(v) for k, v in changes.items()}} if e["id"] == rule else e for e in before]
    wanted = [{k: v for k, v in e.items() if v} for e in wanted]
    if [{k: v for k, v in e.items() if v} for e in after] != wanted:
        raise ContentError(f"rules/{file} 里 {rule} 的写法特殊，没有改动它。", "请管理员手工改这一条。")


def _plain(value: str | Sequence[str]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)
