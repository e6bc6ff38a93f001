"""Does every sentence rest on what it cites?

sentence   the verdict on one sentence: citation, extract or paraphrase
agree      articles, modality, negation, subject, claims
figures    numbers and dates
modes      forbid, permit, exempt, oblige
source     the cited clauses, prepared part by part
"""
