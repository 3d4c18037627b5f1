"""The JSON shapes of models, versions, files and pictures per route (`civitai-api.md` 1.1 to 1.8)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from civitdock.demo import pictures
from civitdock.demo.catalogue import Catalogue, stored_hashes
from civitdock.demo.layouts import family_of
from civitdock.demo.records import CommercialForm, DemoFile, DemoImage, DemoModel, DemoVersion
from civitdock.demo.storage import IMAGE_ROOT
from civitdock.demo.vocabulary import AIR_TYPES, BASE_MODELS, PG

_LIST_IMAGES, _VERSION_IMAGES = 20, 10
_ECOSYSTEMS = {"sd1": "sd1", "sd2": "sd2", "sd3": "sd3", "sdxl": "sdxl", "flux": "flux1", "wan": "wanvideo"}
LEVEL_WORDS = {1: "None", 2: "Soft", 4: "Mature", 8: "X", 16: "X"}


class Renderer:
    """Turns records into answers. `image_base` is the picture host, `origin` in calls the API's own address."""

    def __init__(self, catalogue: Catalogue, image_base: str) -> None:
        self._catalogue = catalogue
        self._image_base = image_base
        self._blurhashes: dict[str, str] = {}

    def blurhash(self, image: DemoImage) -> str | None:
        """The true BlurHash of the picture, or None where the record wants none."""
        if not image.hashed:
            return None
        if image.uuid not in self._blurhashes:
            self._blurhashes[image.uuid] = pictures.blurhash(image.uuid)
        return self._blurhashes[image.uuid]

    def image_url(self, image: DemoImage, name: str | None = None) -> str:
        """The original's URL; it says `.jpeg` for every still and `.mp4` for a video."""
        suffix = "mp4" if image.kind == "video" else "jpeg"
        return f"{self._image_base}{IMAGE_ROOT}{image.uuid}/original=true/{name or image.id}.{suffix}"

    def list_image(self, image: DemoImage) -> dict[str, Any]:
        """A picture inside a model of the list: without generation data."""
        return {
            "id": image.id,
            "url": self.image_url(image),
            "nsfwLevel": image.level,
            "width": image.width,
            "height": image.height,
            "hash": self.blurhash(image),
            "type": image.kind,
            "minor": False,
            "poi": False,
            "hasMeta": image.meta is not None if image.has_meta is None else image.has_meta,
            "hasPositivePrompt": bool(image.meta and "prompt" in image.meta),
            "onSite": False,
            "remixOfId": None,
            **image.extra,
        }

    def version_image(self, image: DemoImage) -> dict[str, Any]:
        """A picture inside a version: with `meta`, without `id`."""
        shown = self.list_image(image)
        del shown["id"]
        shown["metadata"] = {"hash": shown["hash"], "size": 4096, "width": image.width, "height": image.height}
        return {**shown, "meta": image.meta, "availability": "Public"}

    def file(self, file: DemoFile, version: DemoVersion, origin: str) -> dict[str, Any]:
        """A file inside a list item; `primary` is absent unless true."""
        shown: dict[str, Any] = {
            "id": file.id,
            "sizeKB": file.shown_size_kb,
            "name": file.name,
            "overrideName": file.override_name,
            "type": file.type,
            "pickleScanResult": file.pickle_scan,
            "pickleScanMessage": file.pickle_message,
            "virusScanResult": file.virus_scan,
            "virusScanMessage": None,
            "scannedAt": file.scanned_at,
            "metadata": {"format": file.format, "size": file.size, "fp": file.fp},
            "hashes": stored_hashes(file),
            "downloadUrl": self.download_url(file, version, origin),
            **file.extra,
        }
        if file.quant is not None:
            shown["metadata"]["quantType"] = file.quant
        if file.primary and file in version.files:
            shown["primary"] = True
        return shown

    @staticmethod
    def download_url(file: DemoFile, version: DemoVersion, origin: str) -> str:
        """`?fileId=` for own files, `?type=` for linked ones, the bare URL where a record says so."""
        base = f"{origin}/api/download/models/{version.id}"
        if file.download_query is not None:
            return base + (f"?{file.download_query}" if file.download_query else "")
        query = {"fileId": str(file.id)} if file in version.files else {"type": file.type}
        return f"{base}?{urlencode(query)}"

    @staticmethod
    def _time(value: str, version: DemoVersion) -> str:
        return value.rstrip("Z") if version.zoneless else value

    def list_version(self, model: DemoModel, version: DemoVersion, origin: str, mature: bool) -> dict[str, Any]:
        """A version inside a list item."""
        shown: dict[str, Any] = {
            "id": version.id,
            "index": model.published.index(version),
            "name": version.name,
            "baseModel": version.base_model,
            "baseModelType": version.base_model_type,
            "publishedAt": self._time(version.published_at, version),
            "flags": 0,
            "availability": "EarlyAccess" if version.early else "Public",
            "nsfwLevel": version.nsfw_level,
            "description": version.description,
            "trainedWords": version.trained_words,
            "vaeId": None,
            "paidAccess": self._paid(version),
            "stats": {
                "downloadCount": None if model.hides_stats else version.downloads,
                "thumbsUpCount": version.thumbs_up,
                "thumbsDownCount": version.thumbs_down,
            },
            "supportsGeneration": model.supports_generation,
            "files": [],
            "images": [],
            **version.extra,
        }
        if version.early_access_until is not None:
            shown["earlyAccessDeadline"] = version.early_access_until
        if model.mode != "Archived":
            shown["files"] = [self.file(file, version, origin) for file in self._catalogue.all_files_of(version)]
            shown["downloadUrl"] = f"{origin}/api/download/models/{version.id}"
        if model.mode != "TakenDown":
            images = [image for image in version.images if mature or image.level == PG]
            shown["images"] = [self.list_image(image) for image in images[:_LIST_IMAGES]]
        return shown

    @staticmethod
    def _paid(version: DemoVersion) -> dict[str, Any] | None:
        if not version.early:
            return None
        return {"permanent": version.paid_permanently, "endsAt": version.early_access_until}

    def item(
        self, model: DemoModel, origin: str, mature: bool, versions: Iterable[DemoVersion] | None = None
    ) -> dict[str, Any]:
        """A model as the list gives it; `versions` trims it, `mature` keeps pictures above PG."""
        chosen = model.published if versions is None else versions
        shown: dict[str, Any] = {
            "id": model.id,
            "name": model.name,
            "description": model.description,
            "type": model.type,
            "nsfw": model.nsfw,
            "poi": model.poi,
            "minor": model.minor,
            "sfwOnly": False,
            "nsfwLevel": model.nsfw_level,
            "allowNoCredit": model.allow_no_credit,
            "allowDerivatives": model.allow_derivatives,
            "allowDifferentLicense": model.allow_different_license,
            "allowCommercialUse": self._commercial(model),
            "availability": model.availability,
            "supportsGeneration": model.supports_generation,
            "baseModels": sorted({version.base_model for version in model.published}),
            "cosmetic": None,
            "userId": model.user_id,
            "stats": {
                "downloadCount": None if model.hides_stats else model.downloads,
                "thumbsUpCount": model.thumbs_up,
                "thumbsDownCount": model.thumbs_down,
                "commentCount": model.comments,
                "tippedAmountCount": None if model.hides_stats else model.tips,
            },
            "tags": model.tags,
            "modelVersions": [
                self.list_version(model, version, origin, mature)
                for version in chosen
                if any(file.public for file in version.files)
            ],
            **model.extra,
        }
        if not model.anonymous:
            shown["creator"] = {"username": model.creator, "image": model.creator_image}
        if model.mode is not None:
            shown["mode"] = model.mode
        return shown

    @staticmethod
    def _commercial(model: DemoModel) -> list[str] | str:
        if model.commercial_form is CommercialForm.LITERAL:
            return "{" + ",".join(model.commercial) + "}"
        if model.commercial_form is CommercialForm.STRING:
            return model.commercial[-1] if model.commercial else "None"
        return model.commercial

    def detail(self, model: DemoModel, origin: str) -> dict[str, Any]:
        """A model by id: as in the list, but null and empty keys inside versions are gone, pictures have no id."""
        shown = self.item(model, origin, mature=True)
        by_id = {version.id: version for version in model.versions}
        versions = []
        for version in shown["modelVersions"]:
            version.pop("supportsGeneration")
            published = by_id[version["id"]].published_at
            version.update(createdAt=published, status="Published", covered=True)
            for image in version["images"]:
                del image["id"]
            for file in version["files"]:
                file["metadata"] = _without_empty(file["metadata"])
            version["files"] = [_without_empty(file) for file in version["files"]]
            versions.append(_without_empty(version))
        return {**shown, "modelVersions": versions}

    def version(self, version: DemoVersion, origin: str, superseded: bool = True) -> dict[str, Any]:
        """A version by id (`superseded` files listed) or by hash (not listed)."""
        model = self._catalogue.model(version.model_id)
        assert model is not None
        shown: dict[str, Any] = {
            "id": version.id,
            "modelId": model.id,
            "name": version.name,
            "nsfwLevel": version.nsfw_level,
            "createdAt": version.published_at,
            "updatedAt": version.published_at,
            "status": version.status,
            "publishedAt": self._time(version.published_at, version),
            "trainedWords": version.trained_words,
            "trainingStatus": None,
            "trainingDetails": None,
            "baseModel": version.base_model,
            "baseModelType": version.base_model_type,
            "description": version.description,
            "uploadType": "Created",
            "usageControl": version.usage_control,
            "licensingFee": None,
            "paidAccess": self._paid(version),
            "air": self.air(model, version),
            "stats": {
                "downloadCount": None if model.hides_stats else version.downloads,
                "thumbsUpCount": version.thumbs_up,
            },
            "model": {"name": model.name, "type": model.type, "nsfw": model.nsfw, "poi": model.poi},
            "files": [],
            "images": [],
            **version.extra,
        }
        if model.mode is not None:
            shown["model"]["mode"] = model.mode
        if model.mode != "Archived":
            shown["files"] = self._version_files(version, origin, superseded)
            shown["downloadUrl"] = f"{origin}/api/download/models/{version.id}"
        if model.mode != "TakenDown":
            shown["images"] = [self.version_image(image) for image in version.images[:_VERSION_IMAGES]]
        return shown

    def _version_files(self, version: DemoVersion, origin: str, superseded: bool) -> list[dict[str, Any]]:
        listed = self._catalogue.all_files_of(version)
        if superseded:
            listed += [file for file in version.files if file.public and file.superseded]
        shown = []
        for file in listed:
            entry = self.file(file, version, origin)
            del entry["overrideName"]
            entry["primary"] = entry.get("primary", False)
            entry["metadata"] = {key: entry["metadata"][key] for key in ("format", "size", "fp")}
            if superseded and entry["scannedAt"] is not None:
                entry["scannedAt"] = entry["scannedAt"].rstrip("Z")
            shown.append(entry)
        return shown

    @staticmethod
    def air(model: DemoModel, version: DemoVersion) -> str:
        """The version's AIR name."""
        plain = re.sub(r"[^a-z0-9]", "", version.base_model.lower()) or "other"
        ecosystem = _ECOSYSTEMS[family_of(version.base_model)] if version.base_model in BASE_MODELS else plain
        return f"urn:air:{ecosystem}:{AIR_TYPES.get(model.type, 'unknown')}:civitai:{model.id}@{version.id}"


def _without_empty(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value is not None and value != []}
