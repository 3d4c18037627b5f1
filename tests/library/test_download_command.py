"""`python -m civitdock download`: what it takes, what it prints, how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from civitdock.app import opened
from civitdock.cli import work
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Match, corrupt, gated
from civitdock.demo.records import DemoModel
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from tests.library.bench import safe_models
from tests.library.test_commands import Program, start
from tests.support.archives import TENSORS, zipped

pytestmark = pytest.mark.timeout(120)

MIB = 1024 * 1024
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def program(demo: DemoCivitai, tmp_path: Path) -> Program:
    return Program(demo, tmp_path)


@pytest.fixture
def run(program: Program, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in this process: exit code, output, error output."""
    for name, value in program.environ.items():
        if name in ("XDG_CONFIG_HOME", "APPDATA"):
            monkeypatch.setenv(name, value)

    def go(*words: str, command: str = "download") -> tuple[int, str, str]:
        try:
            code = work.main(program.words(command, *words)[3:], opened)
        except SystemExit as end:  # argparse
            code = int(str(end.code))
        said = capsys.readouterr()
        return code, said.out, said.err

    return go


def rows(answer: tuple[int, str, str]) -> tuple[int, list[dict[str, Any]]]:
    code, out, errors = answer
    assert out, errors
    return code, json.loads(out)["items"]


def lora(demo: DemoCivitai, number: int = 0) -> DemoModel:
    return safe_models(demo)[number]


def content(model: DemoModel) -> bytes:
    return model.versions[0].files[0].content.read()


def held(demo: DemoCivitai, name: str, gate: Gate) -> DemoModel:
    """A model whose file stops after its first MiB until the gate opens."""
    model = demo.catalogue.add(name, PatternBlob(name, 3 * MIB), file_name=f"{name}.yaml")
    demo.faults.add(match=Match(where="storage", regex=name), fault=gated(gate, MIB), times=None)
    return model


def said_by(running: subprocess.Popen[str], words: str) -> str:
    """Wait for the line of the error output that has these words; nothing where the program ends without it."""
    assert running.stderr is not None
    return next((line for line in running.stderr if words in line), "")


def spellings(demo: DemoCivitai, model: DemoModel) -> list[str]:
    version = model.versions[0]
    file = version.files[0]
    return [
        str(version.id),
        f"https://civitai.com/models/{model.id}?modelVersionId={version.id}",
        f"https://civitai.red/models/{model.id}/some-slug",
        f"civitai.green/model-versions/{version.id}",
        f"https://civitai.com/api/download/models/{version.id}?fileId={file.id}",
        f"{demo.api_base.removesuffix('/v1')}/download/models/{version.id}",
        f"urn:air:sdxl:lora:civitai:{model.id}@{version.id}",
        f"civitai:{model.id}@{version.id}",
        f"civitai:{model.id}",
        file.content.digests().sha256,
        file.content.digests().autov2,
    ]


def test_every_spelling_means_the_same_file_once(run: Run, demo: DemoCivitai, program: Program) -> None:
    model = lora(demo)
    asked = list(dict.fromkeys(spellings(demo, model)))
    code, found = rows(run("--json", *asked))
    assert code == 0
    assert [row["asked"] for row in found] == asked
    path = Path(found[0]["path"])
    assert {row["path"] for row in found} == {path.as_posix()}
    assert path.read_bytes() == content(model)
    assert path.is_relative_to(program.home / "models" / "Lora")
    assert len([request for request in demo.requests if request.where == "storage"]) == 1


def test_a_row_tells_everything(run: Run, demo: DemoCivitai) -> None:
    model = lora(demo)
    version = model.versions[0]
    code, (row,) = rows(run("--json", str(version.id)))
    size = len(content(model))
    assert (code, row["state"], row["was_here"], row["error"]) == (0, "done", False, None)
    assert (row["model_id"], row["version_id"], row["file_id"]) == (model.id, version.id, version.files[0].id)
    assert (row["model_name"], row["version_name"]) == (model.name, version.name)
    assert (row["bytes_done"], row["bytes_total"], row["verified_by"]) == (size, size, "sha256")
    assert row["warnings"] == []
    assert Path(row["path"]).name == row["filename"]
    code, (row,) = rows(run("--json", str(version.id)))
    assert (code, row["state"], row["was_here"]) == (0, "done", True)


