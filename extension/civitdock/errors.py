"""The one tree of errors a user can meet.

Every class has a stable `code`, the HTTP `status` of a route that answers with it, whether trying again later can
help (`transient`), and one `hint` that says what to do. `message` is plain words for the person at the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


class CivitDockError(Exception):
    """Base of every failure that reaches a user; used itself only for what nobody foresaw."""

    code = "internal_error"
    status = 500
    transient = False
    message = "Something went wrong inside CivitDock."
    hint = "Try again. If it stays, look at the log of the WebUI and report it with the time of day."

    def __init__(
        self,
        message: str | None = None,
        *,
        hint: str | None = None,
        retry_after: float | None = None,
        until: str | None = None,
    ) -> None:
        """`retry_after` is in seconds; `until` an ISO 8601 UTC time after which it works (early access)."""
        self.message = message or type(self).message
        self.hint = hint or type(self).hint
        self.retry_after = retry_after
        self.until = until
        super().__init__(self.message)

    def as_dict(self) -> dict[str, str]:
        """The error object of the REST contract: `code`, `message`, `hint` (design section 8)."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


# --- access to CivitAI ---------------------------------------------------------------------------


class NoApiKey(CivitDockError):
    code = "no_api_key"
    status = 403
    message = "CivitAI wants a login for this file, and no API key is set."
    hint = "Create an API key in your CivitAI account settings and paste it into CivitDock's settings."


class BadApiKey(CivitDockError):
    code = "bad_api_key"
    status = 403
    message = "CivitAI does not accept the API key."
    hint = "Paste the key again in CivitDock's settings and press Test key."


class EarlyAccess(CivitDockError):
    code = "early_access"
    status = 403
    message = "This version is in early access."
    hint = "Wait until early access ends, or buy access on its CivitAI page, then try again."


class DownloadDisabled(CivitDockError):
    code = "download_disabled"
    status = 403
    message = "The creator has switched off downloads of this file."
    hint = "No key helps here. Ask the creator on the model's CivitAI page."


class NotFound(CivitDockError):
    code = "not_found"
    status = 404
    message = "CivitAI does not know this, or no longer shows it."
    hint = "Check the link or number. The model may have been deleted or made private."


class Archived(CivitDockError):
    code = "archived"
    status = 410
    message = "The creator has archived this model; it cannot be downloaded."
    hint = "Look for another version or another model by the same creator."


class RegionBlocked(CivitDockError):
    code = "region_blocked"
    status = 451
    message = "CivitAI does not serve your region."
    hint = "CivitAI blocks some countries by law. A proxy can be set in CivitDock's settings."


class RateLimited(CivitDockError):
    code = "rate_limited"
    status = 429
    transient = True
    message = "CivitAI asks for fewer requests."
    hint = "CivitDock waits and goes on by itself."


class ChallengePage(CivitDockError):
    code = "challenge_page"
    status = 502
    transient = True
    message = "CivitAI answered with a web page instead of data."
    hint = "Its protection may be checking your address. Open civitai.com in a browser, then try again."


class CivitaiDown(CivitDockError):
    code = "civitai_down"
    status = 503
    transient = True
    message = "CivitAI has trouble and does not answer properly."
    hint = "CivitDock tries again by itself. What is cached stays usable."


class Offline(CivitDockError):
    code = "offline"
    status = 503
    transient = True
    message = "CivitAI cannot be reached from this machine."
    hint = "Check the network, the proxy setting and the API address. What is cached stays usable."


class BadAnswer(CivitDockError):
    code = "bad_answer"
    status = 502
    message = "CivitAI answered something CivitDock does not understand."
    hint = "Try again later. If it stays, report it: CivitAI may have changed its interface."


# --- downloads -----------------------------------------------------------------------------------


class HashMismatch(CivitDockError):
    code = "hash_mismatch"
    status = 502
    message = "The downloaded bytes are not the file that CivitAI describes."
    hint = "Fetch it again. If it stays, the creator may have replaced the file just now."


class Truncated(CivitDockError):
    code = "truncated"
    status = 502
    transient = True
    message = "The transfer ended before the file was complete."
    hint = "Try again: what is already here is kept and only the rest is fetched."


class DiskFull(CivitDockError):
    code = "disk_full"
    status = 507
    message = "There is not enough free space for this file."
    hint = "Free some space on that disk or choose another folder, then try again."


class NotWritable(CivitDockError):
    code = "not_writable"
    status = 409
    message = "The model folder cannot be written."
    hint = "Check that the folder exists and that the WebUI's user may write there."


