"""VAEs of the hosts that list them alone."""

import os

from modules import calls
from modules.paths_internal import models_path

vae_dict = {}


def refresh_vae_list():
    calls.note("vae")
    list_vaes()


def list_vaes():
    vae_dict.clear()
    for base, _, names in os.walk(os.path.join(models_path, "VAE")):
        vae_dict.update({name: os.path.join(base, name) for name in names if name.endswith((".safetensors", ".pt"))})
