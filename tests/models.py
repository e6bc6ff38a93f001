"""What the tests of the bundled models share: files that are not what they should be."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from rag.ground import DIGESTS


def cut_short(path: Path) -> None:
    """Take the last byte of a model's file."""
    path.write_bytes(path.read_bytes()[:-1])


def no_model(path: Path) -> None:
    """Put other bytes in place of a model's file, with the digest they have."""
    path.write_bytes(b"no model")
    digests = json.loads((path.parent / DIGESTS).read_text("utf-8"))
    digests[path.name] = hashlib.sha256(b"no model").hexdigest()
    (path.parent / DIGESTS).write_text(json.dumps(digests), "utf-8")
