"""Fetching files over HTTP into part files."""
