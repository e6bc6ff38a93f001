"""Query -> Hits.

retriever  candidates from vectors and words, fused and scored
score      weights and order
component  the same as a langchain retriever
"""
