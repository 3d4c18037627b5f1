"""Browser contexts that tests hand on: the cache of modules stays, everything else a page kept is gone.

A page whose modules are all asked for anew costs 3 to 4 s of CPU, one that finds them in its cache 1 s.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext


class Contexts:
    """The contexts for the pages of one origin, one at least for each set of options."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser = browser
        self._origin = origin
        self._idle: list[tuple[dict[str, Any], BrowserContext]] = []
        self._taken: list[tuple[dict[str, Any], BrowserContext]] = []
        self._spoilt: list[BrowserContext] = []

    def take(self, **options: Any) -> BrowserContext:
        """A context with these options of `new_context` that no one else has now."""
        found = next((one for one in self._idle if one[0] == options), None)
        if found is None:
            found = (options, self._browser.new_context(**options))
        else:
            self._idle.remove(found)
        self._taken.append(found)
        return found[1]

    def spoil(self, context: BrowserContext) -> None:
        """Give it to nobody else: it has what cannot be taken away, like a clock of its own."""
        self._spoilt.append(context)

    def take_back(self) -> None:
        """Close all pages and forget what they kept: cookies, storages, databases."""
        while self._taken:
            options, context = self._taken.pop()
            if context in self._spoilt:
                context.close()
            else:
                self._clear(context)
                self._idle.append((options, context))

    def _clear(self, context: BrowserContext) -> None:
        pages = context.pages or [context.new_page()]
        for page in pages[1:]:
            page.close()
        pages[0].goto("about:blank")  # else it would write once more
        asked = {"origin": self._origin, "storageTypes": "all"}
        context.new_cdp_session(pages[0]).send("Storage.clearDataForOrigin", asked)
        pages[0].close()
        context.clear_cookies()

    def close(self) -> None:
        """End them all."""
        for _, context in [*self._idle, *self._taken]:
            context.close()
