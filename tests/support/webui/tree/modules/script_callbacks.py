"""Callbacks by name. None takes `name=`, as on Classic; a callback that raises is reported and the next one runs."""

import inspect

from modules import errors

_callbacks = {}


def _adder(kind):
    def add(callback):
        script = inspect.stack()[1].filename
        _callbacks.setdefault(kind, []).append((script, callback))

    return add


on_app_started = _adder("app_started")
on_before_ui = _adder("before_ui")
on_ui_settings = _adder("ui_settings")
on_ui_tabs = _adder("ui_tabs")
on_before_reload = _adder("before_reload")
on_script_unloaded = _adder("script_unloaded")


def run(kind, *arguments):
    """Call everybody; the list of what they answered."""
    answers = []
    for script, callback in list(_callbacks.get(kind, [])):
        try:
            answers.append(callback(*arguments))
        except Exception:  # noqa: BLE001  whatever an extension raises
            errors.report(f"Error executing callback {kind} for {script}", exc_info=True)
    return answers


def clear():
    _callbacks.clear()
