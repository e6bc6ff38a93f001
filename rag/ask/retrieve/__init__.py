"""Query -> Hits.

search     candidates from vectors and words, fused and scored
score      weights and order
retriever  the same as a langchain retriever
"""
