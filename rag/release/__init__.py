"""One step from changed guideline files to index and site: all of it, or nothing, even by kill -9.

Change ── stage ──► copy of the content, checked ──► index (next generation) ──► site, beside the one that is up
                                                              │
                       journal.json, renamed into place = the commit point ──► files, pointer, site, git, history

``python -m rag.release`` publishes in a process of its own (`job`); `recover` finishes what a killed one had committed.
"""

from rag.release.compare import answers_that_change
from rag.release.history import can_undo, publications
from rag.release.job import Job, Progress, read_progress, settings_for, start_job
from rag.release.journal import recover
from rag.release.models import Change, Publication
from rag.release.publish import publish, record, roll_back

__all__ = [
    "Change",
    "Job",
    "Progress",
    "Publication",
    "answers_that_change",
    "can_undo",
    "publications",
    "publish",
    "read_progress",
    "record",
    "recover",
    "roll_back",
    "settings_for",
    "start_job",
]
