"""`hegui check`: the rules that keep the content right.

run ─┬─ files      one file: sections, length, basis, repeats; alone: a clause quoted alone still tells who and what
     ├─ versions   time: chains of versions, laws replaced, stale verification
     ├─ across     several files: questions twice, amounts that disagree, the glossary
     ├─ verdicts   the same question answered differently in two folders
     ├─ coverage   cells of operator and topic that must be filled
     └─ with the official law texts:
        texts      copied runs, figures, 款 and 项
        tiers      every tier and branch of a fine (its reader: penalty)
        addressee  on whom a duty is put (its reader: subjects)
        basis      two rules said, one cited
        conditions a condition of the cited sentence dropped
ledger             every unit of the core laws is cited or marked
findings, common   what the rules share
"""
