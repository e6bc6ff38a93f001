"""The HTTP side in one FastAPI application: JSON API, OpenAI-compatible endpoint, chat widget, built site."""
