"""The extensions' scripts and styles in the page, as URLs of Gradio's own file route with the time of change."""

import os

import gradio as gr

from modules import scripts
from modules.variant import ROOT

MAJOR = int(gr.__version__.split(".")[0])
_original = gr.routes.templates.TemplateResponse


def webpath(path):
    shown = os.path.relpath(path, ROOT) if path.startswith(ROOT + os.sep) else path
    if MAJOR > 4:
        return f"gradio_api/file={path}?{os.path.getmtime(path)}"
    return f"file={shown.replace(os.sep, '/')}?{os.path.getmtime(path)}"


def head():
    lines = [f'<script type="text/javascript" src="{webpath(os.path.join(ROOT, "script.js"))}"></script>']
    lines += [
        f'<script type="text/javascript" src="{webpath(s.path)}"></script>' for s in scripts.files("javascript", ".js")
    ]
    lines += [f'<script type="module" src="{webpath(s.path)}"></script>' for s in scripts.files("javascript", ".mjs")]
    return "\n".join([*lines, '<meta name="referrer" content="no-referrer"/>'])


def styles():
    sheets = [os.path.join(folder, "style.css") for folder in (ROOT, *scripts.extensions())]
    links = [f'<link rel="stylesheet" href="{webpath(path)}">' for path in sheets if os.path.isfile(path)]
    return "\n".join(links)


def inject():
    """Let Gradio 3 and 4 answer pages that hold head and styles; later ones take them at launch."""
    if MAJOR > 4:
        return
    before_head, before_body = head().encode(), styles().encode()

    def answer(*arguments, **named):
        response = _original(*arguments, **named)
        response.body = response.body.replace(b"</head>", before_head + b"</head>")
        response.body = response.body.replace(b"</body>", before_body + b"</body>")
        response.init_headers()
        return response

    gr.routes.templates.TemplateResponse = answer
