"""Where the guidelines folder is a git checkout, a publication is a commit in the officer's name."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

SECONDS = 60


def commit(folder: Path, paths: Sequence[str], author: str, email: str, message: str) -> str:
    """Commit the files concerned and nothing else; what is changed or staged beside them stays as it is.

    Returns:
        What did not work, empty if all is well or the folder is no checkout: the publication stands without the commit.
    """
    try:
        if _git(folder, "rev-parse", "--is-inside-work-tree").returncode != 0:
            return ""
        known = [p for p in paths if (folder / p).exists() or _git(folder, "ls-files", "--", p).stdout]
        if not known:
            return ""
        added = _git(folder, "add", "--intent-to-add", "--", *(p for p in known if (folder / p).exists()))
        changed = _git(folder, "status", "--porcelain", "--", *known)
        if added.returncode == 0 and changed.returncode == 0 and not changed.stdout:
            return ""  # committed before the program was killed
        who = (
            f"user.name={_name(author)}",
            f"user.email={email or 'desk@localhost'}",
            "core.hooksPath=/dev/null",
        )
        options = [part for value in who for part in ("-c", value)]
        done = _git(folder, *options, "commit", "--quiet", "--only", "-m", message or "发布", "--", *known)
        return "" if done.returncode == 0 else f"没有记入 git：{(done.stderr or done.stdout).strip()[:300]}"
    except (OSError, subprocess.SubprocessError) as error:
        return f"没有记入 git：{error}"


def _name(author: str) -> str:
    """A name git takes: without brackets and line ends, never empty."""
    return "".join(c for c in author if c.isprintable() and c not in "<>").strip() or "officer"


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=SECONDS, check=False
    )
