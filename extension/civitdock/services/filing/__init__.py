"""Deleting into the trash, moving and organising, undo, and orphans (design sections 6 and 14)."""
