"""Services that live in memory, with the interface of the real ones: for tests of what lies in front of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from civitdock.domain.archives import Skipped, Unpacked
from civitdock.domain.cards import CardFact
from civitdock.domain.catalogue import Enums, MediaKind, Model, ModelFile, Picture, Source, Stats, Version
from civitdock.domain.downloads import FINISHED, PAUSABLE, Choice, Download, Priority, State, Unsafe, Wish, check_move
from civitdock.domain.hashes import Hashes
from civitdock.domain.history import Cleared, HistoryFilter, HistoryPage
from civitdock.domain.library import Installed, LocalFilter, LocalModel, LocalPage, LocalState, ModelRoot, Update
from civitdock.domain.ordering import Move
from civitdock.domain.sync import Sync, SyncPlan, SyncRequest, SyncState
from civitdock.errors import NotFound, WrongState
from civitdock.services.downloads.planner import Item, Outlook, Plan, Preview, Row, refused
from civitdock.services.downloads.progress import ProgressView, Totals
from civitdock.services.downloads.space import Volume
from civitdock.services.gallery import GalleryPage, GalleryRequest
from civitdock.services.search import Found, SearchRequest
from civitdock.services.views import ModelView, VersionView

SHA256 = "ab" * 32
NOW = "2026-11-20T12:00:00Z"


def sample_model(model_id: int = 7, description: str = "<p>Good <b>model</b></p>") -> Model:
    """A model with two versions; the older one knows almost nothing, so that every null shows."""
    picture = Picture(
        "https://image.civitai.com/x/width=450/a.jpeg", MediaKind.IMAGE, 3, 832, 1216, "LKO2", 1, {"seed": 1}
    )
    file = ModelFile(
        id=100 * model_id,
        name="good.safetensors",
        size_bytes=1024,
        format="SafeTensor",
        fp="fp16",
        size="pruned",
        primary=True,
        hashes=Hashes(sha256=SHA256, autov2=SHA256[:10]),
        pickle_scan="Success",
        virus_scan="Success",
    )
    newest = Version(
        id=10 * model_id,
        model_id=model_id,
        name="v2",
        model_name=f"Model {model_id}",
        type="LORA",
        base_model="SDXL 1.0",
        published_at=NOW,
        trained_words=("word",),
        description_html=description,
        files=(replace(file, id=file.id + 1, name="other.pt", primary=False), file),
        images=(picture,),
        nsfw_level=1,
    )
    oldest = Version(id=10 * model_id + 1, model_id=model_id, name="v1")
    return Model(
        id=model_id,
        name=f"Model {model_id}",
        type="LORA",
        creator="somebody",
        nsfw_level=1,
        description_html=description,
        tags=("style",),
        stats=Stats(downloads=5, likes=2, comments=0),
        versions=(newest, oldest),
    )


@dataclass
class MemorySearch:
    """Answers from `models`; a search remembers what was asked and can be made to fail or to wait."""

    models: dict[int, Model] = field(default_factory=lambda: {7: sample_model()})
    asked: list[SearchRequest] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def search(self, request: SearchRequest) -> Found:
        self.before()
        self.asked.append(request)
        return Found(tuple(map(self._view, self.models.values())), "next", Source.NETWORK)

    def model(self, model_id: int) -> ModelView:
        self.before()
        if model_id not in self.models:
            raise NotFound
        return self._view(self.models[model_id])

    def version(self, version_id: int) -> VersionView:
        for model in self.models.values():
            for version in model.versions:
                if version.id == version_id:
                    return VersionView(version, 0, False, {})
        raise NotFound

    def version_by_hash(self, value: str) -> VersionView:
        for model in self.models.values():
            for version in model.versions:
                if any(value in (file.hashes.sha256, file.hashes.autov2) for file in version.files):
                    return VersionView(version, 0, True, {700: "/models/good.safetensors"})
        raise NotFound

    def enums(self) -> Enums:
        return Enums(("Checkpoint",), ("SDXL 1.0",), ("Newest",), ("AllTime",))

    def _view(self, model: Model) -> ModelView:
        page = f"https://civitai.com/models/{model.id}"
        hidden = {version.id: index for index, version in enumerate(model.versions)}
        return ModelView(model, 1, Installed.NONE, {}, frozenset(), page, hidden_by_version=hidden)


@dataclass
class MemoryGallery:
    """Shows the pictures of the version that a search knows, with one hidden; unknown ids have none."""

    search: MemorySearch

    def images(self, request: GalleryRequest) -> GalleryPage:
        versions = [version for model in self.search.models.values() for version in model.versions]
        own = (version.images for version in versions if version.id == request.model_version_id)
        pictures = next(own, ())
        return GalleryPage(pictures, "next" if pictures else None, Source.NETWORK, len(pictures))


@dataclass
class MemoryDownloads:
    """A queue in which nothing moves by itself."""

    jobs: dict[str, Download] = field(default_factory=dict)

    def submit(self, wish: Wish, priority: Priority | None = None) -> Download:
        if wish.version_id == 404:
            raise NotFound("CivitAI knows no version 404.")
        job = Download(
            id=f"job{len(self.jobs) + 1}", wish=wish, version_id=wish.version_id, created_at=NOW, updated_at=NOW,
            priority=priority or Priority.NORMAL,
        )  # fmt: skip
        return self._keep(job)

    def pause(self, job_id: str) -> Download:
        return self._move(job_id, State.PAUSED)

    def resume(self, job_id: str) -> Download:
        return self._move(job_id, State.QUEUED)

    def cancel(self, job_id: str) -> Download:
        return self._move(job_id, State.CANCELLED)

    def retry(self, job_id: str, choice: Choice | None = None) -> Download:
        job = self._move(job_id, State.QUEUED)
        return job if choice is None else self._keep(replace(job, wish=choice.applied(job.wish)))

    def try_now(self, job_id: str) -> Download:
        return self._keep(replace(self._known(job_id), waiting=None))

    def again(self, job_id: str) -> Download:
        return self._known(job_id)

    def move(self, job_id: str, move: Move) -> Download:
        move.check()
        return self._known(job_id)

    def prioritize(self, job_id: str, priority: Priority) -> Download:
        return self._keep(replace(self._known(job_id), priority=priority))

    def pause_all(self) -> tuple[Download, ...]:
        return tuple(self.pause(job.id) for job in list(self.jobs.values()) if job.state in PAUSABLE)

    def resume_all(self) -> tuple[Download, ...]:
        return tuple(self.resume(job.id) for job in list(self.jobs.values()) if job.state is State.PAUSED)

    def retry_failed(self) -> tuple[Download, ...]:
        return ()

    def plan(self, items: Sequence[Item]) -> Plan:
        rows = [refused(each, NotFound()) if each.wish.version_id == 404 else Row(each, Outlook.NEW) for each in items]
        return Plan(tuple(rows), (Volume(Path("/models"), 10**9, 5000, 0),))

    def submit_all(self, items: Sequence[Item]) -> tuple[Plan, tuple[Download, ...]]:
        plan = self.plan(items)
        return plan, tuple(self.submit(row.item.wish) for row in plan.rows if row.is_fetched)

    def preview(self, wish: Wish) -> Preview:
        folder = Path("/models/Lora")
        row = Row(Item(wish), Outlook.NEW, path=folder / "good.safetensors")
        return Preview(row, "LORA", folder, folder, None, 10**9, (ModelRoot("LORA", folder),), ("styles",))

    def history(self, wanted: HistoryFilter) -> HistoryPage:
        found = tuple(job for job in self.jobs.values() if job.state in (wanted.states or FINISHED))
        return HistoryPage(found[: wanted.limit], None, len(found))

    def clear_history(self, ids: Sequence[str], states: Sequence[State]) -> Cleared:
        gone = [job.id for job in self.jobs.values() if job.state in FINISHED]
        for each in gone:
            del self.jobs[each]
        return Cleared(len(gone), 0)

    def _known(self, job_id: str) -> Download:
        if job_id not in self.jobs:
            raise NotFound("There is no such download.")
        return self.jobs[job_id]

    def unpack(self, job_id: str, unsafe: Unsafe = Unsafe.REFUSE) -> Download:
        if job_id not in self.jobs:
            raise NotFound("There is no such download.")
        if self.jobs[job_id].state is not State.DONE:
            raise WrongState("Only a finished download of a .zip archive can be unpacked.")
        skipped = () if unsafe is Unsafe.ALLOW else (Skipped("b.pt", "it can run code."),)
        unpacked = Unpacked("/models/good", ("a.safetensors",), skipped)
        return self._keep(replace(self.jobs[job_id], unpacked=unpacked))

    def progress(self, since: int) -> ProgressView:
        changed = tuple(job for job in self.jobs.values() if job.revision > since)
        active = sum(job.state not in FINISHED for job in self.jobs.values())
        return ProgressView(len(self.jobs), changed, Totals(active, active, 0.0, None))

    def _move(self, job_id: str, state: State) -> Download:
        if job_id not in self.jobs:
            raise NotFound("There is no such download.")
        check_move(self.jobs[job_id].state, state)
        return self._keep(replace(self.jobs[job_id], state=state))

    def _keep(self, job: Download) -> Download:
        self.jobs[job.id] = replace(job, revision=len(self.jobs) + 1)
        return self.jobs[job.id]


@dataclass
class MemoryLibrary:
    """One local model."""

    root: Path
    asked: list[LocalFilter] = field(default_factory=list)
    previews: dict[Path, Path] = field(default_factory=dict)

    def local_models(self, wanted: LocalFilter) -> LocalPage:
        self.asked.append(wanted)
        return LocalPage((self.model(),), None, 1)

    def card_facts(self) -> tuple[CardFact, ...]:
        model = self.model()
        path, root = os.fsencode(model.path), os.fsencode(model.root)
        return (CardFact(path, root, 7, None, None, 1, 0, 71, "v3"),)

    def local_model(self, path: Path) -> LocalModel:
        if path != self.model().path:
            raise NotFound
        return self.model()

    def preview_of(self, model: Path) -> Path:
        if model not in self.previews:
            raise NotFound
        return self.previews[model]

    def model(self) -> LocalModel:
        return LocalModel(
            path=self.root / "sub" / "good.safetensors",
            root=self.root,
            type="LORA",
            size_bytes=1024,
            state=LocalState.IDENTIFIED,
            hashes=Hashes(sha256=SHA256, autov2=SHA256[:10]),
            model_id=7,
            update=Update(71, "v3"),
        )


@dataclass
class MemorySync:
    """A sync that stays where it is put."""

    job: Sync | None = None
    asked: list[SyncRequest] = field(default_factory=list)
    running: threading.Event = field(default_factory=threading.Event)

    def submit(self, request: SyncRequest) -> Sync:
        self.asked.append(request)
        self.job = Sync(id="sync1", state=SyncState.RUNNING, phase="hashing")
        return self.job

    def plan(self, request: SyncRequest) -> SyncPlan:
        self.asked.append(request)
        return SyncPlan(files=2, bytes_to_hash=2048, requests=1)

    def progress(self) -> Sync | None:
        return self.job

    def pause(self, job_id: str) -> Sync:
        return self._become(job_id, SyncState.PAUSED)

    def resume(self, job_id: str) -> Sync:
        return self._become(job_id, SyncState.RUNNING)

    def cancel(self, job_id: str) -> Sync:
        return self._become(job_id, SyncState.CANCELLED)

    def _become(self, job_id: str, state: SyncState) -> Sync:
        if self.job is None or self.job.id != job_id:
            raise NotFound("There is no such sync.")
        if self.job.state is SyncState.CANCELLED:
            raise WrongState
        self.job = replace(self.job, state=state)
        return self.job
