"""Implementations of the ports: CivitAI, SQLite, files, hashing, images."""
