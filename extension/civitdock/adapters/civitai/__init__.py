"""CivitAI's REST interface: wire models and client."""
