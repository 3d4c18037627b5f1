"""Preview names, addresses and hosts."""

from __future__ import annotations

import pytest

from civitdock.domain.catalogue import MediaKind, Picture
from civitdock.domain.previews import address, allowed, candidates, names, rival_names, snapped, stem_owner

BASE = "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/00000000-1111-2222-3333-444444444444"


@pytest.mark.parametrize(
    ("url", "kind", "wanted"),
    [
        (f"{BASE}/original=true/12.jpeg", MediaKind.IMAGE, f"{BASE}/width=450/12.jpeg"),
        (f"{BASE}/width=1080,quality=90/12.jpeg", MediaKind.IMAGE, f"{BASE}/width=450/12.jpeg"),
        (f"{BASE}/original=true/12.mp4", MediaKind.VIDEO, f"{BASE}/anim=false,transcode=true,width=450/12.jpeg"),
        (f"{BASE}/original=true/12", MediaKind.VIDEO, f"{BASE}/anim=false,transcode=true,width=450/12.jpeg"),
        ("https://image.civitai.com/plain.jpeg", MediaKind.IMAGE, "https://image.civitai.com/plain.jpeg"),
        (f"{BASE}/450x<auto>_so/12.jpeg", MediaKind.IMAGE, f"{BASE}/450x<auto>_so/12.jpeg"),
    ],
)
def test_addresses_ask_for_the_width(url: str, kind: MediaKind, wanted: str) -> None:
    assert address(Picture(url, kind), 400) == wanted


@pytest.mark.parametrize(("width", "wanted"), [(1, 96), (96, 96), (97, 320), (450, 450), (451, 512), (9000, 2200)])
def test_widths_are_those_of_the_cdn(width: int, wanted: int) -> None:
    assert snapped(width) == wanted


@pytest.mark.parametrize(
    ("url", "loopback", "wanted"),
    [
        (f"{BASE}/width=450/1.jpeg", False, True),
        ("https://image-b2.civitai.com/file/x", False, True),
        ("https://imagecache.civitai.com/x", False, True),
        ("https://IMAGE.CIVITAI.COM:443/x", False, True),
        ("http://image.civitai.com/x", False, False),
        ("https://image.civitai.com:8443/x", False, False),
        ("https://image.civitai.com.evil.example/x", False, False),
        ("https://evil.example/image.civitai.com", False, False),
        ("https://civitai.com@evil.example/x", False, False),
        ("https://user:pw@image.civitai.com/x", False, False),
        ("http://127.0.0.1:7000/x", False, False),
        ("http://127.0.0.1:7000/x", True, True),
        ("http://[::1]:7000/x", True, True),
        ("ftp://127.0.0.1/x", True, False),
        ("file:///etc/passwd", True, False),
        ("https://evil.example/x", True, False),
        ("https://[broken", True, False),
        ("https://image.civitai.com:port/x", False, False),
        ("", True, False),
    ],
)
def test_pictures_come_only_from_civitais_hosts(url: str, loopback: bool, wanted: bool) -> None:
    assert allowed(url, loopback) is wanted


def test_previews_are_told_from_other_files() -> None:
    listing = ["m.png", "M.PREVIEW.JPG", "m.preview.webp", "m.json", "m2.png", "m.example.1.png", "m.v2.png", "m.mp4"]
    assert names("m", listing) == ("M.PREVIEW.JPG", "m.png", "m.preview.webp")


def test_the_preferred_file_owns_the_stem() -> None:
    listing = ["a.ckpt", "a.safetensors", "a.json", "a.png", "ab.safetensors", "a.yaml"]
    assert stem_owner("a.ckpt", listing) == "a.safetensors"
    assert stem_owner("a.safetensors", listing) == "a.safetensors"
    assert stem_owner("b.zip", []) == "b.zip"
    assert stem_owner("a.vae.pt", listing) == "a.vae.pt"


def test_candidates_keep_the_order_and_the_level() -> None:
    pictures = [Picture(f"https://x/{level}", nsfw_level=level) for level in (8, 1, 2, 4, 0, 1, 1, 1, 1, 1)]
    assert [picture.nsfw_level for picture in candidates(pictures, "None")] == [1, 1, 1, 1, 1]
    assert [picture.nsfw_level for picture in candidates(pictures, "X")] == [8, 1, 2, 4, 0]


@pytest.mark.parametrize("name", ["a.b.safetensors", "A.SAFETENSORS", "x.Pt"])
def test_no_file_is_its_own_rival(name: str) -> None:
    """Where letters' case does not count, another spelling of the name leads to the same file."""
    rivals = rival_names(name)
    assert name.casefold() not in {rival.casefold() for rival in rivals}
    assert {stem_owner(name, [rival]) for rival in rivals} <= {name, *rivals}
    assert f"{name.rpartition('.')[0]}.ckpt" in rivals
