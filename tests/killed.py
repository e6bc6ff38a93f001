"""Programs that are killed (-9) at random points of their work.

The work is watched through Python's audit events: every file below a folder that is opened, renamed, made or removed is a
touch. One run is measured. By turns a point is before any touch, at any moment between the first and the last (native code
included), and before one of the last touches, where things are switched.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rag.ground.settings import ROOT, Settings
from tests.servers import environment

LAST = 10
LEAST = 7  # of ten runs that have to end by the kill: a moment may come too late on a machine that has become faster
_WATCH = """
import os, signal, sys
root, at, seen = sys.argv[1], int(sys.argv[2]), 0
told = os.fdopen(os.dup(1), "wb", buffering=0)
os.dup2(2, 1)
def touch(event, arguments):
    global seen
    if not any(isinstance(a, str) and a.startswith(root) for a in map(_path, arguments)):
        return
    seen += 1
    if seen == at:
        os.kill(os.getpid(), signal.SIGKILL)
    told.write(b".")
def _path(argument):
    return os.fspath(argument) if isinstance(argument, os.PathLike) else argument
"""
HEGUI = "from rag.cli import main\nsys.addaudithook(touch)\nsys.argv[1:] = sys.argv[3:]\nmain()\n"


@dataclass(frozen=True)
class Work:
    """A program and the folder in which it works. ``code`` adds the hook ``touch`` itself, when what it needs is imported."""

    code: str
    root: Path
    arguments: tuple[str, ...] = ()
    settings: Settings | None = None

    def measured(self, given: bytes = b"") -> list[float]:
        """Let it end: the seconds from its first touch to each."""
        touches = []
        with self._start(0, given) as (process, told):
            while told.read(1):
                touches.append(time.monotonic())
            assert process.wait() == 0
        return [moment - touches[0] for moment in touches]

    def kill(self, at: int, after: float, given: bytes = b"") -> bool:
        """Kill it before touch ``at``, or if that is 0 so long ``after`` the first; False if it had ended before."""
        with self._start(at, given) as (process, told):
            if at == 0 and told.read(1):
                time.sleep(after)
                process.kill()
            told.read()
            return process.wait() == -signal.SIGKILL

    @contextmanager
    def _start(self, at: int, given: bytes) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
        """The process, and what it writes: a byte for each touch."""
        command = [sys.executable, "-c", _WATCH + self.code, str(self.root), str(at), *self.arguments]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment(self.settings) if self.settings else None,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
        ) as process:  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(given)
            process.stdin.close()
            yield process, process.stdout


def points(touches: list[float], count: int, seed: int) -> Iterator[tuple[int, float]]:
    """``count`` random points of a work that was `measured`: (touch, 0) or (0, seconds)."""
    chance, last = random.Random(seed), len(touches)
    for number in range(count):
        kinds = (
            (chance.randint(1, last), 0.0),
            (0, chance.uniform(0, touches[-1])),
            (chance.randint(last - LAST, last), 0.0),
        )
        yield kinds[number % 3]
