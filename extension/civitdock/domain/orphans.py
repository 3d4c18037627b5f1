"""Which files count as left over from a model that is gone. An allow-list: whatever is not surely so, is not.

Clean-ups of other tools have deleted users' models (`peers.md 3`), so any neighbour that could be a model, or part of
one, protects every file of its stem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from civitdock.domain.foreign import HOST_KEYS, JsonObject
from civitdock.domain.names import fold
from civitdock.domain.previews import EXTENSIONS, FOREIGN_KINDS

#: Metadata files that only tools for models write, the longest suffix first.
_SIDECARS = (".civitai.info", ".metadata.json", ".cm-info.json", ".api_info.json", ".civitai.json")
_PREVIEWS = tuple(f".preview.{kind}" for kind in (*EXTENSIONS, *FOREIGN_KINDS))
_PLAIN_PICTURES = tuple(f".{kind}" for kind in (*EXTENSIONS, *FOREIGN_KINDS))
HOST_SIDECAR = ".json"
#: Keys that no other JSON has by chance; `description`, `notes` and `vae` prove nothing.
_TELLING = HOST_KEYS - {"description", "notes", "vae"}


def orphans(listing: Iterable[str], folders: Iterable[str] = ()) -> Mapping[str, str]:
    """The names of one folder that may be orphans, each with its stem; a `<stem>.json` only if `is_sidecar` agrees.

    `listing` are all names that are no folders, hidden and broken ones too, `folders` those of the folders.
    """
    found: dict[str, list[str]] = defaultdict(list)
    strange: list[str] = [fold(name) for name in folders]
    for name in listing:
        stem = _stem(name)
        if stem is not None:
            found[stem].append(name)
        elif not name.casefold().endswith(_PLAIN_PICTURES):
            strange.append(fold(name))
    protected = _beginnings(strange)
    return {name: stem for stem, names in found.items() if fold(stem) not in protected for name in names}


def is_sidecar(root: JsonObject) -> bool:
    """Whether a JSON object is a model's metadata: ours, or the host's own user metadata."""
    if isinstance(root.get("civitai"), Mapping) and isinstance(root.get("local"), Mapping):
        return True
    return bool(_TELLING & root.keys()) or (bool(root) and root.keys() <= HOST_KEYS)


def _stem(name: str) -> str | None:
    """The stem of a file that an orphan may be, None for any other file."""
    lower = name.lower()
    if name.startswith("."):
        return None
    for suffix in (*_SIDECARS, *_PREVIEWS, HOST_SIDECAR):
        if lower.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return None


def _beginnings(names: Iterable[str]) -> frozenset[str]:
    """Every stem that some name could be of: the whole name and all that stands before one of its dots."""
    found: set[str] = set()
    for name in names:
        found.add(name)
        found.update(name[:at] for at, letter in enumerate(name) if letter == ".")
    return frozenset(found)
