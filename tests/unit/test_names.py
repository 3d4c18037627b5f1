"""Names from outside: whatever comes in, what goes out is one harmless name on POSIX and Windows."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pathvalidate
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.names import LIMIT, component, file_name, fold, is_inside, split, tagged, with_stem

NASTY = st.sampled_from(
    [
        *'<>:"/\\|?*. \t\n\r\0\x1b\x7f\u0085\u2028',
        "\u202e",
        "\u200b",
        "\u2066",
        "\ufeff",
        "\u3000",
        "\ud800",
        "e\u0301",
        "=\u0338",
        "<\u0338",
        "..",
        "../",
        "..\\",
        "CON",
        "con.",
        "COM¹",
        "LPT9",
        "NUL .",
        ".safetensors",
        ".PT",
        ".html",
        "é" * 90,
        "模" * 60,
        "😀" * 50,
        "a" * 200,
    ]
)
TEXTS = st.lists(st.one_of(NASTY, st.text(max_size=12)), max_size=8).map("".join)


def assert_harmless(name: str) -> None:
    assert name
    assert len(name.encode("utf-8")) <= LIMIT
    assert unicodedata.is_normalized("NFC", name)
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert name[0] not in " ."
    assert name[-1] not in " ."
    for platform in ("Linux", "Windows", "macOS"):
        pathvalidate.validate_filename(name, platform=platform)
    assert PurePosixPath(name).parts == (name,)
    assert PureWindowsPath(name).parts == (name,)
    assert not PureWindowsPath(name).drive
    assert name.partition(".")[0].rstrip().upper() not in {"CON", "NUL", "COM¹", "LPT9"}


@given(TEXTS)
def test_a_component_is_harmless_and_stays_so(text: str) -> None:
    name = component(text)
    assert_harmless(name)
    assert component(name) == name


@given(TEXTS)
def test_a_file_name_is_harmless_and_stays_so(text: str) -> None:
    name = file_name(text)
    assert_harmless(name)
    assert file_name(name) == name


@given(TEXTS, st.sampled_from([".safetensors", ".ckpt", ".gguf", ".yaml"]))
def test_the_suffix_survives_any_stem(text: str, suffix: str) -> None:
    name = file_name(text + "x" + suffix)
    assert_harmless(name)
    assert name.endswith(suffix)


@given(TEXTS, TEXTS)
def test_a_users_stem_keeps_the_suffix(text: str, stem: str) -> None:
    name = file_name(text + "x.safetensors")
    renamed = with_stem(name, stem)
    assert_harmless(renamed)
    assert renamed.endswith(".safetensors")
    assert with_stem(name, "mine.SafeTensors") == "mine.safetensors"


@given(TEXTS, st.integers(1, 10**9), st.integers(1, 10**9))
def test_tags_make_different_names(text: str, version: int, file: int) -> None:
    name = file_name(text + "x.safetensors")
    first, second = tagged(name, str(version)), tagged(name, f"{version}-{file}")
    assert_harmless(first)
    assert_harmless(second)
    assert len({name, first, second}) == 3
    assert split(first)[0].endswith(f"-{version}")
    assert split(second)[1] == ".safetensors"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dream.safetensors", "dream.safetensors"),
        ("../../etc/passwd", "_._etc_passwd"),
        ("C:\\Windows\\x.pt", "C__Windows_x.pt"),
        ("con.txt", "_con.txt"),
        ("COM¹.safetensors", "_COM¹.safetensors"),
        ("aux .ckpt", "_aux.ckpt"),
        ("invoice\u202efdp.safetensors", "invoicefdp.safetensors"),
        ("model.safetensors. . ", "model.safetensors"),
        ("page.html", "page.html_"),
        ("run.PY", "run.PY_"),
        ("v1.5 final", "v1.5 final"),
        ("a.pt::$DATA", "a.pt__$DATA"),
        ("e\u0301.pt", "\u00e9.pt"),
        ("one\r\x1b two.pt", "one two.pt"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_known_names(text: str, expected: str) -> None:
    assert file_name(text) == expected


def test_names_that_differ_in_case_or_composition_fold_to_one() -> None:
    assert fold("E\u0301A.pt") == fold("éa.PT")


def test_inside_needs_a_true_parent() -> None:
    root = PurePosixPath("/models/Lora")
    assert is_inside(root, root)
    assert is_inside(root / "a" / "b", root)
    assert not is_inside(PurePosixPath("/models/Lora2"), root)
    assert not is_inside(PurePosixPath("/models/Lora/../x"), root)
