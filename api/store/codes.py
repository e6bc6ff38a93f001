"""The code by which an asker reads the reply: 80 random bits, in letters that are not mistaken for others."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 16


def new_code() -> str:
    """A code such as ``7KQM-3XHP-9TRA-VD2E``."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, LENGTH, 4))


def read_code(text: str) -> str | None:
    """A code as somebody typed it, in the form it is kept; None if it cannot be one."""
    letters = re.sub(r"[\s\-－—]", "", text).upper()
    if len(letters) != LENGTH or set(letters) - set(ALPHABET):
        return None
    return "-".join(letters[i : i + 4] for i in range(0, LENGTH, 4))
