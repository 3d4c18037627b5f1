"""The second host: signed file storage and the picture CDN (`civitai-api.md` sections 3 and 6)."""

from __future__ import annotations

import calendar
import functools
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from email.utils import formatdate, parsedate_to_datetime
from importlib import resources
from urllib.parse import parse_qsl, quote, urlencode

from civitdock.demo import pictures
from civitdock.demo.blobs import Blob, BytesBlob
from civitdock.demo.catalogue import Catalogue
from civitdock.demo.faults import Fault, Ranges
from civitdock.demo.records import DemoFile, DemoImage
from civitdock.demo.wire import Answer, Request, text_answer

IMAGE_ROOT = "/xG1nkqKTMzGDvpLrqFT7WA/"
STORAGE_ROOT = "/model/"
_MODIFIED = 1_767_225_600.0
_KEPT_PICTURES = 128


def _error(status: int, code: str, message: str) -> Answer:
    xml = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return text_answer(xml, status, "application/xml")


def etag(blob: Blob) -> str:
    """A strong validator that follows the content's key."""
    return f'"{hashlib.sha256(blob.key.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def _range(text: str | None, size: int) -> tuple[int, int] | str | None:
    """`(start, stop)`, None for no usable range, or "unsatisfiable"."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", (text or "").strip())
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        length = int(last)
        return (max(0, size - length), size) if length and size else "unsatisfiable"
    start, stop = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    return (start, stop) if start < size else "unsatisfiable"


def _if_range_holds(value: str | None, tag: str) -> bool:
    if value is None or value == tag:
        return True
    try:
        return parsedate_to_datetime(value).timestamp() == _MODIFIED
    except (TypeError, ValueError):
        return False


def serve(request: Request, blob: Blob, headers: dict[str, str]) -> Answer:
    """The content or the range that was asked for: 200, 206, 304 or 416."""
    fault = request.fault if request.fault is not None else Fault()
    if fault.content is not None:
        blob = fault.content(blob)
    tag = etag(blob)
    headers = {**headers, "ETag": tag, "Last-Modified": formatdate(_MODIFIED, usegmt=True), "Accept-Ranges": "bytes"}
    if request.headers.get("if-none-match") == tag:
        return Answer(304, headers)
    size = blob.size
    wanted: tuple[int, int] | str | None = None
    holds = fault.ranges is Ranges.UNCONDITIONAL or _if_range_holds(request.headers.get("if-range"), tag)
    if fault.ranges in (Ranges.HONOUR, Ranges.UNCONDITIONAL) and holds:
        wanted = _range(request.headers.get("range"), size)
    if fault.ranges is Ranges.REFUSE:
        wanted = "unsatisfiable"
    if isinstance(wanted, str):
        answer = _error(416, "InvalidRange", "The requested range is not satisfiable")
        return Answer(416, {**answer.headers, "Content-Range": f"bytes */{size}"}, answer.body)
    if wanted is None:
        return Answer(200, headers, blob=blob, start=0, stop=size)
    start, stop = wanted
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return Answer(206, headers, blob=blob, start=start, stop=stop)


class Storage:
    """Signs URLs and serves them until they expire."""

    def __init__(self, catalogue: Catalogue, clock: Callable[[], float], secret: bytes) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._secret = secret
        self.lifetime = 86_400

    def signed_path(self, file: DemoFile, user_id: int) -> str:
        """Path and query of a signed URL; the object's name is mangled as CivitAI's are."""
        stem, _, suffix = file.name.rpartition(".")
        mangled = re.sub(r"[^A-Za-z0-9]", "", stem)[:40] or "file"
        suffix = re.sub(r"[^A-Za-z0-9]", "", suffix) or "bin"
        path = f"{STORAGE_ROOT}{user_id}/{mangled}.{file.id:x}.{suffix}"
        query = {
            "X-Amz-Expires": str(self.lifetime),
            "response-content-disposition": file.disposition or self._disposition(file.name),
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock())),
            "X-Amz-SignedHeaders": "host",
        }
        text = urlencode(query, quote_via=quote)
        return f"{path}?{text}&X-Amz-Signature={self._sign(path, text)}"

    @staticmethod
    def _disposition(name: str) -> str:
        clean = re.sub(r"[\x00-\x1f]", "_", name.encode("ascii", "replace").decode())
        clean = clean.replace('"', "%22").replace("\\", "%5C")
        if clean == name:
            return f'attachment; filename="{name}"'
        return f"attachment; filename=\"{clean}\"; filename*=UTF-8''{quote(name, safe='')}"

    def _sign(self, path: str, query: str) -> str:
        canonical = repr((path, sorted(parse_qsl(query, keep_blank_values=True))))
        return hmac.new(self._secret, canonical.encode(), hashlib.sha256).hexdigest()

    def answer(self, request: Request) -> Answer:
        """Serve `/model/...`: 400 with an Authorization header, 403 when expired, tampered or not a GET."""
        if "authorization" in request.headers:
            return _error(400, "InvalidRequest", "Only one auth mechanism allowed")
        text, _, signature = request.raw_query.rpartition("&X-Amz-Signature=")
        if request.method != "GET" or not hmac.compare_digest(signature, self._sign(request.path, text)):
            return _error(403, "SignatureDoesNotMatch", "The request signature does not match")
        issued = time.strptime(request.first("X-Amz-Date") or "", "%Y%m%dT%H%M%SZ")
        age = self._clock() - calendar.timegm(issued)
        if age > int(request.first("X-Amz-Expires") or 0):
            return _error(403, "AccessDenied", "Request has expired")
        found = re.search(r"\.([0-9a-f]+)\.[^./]+$", request.path)
        file = self._catalogue.file(int(found.group(1), 16)) if found else None
        if file is None or file.lost:
            return _error(404, "NoSuchKey", "The specified key does not exist.")
        disposition = request.first("response-content-disposition") or "attachment"
        headers = {"Content-Type": "application/octet-stream", "Content-Disposition": disposition}
        return serve(request, file.content, headers)


class ImageHost:
    """Paints pictures at the asked width; knows stills and clips of the one video."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._picture = functools.lru_cache(maxsize=_KEPT_PICTURES)(self._paint)

    @staticmethod
    def _paint(uuid: str, size: tuple[int, int], format_name: str, parameters: str | None) -> bytes:
        return pictures.encode(pictures.paint(uuid, *size), format_name, parameters)

    def answer(self, request: Request) -> Answer:
        """`/{account}/{uuid}/{params}/{name}.{ext}`; 404 for unknown and deleted pictures."""
        parts = request.path[len(IMAGE_ROOT) :].split("/")
        image = self._catalogue.image(parts[0])
        if image is None or image.gone or len(parts) != 3:
            return text_answer("not found", 404, "text/plain")
        params = dict(part.partition("=")[::2] for part in parts[1].split(","))
        if image.kind == "video" and params.get("anim") != "false":
            return self._clip(request, parts[2])
        format_name = image.format if "original" in params or image.format == "WEBP" else "JPEG"
        parameters = self._parameters(image) if "original" in params else None
        body = self._picture(image.uuid, self._size(image, params), format_name, parameters)
        headers = {"Content-Type": pictures.CONTENT_TYPES[format_name], "Cache-Control": "public, max-age=31536000"}
        return serve(request, BytesBlob(f"{image.uuid}/{parts[1]}", body), headers)

    @staticmethod
    def _clip(request: Request, name: str) -> Answer:
        """Video bytes, under a `.jpeg` name as well."""
        suffix = "webm" if name.endswith(".webm") else "mp4"
        content = resources.files("civitdock.demo").joinpath(f"media/clip.{suffix}").read_bytes()
        return serve(request, BytesBlob(f"clip.{suffix}", content), {"Content-Type": f"video/{suffix}"})

    @staticmethod
    def _size(image: DemoImage, params: dict[str, str]) -> tuple[int, int]:
        width, height = max(1, image.width), max(1, image.height)
        wanted = params.get("width", "")
        if "original" in params or not wanted.isdigit():
            return width, height
        shown = min(pictures.snap(int(wanted)), width)
        return shown, max(1, round(height * shown / width))

    @staticmethod
    def _parameters(image: DemoImage) -> str | None:
        if image.meta is None or "prompt" not in image.meta:
            return None
        meta = image.meta
        return (
            f"{meta['prompt']}\nNegative prompt: {meta.get('negativePrompt', '')}\n"
            f"Steps: {meta.get('steps')}, Sampler: {meta.get('sampler')}, CFG scale: {meta.get('cfgScale')}, "
            f"Seed: {meta.get('seed')}, Size: {meta.get('Size')}"
        )
