"""Scripted faults: what goes wrong, for which requests, how often.

    demo.faults.add(match=Match(where="storage"), fault=reset(after=100_000), times=2)

Rules are asked in the order they were added; the first that matches and is not used up decides.
The list of faults follows `civitai-api.md` section 8.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal

from civitdock.demo.blobs import Blob, ChangedBlob, CutBlob
from civitdock.demo.wire import Answer, Ending, Gate, Request, Wire, json_answer, text_answer

Place = Literal["api", "page", "storage", "image"]


class Ranges(Enum):
    """What the storage does with a Range header."""

    HONOUR = "honour"
    UNCONDITIONAL = "unconditional"
    IGNORE = "ignore"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. Made by the functions of this module.

    `before` waits ahead of everything; `answer` replaces the server's own answer; `content` and `ranges` change what
    the storage or the picture host serves; `edit` changes the finished answer; `wire` how it travels.
    """

    before: Gate | None = None
    answer: Callable[[Request], Answer] | None = None
    content: Callable[[Blob], Blob] | None = None
    ranges: Ranges = Ranges.HONOUR
    edit: Callable[[Answer], Answer] | None = None
    wire: Wire = field(default_factory=Wire)


@dataclass(frozen=True)
class Match:
    """Which requests a rule is for; every given condition must hold. `path` is a prefix, `regex` is searched in
    path?query, `when` is any further test."""

    where: Place | None = None
    method: str | None = None
    path: str | None = None
    regex: str | None = None
    when: Callable[[Request], bool] | None = None

    def accepts(self, request: Request) -> bool:
        """Whether the rule is for this request."""
        return (
            (self.where is None or self.where == request.where.value)
            and (self.method is None or self.method == request.method)
            and (self.path is None or request.path.startswith(self.path))
            and (self.regex is None or re.search(self.regex, request.target) is not None)
            and (self.when is None or self.when(request))
        )


class Rule:
    """A fault bound to requests. `hits` counts how often it struck."""

    def __init__(self, match: Match, fault: Fault, times: int | None, skip: int) -> None:
        self.match = match
        self.fault = fault
        self.times = times
        self.skip = skip
        self.hits = 0


class Faults:
    """The list of rules of one demo."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._gates: list[Gate] = []
        self._lock = threading.Lock()

    def add(self, *, match: Match, fault: Fault, times: int | None = 1, skip: int = 0) -> Rule:
        """Let `fault` strike the next `times` matching requests (None: all), after the first `skip` of them."""
        rule = Rule(match, fault, times, skip)
        with self._lock:
            self._rules.append(rule)
            self._gates += [gate for gate in (fault.before, fault.wire.gate) if gate is not None]
        return rule

    def remove(self, rule: Rule) -> None:
        """Take a rule away again; one that is gone already is fine."""
        with self._lock:
            self._rules = [known for known in self._rules if known is not rule]

    def clear(self) -> None:
        """Take all rules away and let waiting answers pass."""
        with self._lock:
            self._rules.clear()
        self.release()

    def release(self) -> None:
        """Let every answer pass that waits at a gate."""
        with self._lock:
            gates = list(self._gates)
        for gate in gates:
            gate.release()

    def take(self, request: Request) -> Fault | None:
        """The fault for this request, counted; called by the servers."""
        with self._lock:
            for rule in self._rules:
                if rule.times is not None and rule.hits >= rule.times:
                    continue
                if not rule.match.accepts(request):
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                    continue
                rule.hits += 1
                return rule.fault
        return None


# --- whole answers -------------------------------------------------------------------------------------------------


def respond(code: int, body: Any = b"", headers: Mapping[str, str] | None = None) -> Fault:
    """Any status; `body` as bytes, as text (HTML) or as a value for JSON."""
    if isinstance(body, bytes):
        made = Answer(code, {}, body)
    elif isinstance(body, str):
        made = text_answer(body, code)
    else:
        made = json_answer(body, code)
    made = replace(made, headers={**made.headers, **(headers or {})})
    return Fault(answer=lambda _request: made)


def rate_limited(retry_after: float | str | None = None) -> Fault:
    """429; the download limiter's text, with or without Retry-After (seconds or a date)."""
    text = "We've noticed an unusual amount of downloading from your account. Contact support or come back later."
    return respond(429, {"error": text}, {} if retry_after is None else {"Retry-After": str(retry_after)})


def overloaded() -> Fault:
    """503 with `Retry-After: 2`, as a busy search cluster answers."""
    body = {"error": "Model search is temporarily overloaded — please retry."}
    return respond(503, body, {"Retry-After": "2", "Cache-Control": "no-store"})


def region_blocked() -> Fault:
    """451 with the region body."""
    text = "Access to this service is not available in your region due to legal restrictions."
    return respond(451, {"error": text, "code": "REGION_BLOCKED"})


def unauthorized(message: str | None = None) -> Fault:
    """401; with a `message` as the download route gives it."""
    return respond(401, {"error": "Unauthorized"} if message is None else {"error": "Unauthorized", "message": message})


def forbidden(text: str = "Forbidden") -> Fault:
    """403 with a JSON error."""
    return respond(403, {"error": text})


def not_found(text: str = "File not found") -> Fault:
    """404 with a JSON error, as for a transient storage fault."""
    return respond(404, {"error": text})


