"""The merge of what we know into the host's user metadata `<stem>.json` (design section 6).

`local.written` holds a digest per host field that we wrote. A field whose value still has that digest is ours and
may be renewed; any other value is the user's or another tool's and stays. Decisions beyond the design:

- An empty text or null without a digest is nobody's word and is filled in; a text of ours that the user emptied or
  deleted stays so.
- A host field of a type that makes the host fail (`hosts.md 7`) is repaired: the words stay as text, the original
  value goes to `local.kept`. A foreign `civitai` or `local` value goes there too before ours takes its place.
- When the file is another version than before, facts of the old one are not mixed with the new one's.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from civitdock.domain.foreign import JsonObject, Shape, shape

WEIGHT = "preferred weight"
#: Fields that the host uses as text; a list or a number there answers 500 (`hosts.md 7`).
TEXT_KEYS = ("description", "sd version", "activation text", "negative text", "notes")
HostValue = str | int | float | None


@dataclass(frozen=True)
class SidecarFacts:
    """What is known now. In `host` and `civitai` None (and an empty text or list in `civitai`) means unknown; an empty
    tuple is a list known to be empty.

    `host` maps the host's field names to values, `civitai` and `local` are the objects of design section 6 without
    `synced_at`, `first_seen` and `written`; `now` is ISO 8601 UTC.
    """

    host: Mapping[str, HostValue]
    civitai: Mapping[str, object]
    local: Mapping[str, object]
    now: str
    #: The preview that we placed, as {"file": name, "sha256": digest}, so that it is known as ours later.
    preview: Mapping[str, str] | None = None
    #: The content of `.civitai.info` where the user wants one.
    civitai_info: Mapping[str, object] | None = None


@dataclass
class _Merge:
    """The state of one merge: the result so far, the digests and what is kept aside."""

    root: dict[str, object]
    written: dict[str, object]
    kept: dict[str, object]
    same_model: bool = True
    shape: Shape = Shape.USER_METADATA

    def keep(self, key: str, value: object) -> None:
        """Remember a value that cannot stay in its place; never over another one."""
        name, number = key, 2
        while name in self.kept and _canonical(self.kept[name]) != _canonical(value):
            name, number = f"{key} {number}", number + 1
        self.kept[name] = value


def digest(value: object) -> str:
    """A short digest of a JSON value; the same value always gives the same text."""
    return hashlib.sha256(_canonical(value).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def same(one: object, other: object) -> bool:
    """Whether two JSON values are the same including types (1, 1.0 and true differ) and key order."""
    return json.dumps(one) == json.dumps(other)


def merge(existing: JsonObject | None, facts: SidecarFacts) -> dict[str, object]:
    """The sidecar after `facts` became known; equal to `existing` where nothing but `synced_at` would change."""
    before = dict(existing or {})
    state = _begin(before, facts)
    _repair(state)
    for key, value in facts.host.items():
        _host_field(state, key, value)
    if facts.civitai:
        _civitai(state, facts)
    _local(state, facts)
    return before if same(_without_time(before), _without_time(state.root)) else state.root


def disown(existing: JsonObject, sha256: str) -> dict[str, object]:
    """The sidecar once other content than ours to describe has taken the model's name.

    Host fields that are as we wrote them go; the user's stay, and what we knew of the old content moves to
    `local.kept`. Equal to `existing` where it speaks of this content or of none.
    """
    root = dict(existing)
    local = root.get("local")
    if not isinstance(local, dict) or not isinstance(local.get("written"), dict):
        return root
    if local.get("sha256") in (None, "", sha256) or "civitai" not in root:
        return root
    written = local["written"]
    for key in [key for key in written if key in root and written[key] == digest(root[key])]:
        del root[key]
    kept = dict(local["kept"]) if isinstance(local.get("kept"), dict) else {}
    state = _Merge(root, {}, kept)
    state.keep("civitai", root.pop("civitai"))
    known = ("autov2", "blake3", "crc32", "file_size", "preview")
    left = {key: value for key, value in local.items() if key not in known}
    root["local"] = {**left, "sha256": sha256, "autov2": sha256[:10], "written": {}, "kept": state.kept}
    return root


def _begin(before: dict[str, object], facts: SidecarFacts) -> _Merge:
    local = before.get("local")
    ours = isinstance(local, dict) and isinstance(local.get("written"), dict)
    written = dict(local["written"]) if isinstance(local, dict) and ours else {}
    kept = dict(local["kept"]) if isinstance(local, dict) and ours and isinstance(local.get("kept"), dict) else {}
    state = _Merge(dict(before), written, kept, shape=shape(before))
    for key in ("civitai", "local") if facts.civitai else ("local",):
        value = before.get(key)
        if key in before and not (isinstance(value, dict) and ours):
            state.keep(key, value)
            state.root[key] = dict(value) if isinstance(value, dict) else {}
    old = state.root.get("civitai")
    known = old.get("version_id") if isinstance(old, dict) else None
    state.same_model = known is None or facts.civitai.get("version_id") in (None, known)
    return state


def _host_field(state: _Merge, key: str, value: HostValue) -> None:
    if key not in state.root:
        if key not in state.written and value is not None:
            _write(state, key, value)
        return
    current = state.root[key]
    if key in state.written:
        if state.written[key] == digest(current):
            _renew(state, key, value)
        return
    blank = current is None or (current == "" and value != "")
    if blank and value is not None and state.shape is not Shape.MODEL_DUMP:
        _write(state, key, value)


def _renew(state: _Merge, key: str, value: HostValue) -> None:
    """A field that is ours: the new value counts; none at all only clears what belonged to another version."""
    if value == "" and state.same_model:
        return  # an answer without words takes none away
    if value is not None:
        _write(state, key, value)
    elif not state.same_model:
        del state.root[key], state.written[key]


def _write(state: _Merge, key: str, value: HostValue) -> None:
    state.root[key] = value
    state.written[key] = digest(value)


def _repair(state: _Merge) -> None:
    for key in TEXT_KEYS:
        value = state.root.get(key)
        if value is not None and not isinstance(value, str):
            state.keep(key, value)
            state.root[key] = _as_text(value)
    weight = state.root.get(WEIGHT, 0)
    if weight is None:
        state.root[WEIGHT] = 0
    elif not _is_number(weight):
        state.keep(WEIGHT, str(weight) if isinstance(weight, float) else weight)
        state.root[WEIGHT] = _as_number(weight)


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(text for text in (_as_text(item) for item in value) if text)
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _as_number(value: object) -> int | float:
    try:
        number = float(value) if isinstance(value, str) else 0.0
    except ValueError:
        return 0
    return number if math.isfinite(number) and number != 0 else 0


def _civitai(state: _Merge, facts: SidecarFacts) -> None:
    old = state.root.get("civitai")
    block = dict(old) if isinstance(old, dict) else {}
    _update(block, facts.civitai, state.same_model)
    block["synced_at"] = facts.now
    state.root["civitai"] = block


def _update(block: dict[str, object], new: Mapping[str, object], keep_known: bool) -> None:
    """Take over what is known; where the new value is unknown, an old one of the same model stays."""
    for key, value in new.items():
        old = block.get(key)
        if isinstance(value, Mapping):
            inner = dict(old) if isinstance(old, dict) else {}
            _update(inner, value, keep_known)
            block[key] = inner
        elif value is None or value in ("", []):
            if key not in block or not keep_known:
                block[key] = value
        else:
            block[key] = list(value) if isinstance(value, tuple) else value


def _local(state: _Merge, facts: SidecarFacts) -> None:
    old = state.root.get("local")
    block = dict(old) if isinstance(old, dict) else {}
    sha = facts.local.get("sha256")
    _update(block, facts.local, keep_known=not sha or block.get("sha256") in (None, "", sha))
    if not isinstance(block.get("first_seen"), str) or not block["first_seen"]:
        block["first_seen"] = facts.now
    block["written"] = state.written
    if state.kept:
        block["kept"] = state.kept
    if facts.preview is not None:
        block["preview"] = dict(facts.preview)
    state.root["local"] = block


def _without_time(root: Mapping[str, object]) -> dict[str, object]:
    block = root.get("civitai")
    if not isinstance(block, dict):
        return dict(root)
    return {**root, "civitai": {**block, "synced_at": None}}


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)
