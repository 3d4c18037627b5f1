"""From a wish to the exact file, the roots that take it and the folder below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from civitdock.domain import endings, folders, names, templates
from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.downloads import Download, Wish
from civitdock.domain.library import LocalModel, ModelRoot
from civitdock.domain.tensors import Header, content_of
from civitdock.domain.versions import find_file, primary_file
from civitdock.errors import CivitDockError, InvalidRequest, NotFound
from civitdock.ports import Catalogue, Disk, Patience
from civitdock.ports.host import Host, SettingsSource
from civitdock.ports.library import ModelStore

#: Types that the hosts know by base name alone, whatever the folder (`hosts.md 6`).
_BY_BASE_NAME = frozenset({"LORA", "LoCon", "DoRA", "TextualInversion"})


@dataclass(frozen=True)
class Target:
    """What to fetch and where it belongs. `stem` is given where the file must share its model's name (a config).

    `known` are all roots of the host; `notes` what the user should know about the choice, in plain words.
    """

    version: Version
    file: ModelFile
    model: Model | None
    roots: tuple[ModelRoot, ...]
    folder: Path
    stem: str | None = None
    known: tuple[ModelRoot, ...] = ()
    notes: tuple[str, ...] = ()

    def root_of(self, path: Path) -> ModelRoot:
        """The root that holds a path: one of the type's own, else any."""
        holding = (root for root in (*self.roots, *self.known) if names.is_inside(path, root.path))
        return next(holding, self.roots[0])

    def takes(self, path: Path) -> bool:
        """Whether a path lies in one of the roots."""
        return any(names.is_inside(path, root.path) for root in self.roots)

    @property
    def known_by_base_name(self) -> bool:
        """Whether the WebUI tells models of this type apart by their base name alone."""
        return self.roots[0].type in _BY_BASE_NAME

    def name(self, wish: Wish) -> str:
        """The file name, sanitized, before any conflict."""
        fallback = f"civitai-{self.version.id}-{self.file.id}"
        own = names.file_name(self.file.name, fallback)
        own = endings.completed(own, self.file.format, self.roots[0].type, fallback)
        stem = wish.filename or self.stem
        return own if stem is None else names.with_stem(own, stem)


class Resolver:
    """Asks the catalogue, the host and the index."""

    def __init__(
        self, catalogue: Catalogue, models: ModelStore, disk: Disk, host: Host, settings: SettingsSource
    ) -> None:
        self._catalogue = catalogue
        self._models = models
        self._disk = disk
        self._host = host
        self._settings = settings

    def file_of(self, wish: Wish, patience: Patience) -> tuple[Version, ModelFile]:
        """The version and the file that is meant.

        Raises `NotFound` for an unknown or empty version, `InvalidRequest` for a file of another version, and what
        the catalogue raises.
        """
        version = self._catalogue.version(wish.version_id, patience)
        if wish.file_id is not None:
            found = find_file(version, wish.file_id)
            if found is None:
                raise InvalidRequest(f"file_id: version {version.id} has no file {wish.file_id}.")
            return version, found
        found = primary_file(version)
        if found is None:
            raise NotFound("This version has no file that could be downloaded.", hint="Look at its page on CivitAI.")
        return version, found

    def target(self, wish: Wish, patience: Patience) -> Target:
        """Everything about where the file goes; raises what `file_of` and `place` raise.

        The patience's age counts for version and file, whose hashes must be the present ones.
        """
        version, file = self.file_of(wish, patience)
        return self.place(wish, version, file, self._model(version, replace(patience, max_age=None)))

    def place(
        self, wish: Wish, version: Version, file: ModelFile, model: Model | None, content: str | None = None
    ) -> Target:
        """The folder for a file; `content` is the type that was read from it, which counts where CivitAI is vague.

        Raises `InvalidRequest` for a folder outside the roots, `NotWritable` without one.
        """
        kind, known = folders.root_type(version.type, file.type, content), self._host.roots()
        roots = folders.roots_for(kind, known)
        beside = self._beside(version, file) if folders.is_companion(file.type) and wish.folder is None else None
        if beside is not None:
            return Target(version, file, model, roots, beside.path.parent, beside.path.stem, known)
        wanted = templates.parse(self._settings.current().text("civitai_folder_templates"))
        parts = templates.render(wanted.of(kind), templates.words_of(kind, version, file, model))
        folder = folders.choose(wish.folder, parts, [root.path for root in roots])
        self._check_inside(folder, roots)
        ignored = wanted.concerning(kind) if wish.folder is None else ()
        notes = tuple(f"The setting civitai_folder_templates, {line} The line was ignored." for line in ignored)
        return Target(version, file, model, roots, folder, known=known, notes=notes)

    def asks_content(self, target: Target) -> bool:
        """Whether the file itself must say what it is: CivitAI's words give no folder, or no ending."""
        if folders.is_companion(target.file.type):
            return False
        return folders.is_vague(target.version.type, target.file.type) or _lacks_ending(target.file)

    def by_content(self, wish: Wish, target: Target, header: Header) -> Target:
        """The target that the tensors of the file ask for; a folder that the user named in full stays."""
        content = content_of(header)
        kind = None if content is None or folders.is_absolute(wish.folder or "") else content.civitai_type
        file = replace(target.file, format="SafeTensor") if _lacks_ending(target.file) else target.file
        return self.place(wish, target.version, file, target.model, kind)

    def installed(self, version: Version, file: ModelFile) -> LocalModel | None:
        """The row of a file that is on disk already, in any folder where its type belongs."""
        kind, vague = folders.root_type(version.type, file.type), folders.is_vague(version.type, file.type)
        roots = [root for root in self._host.roots() if vague or root.type == kind]
        if file.hashes.sha256:
            rows: Sequence[LocalModel] = self._models.of_hash(file.hashes.sha256)
        else:
            rows = [row for row in self._models.of_models([version.model_id]) if row.file_id == file.id]
        inside = (row for row in rows if any(names.is_inside(row.path, root.path) for root in roots))
        return next((row for row in inside if self._disk.size(row.path) == row.size_bytes), None)

    def url(self, version: Version, file: ModelFile) -> str:
        """The address of exactly this file (`civitai-api.md 3`)."""
        return file.download_url or self._catalogue.download_url(version.id, file.id)

    def _model(self, version: Version, patience: Patience) -> Model | None:
        """The model's own words for folder and sidecar; a download goes on without them."""
        try:
            return self._catalogue.model(version.model_id, patience)
        except CivitDockError:
            return None

    def _beside(self, version: Version, file: ModelFile) -> LocalModel | None:
        rows = self._models.of_models([version.model_id])
        same = (row for row in rows if row.version_id == version.id and row.file_id != file.id)
        return next((row for row in same if self._disk.size(row.path) is not None), None)

    def _check_inside(self, folder: Path, roots: Sequence[ModelRoot]) -> None:
        real = self._disk.real(folder)
        if not any(names.is_inside(real, self._disk.real(root.path)) for root in roots):
            raise InvalidRequest(
                "folder: a link leads out of the model folder.",
                hint="Choose another folder, or add the linked one to the WebUI's own model folders.",
            )


def _lacks_ending(file: ModelFile) -> bool:
    return not endings.is_usual(names.file_name(file.name)) and not endings.is_known_format(file.format)


def key_of(job: Download) -> tuple[int, int | None]:
    """What makes two jobs one transfer (the SHA256 follows from the file id)."""
    return job.version_id, job.file_id
