"""Memory of a process that runs for weeks: few pools of the C library, and what was replaced goes back to the machine."""

from __future__ import annotations

import ctypes
import gc
import os

ARENAS = 2
_ENVIRONMENT = "MALLOC_ARENA_MAX"  # glibc's own variable, read when a process starts
_M_ARENA_MAX = -8  # malloc.h


def give_back_memory() -> None:
    """Collect what nobody refers to any more, and let the C library return free pages (glibc; elsewhere nothing is done)."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def few_arenas() -> None:
    """Let all threads of this process, and of those it starts, share two pools of the C library (glibc; elsewhere nothing is
    done). With one pool a thread, each keeps what a replaced index left in it. A number set by who runs us stays."""
    if _ENVIRONMENT in os.environ:
        return
    os.environ[_ENVIRONMENT] = str(ARENAS)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, ARENAS)
