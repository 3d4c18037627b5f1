"""The parts that library tests put together: a host with its folders, settings, pictures of the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from civitdock.adapters.sqlite.memory import SqliteOriginals
from civitdock.adapters.sqlite.state import open_state
from civitdock.demo.records import DemoImage, DemoModel
from civitdock.demo.server import DemoCivitai
from civitdock.demo.storage import IMAGE_ROOT
from civitdock.domain.base_models import A1111_WORDS, host_word
from civitdock.domain.catalogue import MediaKind, Model, ModelFile, Picture, Stats, Version
from civitdock.domain.exposure import Exposure
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import ModelRoot
from civitdock.host.folders import model_roots
from civitdock.ports.host import Access
from civitdock.settings import Settings, Value


class FreshOriginals(SqliteOriginals):
    """A memory of its own in a folder of its own, which goes with this object."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="civitdock-", ignore_cleanup_errors=True)
        super().__init__(open_state(Path(self._folder.name)))


class FixedSettings:
    """A `SettingsSource` whose values a test changes."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = dict(values)

    def current(self) -> Settings:
        return Settings(dict(self.values))


class RecordingHost:
    """A host with A1111's folders, which notes what it was asked to refresh."""

    name = "standalone"
    version = ""
    localization = ""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.refreshed: list[tuple[tuple[Path, ...], str]] = []
        self.busy = False

    def data_dir(self) -> Path:
        folder = self._home / "data"
        folder.mkdir(exist_ok=True)
        return folder

    def roots(self) -> tuple[ModelRoot, ...]:
        return model_roots(None, self._home / "models")

    def root(self, model_type: str) -> ModelRoot:
        """The first root of a type, its folder made."""
        found = next(root for root in self.roots() if root.type == model_type)
        found.path.mkdir(parents=True, exist_ok=True)
        return found

    def is_generating(self) -> bool:
        return self.busy

    def refresh(self, paths: Sequence[Path], model_type: str) -> None:
        self.refreshed.append((tuple(paths), model_type))

    def sd_version(self, base_model: str) -> str | None:
        return host_word(base_model, A1111_WORDS)

    def stored_settings(self) -> Mapping[str, object]:
        return {}

    def store_settings(self, values: Mapping[str, object]) -> None:
        raise NotImplementedError

    def fields(self) -> None:
        return None

    def exposure(self) -> Exposure:
        return Exposure()

    def access(self) -> Access:
        raise NotImplementedError


def settings_for(demo: DemoCivitai, **values: Value) -> FixedSettings:
    return FixedSettings({"civitai_api_url": demo.api_base, **values})


def picture_of(demo: DemoCivitai, image: DemoImage) -> Picture:
    """A picture as the client makes it from the demo's answer."""
    suffix = "mp4" if image.kind == "video" else "jpeg"
    url = f"{demo.image_base}{IMAGE_ROOT}{image.uuid}/original=true/{image.id}.{suffix}"
    return Picture(url, MediaKind(image.kind), image.id, image.width, image.height, nsfw_level=image.level)


def file_of(demo: DemoCivitai, model: DemoModel) -> tuple[Version, Model, ModelFile, bytes]:
    """The newest version of a demo model with its primary file and that file's bytes."""
    shown = model.versions[0]
    stored = shown.files[0]
    content = stored.content.read()
    digests = stored.content.digests()
    file = ModelFile(stored.id, stored.name, len(content), hashes=Hashes(sha256=digests.sha256.lower()))
    version = Version(
        id=shown.id,
        model_id=model.id,
        name=shown.name,
        model_name=model.name,
        type=model.type,
        base_model=shown.base_model,
        trained_words=tuple(shown.trained_words),
        files=(file,),
        images=tuple(picture_of(demo, image) for image in shown.images),
        nsfw_level=shown.nsfw_level,
    )
    whole = Model(
        id=model.id,
        name=model.name,
        type=model.type,
        creator=model.creator,
        nsfw_level=model.nsfw_level,
        description_html=model.description or "",
        tags=tuple(model.tags),
        stats=Stats(downloads=model.downloads, likes=model.thumbs_up),
        versions=(version,),
    )
    return version, whole, file, content
