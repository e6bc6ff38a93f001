"""A question as typed -> a Query.

parts      several questions in one message
reader     the whole: ─┬─ dates    the day it is about
                       ├─ roles    who asks, and about whom
                       └─ intents  what is wanted
query      the value that the later stages see
"""
