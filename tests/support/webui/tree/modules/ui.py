"""The page: txt2img, Settings and the extensions' tabs inside `#tabs`."""

import gradio as gr

from modules import script_callbacks, shared, ui_extra_networks, ui_gradio_extensions, ui_settings

shown = []


def create_ui():
    settings = ui_settings.UiSettings()
    shown.append(settings)
    ui_gradio_extensions.inject()
    script_callbacks.run("ui_settings")
    interfaces = [(_txt2img(), "txt2img", "txt2img"), (settings.draw(), "Settings", "settings")]
    for answer in script_callbacks.run("ui_tabs"):
        interfaces += answer or []
    with gr.Blocks(analytics_enabled=False, title="Stable Diffusion") as demo, gr.Tabs(elem_id="tabs"):
        for interface, label, name in interfaces:
            with gr.TabItem(label, id=name, elem_id=f"tab_{name}"):
                interface.render()
    return demo


def _txt2img():
    with gr.Blocks(analytics_enabled=False) as page:
        gr.Textbox(label="Prompt", lines=3, elem_id="txt2img_prompt")
        gr.Textbox(label="Negative prompt", lines=3, elem_id="txt2img_neg_prompt")
        gr.Button("Generate", elem_id="txt2img_generate").click(fn=generate, inputs=[], outputs=[])
        gr.Button("Interrupt", elem_id="txt2img_interrupt").click(fn=shared.state.interrupt, inputs=[], outputs=[])
        gr.Button("Skip", elem_id="txt2img_skip").click(fn=shared.state.interrupt, inputs=[], outputs=[])
        for cards in ui_extra_networks.extra_pages:
            name = cards.name.replace(" ", "_")
            shown = gr.HTML(cards.build(), elem_id=f"txt2img_{name}_cards")
            again = gr.Button("Refresh", elem_id=f"txt2img_{name}_extra_refresh_internal")
            again.click(fn=cards.build, inputs=[], outputs=[shown])
    return page


def generate():
    """A generation that takes until it is interrupted or the test ends it."""
    shared.state.begin("txt2img")
    shared.state.finish.wait(60)
    shared.state.end()
