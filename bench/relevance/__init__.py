"""Questions as people speak them, with graded clauses; see README.md."""
