"""A rule for the few guidelines of tests/api/guidelines, so that script check and assistant speak of the same content."""

from __future__ import annotations

from pathlib import Path

RULE = """- id: paid-praise
  name: 花钱买好评
  level: 违法
  clause: live-room/genuine-trade#mustnot-1
  find: ["好评返现", "五星返现"]
  why: 用返现换好评，就是编造用户评价。
  say: ["欢迎说说用下来的感受"]
"""


def add_rules(guidelines: Path) -> Path:
    """Put the rule beside the guidelines; returns their folder."""
    folder = guidelines / "rules"
    folder.mkdir()
    (folder / "lists.yml").write_text("words: {}\n", "utf-8")
    for name in ("exemptions.yml", "missing.yml"):
        (folder / name).write_text("[]\n", "utf-8")
    (folder / "talk.yml").write_text(RULE, "utf-8")
    return guidelines
