"""The captured answers, by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
#: Unix seconds at which early access of every captured version is over.
NOW = 1_795_000_000.0


def load(name: str) -> Any:
    """A fresh copy of one sample."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def listed_models() -> list[dict[str, Any]]:
    """Every captured model, as listings and `/models/:id` answer it."""
    found: list[dict[str, Any]] = []
    for name in NAMES:
        data = load(name)
        if isinstance(data, dict):
            found += [item for item in [data, *data.get("items", [])] if "modelVersions" in item]
    return found


def lone_versions() -> list[dict[str, Any]]:
    """Every captured answer of the version routes."""
    return [data for data in map(load, NAMES) if isinstance(data, dict) and "modelId" in data]
