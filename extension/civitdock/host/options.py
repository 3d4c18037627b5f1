"""Our settings as options of a WebUI: built from `SETTINGS`, the API key sealed before the host saves or shows it.

The host's `shared` module is handed in, so that this file needs nothing of the host at import (`hosts.md 5`).
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from civitdock.errors import InvalidRequest
from civitdock.settings import API_KEY, SETTINGS, Kind, Setting, Value

log = logging.getLogger(__name__)

SECTION = ("civitdock", "CivitAI")
KEY_FILE = "api-key.sealed"
#: Ranges that a slider's length can tell apart; wider ones get a number field.
_WIDEST_SLIDER = 2200

Seal = Callable[[str], str]


class KeyFile:
    """A copy of our own of the sealed key, used where another extension owns the option (design section 4)."""

    def __init__(self, path: Path, seal: Seal) -> None:
        self._path = path
        self._seal = seal

    def read(self, theirs: object) -> str | None:
        """The sealed key; where there is none yet, `theirs` (the other extension's option) becomes it."""
        own = self._stored()
        if own is None and isinstance(theirs, str) and theirs.strip():
            self.write(theirs)
            own = self._stored()
        return own or None

    def write(self, typed: str) -> None:
        """Keep a key, sealed; an empty text means that there shall be none, whatever the other extension holds."""
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=KEY_FILE)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(self._seal(typed))
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _stored(self) -> str | None:
        try:
            return self._path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None


def register(shared: Any, seal: Seal) -> None:
    """Add our options to the host's Settings page.

    An option of ours that is already there (Reload UI keeps them) is simply described again. One that another
    extension registered first is left alone; one that registers it after us takes it over (`key_is_foreign`).
    """
    for setting in SETTINGS:
        if setting.key == API_KEY and key_is_foreign(shared):
            log.warning("Another extension owns the option %s: CivitDock keeps its own copy, encrypted.", API_KEY)
            continue
        shared.opts.add_option(setting.key, _option(shared, setting, seal))
        if setting.kind is not Kind.SECRET:
            _repair(shared, setting)


def key_is_foreign(shared: Any) -> bool:
    """Whether another extension's option bears our key's name."""
    label = shared.opts.data_labels.get(API_KEY)
    return label is not None and not getattr(label, "civitdock", False)


def _option(shared: Any, setting: Setting, seal: Seal) -> Any:
    component, arguments = _component(setting)
    secret = setting.kind is Kind.SECRET
    option = shared.OptionInfo(
        setting.default,
        setting.label,
        component,
        _when_drawn(shared, seal) if secret else arguments,
        onchange=(lambda: _seal_stored(shared, seal)) if secret else None,
        section=SECTION,
    )
    option.info(setting.help)
    if setting.restart:
        option.needs_restart()
    option.civitdock = True
    return option


def _component(setting: Setting) -> tuple[Any, dict[str, object] | None]:
    import gradio as gr

    if setting.kind is Kind.CHOICE:
        return gr.Radio, {"choices": list(setting.choices)}
    if setting.kind in (Kind.TEXT, Kind.SECRET):
        return gr.Textbox, {"lines": 3} if setting.key == "civitai_folder_templates" else None
    if setting.kind in (Kind.INT, Kind.FLOAT):
        if setting.high <= _WIDEST_SLIDER:
            step = 1 if setting.kind is Kind.INT else 0.01
            return gr.Slider, {"minimum": setting.low, "maximum": setting.high, "step": step}
        return gr.Number, {"precision": 0 if setting.kind is Kind.INT else 2}
    return gr.Checkbox, None


def _when_drawn(shared: Any, seal: Seal) -> Callable[[], dict[str, object]]:
    """The key's component arguments, which the host asks for just before it reads the value to show.

    A key that lies in the host's file in clear (typed into the file, or left by an extension that is gone) is sealed
    there and not at registration: by then every extension has registered, so an option that is not ours is not touched.
    """

    def arguments() -> dict[str, object]:
        if _seal_stored(shared, seal):
            try:
                shared.opts.save(shared.config_filename)
            except (AssertionError, OSError) as error:
                log.warning("The sealed API key could not be written to the WebUI's settings: %s", error)
        return {"type": "password"}

    return arguments


def _seal_stored(shared: Any, seal: Seal) -> bool:
    """Replace a clear key in the host's options by its sealed form; answers whether it did. Never raises."""
    stored = shared.opts.data.get(API_KEY)
    if not isinstance(stored, str) or not stored:
        return False
    shared.opts.data[API_KEY] = seal(stored)
    return bool(shared.opts.data[API_KEY] != stored)


def _repair(shared: Any, setting: Setting) -> None:
    """Give a stored value its type: with one wrong value the host refuses to apply any setting (`hosts.md 5`)."""
    stored = shared.opts.data.get(setting.key)
    fitting: Value
    try:
        fitting = setting.parse(stored)
    except InvalidRequest:
        fitting = setting.default
    if type(stored) is not type(fitting) or stored != fitting:
        shared.opts.data[setting.key] = fitting
