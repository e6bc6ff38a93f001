"""The ground everything stands on: errors, settings, numerals, words, privacy. Imports nothing of ours above it."""

from rag.ground.contact import Contact, contact_of
from rag.ground.days import BEIJING
from rag.ground.errors import (
    BackupError,
    ChatModelError,
    ContentError,
    DuplicateError,
    EmbeddingError,
    HeguiError,
    IndexBuildError,
    IndexMissingError,
    NotFoundError,
    ReleaseError,
    SettingsError,
    StorageError,
    VectorStoreError,
)
from rag.ground.files import locked, short_of_room, write_whole
from rag.ground.frozen import Frozen
from rag.ground.graphs import DIGESTS, TOKENIZER, open_graph, open_tokenizer, probabilities, read_verified
from rag.ground.memory import few_arenas, give_back_memory
from rag.ground.numerals import NUMERAL, figures, to_chinese, to_int
from rag.ground.privacy import mask
from rag.ground.progress import Bars, no_progress
from rag.ground.settings import PREFIX, ROOT, Settings, load_settings
from rag.ground.sounds import Homophones
from rag.ground.spreadsheet import csv_text
from rag.ground.templates import templates_of
from rag.ground.words import Words, normalize, open_segmenter
from rag.ground.yamlfile import load_yaml, yaml_line

__all__ = [
    "BEIJING",
    "DIGESTS",
    "NUMERAL",
    "PREFIX",
    "ROOT",
    "TOKENIZER",
    "BackupError",
    "Bars",
    "ChatModelError",
    "Contact",
    "ContentError",
    "DuplicateError",
    "EmbeddingError",
    "Frozen",
    "HeguiError",
    "Homophones",
    "IndexBuildError",
    "IndexMissingError",
    "NotFoundError",
    "ReleaseError",
    "Settings",
    "SettingsError",
    "StorageError",
    "VectorStoreError",
    "Words",
    "contact_of",
    "csv_text",
    "few_arenas",
    "figures",
    "give_back_memory",
    "load_settings",
    "load_yaml",
    "locked",
    "mask",
    "no_progress",
    "normalize",
    "open_graph",
    "open_segmenter",
    "open_tokenizer",
    "probabilities",
    "read_verified",
    "short_of_room",
    "templates_of",
    "to_chinese",
    "to_int",
    "write_whole",
    "yaml_line",
]
