"""The script check: what is about to be said live, read against the rules of a day before anybody says it.

    text ── fold ──► plain text with positions ── sentences ──► where and about which goods
    guidelines/rules/*.yml ── packs ──► Pack ── propose ──► Candidate ── judge (context) ──► Finding ┐
                                          └─── missing ───────────────────────────────────► Finding ┴► Report

A chat model, where one is set, may propose a wording; the same check decides on it (`reword`).

Rules propose, exceptions decide: a `Judge` looks at each candidate in its sentence. Every finding rests on a clause in force
on the day; a rule whose clause was not in force on that day is silent. Deterministic; nothing is kept.
"""

from rag.script.checker import Checker
from rag.script.editing import with_new_rule, with_rule, without_rule
from rag.script.files import MAX_FILE_BYTES, SUFFIXES, read_script, read_script_file
from rag.script.models import MAX_TEXT, Absence, Exemption, Level, Report, Rule, ScriptError
from rag.script.packcheck import check_rules
from rag.script.packs import EXEMPTIONS, LISTS, MISSING, load_pack, read_lists
from rag.script.reword import Reworder
from rag.script.slow import too_slow
from rag.script.tables import as_csv, as_text
from rag.script.wordlists import with_words

__all__ = [
    "EXEMPTIONS",
    "LISTS",
    "MAX_FILE_BYTES",
    "MAX_TEXT",
    "MISSING",
    "SUFFIXES",
    "Absence",
    "Checker",
    "Exemption",
    "Level",
    "Report",
    "Reworder",
    "Rule",
    "ScriptError",
    "as_csv",
    "as_text",
    "check_rules",
    "load_pack",
    "read_lists",
    "read_script",
    "read_script_file",
    "too_slow",
    "with_new_rule",
    "with_rule",
    "with_words",
    "without_rule",
]
