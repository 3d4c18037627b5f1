"""Where links to CivitAI's pages begin."""

from __future__ import annotations

from civitdock.domain import links
from civitdock.settings import BY_KEY, Settings


def page_base(settings: Settings) -> str:
    """The address of the setting without a slash at its end; CivitAI's own where that is of no use."""
    base = settings.text("civitai_page_url").strip().rstrip("/")
    return base if links.valid_page_base(base) else str(BY_KEY["civitai_page_url"].default)
