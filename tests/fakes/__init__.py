"""Stand-ins for services outside the project, over real HTTP."""
