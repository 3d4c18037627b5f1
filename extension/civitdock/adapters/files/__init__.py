"""Model files, sidecars and previews on disk."""
