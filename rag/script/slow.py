"""Patterns that take for ever on some texts: tried in a process of their own before anybody's script meets them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from rag.script.packs import Pack
from rag.script.patterns import Patterns

SECONDS = 8.0  # for all patterns together
LENGTH = 3000  # characters of a text

_TRY = """
import json, re, sys
patterns, length = json.load(sys.stdin)
for number, pattern in enumerate(patterns):
    print(number, flush=True)
    found = re.compile(pattern)
    signs = [c for c in dict.fromkeys(pattern) if c.isalnum()][:40]
    whole = "".join(signs) or "a"
    for unit in [*signs, whole, whole + "，", "1", " "]:
        text = (unit * length)[:length]
        for _ in found.finditer(text + "\\n"):
            pass
"""


def too_slow(pack: Pack, patterns: Sequence[str]) -> str | None:
    """The first of ``patterns`` (as officers write them) that is not done in time with texts made of its own signs; None: all are.

    Raises:
        KeyError: a word list that does not exist.
    """
    expand = Patterns(pack.lists.words).expand
    sent = json.dumps([[expand(p) for p in patterns], LENGTH])
    try:
        subprocess.run(
            [sys.executable, "-I", "-c", _TRY], input=sent, capture_output=True, text=True, timeout=SECONDS, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        told = late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or "0"
        return patterns[int(told.split()[-1])]
    return None
