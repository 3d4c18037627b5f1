"""The Settings page: one component per option, and what Apply does with their values (`hosts.md 5`)."""

import json
import threading

import gradio as gr

from modules import shared
from modules.shared import opts

_BY_TYPE = {str: gr.Textbox, int: gr.Number, bool: gr.Checkbox}


class UiSettings:
    def __init__(self):
        self.components = {}
        self.held = None

    def draw(self):
        with gr.Blocks(analytics_enabled=False) as page:
            submit = gr.Button("Apply settings", elem_id="settings_submit")
            gr.Button("Reload UI", elem_id="settings_restart_gradio").click(fn=request_reload, inputs=[], outputs=[])
            result = gr.HTML(elem_id="settings_result")
            self._sections()
            self.held = gr.Textbox(opts.dumpjson, elem_id="settings_json", visible=False)
            submit.click(fn=self.apply, inputs=list(self.components.values()), outputs=[self.held, result])
        return page

    def _sections(self):
        sections = list(dict.fromkeys(info.section for info in opts.data_labels.values()))
        with gr.Tabs(elem_id="settings"):
            for section in sections:
                with gr.TabItem(section[1], elem_id=f"settings_{section[0]}"):
                    for key, info in opts.data_labels.items():
                        if info.section == section:
                            self.components[key] = self._component(key, info)

    def _component(self, key, info):
        arguments = info.component_args() if callable(info.component_args) else info.component_args
        make = info.component or _BY_TYPE.get(type(info.default))
        if make is None:
            raise TypeError(f"bad options item type: {type(info.default)} for key {key}")
        return make(label=info.label, value=getattr(opts, key), elem_id=f"setting_{key}", **(arguments or {}))

    def apply(self, *values):
        """Check every type, then set, then save."""
        pairs = list(zip(self.components, values, strict=True))
        for key, value in pairs:
            default = opts.data_labels[key].default
            assert opts.same_type(value, default), f"Bad value for setting {key}: {value!r}; expecting {type(default)}"
        changed = [key for key, value in pairs if opts.set(key, value)]
        opts.save(shared.config_filename)
        return opts.dumpjson(), f"{len(changed)} settings changed: {', '.join(changed)}."

    def apply_typed(self, typed):
        """Apply as a browser does: every component's value there and back, the typed ones in place of the shown."""
        values = []
        for key, component in self.components.items():
            shown = typed[key] if key in typed else json.loads(json.dumps(component.postprocess(getattr(opts, key))))
            values.append(component.preprocess(shown))
        answers = []
        worker = threading.Thread(target=lambda: answers.append(self.apply(*values)), name="AnyIO worker thread")
        worker.start()
        worker.join(20)
        return answers[0][1]


def request_reload():
    from modules import webui

    webui.commands.put("reload")
