"""Clauses -> a published index: chunks, words and vectors, one generation at a time.

Corpus ── chunks ──► Chunk ── embed, lexical ──► build ── store (Chroma) ──► publish ──► read
"""

from rag.index.build import (
    BuildReport,
    bring_up_to_date,
    has_vectors,
    missing_vectors,
    publish_words,
    was_undone,
)
from rag.index.chunks import digest, in_force
from rag.index.corrected import corrected
from rag.index.embed import CachedEmbeddings, open_embeddings
from rag.index.fusion import DENSE_WEIGHT, RRF_K, fuse
from rag.index.gate import Gate, open_gate
from rag.index.graded import Graded
from rag.index.judge import Judge, asked_by, open_judge
from rag.index.models import Chunk, Hit
from rag.index.publish import Pointer, is_there, read_pointer, roll_back, swap_pointer
from rag.index.read import SearchIndex
from rag.index.rerank import open_reranker
from rag.index.underway import how_far
from rag.index.vectors import Vectors

__all__ = [
    "DENSE_WEIGHT",
    "RRF_K",
    "BuildReport",
    "CachedEmbeddings",
    "Chunk",
    "Gate",
    "Graded",
    "Hit",
    "Judge",
    "Pointer",
    "SearchIndex",
    "Vectors",
    "asked_by",
    "bring_up_to_date",
    "corrected",
    "digest",
    "fuse",
    "has_vectors",
    "how_far",
    "in_force",
    "is_there",
    "missing_vectors",
    "open_embeddings",
    "open_gate",
    "open_judge",
    "open_reranker",
    "publish_words",
    "read_pointer",
    "roll_back",
    "swap_pointer",
    "was_undone",
]
