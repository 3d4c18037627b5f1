"""Choosing checkpoint, VAE, text encoders and preset: quick settings on A1111, Forge's own row at the top."""

import os
import sys

import gradio as gr

from modules import sd_models, shared
from modules.variant import FACTS

JS = "js" if int(gr.__version__.split(".")[0]) > 3 else "_js"
#: What a preset sets in both tabs: width, height, CFG, sampler, scheduler.
PRESETS = {
    "sd": (512, 640, 7, "Euler a", "Automatic"),
    "xl": (896, 1152, 5, "Euler a", "Automatic"),
    "flux": (896, 1152, 1, "Euler", "Simple"),
}


def draw(settings_json):
    """The row at the top. Answers what `connect` needs once the tabs stand."""
    names = [info.name for info in sd_models.checkpoints_list.values()]
    with gr.Row(elem_id="quicksettings"):
        preset = None
        if FACTS["presets"]:
            kind, label = (gr.Dropdown, "UI Preset") if FACTS["name"] == "neo" else (gr.Radio, "UI")
            preset = kind(FACTS["presets"], value=_preset, label=label, elem_id="forge_ui_preset")
            sys.modules["modules_forge.main_entry"].ui_forge_preset = preset
        marks = {"elem_classes": ["model_selection"]} if preset else {"elem_id": "setting_sd_model_checkpoint"}
        checkpoint = gr.Dropdown(names, value=_current(names), label="Checkpoint", **marks)
        if FACTS["module_list"]:
            _modules()
    checkpoint.change(fn=choose_checkpoint, inputs=[checkpoint], outputs=[settings_json])
    text = gr.Textbox(visible=False, elem_id="change_checkpoint_text")
    button = gr.Button("Change checkpoint", visible=False, elem_id="change_checkpoint")
    if FACTS["name"] == "neo":
        button.click(fn=_answer_checkpoint, inputs=[text], outputs=[checkpoint, settings_json])
    else:
        script = "(v) => { const wanted = desiredCheckpointName; desiredCheckpointName = null; return wanted || v; }"
        button.click(fn=_answer_checkpoint, inputs=[checkpoint], outputs=[checkpoint, settings_json], **{JS: script})
    return preset


def _preset():
    """As of each page, not of the start."""
    return shared.opts.forge_preset


def connect(preset, tabs):
    """A preset sets fields of both tabs."""
    if preset is None:
        return
    names = ("width", "height", "cfg_scale", "sampling", "scheduler")
    outputs = [tab.fields[name] for tab in tabs for name in names]

    def chosen(word):
        shared.opts.set("forge_preset", word)
        if word not in PRESETS:
            return [gr.update() for _ in outputs]
        return [gr.update(value=value) for _tab in tabs for value in PRESETS[word]]

    preset.change(fn=chosen, inputs=[preset], outputs=outputs, queue=False)


def choose_checkpoint(name):
    if name:
        shared.opts.set("sd_model_checkpoint", name)
    return shared.opts.dumpjson()


def _answer_checkpoint(name):
    return gr.update(value=name), choose_checkpoint(name)


def _current(names):
    if shared.opts.sd_model_checkpoint not in names and names:
        shared.opts.data["sd_model_checkpoint"] = names[0]
    return shared.opts.sd_model_checkpoint or None


def _modules():
    from modules_forge import main_entry

    def held():
        return [os.path.basename(path) for path in shared.opts.forge_additional_modules]

    names = list(main_entry.module_list)
    field = gr.Dropdown(names, value=held, multiselect=True, label="VAE / Text Encoder")
    main_entry.ui_vae = field

    def chosen(values):
        paths = [main_entry.module_list[name] for name in values or []]
        shared.opts.set("forge_additional_modules", paths)

    field.change(fn=chosen, inputs=[field], outputs=[])
