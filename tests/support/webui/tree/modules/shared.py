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
_models = ("sd", "Stable Diffusion")
_percent = {"minimum": 1, "maximum": 100, "step": 1}
_forge = {
    "forge_preset": OptionInfo("sd", "Preset", section=_models),
    "forge_additional_modules": OptionInfo([], "Modules", gr.CheckboxGroup, {"choices": []}, section=_models),
}
opts = Options(
    {
        **(_forge if FACTS["presets"] else {}),
        "samples_format": OptionInfo("png", "File format", section=_section),
        "outdir_samples": OptionInfo("", "Output folder", component_args=hide_dirs, section=_section),
        "jpeg_quality": OptionInfo(80, "Quality", gr.Slider, _percent, section=_section),
        "hidden_tabs": OptionInfo([], "Hidden tabs", gr.CheckboxGroup, lambda: {"choices": ["a"]}, section=_section),
        "sd_model_checkpoint": OptionInfo("", "Checkpoint", section=_models),
        "sd_vae": OptionInfo("Automatic", "SD VAE", section=_models, infotext="VAE"),
        "CLIP_stop_at_last_layers": OptionInfo(1, "Clip skip", section=_models, infotext="Clip skip"),
        "lora_show_all": OptionInfo(True, "Show all", section=("extra_networks", "Extra Networks")),
    },
    restricted_opts,
)
opts.load(config_filename)
state = shared_state.State()


class Upscaler:
    def __init__(self, name):
        self.name = name


latent_upscale_modes = {"Latent": {}, "Latent (nearest)": {}}
sd_upscalers = [Upscaler("None"), Upscaler("4x-AnimeSharp")]
demo = None


def refresh_checkpoints():
    from modules import sd_models

    sd_models.list_models()


if FACTS["hypernetworks"]:

    def reload_hypernetworks():
        from modules import calls

        calls.note("hypernetworks")
