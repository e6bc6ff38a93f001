"""What a backup consists of: ``manifest.json`` beside its files, with the digest of each."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from rag.ground import BackupError

NAME = "manifest.json"
FORMAT = 1

# The parts of a backup: folders, and one file for the database.
GUIDELINES, INDEX, LAWS, SITE = "guidelines", "index", "laws", "site"
DATABASE = "database"


class FileFacts(BaseModel):
    """Size in bytes and SHA-256 of a file."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds.

    ``database`` is the kind of database and ``revision`` that of its tables (alembic); None where there was none yet.
    ``files`` has paths as POSIX, relative to the backup.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    product: Literal["hegui"] = "hegui"
    format: int = FORMAT
    version: str
    created: str
    database: Literal["sqlite", "postgresql"] | None
    revision: str | None
    generation: int | None
    files: dict[str, FileFacts]

    def below(self, part: str) -> dict[str, FileFacts]:
        """The files of a part, by their path inside it."""
        return {n.removeprefix(f"{part}/"): f for n, f in self.files.items() if n.startswith(f"{part}/")}


def facts_of(folder: Path) -> dict[str, FileFacts]:
    """Every file below a folder, the manifest at its top excepted; nothing if it does not exist."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() or p.is_symlink())
    return {p.relative_to(folder).as_posix(): _facts(p) for p in files if p != folder / NAME}


def _facts(path: Path) -> FileFacts:
    with path.open("rb") as file:
        return FileFacts(size=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it; the last step of a backup."""
    (folder / NAME).write_text(manifest.model_dump_json(indent=1), "utf-8")


def checked_manifest(folder: Path) -> Manifest:
    """The manifest of a backup that is whole and ours: every file as it was written, and none besides.

    Raises:
        BackupError: it is no backup of this program, of a newer one, or damaged.
    """
    try:
        manifest = Manifest.model_validate_json((folder / NAME).read_bytes())
    except OSError as error:
        raise BackupError(f"{folder} 不是备份：没有 {NAME}。", "给出 hegui backup 生成的文件夹。") from error
    except ValidationError as error:
        raise BackupError(
            f"{folder / NAME} 不是这个程序写的，或者被改过。", "换一份备份；什么都没有改动。"
        ) from error
    if manifest.format != FORMAT:
        raise BackupError(
            f"备份是另一个版本（{manifest.version}）的格式。", f"用 {manifest.version} 版的程序恢复。"
        )
    links = [p for p in folder.rglob("*") if p.is_symlink()]
    found = {} if links else facts_of(folder)
    wrong = [
        *map(str, links),
        *sorted(n for n in manifest.files | found if manifest.files.get(n) != found.get(n)),
    ]
    if wrong:
        raise BackupError(
            f"备份坏了：{wrong[0]} 等 {len(wrong)} 个文件缺了、多了或者变了。", "换一份备份；什么都没有改动。"
        )
    return manifest
