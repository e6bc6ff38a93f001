"""One guideline file, sound, that the tests of the format spoil in their ways."""

from pathlib import Path

from rag.content.registers import load_registers

ROOT = Path(__file__).resolve().parents[2]
REGISTERS = load_registers(ROOT / "guidelines")
NAME = "live-room/price/2026-02-01.md"
HEAD = """---
title: 直播间价格
operator: live-room
topics: [price]
status: published
revision: 1
verified_on: 2026-11-20
summary: 怎么标价才对
---
"""
