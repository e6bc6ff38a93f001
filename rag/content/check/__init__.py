"""`hegui check`: the rules that keep the content right.

run ─┬─ files      one file: sections, length, basis, repeats
     ├─ versions   time: chains of versions, laws replaced, stale verification
     ├─ across     several files: questions twice, amounts that disagree, the glossary
     ├─ coverage   cells of operator and topic that must be filled
     └─ texts      with the official law texts: copied runs, figures, 款 and 项
"""
