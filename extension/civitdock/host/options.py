"""Our settings as options of a WebUI: built from `SETTINGS`, the API key sealed before the host saves it.

The host's `shared` module is handed in, so that this file needs nothing of the host at import (`hosts.md 5`).
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from civitdock.settings import API_KEY, SETTINGS, Kind, Setting

log = logging.getLogger(__name__)

SECTION = ("civitdock", "CivitAI")
KEY_FILE = "api-key.sealed"

Seal = Callable[[str], str]


class KeyFile:
    """A copy of our own of the sealed key, used where another extension owns the option (design section 4)."""

    def __init__(self, path: Path, seal: Seal) -> None:
        self._path = path
        self._seal = seal

    def read(self) -> str | None:
        """The sealed key."""
        try:
            return self._path.read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def write(self, typed: str) -> None:
        """Keep a key, sealed."""
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=KEY_FILE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(self._seal(typed))
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, self._path)


def register(shared: Any, seal: Seal, data_dir: Callable[[], Path]) -> KeyFile | None:
    """Add our options to the host's Settings page; answers where the key is kept if the option is another's.

    An option of ours that is already there (Reload UI keeps them on some hosts) is simply described again.
    """
    foreign = _owned_by_another(shared)
    for setting in SETTINGS:
        if setting.key == API_KEY and foreign:
            continue
        shared.opts.add_option(setting.key, _option(shared, setting, seal))
    if foreign:
        log.warning("Another extension owns the option %s: CivitDock keeps its own copy, encrypted.", API_KEY)
        return KeyFile(data_dir() / KEY_FILE, seal)
    _seal_stored(shared, seal)
    return None


def _option(shared: Any, setting: Setting, seal: Seal) -> Any:
    component, arguments = _component(setting)
    option = shared.OptionInfo(
        setting.default,
        setting.label,
        component,
        arguments,
        onchange=(lambda: _seal_stored(shared, seal)) if setting.kind is Kind.SECRET else None,
        section=SECTION,
    )
    option.info(setting.help)
    if setting.restart:
        option.needs_restart()
    option.civitdock = True
    return option


def _component(setting: Setting) -> tuple[Any, dict[str, object] | None]:
    import gradio as gr

    if setting.kind is Kind.SECRET:
        return gr.Textbox, {"type": "password"}
    if setting.kind is Kind.CHOICE:
        return gr.Radio, {"choices": list(setting.choices)}
    if setting.kind is Kind.TEXT:
        return gr.Textbox, {"lines": 3} if setting.key == "civitai_folder_templates" else None
    if setting.kind in (Kind.INT, Kind.FLOAT):
        return gr.Number, {"precision": 0 if setting.kind is Kind.INT else 2}
    return gr.Checkbox, None


def _owned_by_another(shared: Any) -> bool:
    label = shared.opts.data_labels.get(API_KEY)
    return label is not None and not getattr(label, "civitdock", False)


def _seal_stored(shared: Any, seal: Seal) -> None:
    """Replace a clear key in the host's options by its sealed form; called before the host saves, never raises."""
    stored = shared.opts.data.get(API_KEY)
    if isinstance(stored, str) and stored:
        shared.opts.data[API_KEY] = seal(stored)
