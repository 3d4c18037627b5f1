"""Checkpoints: the folders of the flag are added to the default one."""

import os

from modules import calls, shared
from modules.paths_internal import models_path

model_path = os.path.join(models_path, "Stable-diffusion")
checkpoints_list = {}


class _ModelData:
    sd_model = None


model_data = _ModelData()


def list_models():
    calls.note("checkpoints")
    checkpoints_list.clear()
    flags = [getattr(shared.cmd_opts, "ckpt_dir", None), *getattr(shared.cmd_opts, "ckpt_dirs", [])]
    for folder in [model_path, *(flag for flag in flags if flag)]:
        for base, _, names in os.walk(folder):
            for name in names:
                if name.endswith((".safetensors", ".ckpt")):
                    checkpoints_list[os.path.relpath(os.path.join(base, name), folder)] = os.path.join(base, name)
