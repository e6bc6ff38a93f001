"""The engine: from guideline files to a cited, verified answer. See docs/architecture for the flow between modules."""
