"""Extensions and their scripts: order, `sys.path` and module names as the hosts have them (`hosts.md 2`)."""

import importlib.util
import os
import sys
from collections import namedtuple

from modules import errors, paths_internal, script_callbacks
from modules.variant import FACTS

Script = namedtuple("Script", "extension path")


def extensions():
    """Folders, built-in first, each group by name."""
    found = []
    for folder in (paths_internal.extensions_builtin_dir, paths_internal.extensions_dir):
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        found += [path for path in (os.path.join(folder, name) for name in names) if os.path.isdir(path)]
    return found


def files(folder, suffix):
    """Files with that suffix in a folder of each extension, by name, not recursive."""
    for extension in extensions():
        base = os.path.join(extension, folder)
        for name in sorted(os.listdir(base)) if os.path.isdir(base) else []:
            if name.endswith(suffix) and os.path.isfile(os.path.join(base, name)):
                yield Script(extension, os.path.join(base, name))


def load_all():
    """Run every script as a new module that is in no table; one that raises is reported."""
    script_callbacks.clear()
    scripts = list(files("scripts", ".py"))
    if FACTS["keeps_paths"]:
        sys.path[:0] = [root for root in dict.fromkeys(s.extension for s in scripts) if root not in sys.path]
    before = list(sys.path)
    for script in scripts:
        if not FACTS["keeps_paths"]:
            sys.path = [script.extension, *before]
        try:
            spec = importlib.util.spec_from_file_location(os.path.basename(script.path), script.path)
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
        except Exception:  # noqa: BLE001  whatever an extension raises
            errors.report(f"Error loading script: {os.path.basename(script.path)}", exc_info=True)
        finally:
            sys.path = list(before)
