"""Embeddings, which are loaded with a checkpoint."""

from modules import calls


class _Database:
    def load_textual_inversion_embeddings(self, force_reload=False):
        calls.note("embeddings")


class _Hijack:
    embedding_db = _Database()


model_hijack = _Hijack()
