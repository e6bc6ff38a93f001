"""Runs that are kept, and what is different between two of them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from rag.eval.report import to_json
from rag.eval.score import Result
from rag.ground import ContentError

_NAME = re.compile(r"[\w.-]{1,80}")


class KeptItem(BaseModel):
    """What is compared of a question of a kept run."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    kind: str
    question: str = ""
    right: bool
    why: str = ""
    stage: str = ""


class Kept(BaseModel):
    """A run as it was kept; what is not compared is not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    results: tuple[KeptItem, ...]


def keep(results: Sequence[Result], folder: Path, name: str) -> Path:
    """Write a run into ``folder`` under ``name``; gives the file.

    Raises:
        ContentError: the name is none, or the file cannot be written.
    """
    path = _path(folder, name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(to_json(results), "utf-8")
    except OSError as error:
        raise ContentError(f"存不了这次评测 {path}：{error}。", "检查磁盘和权限。") from error
    return path


def kept(folder: Path, name: str) -> Kept:
    """Read a run that was kept.

    Raises:
        ContentError: there is none of that name, or it cannot be read.
    """
    path = _path(folder, name)
    try:
        return Kept.model_validate(json.loads(path.read_text("utf-8")))
    except OSError as error:
        names = "、".join(sorted(p.stem for p in folder.glob("*.json"))) or "还没有"
        raise ContentError(
            f"没有存过叫 {name} 的评测。", f"存过的：{names}；用 --keep 名字 存一次。"
        ) from error
    except (ValueError, ValidationError) as error:
        raise ContentError(f"读不懂存下的评测 {path}：{error}。", "删掉它，用 --keep 重存一次。") from error


def difference(before: Kept, results: Sequence[Result]) -> str:
    """Rates by kind before and now, and every question that changed; questions of one run only are counted apart."""
    old = {r.id: r for r in before.results}
    both = [(old[r.item.id], r) for r in results if r.item.id in old]
    lines = [f"{'kind':<16}{'before':>10}{'now':>10}{'of':>6}"]
    for kind in dict.fromkeys(new.item.kind for _, new in both):
        pairs = [(b, n) for b, n in both if n.item.kind == kind]
        was, now = sum(b.right for b, _ in pairs), sum(n.right for _, n in pairs)
        lines.append(f"{kind:<16}{was:>10}{now:>10}{len(pairs):>6}")
    alone = len(results) + len(old) - 2 * len(both)
    lines += [f"only in one of the runs: {alone}"] if alone else []
    lines += [f"+ {n.item.id} {n.item.question}" for b, n in both if n.right and not b.right]
    lines += [
        f"- {n.item.id} {n.item.question} → {n.why} ({n.stage})" for b, n in both if b.right and not n.right
    ]
    return "\n".join(lines)


def _path(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ContentError(f"评测的名字 {name} 不能用。", "用字母、数字、点和短横，例如 main-1126。")
    return folder / f"{name}.json"
