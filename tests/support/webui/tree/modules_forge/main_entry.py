"""VAEs and text encoders: one list (Forge and Neo)."""

from modules import calls


def refresh_models():
    calls.note("modules")
