"""For programs: the OpenAI protocol, MCP, health and metrics."""
