"""Clauses -> a published index: chunks, words and vectors, one generation at a time.

Corpus ── chunks ──► Chunk ── embed, lexical ──► build ── store (Chroma) ──► publish ──► read
"""

from rag.index.build import BuildReport, bring_up_to_date
from rag.index.chunks import digest, in_force
from rag.index.embed import CachedEmbeddings, open_embeddings
from rag.index.fusion import DENSE_WEIGHT, RRF_K, fuse
from rag.index.judge import Judge, open_judge
from rag.index.models import Chunk, Hit
from rag.index.publish import read_pointer
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
    "SearchIndex",
    "bring_up_to_date",
    "digest",
    "fuse",
    "in_force",
    "open_embeddings",
    "open_judge",
    "open_reranker",
    "read_pointer",
]
