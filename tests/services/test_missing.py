"""Missing: what pictures use, against the demo CivitAI and a real index."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from civitdock.adapters.picture_texts import PictureTexts
from civitdock.demo import faults
from civitdock.demo.faults import Match as Where
from civitdock.domain.generation import Kind
from civitdock.domain.recipe import Source
from civitdock.domain.wanted import Match, Missing, Wanted, WantedState
from civitdock.errors import DownloadDisabled, InvalidRequest, UnreadablePicture
from civitdock.services.missing import LookRequest, MissingService
from tests.support.clock import FakeClock
from tests.support.send_bench import Bench
from tests.support.told_pictures import png, with_comment

OIL_SKETCH = "greenhouse_oil_sketch_style_v1.0"
LINE = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"


class Looker:
    """The service on a bench."""

    def __init__(self, bench: Bench, clock: FakeClock) -> None:
        self.bench = bench
        self.service = MissingService(bench.client, bench.store, bench.host, bench, clock, PictureTexts())

    def text(self, text: str) -> Missing:
        return self.service.look(LookRequest(text=text))

    def lora(self, name: str, line: str = LINE) -> Wanted:
        """The one LoRA of a prompt."""
        (found,) = self.text(f"a cat <lora:{name}:0.7>\n{line}").resources
        return found


@pytest.fixture
def looker(bench: Bench, clock: FakeClock) -> Looker:
    return Looker(bench, clock)


def ids(found: Wanted) -> list[int]:
    return [each.version.id for each in found.candidates]


def test_every_state_stands_in_one_list(looker: Looker) -> None:
    model, version = looker.bench.find("LORA", "SDXL 1.0")
    looker.bench.install(model, version, "mine.safetensors")
    checkpoint = looker.bench.demo.catalogue.model(1004)
    assert checkpoint is not None
    found = looker.text(
        "a cat <lora:mine:1> <lora:greenhouse_oil_sketch_style_v1.0:0.7> <lora:glacier_charcoal_style_v1.0:0.5> "
        f"<lora:nobody_has_this:0.4>\n{LINE}, Model: canyonNeonMix_v20"
    )
    assert found.source is Source.INFOTEXT
    assert {each.name: each.state.value for each in found.resources} == {
        "mine": "here",
        "greenhouse_oil_sketch_style_v1.0": "found",
        "glacier_charcoal_style_v1.0": "ambiguous",
        "nobody_has_this": "unknown",
        "canyonNeonMix_v20": "found",
    }
    totals = found.totals
    assert (totals.here, totals.found, totals.ambiguous, totals.unknown) == (1, 2, 1, 1)
    sizes = [each.candidates[0].file for each in found.resources if each.state is WantedState.FOUND]
    assert totals.size_bytes == sum(file.size_bytes or 0 for file in sizes if file is not None) > 0


def test_the_samples_of_the_page_about_the_demo_are_as_it_says(looker: Looker) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "demo.md"
    section = page.read_text(encoding="utf-8").split("## To try Missing")[1]
    infotext, workflow = re.findall(r"```(?:json)?\n(.*?)\n```", section, re.DOTALL)[:2]
    seen = looker.text(infotext)
    assert (seen.totals.found, seen.totals.ambiguous, seen.totals.unknown) == (4, 1, 1)
    assert [each.name for each in seen.resources if each.fits is False] == ["cathedral_ink_wash_style_v2.0"]
    seen = looker.text(workflow)
    assert seen.source is Source.WORKFLOW
    assert (seen.totals.found, seen.totals.ambiguous, seen.totals.unknown) == (2, 0, 2)


def test_a_hash_says_which_file_it_is(looker: Looker) -> None:
    _model, version = looker.bench.find("LORA", "Pony")
    digests = version.files[0].blob.digests()
    for value in (digests.sha256[:10], digests.autov3):
        found = looker.lora("other name", f'{LINE}, Lora hashes: "other name: {value}"')
        assert (found.state, found.name, found.weight) == (WantedState.FOUND, "other name", 0.7)
        (candidate,) = found.candidates
        assert (candidate.version.id, candidate.match) == (version.id, Match.HASH)
        assert candidate.file is not None
        assert candidate.file.id == version.files[0].id
        assert candidate.page_url == f"https://civitai.com/models/{version.model_id}?modelVersionId={version.id}"


def test_a_version_is_found_by_its_id(looker: Looker) -> None:
    _model, version = looker.bench.find("VAE", "SDXL 1.0")
    (found,) = looker.text(f"urn:air:sdxl:vae:civitai:{version.model_id}@{version.id}").resources
    assert (found.kind, found.state, ids(found)) == (Kind.VAE, WantedState.FOUND, [version.id])
    assert found.candidates[0].match is Match.VERSION


@pytest.mark.parametrize(
    "name", ["sub\\GREENHOUSE_oil_sketch_style_V1.0.safetensors", "greenhouse_oil_sketch_style_v1.0"]
)
def test_a_name_is_found_where_one_version_has_such_a_file(looker: Looker, name: str) -> None:
    workflow = {"1": {"class_type": "LoraLoader", "inputs": {"lora_name": name, "strength_model": 0.5}}}
    (found,) = looker.text(json.dumps(workflow)).resources
    assert (found.state, found.base_model, ids(found)) == (WantedState.FOUND, "Illustrious", [20069])
    assert found.candidates[0].match is Match.FILE_NAME


def test_several_files_of_a_name_are_to_be_chosen_from(looker: Looker) -> None:
    found = looker.lora("sameName")
    assert (found.state, sorted(ids(found))) == (WantedState.AMBIGUOUS, [20523, 20524, 20525])
    assert found.reason == "Several versions on CivitAI have a file of this name."


def test_models_of_a_similar_name_are_candidates(looker: Looker) -> None:
    found = looker.lora("greenhouse_oil_sketch")
    assert found.state is WantedState.AMBIGUOUS
    assert [each.match for each in found.candidates] == [Match.NAME]
    assert "similar" in (found.reason or "")


def test_a_file_of_the_name_with_another_content_is_not_taken_for_it(looker: Looker) -> None:
    name = "greenhouse_oil_sketch_style_v1.0"
    found = looker.lora(name, f'{LINE}, Lora hashes: "{name}: 0123456789"')
    assert found.state is WantedState.AMBIGUOUS
    assert "another content" in (found.reason or "")


def test_what_cannot_be_downloaded_says_so_and_counts_for_nothing(looker: Looker) -> None:
    early = looker.lora("trapEarlyAccess_v10")
    assert "early access" in (early.reason or "")
    closed = looker.bench.demo.catalogue.trap("download-disabled").versions[0].files[0].blob.digests()
    switched_off = looker.lora("x", f'{LINE}, Lora hashes: "x: {closed.autov3}"')
    assert switched_off.reason == DownloadDisabled.message
    for found in (early, switched_off):
        assert (found.state, found.reason) == (WantedState.FOUND, found.candidates[0].refusal)
    assert looker.text(f"<lora:trapEarlyAccess_v10:1>\n{LINE}").totals.size_bytes == 0


def test_a_lora_for_another_base_model_does_not_fit(looker: Looker) -> None:
    found = looker.text(
        f"a <lora:greenhouse_oil_sketch_style_v1.0:1> <lora:cathedral_ink_wash_style_v2.0:1>\n{LINE}, "
        "Model: canyonNeonMix_v20"
    )
    assert {each.name: each.fits for each in found.resources} == {
        "canyonNeonMix_v20": None,
        "greenhouse_oil_sketch_style_v1.0": True,
        "cathedral_ink_wash_style_v2.0": False,
    }


def test_the_level_of_the_setting_bounds_what_is_found_by_name(looker: Looker) -> None:
    assert looker.lora("trapMatureOnly_v10").state is WantedState.FOUND
    looker.bench.values["civitai_nsfw_level"] = "None"
    found = looker.lora("trapMatureOnly_v10")
    assert (found.state, found.candidates) == (WantedState.UNKNOWN, ())


def test_while_civitai_is_away_what_is_here_is_told(looker: Looker) -> None:
    model, version = looker.bench.find("LORA", "SDXL 1.0")
    looker.bench.install(model, version, "mine.safetensors")
    looker.bench.demo.faults.add(match=Where(where="api"), fault=faults.gateway_error(502), times=None)
    seen = looker.text(f'<lora:mine:1> <lora:other:1> <lora:third:1>\n{LINE}, Lora hashes: "third: 0123456789"')
    found = seen.resources
    assert seen.failure is not None
    assert seen.failure.transient
    assert {each.name: each.state.value for each in found} == {"mine": "here", "other": "unknown", "third": "unknown"}
    assert all(each.reason for each in found if each.state is WantedState.UNKNOWN)


def test_few_questions_are_asked(looker: Looker) -> None:
    looker.bench.demo.requests.clear()
    tags = "".join(f"<lora:unheard of {n}:1>" for n in range(60))
    found = looker.text(f"{tags}\n{LINE}").resources
    assert len(found) == 60
    assert len(looker.bench.demo.asked(where="api")) <= 48
    assert "too many" in (found[-1].reason or "")


def test_a_local_embedding_is_known_by_its_word_in_a_prompt(looker: Looker) -> None:
    model, version = looker.bench.find("TextualInversion", "SD 1.5")
    looker.bench.install(model, version, "goodhands.safetensors")
    (found,) = looker.text(f"a cat, goodhands\n{LINE}").resources
    assert (found.kind, found.state) == (Kind.EMBEDDING, WantedState.HERE)


def test_an_upscaler_that_the_host_lists_is_not_missing(looker: Looker) -> None:
    assert looker.text(f"a cat\n{LINE}, Hires upscaler: 4x-AnimeSharp").resources == ()
    (found,) = looker.text(f"a cat\n{LINE}, Hires upscaler: 8x-Unheard").resources
    assert found.kind is Kind.UPSCALER


def test_a_picture_is_read_and_what_sending_needs_is_told(looker: Looker) -> None:
    text = f"a cat <lora:sameName:1>\n{LINE}"
    for picture in (png(parameters=text), with_comment("JPEG", b"UNICODE\0" + text.encode("utf-16-le"))):
        found = looker.service.look(LookRequest(picture=picture))
        assert (found.source, found.infotext, found.generation) == (Source.INFOTEXT, text, None)
        assert [each.name for each in found.resources] == ["sameName"]
    empty = looker.service.look(LookRequest(picture=png()))
    assert (empty.source, empty.resources) == (Source.NONE, ())


def test_nothing_both_and_no_picture_are_refused(looker: Looker) -> None:
    for request in (LookRequest(), LookRequest(text="a", picture=png())):
        with pytest.raises(InvalidRequest):
            looker.service.look(request)
    with pytest.raises(UnreadablePicture):
        looker.service.look(LookRequest(picture=b"no picture"))


@pytest.mark.parametrize(
    "text",
    [
        "https://civitai.com/models/{model}", "see https://civitai.red/models/{model}/a-name, it is good",
        "www.civitai.com/models/{model}", "civitai:{model}", "urn:air:sdxl:lora:civitai:{model}",
        "civitai:{model}@{version}", "lora:civitai:{model}@{version}",
        "https://civitai.com/models/{model} civitai:{model}@{version}",
    ],
)  # fmt: skip
def test_a_link_in_any_form_is_a_line(looker: Looker, text: str) -> None:
    """As people copy them: without a version the newest that can be had is meant, as for a download."""
    model, _version = looker.bench.find("LORA", "SDXL 1.0")
    newest = next(each for each in model.versions if each.files)
    (found,) = looker.text(text.format(model=model.id, version=newest.id)).resources
    assert (found.state, found.kind, ids(found)) == (WantedState.FOUND, Kind.LORA, [newest.id])
    assert found.candidates[0].match is Match.VERSION


def test_a_link_to_a_model_that_is_here_or_cannot_be_had_says_so(looker: Looker) -> None:
    catalogue = looker.bench.demo.catalogue
    (paid,) = looker.text(f"civitai:{catalogue.trap('paid-permanent').id}").resources
    assert paid.state is WantedState.FOUND
    assert "early access" in (paid.reason or "")
    (gone,) = looker.text("https://civitai.com/models/2000000000").resources
    assert (gone.state, gone.name) == (WantedState.UNKNOWN, "#2000000000")
    assert gone.reason == "CivitAI does not know this model, or no longer shows it."
    model, _version = looker.bench.find("LORA", "SDXL 1.0")
    newest = next(each for each in model.versions if each.files)
    row = looker.bench.install(model, newest, "mine.safetensors")
    (here,) = looker.text(f"https://civitai.com/models/{model.id}").resources
    assert (here.state, here.path) == (WantedState.HERE, row.path)


def test_a_link_to_a_model_waits_for_civitai(looker: Looker) -> None:
    looker.bench.demo.faults.add(match=Where(where="api"), fault=faults.rate_limited(30), times=None)
    missing = looker.text("https://civitai.com/models/1113")
    assert missing.failure is not None
    assert [each.state for each in missing.resources] == [WantedState.UNKNOWN]
    assert missing.resources[0].reason == missing.failure.message


@pytest.mark.parametrize("text", ["mycivitai:5", "https://civitai.com/images/5", "civitai:99999999999", "civitai: 5"])
def test_what_only_looks_like_a_link_is_none(looker: Looker, text: str) -> None:
    assert looker.text(text).source is Source.NONE
