"""What was published, below ``<data>/releases``: one folder a publication with the files before and after it.

releases/<id>/publication.json       written last: without it the publication has not come about
releases/<id>/before/…, after/…      the bytes of the files concerned; one that is missing was not there
"""

from __future__ import annotations

from pathlib import Path

from rag.ground import Settings
from rag.release.models import Publication

RECORD = "publication.json"


def folder_of(settings: Settings, name: str = "") -> Path:
    """The folder of a publication, or of all."""
    return settings.data / "releases" / name


def publications(settings: Settings) -> list[Publication]:
    """All publications, the newest first."""
    records = sorted(folder_of(settings).glob(f"*/{RECORD}"), reverse=True)
    return [Publication.model_validate_json(record.read_text("utf-8")) for record in records]


def can_undo(settings: Settings) -> Publication | None:
    """The last publication that has not been undone; None if there is none."""
    undone: set[str] = set()
    for publication in publications(settings):
        if publication.undoes:
            undone.add(publication.undoes)
        elif publication.id not in undone:
            return publication
    return None


def read(path: Path) -> bytes | None:
    """A file's bytes, None if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
