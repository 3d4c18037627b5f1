"""Times: Unix seconds inside, ISO 8601 UTC ending in Z outside."""

from __future__ import annotations

from datetime import datetime, timezone


def iso(seconds: float) -> str:
    """Unix seconds as ISO 8601 UTC with whole seconds."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_iso(text: str | None) -> float | None:
    """Unix seconds of a time that CivitAI states, with or without zone (then UTC); None where it is no time."""
    if not text:
        return None
    value = text.strip().replace("Z", "+00:00").replace("z", "+00:00")
    head, dot, tail = value.partition(".")
    if dot:
        digits = len(tail) - len(tail.lstrip("0123456789"))
        value = f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}"
    try:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        return moment.timestamp()
    except (ValueError, OverflowError):
        return None


def normal_iso(text: str | None) -> str | None:
    """A time in any of CivitAI's forms as ISO 8601 UTC ending in Z; None where it is no time."""
    seconds = parse_iso(text)
    return None if seconds is None else iso(seconds)
