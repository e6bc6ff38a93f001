"""The public gold set for checkers of livestream scripts, its reader, its scores and a word-list baseline."""
