"""Finds a plain file in the demo's catalogue and follows its download in a host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai
from tests.support.webui.process import Caller

ROUTES = "sdapi/v1/civitai/"
ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Wanted:
    """A file that anybody may download."""

    model_id: int
    version_id: int
    name: str
    size: int
    base_model: str


def open_file(civitai: DemoCivitai, model_type: str, base_model: str | None = None) -> Wanted:
    """The first safetensors file of that type that needs no key and has no trap about it."""
    traps = {model.id for model in civitai.catalogue.traps.values()}
    for model in civitai.catalogue.models:
        if model.type != model_type or model.id in traps:
            continue
        for version in model.published:
            files = [file for file in version.files if file.name.endswith(".safetensors")]
            if files and base_model in (None, version.base_model) and _is_open(version):
                return Wanted(model.id, version.id, files[0].name, files[0].content.size, version.base_model)
    raise LookupError(f"the demo has no open {model_type} for {base_model}")


def _is_open(version: DemoVersion) -> bool:
    return (
        version.usage_control == "Download" and not version.require_auth and not version.early and bool(version.images)
    )


def submit(host: Caller, wanted: Wanted, **more: object) -> dict[str, Any]:
    """Ask for a download; the job."""
    answer = host.post(f"{ROUTES}download", {"version_id": wanted.version_id, **more})
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()["job"]
    return job


def job_of(host: Caller, job_id: str) -> dict[str, Any]:
    """The job as it is now."""
    jobs = host.get(f"{ROUTES}download-progress").json()["jobs"]
    found: dict[str, Any] = next(job for job in jobs if job["id"] == job_id)
    return found


def finished(host: Caller, job_id: str) -> dict[str, Any]:
    """The job once it has ended."""
    host.until(lambda: job_of(host, job_id)["state"] in ENDED, 60)
    return job_of(host, job_id)
