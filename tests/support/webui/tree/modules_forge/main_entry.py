"""VAEs and text encoders: one list (Forge and Neo)."""

import os

from modules import calls
from modules.paths_internal import models_path

module_list = {}
ui_forge_preset = None
ui_vae = None


def refresh_models():
    calls.note("modules")
    list_modules()


def list_modules():
    module_list.clear()
    for folder in ("VAE", "text_encoder"):
        for base, _, names in os.walk(os.path.join(models_path, folder)):
            module_list.update({name: os.path.join(base, name) for name in names if name.endswith(".safetensors")})
