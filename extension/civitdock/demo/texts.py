"""Descriptions that authors really write, and some that attackers would."""

from __future__ import annotations

HOSTILE_DESCRIPTION = (
    "<h1>Read me</h1><script>window.demoAttack = 1</script>"
    '<p onclick="window.demoAttack = 2">Click</p><img src="x" onerror="window.demoAttack = 3">'
    '<a href="javascript:window.demoAttack=4">a link</a> <a href="https://example.org/">a good link</a>'
    '<iframe src="https://example.org/frame"></iframe><form action="https://example.org/post"><input name="key"></form>'
    '<style>body { display: none }</style><svg><animate onbegin="window.demoAttack=5"></animate></svg>'
    '<a href="data:text/html,<script>window.demoAttack=6</script>">data</a><base href="https://example.org/">'
    '<meta http-equiv="refresh" content="0;url=https://example.org/"><p>Plain words &lt;b&gt;stay&lt;/b&gt;.</p>'
    "</template></div></body><math><mtext></mtext></math>{{ 7 * 7 }} ${7 * 7} \U0001f980"
)


def long_description(size: int = 100_000) -> str:
    """HTML of about `size` characters with headings, lists, links, pictures and emoji."""
    block = (
        "<h3>Chapter {n}</h3><p>Notes on <strong>weight</strong> and <u>steps</u> \U0001f3a8.</p>"
        "<ol><li><p>First</p></li><li><p>Second</p></li></ol><pre><code>&lt;lora:demo:0.8&gt;</code></pre>"
        '<p><a target="_blank" rel="ugc" href="https://example.org/chapter/{n}">chapter {n}</a></p>'
    )
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(block.replace("{n}", str(len(parts) + 1)))
        length += len(parts[-1])
    return "".join(parts)
