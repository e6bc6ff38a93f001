"""What is left to do and how well it goes.

changes      a law changes: which clauses have to be looked at, whose they are, which are done
scores       drawn answers, scored sentence by sentence; the figures per week and role
metrics      what was asked and what became of it, for the bureau
plan         the plan's tasks by year and quarter
wall         the plan as a picture
"""