def archived() -> Fault:
    """410 of an archived model."""
    return respond(410, {"error": "Model archived, not available for download"})


def early_access(deadline: str | None) -> Fault:
    """403 of an unbought early access; `deadline` None for a permanent price."""
    body = {"error": "Early Access", "message": "This asset is in Early Access. You can use Buzz access it now!"}
    return respond(403, body if deadline is None else {**body, "deadline": deadline})


def challenge(code: int = 200) -> Fault:
    """An HTML challenge page where JSON or a file belongs."""
    page = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
    return respond(code, page, {"cf-mitigated": "challenge"})


def gateway_error(code: int = 524) -> Fault:
    """An HTML error page of the edge: 502, 503, 520 to 524."""
    return respond(code, f"<html><head><title>{code}</title></head><body>error code: {code}</body></html>")


def empty(code: int = 200, content_type: str = "application/json; charset=utf-8") -> Fault:
    """A body of no bytes."""
    return respond(code, b"", {"Content-Type": content_type})


def expired_url() -> Fault:
    """403 XML of a signed URL that ran out."""
    xml = "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
    return respond(403, xml.encode(), {"Content-Type": "application/xml"})


def redirect(location: str, code: int = 302) -> Fault:
    """A redirect to anywhere: another host, plain http, a private address."""
    return respond(code, b"", {"Location": location})


def redirect_loop(code: int = 302) -> Fault:
    """A redirect to the very same URL; use with `times=None`."""
    return Fault(answer=lambda request: Answer(code, {"Location": request.origin + request.target}))


def moved(origin: str, code: int = 301) -> Fault:
    """A redirect to the same path and query on another origin, as the picture host does."""
    return Fault(answer=lambda request: Answer(code, {"Location": origin + request.target}))


# --- changed content -----------------------------------------------------------------------------------------------


def corrupt(offset: int | None = None) -> Fault:
    """One byte inverted (default: in the middle), same length, same ETag."""
    return Fault(content=lambda blob: _with_key(ChangedBlob(blob, offset), blob.key))


def changed(content: Blob | None = None) -> Fault:
    """Another content with a new ETag: the creator replaced the file. Default: one byte inverted."""
    return Fault(content=lambda blob: ChangedBlob(blob) if content is None else content)


def shortened(size: int) -> Fault:
    """A consistent answer that holds only the first `size` bytes of the file."""
    return Fault(content=lambda blob: _with_key(CutBlob(blob, size), blob.key))


def ignore_range() -> Fault:
    """200 with the whole file although a range was asked for."""
    return Fault(ranges=Ranges.IGNORE)


def ignore_if_range() -> Fault:
    """The bytes asked for, also where `If-Range` names another content."""
    return Fault(ranges=Ranges.UNCONDITIONAL)


def refuse_range() -> Fault:
    """416 whatever was asked for."""
    return Fault(ranges=Ranges.REFUSE)


def header(name: str, value: str | None) -> Fault:
    """One header replaced, added, or taken away with None."""

    def edit(answer: Answer) -> Answer:
        kept = {key: text for key, text in answer.headers.items() if key.lower() != name.lower()}
        return replace(answer, headers=kept if value is None else {**kept, name: value})

    return Fault(edit=edit)


def edit_json(change: Callable[[Any], Any]) -> Fault:
    """The JSON answer passed through `change`."""

    def edit(answer: Answer) -> Answer:
        return replace(json_answer(change(json.loads(answer.body)), answer.status), headers=answer.headers)

    return Fault(edit=edit)


def truncated_json(keep: float = 0.5) -> Fault:
    """The first part of the JSON text, with a fitting Content-Length."""
    return Fault(edit=lambda answer: replace(answer, body=answer.body[: int(len(answer.body) * keep)]))


def unscanned() -> Fault:
    """Every file as right after its upload: `hashes` is {}, scans are pending."""
    return edit_json(_unscan)


def _unscan(value: Any) -> Any:
    if isinstance(value, list):
        return [_unscan(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _unscan(item) for key, item in value.items()}
    if "hashes" in found:
        found["hashes"] = {}
        found.update(pickleScanResult="Pending", virusScanResult="Pending", scannedAt=None)
    return found


def _with_key(blob: Blob, key: str) -> Blob:
    blob.key = key
    return blob


# --- the wire ------------------------------------------------------------------------------------------------------


def truncate(after: int) -> Fault:
    """The full Content-Length is promised, `after` bytes come, then the connection ends."""
    return Fault(wire=Wire(cut_after=after, ending=Ending.CLOSE))


def reset(after: int | None = None) -> Fault:
    """The connection is reset: before any answer, or after so many bytes of the body."""
    return Fault(wire=Wire(cut_after=after, ending=Ending.RESET))


def stall(gate: Gate) -> Fault:
    """No answer at all until `gate.release()`."""
    return Fault(before=gate)


def gated(gate: Gate, after: int) -> Fault:
    """Headers and `after` bytes come, the rest waits for `gate.release()`."""
    return Fault(wire=Wire(gate=gate, gate_after=after))


def slow(bytes_per_second: int) -> Fault:
    """A cap per connection."""
    return Fault(wire=Wire(bytes_per_second=bytes_per_second))


def no_length() -> Fault:
    """The body comes without Content-Length and ends with the connection."""
    return Fault(wire=Wire(hide_length=True))
