"""Routes of the API host: methods, accounts, caching headers, and the HTML pages beside them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from civitdock.demo.catalogue import Catalogue
from civitdock.demo.downloads import Downloads, version_text
from civitdock.demo.listings import Listings, me
from civitdock.demo.lookups import Lookups
from civitdock.demo.params import Refusal
from civitdock.demo.search import ModelSearch
from civitdock.demo.wire import Answer, Request, json_answer, text_answer

_PUBLIC_CACHE = "public, s-maxage=300, stale-while-revalidate=150"
_PAGE = "<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>"
_MIXED = (r"/api/v1/models", r"/api/v1/model-versions/[^/]+", r"/api/v1/model-versions/mini/[^/]+")


def page(title: str, body: str, status: int = 200) -> Answer:
    """A small HTML page; `body` is HTML already."""
    return text_answer(_PAGE.format(title=html.escape(title), body=body), status)


class Api:
    """Answers everything on the API host."""

    def __init__(
        self, catalogue: Catalogue, parts: tuple[ModelSearch, Lookups, Listings, Downloads], keys: Mapping[str, str]
    ) -> None:
        self._catalogue = catalogue
        self._keys = keys
        search, lookups, listings, self._downloads = parts
        self._lookups = lookups
        self._routes: list[tuple[str, Callable[[Request, str, str | None], Answer]]] = [
            (r"/api/v1/models()", lambda request, _, account: search.answer(request, account)),
            (r"/api/v1/models/([^/]+)", lambda request, text, _: lookups.model(request, text)),
            (r"/api/v1/model-versions/by-hash/ids()", self._ids),
            (r"/api/v1/model-versions/by-hash/([^/]+)", lambda request, text, _: lookups.by_hash(request, text)),
            (r"/api/v1/model-versions/by-hash()", lambda request, _, __: lookups.by_hashes(request)),
            (r"/api/v1/model-versions/mini/([^/]+)", lambda request, text, _: lookups.mini(request, text)),
            (r"/api/v1/model-versions/([^/]+)", lambda request, text, _: lookups.version(request, text)),
            (r"/api/v1/images()", lambda request, _, __: listings.images(request)),
            (r"/api/v1/tags()", lambda request, _, __: listings.tags(request)),
            (r"/api/v1/creators()", lambda request, _, __: listings.creators(request)),
            (r"/api/v1/users()", lambda request, _, __: listings.users(request)),
            (r"/api/v1/enums()", lambda _, __, ___: listings.enums()),
            (r"/api/v1/permissions/check()", lambda request, _, __: listings.permissions(request)),
            (r"/api/v1/me()", self._me),
        ]

    def _ids(self, request: Request, _text: str, _account: str | None) -> Answer:
        return self._lookups.ids_by_hashes(request)

    @staticmethod
    def _me(request: Request, _text: str, account: str | None) -> Answer:
        if request.method != "GET":
            return json_answer({"error": "Method not allowed"}, 405)
        return me(account)

    def account(self, request: Request) -> str | None:
        """The account of the key; any Authorization header disables `?token=`, a bad key is anonymous."""
        header = request.headers.get("authorization")
        if header is not None:
            words = header.split()
            return self._keys.get(words[1]) if len(words) > 1 else None
        return self._keys.get(request.first("token") or "")

    def answer(self, request: Request) -> Answer:
        """Any path of the API host."""
        if not request.path.startswith("/api/"):
            return self._page(request)
        if re.search(r"%(?![0-9A-Fa-f]{2})", request.raw_query):
            return json_answer({"message": "An unexpected error occurred", "error": "URI malformed"}, 500)
        if request.method == "OPTIONS" and not self._mixed(request.path):
            return Answer(200, {"Access-Control-Allow-Origin": "*"})
        account = self.account(request)
        version = version_text(request.path)
        try:
            if version is not None:
                return self._downloads.answer(request, version, account)
            return self._route(request, account)
        except Refusal as refusal:
            return self._dressed(refusal.answer, request, account)

    def _route(self, request: Request, account: str | None) -> Answer:
        for pattern, handler in self._routes:
            found = re.fullmatch(pattern, request.path)
            if found is None:
                continue
            if self._mixed(request.path) and request.method != "GET":
                return json_answer({"error": "Method not allowed"}, 405, {"Access-Control-Allow-Origin": "*"})
            return self._dressed(handler(request, found.group(1), account), request, account)
        return page("404", "<h1>404</h1><p>The page you are looking for doesn't exist</p>", 404)

    @staticmethod
    def _mixed(path: str) -> bool:
        if re.fullmatch(r"/api/v1/model-versions/by-hash", path):
            return False
        return any(re.fullmatch(pattern, path) for pattern in _MIXED)

    def _dressed(self, answer: Answer, request: Request, account: str | None) -> Answer:
        """CORS and edge cache headers; mixed routes are cached only without an account."""
        headers = {"Access-Control-Allow-Origin": "*"}
        if account is None or not self._mixed(request.path):
            headers["Cache-Control"] = _PUBLIC_CACHE
        return replace(answer, headers={**headers, **answer.headers})

    def _page(self, request: Request) -> Answer:
        """What a person sees who opens a link to the demo."""
        if request.path == "/login":
            return page("Log in", "<h1>Log in</h1><p>Log in to continue.</p>")
        found = re.match(r"/models/(\d+)", request.path)
        model = self._catalogue.model(int(found.group(1))) if found else None
        if model is not None:
            versions = "".join(f"<li>{html.escape(version.name)}</li>" for version in model.published)
            intro = f"<h1>{html.escape(model.name)}</h1><p>{html.escape(model.type)}, demo catalogue</p>"
            return page(model.name, f"{intro}<ul>{versions}</ul>")
        if re.match(r"/model-versions/\d+", request.path):
            return page("Early access", "<h1>Early access</h1>")
        if request.path == "/":
            return page("CivitDock demo", f"<h1>CivitDock demo</h1><p>{len(self._catalogue.models)} models</p>")
        return page("404", "<h1>404</h1>", 404)
