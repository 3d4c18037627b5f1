"""Query parameters as CivitAI's schemas read them, and the answers they refuse with."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlencode

from civitdock.demo.wire import Answer, Request, json_answer

_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


class Refusal(Exception):
    """An answer that ends a request early."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def zod_error(path: str, message: str) -> Refusal:
    """400 in the shape of a failed schema: the issues are JSON text inside `message`."""
    issues = [{"code": "invalid_value", "path": [path], "message": message}]
    return Refusal(json_answer({"error": {"name": "ZodError", "message": json.dumps(issues, indent=2)}}, 400))


def flag(request: Request, name: str) -> bool | None:
    """A boolean string; None when absent; 400 for any other word."""
    text = request.first(name)
    if text is None:
        return None
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise zod_error(name, "Invalid input: expected boolean")


def whole(request: Request, name: str, default: int, low: int, high: int) -> int:
    """An integer parameter within its limits; 400 otherwise."""
    text = request.first(name)
    if text is None:
        return default
    if not re.fullmatch(r"-?\d{1,15}", text) or not low <= int(text) <= high:
        raise zod_error(name, f"Invalid input: expected number between {low} and {high}")
    return int(text)


def one_of(request: Request, name: str, known: tuple[str, ...], default: str) -> str:
    """A parameter out of an enumeration; 400 otherwise."""
    text = request.first(name)
    if text is None:
        return default
    if text not in known:
        raise zod_error(name, f"Invalid option: expected one of {'|'.join(known)}")
    return text


def many_of(request: Request, name: str, known: tuple[str, ...]) -> list[str]:
    """A repeated parameter out of an enumeration; a comma list is one unknown word and so 400."""
    values = request.query.get(name, [])
    for text in values:
        if text not in known:
            raise zod_error(name, f"Invalid option: expected one of {'|'.join(known)}")
    return values


def numbers(request: Request, name: str) -> list[int]:
    """Comma separated or repeated integers; 400 for anything else."""
    found = [part.strip() for text in request.query.get(name, []) for part in text.split(",") if part.strip()]
    if not all(part.isdigit() for part in found):
        raise zod_error(name, "Invalid input: expected number")
    return [int(part) for part in found]


def slug(name: str) -> str:
    """A user name as the route compares it."""
    return re.sub(r"[^a-z0-9_]", "", name.replace(" ", "_", 1).lower())


def next_page(request: Request, cursor: str) -> str:
    """The request's own URL with the cursor; it repeats `token=` and `page=` when they were sent."""
    kept = [pair for pair in parse_qsl(request.raw_query, keep_blank_values=True) if pair[0] != "cursor"]
    return f"{request.origin}{request.path}?{urlencode([*kept, ('cursor', cursor)])}"
