"""One rule, exemption or word list of a file of script rules edited, added or taken out: every other line of the file stays
byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.ground import ContentError, load_yaml, yaml_line

#: What may be edited, in the order in which rules are written; lists are written as one line each but for patterns to find.
EDITABLE = (
    "name", "level", "clause", "always", "operators", "goods", "never", "find", "present", "unless", "softer", "before", "after", "over",
    "sentence", "turn", "why", "say", "ask",
)  # fmt: skip
_LONG = ("find", "present", "before", "after", "over", "sentence", "turn")
_KEY = re.compile(r"  (\w+):")


def with_rule(text: str, file: str, rule: str, changes: Mapping[str, Any]) -> str:
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
    start, end = _place(lines, file, rule)
    entry = lines[start:end]
    for key in EDITABLE:
        if key in changes:
            entry = _with_key(entry, key, changes[key])
    new = "\n".join([*lines[:start], *entry, *lines[end:]]) + ("\n" if text.endswith("\n") else "")
    wanted = [
        {**e, **{k: _plain(v) for k, v in changes.items()}} if e["id"] == rule else e for e in load_yaml(text)
    ]
    _must_agree(wanted, load_yaml(new), file, rule)
    return new


def with_new_rule(text: str, file: str, rule: str, fields: Mapping[str, Any]) -> str:
    """The file with a rule more, at its end; arguments and errors as `with_rule`."""
    written = [line for key in EDITABLE for line in _written(key, fields.get(key, ""), [])]
    new = "\n".join([*text.splitlines(), f"- id: {rule}", *written]) + "\n"
    made = {"id": rule, **{k: _plain(v) for k, v in fields.items()}}
    _must_agree([*(load_yaml(text) or ()), made], load_yaml(new), file, rule)
    return new


def without_rule(text: str, file: str, rule: str) -> str:
    """The file without a rule; arguments and errors as `with_rule`."""
    lines = text.splitlines()
    start, end = _place(lines, file, rule)
    new = "\n".join([*lines[:start], *lines[end:]]) + "\n"
    _must_agree([e for e in load_yaml(text) if e["id"] != rule], load_yaml(new), file, rule)
    return new


def _place(lines: Sequence[str], file: str, rule: str) -> tuple[int, int]:
    """Where a rule begins and where it ends."""
    start = next((n for n, line in enumerate(lines) if line.strip() == f"- id: {rule}"), None)
    if start is None:
        raise ContentError(f"rules/{file} 里没有规则 {rule}。", "刷新列表后再选。")
    return start, next((n for n in range(start + 1, len(lines)) if lines[n][:1] in ("-", "#")), len(lines))


def _with_key(entry: list[str], key: str, value: Any) -> list[str]:
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


def _written(key: str, value: Any, before: Sequence[str]) -> list[str]:
    """The lines of a key; items of a list that stays among those ``before`` are written as they were."""
    if not value:
        return []
    if isinstance(value, str):
        return [f"  {key}: {yaml_line(value)}"]
    if value is True:
        return [f"  {key}: true"]
    if key in _LONG:
        return [f"  {key}:", *items_of(value, before)]
    return [f"  {key}: [{', '.join(yaml_line(v) for v in value)}]"]


def items_of(values: Sequence[str], before: Sequence[str]) -> list[str]:
    """A list, an item a line; those that were there are written as they were, with the comments above them."""
    kept, above = dict[str, list[str]](), list[str]()
    for line in before:
        item = load_yaml(line)
        above.append(line)
        if isinstance(item, list) and len(item) == 1:
            kept[str(item[0])], above = above, []
    return [line for value in values for line in kept.get(value) or [f"    - {yaml_line(value)}"]]


def _must_agree(wanted: Sequence[Mapping[str, Any]], after: Any, file: str, rule: str) -> None:
    """Nothing but that rule is different, and it says what was asked for."""
    if [{k: v for k, v in e.items() if v} for e in after or ()] != [
        {k: v for k, v in e.items() if v} for e in wanted
    ]:
        raise ContentError(f"rules/{file} 里 {rule} 的写法特殊，没有改动它。", "请管理员手工改这一条。")


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | bool) else list(value)
