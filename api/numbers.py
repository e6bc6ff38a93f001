"""Numbers as forms send them."""

from __future__ import annotations

_DIGITS = 9  # fits every column, and Python reads it at once


def whole(text: str) -> int | None:
    """A whole number from 0 to 999 999 999; None for everything else."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None
