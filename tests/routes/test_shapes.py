"""Answers are what the schema says, key by key: the shapes take each answer and give it back unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from civitdock.compat.pydantic import SnakeModel
from civitdock.domain.downloads import Conflict, Download, Failure, Priority, State, Waiting, Wish
from civitdock.domain.sync import Sync, SyncState
from civitdock.web import (
    models,
    models_filing,
    models_library,
    models_missing,
    models_queue,
    models_send,
    models_work,
)
from tests.support.memory_services import NOW, SHA256
from tests.support.stage import API, Stage

FULL = Download(
    id="full",
    wish=Wish(70),
    state=State.FAILED,
    revision=1,
    waiting=Waiting("offline", "CivitAI cannot be reached.", NOW),
    model_id=7,
    version_id=70,
    file_id=700,
    model_name="Model 7",
    version_name="v2",
    filename="good.safetensors",
    target_path="/models/good.safetensors",
    sha256=SHA256,
    bytes_done=5,
    bytes_total=10,
    speed_bps=1.5,
    eta_s=3.5,
    verified_by="sha256",
    warnings=("no preview",),
    error=Failure("offline", "No answer.", "Look at the network."),
    conflict=Conflict("/models/good.safetensors", "good-70.safetensors"),
    priority=Priority.HIGH,
    rank=2.5,
    created_at=NOW,
    updated_at=NOW,
)
BATCH = {"items": [{"version_id": 1}, {"version_id": 404}]}
MOVE = {"path": "/a", "target": "/b"}
DRY = {**BATCH, "dry_run": True}
ANYWHERE = str(Path("models").absolute())
SYNC = Sync(
    id="s",
    state=SyncState.RUNNING,
    waiting=FULL.waiting,
    phase="hashing",
    eta_s=2.5,
    errors=({"path": "/a", "code": "not_writable", "message": "No."},),
)


def prepare(stage: Stage) -> None:
    stage.downloads.jobs = {"full": FULL, "bare": Download(id="bare", wish=Wish(1), revision=2, created_at=NOW)}
    stage.sync.job = SYNC
    model = stage.search.models[7]
    stage.search.models[8] = replace(model, id=8, versions=(), creator=None, tags=())


CASES: list[tuple[type[SnakeModel], Callable[[Stage], object]]] = [
    (models.SearchShape, lambda stage: stage.post(API + "search").json()),
    (models.ModelShape, lambda stage: stage.get(API + "model/7").json()),
    (models.ModelShape, lambda stage: stage.get(API + "model/8").json()),
    (models.VersionShape, lambda stage: stage.get(API + "model-by-hash/" + SHA256).json()),
    (models.VersionShape, lambda stage: stage.get(API + "model-version/71").json()),
    (models.GalleryShape, lambda stage: stage.get(API + "model-images?model_version_id=70").json()),
    (models.EnumsShape, lambda stage: stage.get(API + "enums").json()),
    (models_work.ProgressShape, lambda stage: stage.get(API + "download-progress").json()),
    (models_work.DownloadJobShape, lambda stage: stage.post(API + "downloads/bare/pause").json()),
    (models_queue.ManyJobsShape, lambda stage: stage.post(API + "downloads/pause-all").json()),
    (
        models_queue.BatchPlanOnlyShape,
        lambda stage: stage.post(API + "downloads/batch", DRY).json(),
    ),
    (models_queue.BatchShape, lambda stage: stage.post(API + "downloads/batch", BATCH).json()),
    (models_queue.HistoryShape, lambda stage: stage.get(API + "download-history").json()),
    (models_queue.ClearedShape, lambda stage: stage.post(API + "download-history/clear").json()),
    (models_queue.TargetShape, lambda stage: stage.get(API + "download-target?version_id=1").json()),
    (models_work.SyncJobShape, lambda stage: stage.get(API + "sync-progress").json()),
    (models_work.SyncPlanShape, lambda stage: stage.post(API + "sync-metadata", {"dry_run": True}).json()),
    (models_work.LocalPageShape, lambda stage: stage.get(API + "local-models").json()),
    (models_library.UpdatesShape, lambda stage: stage.get(API + "updates?limit=1").json()),
    (models_library.UpdatesShape, lambda stage: stage.get(API + "updates?ignored=true").json()),
    (models_library.IgnoredShape, lambda stage: stage.post(API + "updates/ignore", {"model_id": 7}).json()),
    (models_library.IgnoredShape, lambda stage: stage.post(API + "updates/unignore", {"model_id": 7}).json()),
    (models_library.RestoredShape, lambda stage: stage.post(API + "restore", {"paths": [ANYWHERE]}).json()),
    (models_library.MigrationShape, lambda stage: stage.get(API + "migration-report").json()),
    (models_filing.OrganisePlanShape, lambda stage: stage.post(API + "organise/plan").json()),
    (models_filing.OperationJobShape, lambda stage: stage.post(API + "organise", {"moves": [MOVE]}).json()),
    (models_filing.OperationJobShape, lambda stage: stage.post(API + "local-models/delete", {"paths": ["/a"]}).json()),
    (models_filing.OperationJobShape, lambda stage: stage.post(API + "file-operations/sample/undo").json()),
    (models_filing.OperationsShape, lambda stage: stage.get(API + "file-operations").json()),
    (models_filing.TrashShape, lambda stage: stage.post(API + "trash/empty").json()),
    (models_filing.OrphansShape, lambda stage: stage.get(API + "orphans").json()),
    (
        models_send.SendPlanShape,
        lambda stage: stage.post(API + "send/plan", {"words": ["a"], "target": "img2img"}).json(),
    ),
    (models_send.HeldShape, lambda stage: stage.get(API + "send/held").json()),
    (models_missing.MissingShape, lambda stage: stage.post(API + "missing", {"text": "a cat"}).json()),
    (models_missing.MissingShape, lambda stage: stage.post(API + "missing", {"text": "workflow"}).json()),
    (models_work.StatusShape, lambda stage: stage.get(API + "status").json()),
    (models_work.AccountShape, lambda stage: stage.post(API + "settings/test-key").json()),
    (models_work.ProblemShape, lambda stage: stage.get(API + "model/9").json()),
]


@pytest.mark.parametrize(("shape", "ask"), CASES, ids=[shape.__name__ for shape, _ask in CASES])
def test_an_answer_and_its_shape_are_one(stage: Stage, shape: type[SnakeModel], ask: Callable[[Stage], object]) -> None:
    prepare(stage)
    answer = ask(stage)
    assert json.loads(shape.load(answer).to_json()) == answer


def test_every_key_of_a_shape_is_required() -> None:
    shapes = [
        each
        for module in (models, models_filing, models_library, models_queue, models_send, models_work)
        for module in (models, models_library, models_missing, models_queue, models_send, models_work)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, SnakeModel) and each is not SnakeModel
    ]
    assert len(shapes) > 25
    for shape in shapes:
        for name in shape.field_names():
            with pytest.raises(ValueError, match=name):
                shape.load({})
