"""Texts in pictures: every place where programs write them, in every encoding that occurs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.adapters.picture_texts import PictureTexts, user_comment
from civitdock.errors import TooLarge, UnreadablePicture
from tests.support.told_pictures import png, with_comment, with_tags

TEXT = "a cat, café, 猫\nSteps: 20, Sampler: Euler a, Seed: 1"
COMMENTS = {
    "UTF-16 of big-endian, as A1111 writes it": b"UNICODE\0" + TEXT.encode("utf-16-be"),
    "UTF-16 of little-endian, as CivitAI writes it": b"UNICODE\0" + TEXT.encode("utf-16-le"),
    "UTF-16 with a mark": b"UNICODE\0" + TEXT.encode("utf-16"),
    "UTF-8 that says it is UTF-16": b"UNICODE\0" + TEXT.encode(),
    "UTF-8 that says it is ASCII": b"ASCII\0\0\0" + TEXT.encode(),
    "UTF-8 without a word": TEXT.encode(),
    "UTF-8 of no encoding": b"\0" * 8 + TEXT.encode(),
}


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("encoding", COMMENTS)
def test_a_comment_in_exif_is_read_in_every_encoding(kind: str, encoding: str) -> None:
    assert PictureTexts().texts(with_comment(kind, COMMENTS[encoding])) == (TEXT,)


def test_the_chunks_of_a_png_come_in_the_order_in_which_they_count() -> None:
    picture = png(workflow="w", prompt="p", parameters=TEXT, Software="other")
    assert PictureTexts().texts(picture) == (TEXT, "p", "w")


def test_comfyui_writes_into_the_camera_of_a_webp() -> None:
    picture = with_tags("WEBP", {0x0110: 'prompt:{"1": 2}', 0x010F: 'Workflow:{"nodes": []}', 0x0131: "other"})
    assert PictureTexts().texts(picture) == ('{"1": 2}', '{"nodes": []}')


@pytest.mark.parametrize("picture", [png(), with_tags("JPEG", {}), with_tags("WEBP", {})])
def test_a_picture_without_texts_has_none(picture: bytes) -> None:
    assert PictureTexts().texts(picture) == ()


def test_a_picture_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        PictureTexts().texts(bytes(32 * 1024 * 1024 + 1))


@given(st.binary(max_size=200))
def test_any_comment_is_read(raw: bytes) -> None:
    assert isinstance(user_comment(raw), str)


@given(st.sampled_from([png(parameters=TEXT), with_comment("JPEG", COMMENTS["UTF-8 without a word"])]), st.data())
def test_a_damaged_picture_fails_in_words(picture: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(picture) - 1))
    damaged = picture[:place] + data.draw(st.binary(max_size=40)) + picture[place + data.draw(st.integers(0, 40)) :]
    try:
        assert all(isinstance(text, str) for text in PictureTexts().texts(damaged))
    except UnreadablePicture as error:
        assert error.hint  # noqa: PT017 - a picture may survive its damage