def test_one_failure_stops_nothing_and_each_is_named_with_its_help(run: Run, demo: DemoCivitai) -> None:
    early = demo.catalogue.trap("early-access").versions[0].id
    good = [str(lora(demo, number).versions[0].id) for number in range(2)]
    code, out, errors = run(
        good[0], "no link at all", "https://civitai.com/user/bob", str(early), "2147483000", good[1]
    )
    assert code == 3
    assert out.count("done: ") == 2
    assert "2 of 6 files are here." in out
    for name, error in (("no link at all", "invalid_request"), ("bob", "invalid_request"), ("2147483000", "not_found")):
        line = next(place for place, text in enumerate(errors.splitlines()) if "failed: " in text and name in text)
        assert errors.splitlines()[line + 1].startswith(f"  {error}: ")
        assert errors.splitlines()[line + 2].startswith("  ")
    assert "early_access: " in errors


def test_a_model_means_its_newest_version_that_can_be_had(run: Run, demo: DemoCivitai) -> None:
    early = demo.catalogue.trap("early-access")
    code, (row,) = rows(run("--json", f"https://civitai.com/models/{early.id}"))
    assert (code, row["version_id"]) == (0, early.versions[1].id)
    reasons = {"archived": "archived", "download-disabled": "download_disabled", "paid-permanent": "early_access"}
    asked = {f"civitai:{demo.catalogue.trap(trap).id}": error for trap, error in reasons.items()}
    code, found = rows(run("--json", *asked))
    assert code == 1
    assert {row["asked"]: row["error"]["code"] for row in found} == asked


def test_a_number_is_a_version_first_then_a_model(run: Run, demo: DemoCivitai) -> None:
    model = lora(demo)
    code, (row,) = rows(run("--json", str(model.id)))
    assert (code, row["model_id"], row["version_id"]) == (0, model.id, model.versions[0].id)


def test_lists_come_from_a_file_and_from_the_input(
    run: Run, demo: DemoCivitai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (str(lora(demo, number).versions[0].id) for number in range(2))
    wanted = tmp_path / "wanted.txt"
    wanted.write_text(f"# mine\n\n  {first}\n{first}\n", encoding="utf-8-sig")
    piped = tmp_path / "piped.txt"
    piped.write_text(second, encoding="utf-8")
    with piped.open(encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        code, found = rows(run("--json", "-", "--from-file", str(wanted)))
    assert code == 0
    assert [row["asked"] for row in found] == [second, first]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("1", "2", "--filename", "x"),
        ("1", "2", "--file-id", "3"),
        ("1", "--all-files", "--filename", "x"),
        ("1", "--all-files", "--file-id", "3"),
        ("--from-file", "there-is-no-such-file"),
        ("1", "--on-conflict", "overwrite"),
        ("1", "--civitai-url", "https://example.com"),
    ],
)
def test_arguments_that_do_not_fit_end_with_2(run: Run, demo: DemoCivitai, words: tuple[str, ...]) -> None:
    code, out, errors = run(*words)
    assert (code, out) == (2, "")
    assert "error: " in errors
    assert demo.requests == []


def test_place_and_name_are_the_users(run: Run, demo: DemoCivitai, program: Program) -> None:
    version = str(lora(demo).versions[0].id)
    code, (row,) = rows(run("--json", version, "--folder", "styles/mine", "--filename", "better name"))
    path = program.home / "models" / "Lora" / "styles" / "mine" / "better name.safetensors"
    assert (code, row["path"]) == (0, path.as_posix())
    assert path.exists()
    code, (row,) = rows(run("--json", str(lora(demo, 1).versions[0].id), "--folder", "../../out"))
    assert (code, row["error"]["code"]) == (1, "invalid_request")


