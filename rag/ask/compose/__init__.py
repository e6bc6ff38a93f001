"""Hits -> a draft made of clause text.

choose     which clauses, in which order
changes    the difference of two versions, if that is asked
draft      sentences and citations being laid out, a clause as a citation
render     a draft as Markdown
"""
