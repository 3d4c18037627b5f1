"""Reading and changing settings; the API key goes in and never comes out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Body, Query

from civitdock.errors import LockedByHost
from civitdock.services.template_examples import TemplateExamples
from civitdock.settings import BY_KEY, Guard
from civitdock.web import answers_work, guards
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models_work import AccountShape, TemplateExampleShape
from civitdock.web.routes.common import CIVITAI, answer, failures
from civitdock.web.services import Services

#: As long as the setting itself may be, in characters.
_LONGEST_TEMPLATES = BY_KEY["civitai_folder_templates"].longest


def add(router: APIRouter, services: Services) -> None:
    """Put the routes of this module on a router."""

    @router.get("/settings", response_model=dict[str, Any], responses=failures())
    async def settings() -> JsonAnswer:
        """Every setting with its value (of the API key only whether one is set), and `descriptors` of those that do
        something here: without a WebUI, those about one are left out."""
        return await answer(services, lambda: view(services))

    @router.post("/settings", response_model=dict[str, Any], responses=failures(413, 415))
    async def change_settings(values: dict[str, Any] = Body(..., description="Keys and values")) -> JsonAnswer:
        """Change settings at once, all or none; answers what `GET settings` answers."""
        return await answer(services, lambda: change(services, values))

    @router.post("/settings/test-key", response_model=AccountShape, responses=failures(415, *CIVITAI))
    async def test_key() -> JsonAnswer:
        """The name of the account behind the stored API key."""
        return await answer(services, lambda: {"account": services.settings.test_key()})

    @router.get("/template-example", response_model=TemplateExampleShape, responses=failures(409))
    async def template_example(
        model_type: str = Query("LORA", alias="type", max_length=100, description="A model type, or * for all"),
        template: str = Query("", max_length=_LONGEST_TEMPLATES, description="A template of sub-folders"),
        text: str | None = Query(
            None, alias="templates", max_length=_LONGEST_TEMPLATES, description="Instead: the whole setting"
        ),
    ) -> JsonAnswer:
        """Where a sample model would land with a template, or with each line of the whole setting."""
        return await answer(services, lambda: example(TemplateExamples(services.host), model_type, template, text))


def example(examples: TemplateExamples, model_type: str, template: str, text: str | None) -> dict[str, object]:
    """The examples of the whole setting where its text is given, else of one template."""
    if text is not None:
        return answers_work.template_lines(examples.all(text))
    return answers_work.template_example(*examples.one(model_type, template))


def view(services: Services) -> dict[str, object]:
    """All settings and how to show them; what a locked host refuses is marked as locked."""
    described = services.settings.descriptors()
    try:
        guards.check_settings_unlocked(BY_KEY, services.host.exposure())
    except LockedByHost as locked:
        described = [_locked(each, locked.hint) for each in described]
    return {**services.settings.view(), "descriptors": described}


def _locked(descriptor: dict[str, object], why: str) -> dict[str, object]:
    if BY_KEY[str(descriptor["key"])].guard is Guard.OPEN:
        return descriptor
    return {**descriptor, "locked": True, "note": descriptor.get("note") or why}


def change(services: Services, values: dict[str, Any]) -> dict[str, object]:
    """Change settings; raises `LockedByHost` where the host has locked one of them."""
    guards.check_settings_unlocked(values, services.host.exposure())
    services.settings.change(values)
    return view(services)
