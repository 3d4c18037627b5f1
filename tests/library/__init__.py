"""The library: sidecars, previews, arrivals, the index and the sync."""
