"""The pages of model cards: what a card reads, and what it remembers (`hosts.md 7`)."""

import html
import json
import os
import sys
from urllib.parse import quote

from fastapi import HTTPException
from fastapi.responses import FileResponse, JSONResponse

from modules import sd_models, shared
from modules.file_lister import FileLister
from modules.variant import FACTS

extra_pages = []
PREVIEWS = ("png", "jpg", "jpeg", "webp", "gif")
#: What all hosts' cards have in common (`hosts.md 7`): the names, classes and attributes that extensions go by.
CARD = """<div class="card" onclick="{click}" data-name="{name}" data-sort-path="{lower}">{picture}
<div class="button-row"><div class="copy-path-button card-button" data-clipboard-text="{path}"></div></div>
<div class="actions"><div class="additional"></div><span class="name">{name}</span>
<span class="description">{shown}</span></div></div>"""


class Page:
    """Cards of one kind. `listed` answers names and paths, `folders` where previews may lie, `refresh` lists anew."""

    def __init__(self, title, listed, folders, refresh):
        self.title, self.name, self.listed, self.folders = title, title.lower(), listed, folders
        self.refresh = refresh
        self.lister = FileLister()
        self.texts = {}

    def build(self, tab="txt2img"):
        self.lister.reset()
        self.texts.clear()
        name = f"{tab}_{self.name.replace(' ', '_')}"
        cards = "".join(self.card(each, tab) for each in self.listed())
        grid = f'<div id="{name}_cards" class="extra-network-cards">{cards}</div>'
        return f'<div id="{name}_pane" class="extra-network-pane">{grid}</div>'

    def card(self, name, tab="txt2img"):
        path = self.listed()[name]
        base = os.path.splitext(path)[0]
        known = self._metadata(base)
        if not isinstance(known, dict):
            raise TypeError("user metadata must be an object")
        shots = (f"{base}{dot}{kind}" for kind in PREVIEWS for dot in (".", ".preview."))
        shot = next((path for path in shots if self.lister.exists(path)), "")
        words = known.get("description", ""), known.get("activation text", ""), known.get("sd version", "")
        shown = html.escape(" | ".join([*words, os.path.basename(shot)]))
        click = html.escape(f"cardClicked({json.dumps(tab)}, {json.dumps(f'<{self.name}:{name}:1>')})")
        return CARD.format(
            click=click,
            name=html.escape(name),
            path=html.escape(path),
            lower=html.escape(path.lower()),
            picture=f'<img src="./sd_extra_networks/thumb?filename={quote(shot)}" class="preview" loading="lazy">'
            if shot
            else "",
            shown=shown,
        )

    def _metadata(self, base):
        path = base + ".json"
        if not self.lister.exists(path):
            return {}
        with open(path, encoding="utf8") as file:
            return json.load(file)


def _loras():
    networks = sys.modules.get("networks")
    return {name: each.filename for name, each in networks.available_networks.items()} if networks else {}


def _checkpoints():
    return {info.name: info.filename for info in sd_models.checkpoints_list.values()}


def register_pages():
    from modules import ui_extra_networks_textual_inversion as embeddings

    extra_pages.clear()
    flags = shared.cmd_opts
    extra_pages.append(embeddings.EmbeddingsPage("Textual Inversion", dict, [flags.embeddings_dir], embeddings.refresh))
    if FACTS["hypernetworks"]:
        folders = [flags.hypernetwork_dir]
        extra_pages.append(Page("Hypernetworks", dict, folders, shared.reload_hypernetworks))
    models = [sd_models.model_path]
    extra_pages.append(Page("Checkpoints", _checkpoints, models, shared.refresh_checkpoints))
    loras = [flags.lora_dir, *getattr(flags, "lora_dirs", [])]
    extra_pages.append(Page("Lora", _loras, loras, sys.modules["networks"].list_available_networks))


def add_routes(app):
    @app.get("/sd_extra_networks/thumb")
    def thumb(filename: str = ""):
        if not os.path.isfile(filename):
            raise HTTPException(status_code=404, detail="File not found")
        folders = [os.path.abspath(folder) for page in extra_pages for folder in page.folders]
        if not any(os.path.abspath(filename).startswith(folder + os.sep) for folder in folders):
            raise ValueError("not in a folder of a page")
        return FileResponse(filename)

    @app.get("/sd_extra_networks/get-single-card")
    def single_card(page: str = "", name: str = "", tabname: str = "txt2img"):
        found = next(each for each in extra_pages if each.name == page)
        return JSONResponse({"html": found.card(name, tabname)})
