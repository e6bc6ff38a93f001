"""One small module per group of routes; each offers ``router``."""
