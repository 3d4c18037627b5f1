"""The txt2img and img2img tabs: the fields of the real hosts under their ids, and a paste that does what theirs does.

The paste reads the prompt on the server, answers all fields at once, and puts what is no field but an option into the
override list when it differs from the option.
"""

import json
import re

import gradio as gr

from modules import infotext_utils, sd_models, sd_samplers, sd_schedulers, shared
from modules.ui_models import JS
from modules.variant import FACTS

if FACTS["module_list"]:
    from modules_forge import main_entry

#: Infotext words of options that a picture overrides.
OVERRIDES = {"Clip skip": "CLIP_stop_at_last_layers", "VAE": "sd_vae"}
_PAIR = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
_LABELS = {
    "steps": "Steps",
    "cfg_scale": "CFG scale",
    "distilled_cfg_scale": "Distilled CFG Scale",
    "seed": "Seed",
    "denoising_strength": "Denoising strength",
    "hr_upscaler": "Hires upscaler",
    "hr_scale": "Hires upscale",
    "hires_steps": "Hires steps",
    "hr_cfg": "Hires CFG Scale",
    "hr_distilled_cfg": "Hires Distilled CFG Scale",
    "hr_checkpoint": "Hires checkpoint",
    "hr_sampler": "Hires sampler",
    "hr_scheduler": "Hires schedule type",
    "hires_prompt": "Hires prompt",
    "hires_neg_prompt": "Hires negative prompt",
    "checkpoint": "Refiner",
    "switch_at": "Refiner switch at",
}


_SAME_MODULES = "Use same choices"


class Generation:
    """One tab. `fields` are components by the ends of their ids."""

    def __init__(self, tab):
        self.tab = tab
        self.fields = {}
        self.prompt = self.negative = self.override = self.hires = self.refiner = None

    def draw(self):
        with gr.Row(elem_id=f"{self.tab}_toprow"):
            with gr.Column(elem_id=f"{self.tab}_prompt_container"):
                self.prompt = gr.Textbox(label="Prompt", lines=3, elem_id=f"{self.tab}_prompt")
                self.negative = gr.Textbox(label="Negative prompt", lines=3, elem_id=f"{self.tab}_neg_prompt")
            with gr.Column(elem_id=f"{self.tab}_actions_column"):
                self._actions()
                with gr.Row(elem_id=f"{self.tab}_tools"):
                    paste = gr.Button("Paste", elem_id="paste")
        self._sampling()
        self._sizes()
        if self.tab == "txt2img":
            self._hires()
        self._refiner()
        self._add("denoising_strength", gr.Slider, minimum=0, maximum=1, step=0.01, value=0.7)
        self.override = gr.Dropdown(
            [], label="Override settings", multiselect=True, visible=False, elem_id=f"{self.tab}_override_settings"
        )
        self._connect(paste)

    def _actions(self):
        gr.Button("Generate", elem_id=f"{self.tab}_generate").click(fn=generate, inputs=[], outputs=[])
        gr.Button("Interrupt", elem_id=f"{self.tab}_interrupt").click(fn=shared.state.interrupt, inputs=[], outputs=[])
        gr.Button("Skip", elem_id=f"{self.tab}_skip").click(fn=shared.state.interrupt, inputs=[], outputs=[])

    def _add(self, name, make, **arguments):
        arguments.setdefault("elem_id", f"{self.tab}_{name}")
        self.fields[name] = make(label=name, **arguments)

    def _sampling(self):
        names = sd_samplers.visible_sampler_names()
        labels = [each.label for each in sd_schedulers.schedulers]
        self._add("sampling", gr.Dropdown, choices=names, value=names[0])
        self._add("scheduler", gr.Dropdown, choices=labels, value=labels[0])
        self._add("steps", gr.Slider, minimum=1, maximum=150, step=1, value=20)

    def _sizes(self):
        for name in ("width", "height"):
            self._add(name, gr.Slider, minimum=64, maximum=2048, step=8, value=512)
        self._add("cfg_scale", gr.Slider, minimum=1, maximum=30, step=0.1, value=7)
        if FACTS["presets"]:
            self._add("distilled_cfg_scale", gr.Slider, minimum=0, maximum=30, step=0.1, value=3.5)
        self._add("seed", gr.Number, value=-1, precision=0)

    def _hires(self):
        with gr.Accordion("Hires. fix", open=False, elem_id="txt2img_hr"):
            self.hires = gr.Checkbox(False, visible=False, elem_id="txt2img_hr-checkbox")
            names = [*shared.latent_upscale_modes, *(each.name for each in shared.sd_upscalers)]
            self._add("hr_upscaler", gr.Dropdown, choices=names, value=names[0])
            self._add("hr_scale", gr.Slider, minimum=1, maximum=4, step=0.05, value=2)
            self._add("hires_steps", gr.Slider, minimum=0, maximum=150, step=1, value=0)
            self._second_pass()

    def _second_pass(self):
        """These have no tab in their ids; the scheduler is missing on Classic."""
        lists = {
            "checkpoint": sd_models.checkpoint_tiles(use_short=True),
            "sampler": sd_samplers.visible_sampler_names(),
            "scheduler": [each.label for each in sd_schedulers.schedulers],
        }
        if FACTS["name"] == "classic":
            del lists["scheduler"]
        for name, listed in lists.items():
            same = f"Use same {name}"
            self._add(f"hr_{name}", gr.Dropdown, choices=[same, *listed], value=same, elem_id=f"hr_{name}")
        if FACTS["module_list"]:
            self._add("hr_distilled_cfg", gr.Slider, minimum=0, maximum=30, step=0.1, value=3.5)
            self._add("hr_cfg", gr.Slider, minimum=1, maximum=30, step=0.1, value=7)
            self._add(
                "hr_vae_te",
                gr.Dropdown,
                choices=[_SAME_MODULES, *main_entry.module_list],
                value=[_SAME_MODULES],
                multiselect=True,
                elem_id="hr_vae_te",
            )
        for name in ("hires_prompt", "hires_neg_prompt"):
            self._add(name, gr.Textbox, lines=3, elem_id=name)

    def _refiner(self):
        with gr.Accordion("Refiner", open=False, elem_id=f"{self.tab}_enable"):
            self.refiner = gr.Checkbox(False, visible=False, elem_id=f"{self.tab}_enable-checkbox")
            names = sd_models.checkpoint_tiles(use_short=FACTS["name"] == "forge")
            self._add("checkpoint", gr.Dropdown, choices=["", *names], value="")
            self._add("switch_at", gr.Slider, minimum=0.01, maximum=1, step=0.01, value=0.8)

    def _connect(self, paste):
        shown = [self.prompt, self.negative, *self.fields.values(), self.override]
        outputs = [*shown, self.refiner, *([self.hires] if self.hires is not None else [])]
        words = {field: _LABELS.get(name, name) for name, field in self.fields.items()}
        infotext_utils.add_paste_fields(self.tab, None, list(words.items()), self.override)
        paste.click(fn=self.paste, inputs=[self.prompt], outputs=outputs)
        paste.click(fn=None, inputs=[], outputs=[], **{JS: f"switch_to_{self.tab}"})

    def paste(self, text):
        pairs = parse(text)
        sampler, scheduler = sd_samplers.from_infotext(pairs)
        values = {label: pairs.get(word) for label, word in _LABELS.items()}
        values |= {"sampling": sampler, "scheduler": scheduler}
        values |= dict(zip(("width", "height"), pairs.get("Size", "x").split("x"), strict=True))
        answers = [gr.update(value=pairs["Prompt"]), gr.update(value=pairs["Negative prompt"])]
        values["hr_vae_te"] = hires_modules(pairs)
        for name, field in self.fields.items():
            value = values[name]
            answers.append(gr.update() if value in (None, "") else gr.update(value=_typed(value, field.value)))
        over = overrides(pairs)
        answers.append(gr.update(value=over, choices=over, visible=bool(over)))
        answers.append(gr.update(value="Refiner" in pairs))
        if self.hires is not None:
            answers.append(gr.update(value="Denoising strength" in pairs and "Hires upscale" in pairs))
        return answers


