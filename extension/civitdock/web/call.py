"""A request as the guards see it: plain values, whatever carried it (a route or one of Gradio's events)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Mount(str, Enum):
    """Under which prefix a request came in, because each has its own rules (design sections 8 and 10)."""

    API = "api"
    TAB = "tab"
    GRADIO = "gradio"


@dataclass(frozen=True)
class Call:
    """What decides whether a request may pass. Every header is the tuple of all its values, in order."""

    mount: Mount
    method: str
    host: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    sec_fetch_site: tuple[str, ...] = ()
    content_type: tuple[str, ...] = ()
    marker: tuple[str, ...] = ()
    authorization: tuple[str, ...] = ()
    cookies: Mapping[str, str] = field(default_factory=dict)


def call_from_headers(
    mount: Mount, method: str, headers: Iterable[tuple[str, str]], cookies: Mapping[str, str]
) -> Call:
    """A `Call` from header pairs; names in any case, a repeated header keeps all its values."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)

    def all_of(name: str) -> tuple[str, ...]:
        return tuple(values.get(name, ()))

    return Call(
        mount=mount,
        method=method.upper(),
        host=all_of("host"),
        origin=all_of("origin"),
        sec_fetch_site=all_of("sec-fetch-site"),
        content_type=all_of("content-type"),
        marker=all_of("x-civitdock"),
        authorization=all_of("authorization"),
        cookies=dict(cookies),
    )
