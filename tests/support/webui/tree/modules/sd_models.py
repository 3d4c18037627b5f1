"""Checkpoints: the folders of the flag are added to the default one."""

import os

from modules import calls, shared
from modules.paths_internal import models_path

model_path = os.path.join(models_path, "Stable-diffusion")
checkpoints_list = {}


class _ModelData:
    sd_model = None


model_data = _ModelData()


class CheckpointInfo:
    """`name` is the path below its folder."""

    def __init__(self, filename, folder):
        self.filename = filename
        self.name = self.title = os.path.relpath(filename, folder)
        self.name_for_extra = os.path.splitext(os.path.basename(filename))[0]
        self.short_title = self.name_for_extra
        self.ids = [self.name, self.name_for_extra]


def list_models():
    calls.note("checkpoints")
    checkpoints_list.clear()
    flags = [getattr(shared.cmd_opts, "ckpt_dir", None), *getattr(shared.cmd_opts, "ckpt_dirs", [])]
    for folder in [model_path, *(flag for flag in flags if flag)]:
        for base, _, names in os.walk(folder):
            for name in names:
                if name.endswith((".safetensors", ".ckpt")):
                    info = CheckpointInfo(os.path.join(base, name), folder)
                    checkpoints_list[info.title] = info


def checkpoint_tiles(use_short=False):
    return [info.short_title if use_short else info.title for info in checkpoints_list.values()]
