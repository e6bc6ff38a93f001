"""What of a draft may be shown."""

from __future__ import annotations

from rag.ask.compose.draft import Draft
from rag.ask.verify.sentence import verify_sentence, verify_word


def verified(draft: Draft) -> Draft:
    """The draft without sentences that do not rest on what they cite, and without citations nobody uses."""
    citations = {c.n: c for c in draft.citations}
    kept = [s for s in draft.sentences if verify_sentence(s, citations).fault is None]
    used = {n for s in kept for n in s.citations}
    words = [w if w and w[1] in used and verify_word(w[0], citations[w[1]]) else None for w in draft.words]
    return Draft(sentences=kept, citations=[c for c in draft.citations if c.n in used], words=words)
