"""Giving memory back to the machine after something large was replaced."""

from __future__ import annotations

import ctypes
import gc


def give_back_memory() -> None:
    """Collect what nobody refers to any more, and let the C library return free pages (glibc; elsewhere nothing is done)."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
