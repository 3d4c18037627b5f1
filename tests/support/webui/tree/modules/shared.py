"""What everybody shares: options, state, flags."""

import os

import gradio as gr

from modules import shared_state
from modules.cmd_args import cmd_opts
from modules.options import OptionInfo, Options
from modules.paths_internal import data_path
from modules.variant import FACTS

config_filename = os.path.join(data_path, "config.json")
hide_dirs = {"visible": not cmd_opts.hide_ui_dir_config}
restricted_opts = {"outdir_samples"}
_section = ("saving", "Saving")
_percent = {"minimum": 1, "maximum": 100, "step": 1}
opts = Options(
    {
        "samples_format": OptionInfo("png", "File format", section=_section),
        "outdir_samples": OptionInfo("", "Output folder", component_args=hide_dirs, section=_section),
        "jpeg_quality": OptionInfo(80, "Quality", gr.Slider, _percent, section=_section),
        "hidden_tabs": OptionInfo([], "Hidden tabs", gr.CheckboxGroup, lambda: {"choices": ["a"]}, section=_section),
        "lora_show_all": OptionInfo(True, "Show all", section=("extra_networks", "Extra Networks")),
    },
    restricted_opts,
)
opts.load(config_filename)
state = shared_state.State()
demo = None


def refresh_checkpoints():
    from modules import sd_models

    sd_models.list_models()


if FACTS["hypernetworks"]:

    def reload_hypernetworks():
        from modules import calls

        calls.note("hypernetworks")