def test_a_taken_name_is_never_overwritten(run: Run, demo: DemoCivitai, program: Program) -> None:
    taken = program.home / "models" / "Lora" / "taken.safetensors"
    taken.parent.mkdir(parents=True)
    taken.write_bytes(b"mine")
    version = str(lora(demo).versions[0].id)
    code, (row,) = rows(run("--json", version, "--filename", "taken", "--on-conflict", "fail"))
    assert (code, row["state"], row["error"]["code"]) == (1, "failed", "name_conflict")
    code, (row,) = rows(run("--json", version, "--filename", "taken"))
    assert (code, row["filename"]) == (0, f"taken-{version}.safetensors")
    assert taken.read_bytes() == b"mine"


def test_all_files_of_a_version_or_one_by_its_id(run: Run, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("multi-file")
    version = model.versions[0]
    belonging = [file for file in version.files if file.type != "Training Data" and file.public]
    code, found = rows(run("--json", "--all-files", "--allow-unsafe", f"civitai:{model.id}@{version.id}"))
    assert code == 0
    assert sorted(row["file_id"] for row in found) == sorted(file.id for file in belonging)
    chosen = belonging[-1]
    code, (row,) = rows(run("--json", str(version.id), "--allow-unsafe", "--file-id", str(chosen.id)))
    assert (code, row["file_id"]) == (0, chosen.id)


def test_a_file_that_can_run_code_needs_the_users_yes(run: Run, demo: DemoCivitai) -> None:
    version = str(demo.catalogue.trap("pickle-hidden").versions[0].id)
    code, (row,) = rows(run("--json", version))
    assert (code, row["error"]["code"]) == (1, "unsafe_file")
    code, (row,) = rows(run("--json", version, "--allow-unsafe"))
    assert (code, row["state"]) == (0, "done")


def test_an_archive_is_unpacked_on_request(run: Run, demo: DemoCivitai) -> None:
    pack = zipped(("ink/words.txt", b"red"), ("ink/a.safetensors", TENSORS))
    model = demo.catalogue.add("A pack", pack, type_name="Wildcards", file_name="pack.zip")
    code, (row,) = rows(run("--json", f"civitai:{model.id}", "--unpack"))
    assert (code, row["error"]) == (0, None)
    assert sorted(row["unpacked"]["files"]) == ["ink/a.safetensors", "ink/words.txt"]
    assert (Path(row["unpacked"]["folder"]) / "ink" / "words.txt").read_bytes() == b"red"


def test_a_wrong_hash_leaves_nothing_behind(run: Run, demo: DemoCivitai, program: Program) -> None:
    demo.faults.add(match=Match(where="storage"), fault=corrupt(), times=None)
    code, (row,) = rows(run("--json", str(lora(demo).versions[0].id)))
    assert (code, row["error"]["code"]) == (1, "hash_mismatch")
    assert not list((program.home / "models").rglob("*.safetensors*"))


def test_quiet_prints_errors_only(run: Run, demo: DemoCivitai) -> None:
    code, out, errors = run("--quiet", str(lora(demo).versions[0].id))
    assert (code, out, errors) == (0, "", "")
    code, out, errors = run("--quiet", "nothing")
    assert (code, out) == (1, "")
    assert "invalid_request: " in errors


@pytest.mark.once
@pytest.mark.slow
def test_where_another_runs_the_queue_the_job_is_queued_there(program: Program, run: Run, demo: DemoCivitai) -> None:
    gate = Gate()
    big, small = held(demo, "owned", gate).versions[0], lora(demo).versions[0]
    owner = start(program, "download", str(big.id))
    try:
        assert said_by(owner, " %")
        code, out, errors = run(str(small.id))
        assert code == 0, errors
        assert out.startswith("done: ")
        assert "Another CivitDock" in errors
        gate.release()
        out, errors = owner.communicate(timeout=60)
    finally:
        gate.release()
        owner.kill()
    assert (owner.returncode, out.partition(":")[0]) == (0, "done")


def test_a_dry_run_says_what_where_how_large_and_whether_there_is_room(
    run: Run, demo: DemoCivitai, program: Program
) -> None:
    first, second = (lora(demo, number) for number in range(2))
    early = demo.catalogue.trap("pickle-danger").versions[0].id
    assert run(str(first.versions[0].id))[0] == 0
    demo.requests.clear()
    asked = [str(first.versions[0].id), f"civitai:{second.id}", str(second.versions[0].id), str(early), "nonsense"]
    code, out, errors = run("--json", "--dry-run", *asked)
    answer = json.loads(out)
    plan = answer["plan"]
    states = [(file["state"], file["version_id"]) for file in plan["files"]]
    wanted = second.versions[0].id
    assert (code, errors) == (3, "")
    assert states == [
        ("installed", first.versions[0].id),
        ("new", wanted),
        ("refused", early),
    ]  # asked for twice, fetched once
    assert plan["files"][0]["installed_path"] == plan["files"][0]["target_path"]
    assert plan["files"][2]["error"]["code"] == "unsafe_file"
    assert plan["bytes_needed"] == plan["files"][1]["size_bytes"]
    assert [(volume["needed_bytes"], volume["enough"]) for volume in plan["volumes"]] == [(plan["bytes_needed"], True)]
    assert [(row["asked"], row["error"]["code"]) for row in answer["not_understood"]] == [
        ("nonsense", "invalid_request")
    ]
    assert not [request for request in demo.requests if request.where == "storage"]
    assert not Path(plan["files"][1]["target_path"]).exists()
    code, out, errors = run("--dry-run", str(wanted))
    assert (code, errors) == (0, "")
    assert out.splitlines()[0].startswith(f"new: {plan['files'][1]['target_path']} (")
    assert "enough on the disk of " in out


def test_a_dry_run_on_a_disk_that_is_too_small_is_no_success(
    run: Run, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(Path.cwd())._replace(free=1)
    monkeypatch.setattr("civitdock.adapters.files.disk.shutil.disk_usage", lambda _folder: usage)
    code, out, _ = run("--dry-run", str(lora(demo).versions[0].id))
    assert code == 1
    assert "1 B free, NOT enough" in out


def test_the_queue_and_its_history(run: Run, demo: DemoCivitai) -> None:
    model, early = lora(demo), demo.catalogue.trap("early-access").versions[0].id
    run(str(model.versions[0].id), str(early))
    code, found = rows(run("--json", "--history", "", command="queue"))
    assert code == 0
    assert sorted((row["state"], row["version_id"]) for row in found) == [
        ("done", model.versions[0].id),
        ("failed", early),
    ]
    assert [row["error"]["code"] for row in found if row["error"]] == ["early_access"]
    assert rows(run("--json", "--history", model.name, command="queue"))[1][0]["model_id"] == model.id
    assert rows(run("--json", command="queue")) == (0, [])
    code, out, _ = run("--clear-history", command="queue")
    assert (code, out) == (0, "2 finished downloads are forgotten.\n")
    assert rows(run("--json", "--history", "", command="queue")) == (0, [])


@pytest.mark.skipif(os.name == "nt", reason="a console is needed there")
def test_a_running_queue_is_seen_from_outside_and_a_left_one_is_paused(
    program: Program, run: Run, demo: DemoCivitai
) -> None:
    gate = Gate()
    version = held(demo, "steered", gate).versions[0]
    owner = start(program, "download", str(version.id))
    try:
        assert said_by(owner, " %")
        code, (row,) = rows(run("--json", command="queue"))
        assert (code, row["version_id"], row["path"] is not None) == (0, version.id, True)
        code, _, errors = run("--pause-all", command="queue")
        assert code == 1
        assert "Another CivitDock" in errors
        owner.send_signal(signal.SIGKILL)
        owner.communicate(timeout=30)
        code, out, _ = run("--pause-all", command="queue")
        assert (code, out.partition(":")[0]) == (0, "paused")
        demo.faults.clear()
        code, out, _ = run("--resume-all", command="queue")
        assert (code, out.partition(":")[0]) == (0, "queued")
    finally:
        gate.release()
        owner.kill()
