"""From the search to the card in the host, by the routes alone: file, sidecar, preview, lists (design section 7)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from tests.contract.conftest import Starter
from tests.contract.picking import ROUTES, finished, job_of, open_file, submit
from tests.support.webui.process import WebUi
from tests.support.webui.variants import Variant

PREVIEWS = (".preview.jpg", ".preview.png", ".preview.webp")
#: `sd version` per host and base model (`hosts.md` 7 and 11); None: the host has no certain word, so none is written.
WORDS: dict[str, dict[str, str | None]] = {
    "a1111": {"SD 1.5": "SD1", "Pony": "SDXL", "Flux.1 D": None},
    "reforge": {"SD 1.5": "SD1", "Pony": "SDXL", "Flux.1 D": None},
    "classic": {"SD 1.5": "SD1", "Pony": "SDXL", "Flux.1 D": None},
    "forge": {"SD 1.5": "SD1", "Pony": "SDXL", "Flux.1 D": "Flux"},
    "neo": {"SD 1.5": "sd", "Pony": "xl", "Flux.1 D": "flux"},
}


def fetched(host: WebUi, civitai: DemoCivitai, model_type: str, base_model: str | None = None) -> Path:
    job = finished(host, submit(host, open_file(civitai, model_type, base_model))["id"])
    assert job["state"] == "done", job
    return Path(job["target_path"])


def test_search_download_and_the_card_shows_it(start: Starter, variant: Variant, civitai: DemoCivitai) -> None:
    host = start(variant)
    wanted = open_file(civitai, "LORA", "SD 1.5")
    found = host.post(f"{ROUTES}search", {"query": str(wanted.model_id)}).json()
    assert [card["id"] for card in found["items"]] == [wanted.model_id]
    assert found["items"][0]["installed"] == "none"
    assert host.ask("cards", page="lora") == {}
    host.ask("calls")

    job = finished(host, submit(host, wanted)["id"])

    assert job["state"] == "done", job
    assert job["warnings"] == []
    path = Path(job["target_path"])
    assert path.parent == host.models / "Lora"
    assert path.stat().st_size == wanted.size
    previews = [path.with_name(path.stem + end) for end in PREVIEWS if path.with_name(path.stem + end).exists()]
    assert len(previews) == 1
    assert host.ask("calls") == ["lora"], "the host listed its Loras anew, once"
    card = host.ask("cards", page="lora")[path.stem]
    sidecar = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert sidecar["description"] in card.replace("&#x27;", "'").replace("&amp;", "&").replace("&quot;", '"')
    assert previews[0].name in card
    assert str(sidecar["sd version"]) in card
    thumb = host.get("sd_extra_networks/thumb", params={"filename": str(previews[0])})
    assert thumb.status_code == 200
    again = host.post(f"{ROUTES}search", {"query": str(wanted.model_id)}).json()
    assert again["items"][0]["installed"] == "installed"
    assert list(host.models.rglob("*.civitdock-part*")) == []


def test_a_new_file_beside_a_listed_one_is_seen(start: Starter, variant: Variant, civitai: DemoCivitai) -> None:
    """The host has looked into the folder before and remembers what was there (`hosts.md 7`, Refresh)."""
    host = start(variant)
    first = fetched(host, civitai, "LORA", "SD 1.5")
    assert first.stem in host.ask("cards", page="lora")
    second = fetched(host, civitai, "LORA", "Pony")
    card = host.ask("cards", page="lora")[second.stem]
    assert f"{second.stem}.preview." in card


@pytest.mark.parametrize("base_model", ["SD 1.5", "Pony", "Flux.1 D"])
def test_the_sidecar_speaks_the_hosts_words(
    host: WebUi, variant: Variant, civitai: DemoCivitai, base_model: str
) -> None:
    path = fetched(host, civitai, "LORA", base_model)
    sidecar = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert sidecar.get("sd version") == WORDS[variant.name][base_model]
    assert isinstance(sidecar["description"], str)
    assert not isinstance(sidecar.get("preferred weight", 0), str), "a text would be run as code on a card"


@pytest.mark.parametrize(
    ("model_type", "folder", "call"),
    [
        ("Checkpoint", "models/Stable-diffusion", "checkpoints"),
        ("VAE", "models/VAE", None),
        ("TextualInversion", None, None),
        ("Upscaler", "models/ESRGAN", None),
        ("Controlnet", "models/ControlNet", None),
    ],
)
def test_every_type_goes_where_the_host_looks(
    host: WebUi, variant: Variant, civitai: DemoCivitai, model_type: str, folder: str | None, call: str | None
) -> None:
    host.ask("model_loaded", loaded=True)
    host.ask("calls")
    try:
        wanted = open_file(civitai, model_type)
    except LookupError:
        pytest.skip(f"the demo has no open safetensors file of type {model_type}")
    job = finished(host, submit(host, wanted)["id"])
    assert job["state"] == "done", job
    if folder is None:
        folder = "models/embeddings" if variant.own_embeddings else "embeddings"
        call = "embeddings"
    if model_type == "VAE":
        call = "modules" if variant.module_list else "vae"
    assert Path(job["target_path"]).parent == host.root / folder
    assert host.ask("calls") == ([call] if call else [])


def test_no_refresh_loads_a_checkpoint(start: Starter, variant: Variant, civitai: DemoCivitai) -> None:
    """On A1111 and its line, listing embeddings needs the checkpoint and would load it for minutes (`hosts.md 9`)."""
    host = start(variant)
    host.ask("calls")
    fetched(host, civitai, "TextualInversion")
    assert host.ask("calls") == (["embeddings"] if variant.module_list else [])


def test_flags_name_the_folders(start: Starter, variant: Variant, civitai: DemoCivitai, tmp_path: Path) -> None:
    big, loras = tmp_path / "big disk", tmp_path / "loras"
    if variant.list_flags:
        flags = ["--ckpt-dirs", str(big), "--ckpt-dirs", str(tmp_path / "more"), "--lora-dirs", str(loras)]
    else:
        flags = ["--ckpt-dir", str(big), "--lora-dir", str(loras)]
    host = start(variant, "--api", *flags)
    roots: dict[str, list[str]] = {}
    for root in host.get(f"{ROUTES}status").json()["roots"]:
        roots.setdefault(root["type"], []).append(root["path"])
    more = [str(tmp_path / "more")] if variant.list_flags else []
    assert roots["Checkpoint"] == [str(big), *more, str(host.models / "Stable-diffusion")]
    assert str(loras) in roots["LORA"]
    assert fetched(host, civitai, "Checkpoint").parent == big


def test_work_waits_while_the_host_generates(start: Starter, any_variant: Variant, civitai: DemoCivitai) -> None:
    host = start(any_variant, "--api", CIVITAI_PAUSE_WHILE_GENERATING="1")
    wanted = open_file(civitai, "LORA")
    civitai.throttle = max(1, wanted.size // 20)
    job = submit(host, wanted)
    host.until(lambda: job_of(host, job["id"])["bytes_done"])
    host.ask("job", name="scripts_txt2img")
    waiting = host.until(lambda: job_of(host, job["id"])["waiting"])
    assert waiting["reason"] == "generating"
    civitai.throttle = None
    host.ask("job", name="")
    assert finished(host, job["id"])["state"] == "done"
