"""The rival of `paint`: a page whose button puts 100 cards into a `gr.HTML`; the first line of output is its port."""

from __future__ import annotations

import itertools
import os
import sys

import gradio as gr

CARD = (
    '<figure style="width:150px;height:225px;display:inline-block;background:hsl({hue} 60% 40%)">'
    '<img src="{picture}" width="150" height="200" loading="lazy">'
    "<span>LORA</span><span>SDXL 1.0</span><figcaption>Model number {number}<br>creator<br>45k 2.3k 97 kB</figcaption>"
    "<button>Download</button></figure>"
)


def main() -> None:
    """Serve until the input ends."""
    updates = itertools.count(1)
    pictures = os.environ["PICTURES"].split()

    def cards() -> str:
        numbered = enumerate(itertools.islice(itertools.cycle(pictures), 100))
        parts = [CARD.format(hue=3 * number, number=number, picture=picture) for number, picture in numbered]
        return f'<div data-update="{next(updates)}">{"".join(parts)}</div>'

    with gr.Blocks(analytics_enabled=False) as page:
        button = gr.Button("Show", elem_id="show")
        shown = gr.HTML("", elem_id="cards")
        button.click(fn=cards, inputs=[], outputs=[shown])
    page.queue()
    _app, url, _share = page.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, inbrowser=False)
    print(url.rstrip("/").rpartition(":")[2], flush=True)
    sys.stdin.read()
    page.close()


if __name__ == "__main__":
    main()
