"""Loras: named by their file without folder and suffix; the later folder wins."""

import os

from modules import calls, shared

available_networks = {}


def list_available_networks():
    calls.note("lora")
    available_networks.clear()
    for folder in [shared.cmd_opts.lora_dir, *getattr(shared.cmd_opts, "lora_dirs", [])]:
        for base, _, names in os.walk(folder):
            for name in names:
                stem, suffix = os.path.splitext(name)
                if suffix in (".safetensors", ".ckpt", ".pt"):
                    available_networks[stem] = os.path.join(base, name)