def _typed(text, like):
    return float(text) if isinstance(like, (int, float)) else text


def parse(text):
    """The words of an infotext; one pair too few and all of it is prompt."""
    *lines, last = text.strip().split("\n")
    pairs = dict(_PAIR.findall(last))
    if len(pairs) < 3:
        lines, pairs = [*lines, last], {}
    at = next((index for index, line in enumerate(lines) if line.startswith("Negative prompt:")), len(lines))
    negative = "\n".join(lines[at:]).removeprefix("Negative prompt:").strip()
    unquoted = {name: json.loads(value) if value[:1] == '"' else value for name, value in pairs.items()}
    return {"Clip skip": "1", **unquoted, "Prompt": "\n".join(lines[:at]), "Negative prompt": negative}


def hires_modules(pairs):
    """What Forge's reader makes of `Hires Module 1`; it knows files without their suffix."""
    if not FACTS["module_list"]:
        return None
    named = [value for word, value in pairs.items() if word.startswith("Hires Module ")]
    if named in ([], [_SAME_MODULES]):
        return [_SAME_MODULES]
    return [file for file in main_entry.module_list if file.rpartition(".")[0] in named]


def overrides(pairs):
    """What differs from the options, as `word: value`."""
    return [
        f"{word}: {pairs[word]}"
        for word, key in OVERRIDES.items()
        if word in pairs and str(getattr(shared.opts, key)) != pairs[word]
    ]


def generate():
    """A generation that takes until it is interrupted or the test ends it."""
    shared.state.begin("txt2img")
    shared.state.finish.wait(60)
    shared.state.end()
