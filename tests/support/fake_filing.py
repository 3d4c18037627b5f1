"""Routes about files on the disk as a browser sees them, with answers that a test sets: what no real folder has."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

Json = dict[str, Any]

LOCKED = {
    "error": {
        "code": "locked_by_host",
        "message": "This WebUI is reachable from the network and has locked such changes.",
        "hint": "Start it with --enable-insecure-extension-access to allow them.",
    }
}


def local(number: int, **more: object) -> Json:
    """A file as `GET local-models` lists it."""
    return {
        "path": f"model_{number}.safetensors",
        "root": "/models/Lora",
        "type": "LORA",
        "name": f"model_{number}",
        "size_bytes": 1_000_000 + number,
        "sha256": f"{number:064x}",
        "autov2": f"{number:010x}",
        "state": "identified",
        "model_id": number + 1,
        "version_id": number + 1,
        "model_name": f"Model {number}",
        "version_name": "v1",
        "base_model": "Pony",
        "trained_words": [],
        "preview_url": None,
        "preview_nsfw_level": None,
        "update": None,
        "synced_at": None,
        **more,
    }


def path_of(item: Json) -> str:
    """The absolute path of a listed file."""
    return f"{item['root']}/{item['path']}"


def move(item: Json, **more: object) -> Json:
    """Where a file would go."""
    return {
        "path": path_of(item),
        "target": f"/models/Lora/Pony/{item['path']}",
        "action": "move",
        "reason": None,
        "type": item["type"],
        "name": item["name"],
        "size_bytes": item["size_bytes"],
        "files": 3,
        "other_volume": False,
        **more,
    }


@dataclass
class FakeFiling:
    """Stands between the page and the server; `posts` has every request that would change a file."""

    items: list[Json]
    moves: list[Json] = field(default_factory=list)
    orphans: list[Json] = field(default_factory=list)
    operations: list[Json] = field(default_factory=list)
    trash: Json = field(default_factory=lambda: {"files": 0, "size_bytes": 0})
    free: int | None = 50_000_000_000
    locked: bool = False
    #: The state in which a new operation is answered, and the errors it has.
    state: str = "done"
    errors: list[Json] = field(default_factory=list)
    posts: list[tuple[str, Json]] = field(default_factory=list)
    plans: list[Json] = field(default_factory=list)

    def attach(self, page: Page) -> FakeFiling:
        """Answer for the page from now on."""
        names = ("local-models?**", "local-models/delete", "updates?**", "orphans", "organise", "organise/plan")
        for name in (*names, "file-operations", "file-operations/**", "trash/empty"):
            page.route(f"**/civitdock/api/{name}", self._answer)
        page.route("**/civitdock/api/local-preview?**", lambda route: route.fulfill(status=204))
        return self

    def operation(self, kind: str, moves: list[Json], **more: object) -> Json:
        """An operation as the routes tell of it."""
        number = len(self.operations) + 1
        return {
            "id": f"op{number}",
            "kind": kind,
            "state": self.state,
            "files_total": 3 * len(moves),
            "files_done": 3 * len(moves) if self.state == "done" else len(moves),
            "bytes_total": 1_000_000 * len(moves),
            "items": moves[:100],
            "items_total": len(moves),
            "errors": self.errors,
            "created_at": f"2026-11-28T12:00:{number:02d}Z",
            "can_undo": self.state in ("done", "partial"),
            **more,
        }

    def _answer(self, route: Route) -> None:
        name = urlsplit(route.request.url).path.split("/api/", 1)[1]
        body = route.request.post_data_json if route.request.method == "POST" else None
        if body is None:
            reads: Json = {
                "local-models": {"items": self.items, "next_cursor": None, "total": len(self.items)},
                "updates": {"items": [], "next_cursor": None},
                "orphans": {"items": self.orphans, "truncated": False},
                "file-operations": {"operations": self.operations, "trash": self.trash},
            }
            self._say(route, reads[name])
        elif name == "organise/plan":
            self.plans.append(body)
            size = sum(one["size_bytes"] for one in self.moves)
            self._say(
                route,
                {"moves": self.moves, "files_total": 1, "bytes_total": size, "free_bytes": self.free},
            )
        else:
            self.posts.append((name, body))
            self._change(route, name, body)

    def _change(self, route: Route, name: str, body: Json) -> None:
        if self.locked:
            self._say(route, LOCKED, 403)
        elif name == "trash/empty":
            gone, self.trash = self.trash, {"files": 0, "size_bytes": 0}
            self._say(route, gone)
        elif name.endswith("/undo"):
            number = name.split("/")[1]
            found = next(one for one in self.operations if one["id"] == number)
            found.update(state="undone", can_undo=False, errors=[])
            self._say(route, {"operation": found}, 202)
        else:
            deletes = name == "local-models/delete"
            moves = [{"path": path, "target": f"/trash{path}"} for path in body["paths"]] if deletes else body["moves"]
            made = self.operation("delete" if deletes else "move", moves)
            self.operations.insert(0, made)
            self._say(route, {"operation": made}, 202)

    @staticmethod
    def _say(route: Route, body: Json, status: int = 200) -> None:
        route.fulfill(status=status, content_type="application/json", body=json.dumps(body))
