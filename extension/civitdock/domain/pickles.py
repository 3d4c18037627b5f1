"""Which files can run code when a tool loads them: by their ending or by their content (design section 7)."""

from __future__ import annotations

from civitdock.domain.library import PICKLE_SUFFIXES

#: Beside the model formats: what Python tools load by running it.
_ALSO = frozenset({".pkl", ".pickle", ".joblib", ".dat", ".npy", ".npz"})
#: Formats whose own header is checked, so that no loader of them meets a pickle. A length of a safetensors header can
#: read like the beginning of one.
_CHECKED = frozenset({".safetensors", ".sft", ".gguf"})
_PROTOCOLS = tuple(bytes((0x80, number)) for number in range(1, 6))
_ZIP, _NUMPY = b"PK\x03\x04", b"\x93NUMPY"


def scanned_as(suffix: str, head: bytes) -> str | None:
    """The suffix under which a file must be scanned before it gets its name; None where nothing of it can run.

    `suffix` in lower case, `head` its first bytes. PyTorch's own files are zip archives of pickles, so a zip archive
    under any other name is looked into.
    """
    if suffix in PICKLE_SUFFIXES | _ALSO:
        return suffix
    if suffix in _CHECKED:
        return None
    if head.startswith(_PROTOCOLS):
        return ".pkl"
    if head.startswith(_NUMPY):
        return ".npy"
    if head.startswith(_ZIP) and suffix != ".zip":
        return ".pt"
    return None
