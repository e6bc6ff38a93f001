"""The text of a new guideline, and which of its sentences only hold a place until somebody writes."""

from __future__ import annotations

TEMPLATE = """---
title: {title}
operator: {operator}
topics: [{topic}]
status: draft
revision: 1
verified_on: {today}
summary: 一句话说明这份指引管什么
---
## 要做到
1. 谁要做什么。《法律名》第N条
## 不得
1. 谁不得做什么。《法律名》第N条
## 怎么做
1. 今天就能照着做的一步
## 自查清单
- [ ] 做完这一项就打勾
## 法律责任
1. 违反哪一条，由谁怎样处罚。《法律名》第N条
## 常见问题
### 读者会怎么问？
先说可以、不可以、要、不用，再说为什么。《法律名》第N条
### 第二个问题？
回答。《法律名》第N条
### 第三个问题？
回答。《法律名》第N条
"""
CHANGES = "相对上一版，对读者来说变了什么"
_MARKS = ("1. ", "- [ ] ", "### ", "summary: ")
PLACEHOLDERS = frozenset(
    line.removeprefix(mark)
    for line in [*TEMPLATE.splitlines(), CHANGES]
    for mark in ("", *_MARKS)
    if mark == "" or line.startswith(mark)
) - {"", "---", "status: draft", "revision: 1"}


def is_placeholder(text: str) -> bool:
    """Whether ``text`` is what the template says rather than what somebody wrote."""
    return text.strip() in PLACEHOLDERS or "《法律名》" in text
