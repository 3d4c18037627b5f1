"""`GET /api/download/models/:versionId`: who may, which file, and the signed redirect (`civitai-api.md` section 3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from civitdock.demo.catalogue import Catalogue
from civitdock.demo.records import DemoFile, DemoModel, DemoVersion
from civitdock.demo.storage import Storage
from civitdock.demo.vocabulary import FILE_FORMATS, FILE_SIZES, FILE_TYPES
from civitdock.demo.wire import Answer, Request, json_answer, text_answer

_BROWSER_WORDS = ("mozilla", "chrome", "safari", "firefox", "opera", "edge")
_MAIN_TYPES = ("Model", "Pruned Model", "Diffusion Model", "UNet")
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass
class AccessRules:
    """What the download route asks of callers. `purchases` maps an account to the version ids it bought,
    `preferences` to the `format`, `size`, `fp` or `quant` it likes best when no file is named."""

    login_for_all: bool = False
    purchases: dict[str, set[int]] = field(default_factory=dict)
    preferences: dict[str, dict[str, str]] = field(default_factory=dict)
    banned_agents: list[str] = field(default_factory=lambda: ["Python-urllib"])


def is_browser(agent: str) -> bool:
    """Whether CivitAI takes a User-Agent for a browser."""
    return any(word in agent.lower() for word in _BROWSER_WORDS)


def _refuse(request: Request, status: int, text: str, **more: str) -> Answer:
    """JSON for programs, plain text for browsers."""
    if is_browser(request.headers.get("user-agent", "")):
        answer = text_answer(text, status, "text/plain; charset=utf-8")
    else:
        answer = json_answer({"error": text, **more}, status)
    return Answer(status, {**answer.headers, **_NO_STORE}, answer.body)


def _go(location: str) -> Answer:
    return Answer(307, {"Location": location, **_NO_STORE})


class Downloads:
    """Answers the download route. `storage_bases` are used in turn, as retries at CivitAI may meet another host."""

    def __init__(self, catalogue: Catalogue, storage: Storage, rules: AccessRules, clock: Callable[[], float]) -> None:
        self._catalogue = catalogue
        self._storage = storage
        self._rules = rules
        self._clock = clock
        self.storage_bases: Sequence[str] = ()
        self._turn = 0

    def answer(self, request: Request, text: str, account: str | None) -> Answer:
        """A 307 to the storage, or the first check that fails, in CivitAI's order."""
        agent = request.headers.get("user-agent", "")
        if any(agent.startswith(banned) for banned in self._rules.banned_agents):
            return text_answer("error code: 1010", 403)
        if request.method == "HEAD":
            return json_answer({"error": "Unauthorized"}, 401, _NO_STORE)
        bad = self._bad_parameter(request, text)
        if bad is not None:
            return json_answer({"error": f"✖ Invalid input\n  → at {bad}"}, 400, _NO_STORE)
        version = self._catalogue.version(int(text))
        model = self._catalogue.model(version.model_id) if version is not None else None
        if version is None or model is None or model.poi:
            return _refuse(request, 404, "File not found")
        refusal = self._refusal(request, model, version, account)
        if refusal is not None:
            return refusal
        file = self._choose(request, version, self._rules.preferences.get(account or "", {}))
        if file is None or file.lost:
            return _refuse(request, 404, "File not found")
        base = self.storage_bases[self._turn % len(self.storage_bases)]
        self._turn += 1
        return _go(base + self._storage.signed_path(file, model.user_id))

    @staticmethod
    def _bad_parameter(request: Request, text: str) -> str | None:
        if not text.isdigit():
            return "modelVersionId"
        known = {"type": FILE_TYPES, "format": FILE_FORMATS, "size": FILE_SIZES}
        for name, values in known.items():
            value = request.first(name)
            if value is not None and value not in values:
                return name
        file_id = request.first("fileId")
        return "fileId" if file_id is not None and not file_id.isdigit() else None

    def _refusal(self, request: Request, model: DemoModel, version: DemoVersion, account: str | None) -> Answer | None:
        browser = is_browser(request.headers.get("user-agent", ""))
        if model.mode == "Archived":
            return _refuse(request, 410, "Model archived, not available for download")
        if version.status != "Published":
            return _refuse(request, 404, "File not found")
        if version.usage_control != "Download":
            message = "The creator of this asset has disabled downloads on this file"
            return json_answer({"error": "Unauthorized", "message": message}, 401, _NO_STORE)
        if (version.require_auth or self._rules.login_for_all) and account is None:
            message = "The creator of this asset requires you to be logged in to download it"
            if browser:
                return _go(f"{request.origin}/login?returnUrl=/models/{model.id}")
            return json_answer({"error": "Unauthorized", "message": message}, 401, _NO_STORE)
        if self._unpaid(version, account):
            if browser:
                return _go(f"{request.origin}/model-versions/{version.id}")
            deadline = {} if version.early_access_until is None else {"deadline": version.early_access_until}
            message = "This asset is in Early Access. You can use Buzz access it now!"
            return json_answer({"error": "Early Access", **deadline, "message": message}, 403, _NO_STORE)
        return None

    def _unpaid(self, version: DemoVersion, account: str | None) -> bool:
        until = version.early_access_until
        open_sale = version.paid_permanently
        if until is not None:
            open_sale |= datetime.fromisoformat(until.replace("Z", "+00:00")).timestamp() > self._clock()
        return open_sale and version.id not in self._rules.purchases.get(account or "", set())

    def _choose(self, request: Request, version: DemoVersion, likes: dict[str, str]) -> DemoFile | None:
        """The file asked for by id, or the best for the given properties; None where they contradict each other."""
        own = [file for file in version.files if file.public and not file.superseded]
        wanted_id, kind = request.first("fileId"), request.first("type")
        if wanted_id is not None:
            every = [file for file in version.files if file.public]
            return next((file for file in every if str(file.id) == wanted_id), None)
        if kind is not None and not any(file.type == kind for file in own):
            linked = [self._catalogue.file(number) for number in version.linked_file_ids[:1]]
            return next((file for file in linked if file is not None and file.type == kind), None)
        wanted = {
            "type": kind,
            "format": request.first("format") or likes.get("format", "SafeTensor"),
            "size": request.first("size") or likes.get("size", "pruned"),
            "fp": request.first("fp") or likes.get("fp", "fp16"),
            "quant": request.first("quantType") or likes.get("quant", "Q4_K_M"),
        }
        best = max(own, key=lambda file: self._score(file, wanted), default=None)
        asked = {
            "type": kind,
            "format": request.first("format"),
            "size": request.first("size"),
            "fp": request.first("fp"),
        }
        if best is None or any(value is not None and getattr(best, name) != value for name, value in asked.items()):
            return None
        return best

    @staticmethod
    def _score(file: DemoFile, wanted: dict[str, str | None]) -> tuple[bool, int]:
        main = file.type == wanted["type"] if wanted["type"] else file.type in _MAIN_TYPES
        weights = {"format": 8, "size": 4, "fp": 2, "quant": 1}
        return main, sum(weight for name, weight in weights.items() if getattr(file, name) == wanted[name])


def version_text(path: str) -> str | None:
    """The id in a download path, or None for other paths."""
    found = re.fullmatch(r"/api/download/models/([^/]+)", path)
    return found.group(1) if found else None
