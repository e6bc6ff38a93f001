"""The menu: below each role its guidelines, in the order of the role's page, so that one can go on inside a role."""

from __future__ import annotations

from typing import Any

from rag.content import Guideline
from rag.site.context import Site


def by_topic(site: Site, operator_id: str) -> list[Guideline]:
    """The guidelines of a role by main topic, in the order of the registers: the order of its page."""
    order = {topic.id: number for number, topic in enumerate(site.registers.topics)}
    mine = [g for g in site.current.values() if g.operator == operator_id]
    return sorted(mine, key=lambda g: order.get(g.topics[0], len(order)))


def navigation(site: Site, nav: list[Any] | None) -> list[Any]:
    """``nav`` of mkdocs.yml with the guidelines below their roles."""
    roles = {f"{o.id}/index.md": o.id for o in site.operators}
    return [_entry(site, entry, roles) for entry in nav or []]


def _entry(site: Site, entry: Any, roles: dict[str, str]) -> Any:
    ((name, path),) = entry.items() if isinstance(entry, dict) else [(entry, entry)]
    if not isinstance(path, str) or path not in roles:
        return entry
    mine = by_topic(site, roles[path])
    return {name: [path, *({g.title: f"{g.id}/index.md"} for g in mine)]} if mine else entry
