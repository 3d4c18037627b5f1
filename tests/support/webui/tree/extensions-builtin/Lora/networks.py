"""Loras: named by their file without folder and suffix; the later folder wins."""

import os

from modules import calls, shared

available_networks = {}


class NetworkOnDisk:
    def __init__(self, name, filename):
        self.name, self.filename, self.alias = name, filename, name


def list_available_networks():
    calls.note("lora")
    available_networks.clear()
    for folder in [shared.cmd_opts.lora_dir, *getattr(shared.cmd_opts, "lora_dirs", [])]:
        for base, _, names in os.walk(folder):
            for name in names:
                stem, suffix = os.path.splitext(name)
                if suffix in (".safetensors", ".ckpt", ".pt"):
                    available_networks[stem] = NetworkOnDisk(stem, os.path.join(base, name))
