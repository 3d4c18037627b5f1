"""Models and versions by id and by hash (`civitai-api.md` 1.2 to 1.7)."""

from __future__ import annotations

import json
from typing import Any

from civitdock.demo.catalogue import Catalogue, stored_hashes
from civitdock.demo.params import Refusal
from civitdock.demo.records import DemoVersion
from civitdock.demo.render import Renderer
from civitdock.demo.wire import Answer, Request, json_answer

_INT4_MAX = 2**31 - 1
_BATCH_MAX, _IDS_MAX = 100, 10_000


def _error(text: str, status: int) -> Answer:
    return json_answer({"error": text}, status)


class Lookups:
    """Answers the routes that name one thing, or many by hash."""

    def __init__(self, catalogue: Catalogue, renderer: Renderer) -> None:
        self._catalogue = catalogue
        self._renderer = renderer

    def model(self, request: Request, text: str) -> Answer:
        """`GET models/:id`; mature and archived models are served, unrated and POI ones are not."""
        if not text.isdigit() or not 1 <= int(text) <= _INT4_MAX:
            if text == "0":
                return _error("No model with id 0", 404)
            return _error("✖ Invalid input: expected number, received NaN\n  → at id", 400)
        model = self._catalogue.model(int(text))
        if model is None or model.poi or model.nsfw_level == 0 or (model.versions and not model.published):
            return _error(f"No model with id {text}", 404)
        return json_answer(self._renderer.detail(model, request.origin))

    def version(self, request: Request, text: str) -> Answer:
        """`GET model-versions/:id`."""
        if not text.isdigit() or int(text) == 0:
            return _error("Missing modelVersionId", 400)
        if int(text) > _INT4_MAX:
            return _error("Failed to fetch model version details", 500)
        version = self._catalogue.version(int(text))
        if version is None or version.status != "Published" or version.nsfw_level == 0 or self._poi(version):
            return _error("Model not found", 404)
        if not any(file.public for file in version.files):
            return _error("Missing model file", 404)
        return json_answer(self._renderer.version(version, request.origin))

    def _poi(self, version: DemoVersion) -> bool:
        model = self._catalogue.model(version.model_id)
        return model is None or model.poi

    def by_hash(self, request: Request, value: str) -> Answer:
        """`GET model-versions/by-hash/:hash`: any type, any case; the oldest version wins."""
        found = self._catalogue.by_hash(value)
        if not found:
            return _error("Model not found", 404)
        oldest = min((version for version, _ in found), key=lambda version: (version.published_at, version.id))
        return json_answer(
            self._renderer.version(oldest, request.origin, superseded=False),
            headers={"Cache-Control": "public, s-maxage=3600, stale-while-revalidate=1800"},
        )

    def by_hashes(self, request: Request) -> Answer:
        """`POST model-versions/by-hash`: one entry per matching file, and download URLs that lead nowhere."""
        index = self._catalogue.hash_index(("SHA256",))
        found: list[dict[str, Any] | None] = []
        for value in sorted(self._hashes(request, _BATCH_MAX), reverse=True):
            for version, file in index.get(value, []):
                if file.public:
                    found.append(self._renderer.version(version, "https://undefined", superseded=False))
                else:
                    found.append(None)
        return json_answer(found)

    def ids_by_hashes(self, request: Request) -> Answer:
        """`POST model-versions/by-hash/ids`: ids per matching file, in no order of the request."""
        index = self._catalogue.hash_index(("SHA256",))
        found = [
            {"modelVersionId": version.id, "modelId": version.model_id, "hash": stored_hashes(file)["SHA256"]}
            for value in sorted(self._hashes(request, _IDS_MAX))
            for version, file in index.get(value, [])
        ]
        return json_answer(found)

    @staticmethod
    def _hashes(request: Request, most: int) -> set[str]:
        """The body as upper-case hashes; raises `Refusal` (400) for all but an array of 64-character strings."""
        value: Any = None
        if request.headers.get("content-type", "").startswith("application/json"):
            try:
                value = json.loads(request.body)
            except ValueError:
                raise Refusal(Answer(400, {"Content-Type": "text/plain"}, b"Invalid JSON")) from None
        fits = isinstance(value, list) and len(value) <= most
        if not fits or not all(isinstance(text, str) and len(text) == 64 for text in value):
            issue = json.dumps([{"code": "invalid_type", "expected": "array", "path": []}])
            raise Refusal(_error(f"Request must include an array of SHA256 Hashes. {issue}", 400))
        return {text.upper() for text in value}

    def mini(self, request: Request, text: str) -> Answer:
        """`GET model-versions/mini/:id`."""
        version = self._catalogue.version(int(text)) if text.isdigit() else None
        if "epoch" in request.query:
            return _error("✖ Invalid input: expected number, received string\n  → at epoch", 400)
        if version is None or version.status != "Published":
            return _error("Model not found", 404)
        wanted = request.first("modelFileId")
        files = [file for file in version.files if wanted is None or str(file.id) == wanted]
        if not files:
            missing = f"Model file {wanted} not found in version {text}" if wanted else "Missing model file"
            return _error(missing, 404)
        file = next((file for file in files if file.primary), files[0])
        model = self._catalogue.model(version.model_id)
        assert model is not None
        shown = {
            "air": self._renderer.air(model, version),
            "versionName": version.name,
            "modelName": model.name,
            "userId": model.user_id,
            "baseModel": version.base_model,
            "availability": "EarlyAccess" if version.early else "Public",
            "publishedAt": version.published_at,
            "size": file.shown_size_kb,
            "fileType": file.type,
            "fileName": file.name,
            "hashes": stored_hashes(file),
            "downloadUrls": [self._renderer.download_url(file, version, request.origin)],
            "format": file.format,
            "canGenerate": model.supports_generation,
            "isFeatured": False,
            "requireAuth": version.require_auth,
            "checkPermission": version.early,
            "earlyAccessEndsAt": version.early_access_until,
            "freeTrialLimit": None,
            "additionalResourceCharge": False,
            "minor": model.minor,
            "sfwOnly": False,
            "fees": [],
            "payoutEnabled": False,
        }
        return json_answer(shown)
