"""Clauses -> a published index: chunks, words and vectors, one generation at a time.

Corpus ── chunks ──► Chunk ── embed, lexical ──► build ── store (Chroma) ──► publish ──► read
"""

from rag.index.build import BuildReport, bring_up_to_date
from rag.index.chunks import digest, in_force
from rag.index.embed import CachedEmbeddings, open_embeddings
from rag.index.fusion import DENSE_WEIGHT, RRF_K, fuse
from rag.index.judge import Judge, asked_by, open_judge
from rag.index.models import Chunk, Hit
from rag.index.publish import Pointer, is_there, read_pointer, swap_pointer
from rag.index.read import SearchIndex
from rag.index.rerank import open_reranker

__all__ = [
    "DENSE_WEIGHT",
    "RRF_K",
    "BuildReport",
    "CachedEmbeddings",
    "Chunk",
    "Hit",
    "Judge",
    "Pointer",
    "SearchIndex",
    "asked_by",
    "bring_up_to_date",
    "digest",
    "fuse",
    "in_force",
    "is_there",
    "open_embeddings",
    "open_judge",
    "open_reranker",
    "read_pointer",
    "swap_pointer",
]
