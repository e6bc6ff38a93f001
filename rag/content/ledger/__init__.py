"""The ledger of the law: every 款 and 项 of the core laws is covered by a clause in force or marked with a reason.

``guidelines/ledger.yml``, one entry a law (short title of the register)::

    电子商务法:
      version: 2019-01-01          施行日期 of the version that was read; 未核实 where the register has no date
      1, 3-5: 总则宣示              units: reason
      2.3: 非本行业；金融、新闻、出版   a note after ；

Grammar of the units::

    units   := part ("," | "，" | "、") part …
    part    := address ["-" number]        the number replaces the last one of the address: 3-5, 12.2-4, 30.1.2-5
    address := 条 | 条.款 | 条.款.项         an address means everything below it

A **unit** is a 项 where a 款 has items, else a 款. ``guidelines/ledger-units.yml`` holds how many 款 and 项 every
article has (figures, no law text; written by `hegui law units`), so that the check and the site need no law library.

    book        the files           addresses   units and how they are written
    coverage    what is covered, marked, open
"""
