"""Measurements: retrieval against peers, speed of the running server. See README.md."""
