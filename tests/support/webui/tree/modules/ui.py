"""The page: txt2img, img2img, Settings and the extensions' tabs inside `#tabs`, what models are used above them."""

import gradio as gr

from modules import script_callbacks, ui_extra_networks, ui_generation, ui_gradio_extensions, ui_models, ui_settings

shown = []


def create_ui():
    settings = ui_settings.UiSettings()
    shown.append(settings)
    ui_gradio_extensions.inject()
    script_callbacks.run("ui_settings")
    tabs = [ui_generation.Generation("txt2img"), ui_generation.Generation("img2img")]
    interfaces = [(_generation(tab), tab.tab, tab.tab) for tab in tabs]
    interfaces.append((settings.draw(), "Settings", "settings"))
    for answer in script_callbacks.run("ui_tabs"):
        interfaces += answer or []
    with gr.Blocks(analytics_enabled=False, title="Stable Diffusion") as demo:
        preset = ui_models.draw(settings.held)
        with gr.Tabs(elem_id="tabs"):
            for interface, label, name in interfaces:
                with gr.TabItem(label, id=name, elem_id=f"tab_{name}"):
                    interface.render()
        ui_models.connect(preset, tabs)
    return demo


def _generation(tab):
    with gr.Blocks(analytics_enabled=False) as page:
        tab.draw()
        with gr.Column(elem_id=f"{tab.tab}_extra_tabs"):
            for cards in ui_extra_networks.extra_pages:
                _cards(cards, tab.tab)
    return page


def _cards(cards, tab):
    name = f"{tab}_{cards.name.replace(' ', '_')}"
    shown = gr.HTML(cards.build(tab), elem_id=f"{name}_cards_html")
    again = gr.Button("Refresh", elem_id=f"{name}_extra_refresh_internal")

    def anew():
        cards.refresh()
        return cards.build(tab)

    again.click(fn=anew, inputs=[], outputs=[shown])
