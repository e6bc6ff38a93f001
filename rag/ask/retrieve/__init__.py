"""Query -> Hits.

search     candidates from vectors and words, fused, weighed, reranked
score      what lifts or lowers a hit, who leads
retriever  the same as a langchain `BaseRetriever`
"""