class BusyElsewhere(CivitDockError):
    code = "busy_elsewhere"
    status = 409
    transient = True
    message = "Another program is fetching this very file."
    hint = "CivitDock waits for it and takes over what it brings."


class NameConflict(CivitDockError):
    code = "name_conflict"
    status = 409
    message = "Another file already has this name."
    hint = "Choose another name or folder; CivitDock never overwrites a model."
    #: The path that is taken, and a free name in the same folder, where that was looked for.
    taken: Path | None = None
    suggestion: str | None = None


class UnsafeFile(CivitDockError):
    code = "unsafe_file"
    status = 409
    message = "This file can run code when it is loaded, and it has no clean scan."
    hint = "Prefer a .safetensors file. Only if you trust the creator, download it anyway."


class UnsafeRedirect(CivitDockError):
    code = "unsafe_redirect"
    status = 502
    message = "CivitAI sent the download to a host that CivitDock does not know."
    hint = "If you trust that host, add it to the setting civitai_download_hosts."


class WrongState(CivitDockError):
    code = "wrong_state"
    status = 409
    message = "That is not possible in the job's present state."
    hint = "Look at the job's state and try again."


class Interrupted(CivitDockError):
    code = "interrupted"
    status = 409
    message = "CivitDock ended before it came to this file."
    hint = "The file lies where it was. Do the same again for what is left, or undo the rest."


class InvalidFile(CivitDockError):
    code = "invalid_file"
    status = 502
    message = "What arrived is not a model file."
    hint = "Fetch it again. If it stays, look at the file's page on CivitAI."


class BrokenArchive(CivitDockError):
    code = "broken_archive"
    status = 409
    message = "The archive cannot be unpacked."
    hint = "Open it with an archive program to see what it holds, or ask the creator for another file."


class EncryptedArchive(CivitDockError):
    code = "encrypted_archive"
    status = 409
    message = "The archive is encrypted."
    hint = "Unpack it by hand with its password; the creator's page may name it."


class UnsafeArchive(CivitDockError):
    code = "unsafe_archive"
    status = 409
    message = "The archive is not safe to unpack."
    hint = "Nothing of it was unpacked. Look into it with an archive program before you trust it."


# --- requests to our routes ----------------------------------------------------------------------


class InvalidRequest(CivitDockError):
    code = "invalid_request"
    status = 422
    message = "The request is not valid."
    hint = "The message names the field; docs/routes.md lists what each route takes."


class Unauthorized(CivitDockError):
    code = "unauthorized"
    status = 401
    message = "This WebUI asks for a login."
    hint = "Log in to the WebUI, or send the user and password it was started with."


class ForbiddenOrigin(CivitDockError):
    code = "forbidden_origin"
    status = 403
    message = "Another web page tried to use CivitDock."
    hint = "Open the WebUI itself. Programs must not send an Origin header of another site."


class ForbiddenHost(CivitDockError):
    code = "forbidden_host"
    status = 403
    message = "CivitDock does not know the name under which it was called."
    hint = "Add the host name to the setting civitai_allowed_hosts."


class LockedByHost(CivitDockError):
    code = "locked_by_host"
    status = 403
    message = "This WebUI is reachable from the network and has locked such changes."
    hint = "Use the machine it runs on, or start it with --enable-insecure-extension-access."


class MethodNotAllowed(CivitDockError):
    code = "method_not_allowed"
    status = 405
    message = "This route does not take that method."
    hint = "docs/routes.md lists the method of each route."


class UnsupportedMediaType(CivitDockError):
    code = "unsupported_media_type"
    status = 415
    message = "This route takes JSON."
    hint = "Send the header Content-Type: application/json."


class TooLarge(CivitDockError):
    code = "too_large"
    status = 413
    message = "The request is larger than any of our routes needs."
    hint = "Send fewer or shorter values in one request."


class UnreadablePicture(CivitDockError):
    code = "unreadable_picture"
    status = 422
    message = "This is no picture that CivitDock can read."
    hint = "PNG, JPEG and WebP are read. Save the picture anew, or paste its infotext or workflow."


class MissingPackage(CivitDockError):
    code = "missing_package"
    status = 501
    message = "A Python package that this needs is not installed."
    hint = "Restart the WebUI so that CivitDock can install it, or install it by hand (GET status names it)."


def all_errors() -> Iterator[type[CivitDockError]]:
    """Every error class of the tree, the base first; docs and tests are checked against it."""
    yield CivitDockError
    yield from CivitDockError.__subclasses__()
