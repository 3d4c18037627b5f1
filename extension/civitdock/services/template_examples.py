"""The live example of the settings panel: where a sample model would land with these templates."""

from __future__ import annotations

from dataclasses import dataclass

from civitdock.domain import templates
from civitdock.domain.template_examples import Example, example
from civitdock.errors import InvalidRequest
from civitdock.ports.host import Host


@dataclass(frozen=True)
class LineExample:
    """One usable line of the setting with what it becomes; `type` in CivitAI's spelling, `*` for every type."""

    type: str
    template: str
    example: Example


@dataclass(frozen=True)
class ExamplesView:
    """Examples of the whole setting, and the lines that cannot be used."""

    lines: tuple[LineExample, ...]
    bad: tuple[templates.BadLine, ...]


class TemplateExamples:
    """Answers while the user types; it changes nothing and asks nobody but the host for its folders."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def one(self, model_type: str, template: str) -> tuple[Example | None, str | None]:
        """The example of one template, or what is wrong with it; raises `InvalidRequest` for an unknown type."""
        wrong = templates.type_trouble(model_type)
        if wrong:
            raise InvalidRequest(f"type: {wrong}")
        trouble = templates.trouble(template)
        if trouble:
            return None, trouble
        return example(templates.spelled(model_type), template, self._host.roots()), None

    def all(self, text: str) -> ExamplesView:
        """Examples of every line of the setting."""
        read, roots = templates.parse(text), self._host.roots()
        lines = (LineExample(kind, template, example(kind, template, roots)) for kind, template in read.lines())
        return ExamplesView(tuple(lines), read.bad)
