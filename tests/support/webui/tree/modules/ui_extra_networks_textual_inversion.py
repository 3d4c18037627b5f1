"""Embeddings: on Forge and Neo a list of the page's own, elsewhere one that needs the checkpoint (`hosts.md 7`)."""

from modules import calls, sd_models
from modules.ui_extra_networks import Page
from modules.variant import FACTS

if FACTS["module_list"]:
    embedding_db = object()


class EmbeddingsPage(Page):
    pass


def refresh():
    if not FACTS["module_list"] and sd_models.model_data.sd_model is None:
        calls.note("checkpoint loaded")
    calls.note("embeddings")
