"""Guideline versions as forms: what the officers' desk edits instead of files.

document   a file <-> Document, its rows; unchanged rows keep their bytes
rows       the lines of a file that belong to each row
checked    the rules of `hegui check` on a draft in memory, each finding at its row or field
entries    one question, case or term of its list written, replaced, taken out
placed     a draft put into the content in memory; a legal basis typed without 《》, recognised
word       a Word file somebody mailed -> the rows of a draft
basis      which clauses rest on the changed articles of a law
"""
