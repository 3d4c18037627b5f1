"""Where the host and its data lie."""

import os

from modules.cmd_args import data_path, models_path
from modules.variant import ROOT

script_path = ROOT
extensions_dir = os.path.join(data_path, "extensions")
extensions_builtin_dir = os.path.join(script_path, "extensions-builtin")
for _folder in (extensions_dir, models_path):
    os.makedirs(_folder, exist_ok=True)
__all__ = ["data_path", "extensions_builtin_dir", "extensions_dir", "models_path", "script_path"]
