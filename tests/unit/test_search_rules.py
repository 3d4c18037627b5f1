"""The search box, cursors, and cutting to a level."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain import cursors, levels, nsfw
from civitdock.domain.catalogue import Model, Picture, Version
from civitdock.domain.cursors import Position
from civitdock.domain.phrases import Phrase, parse_phrase
from civitdock.errors import InvalidRequest


@pytest.mark.parametrize(
    ("query", "phrase"),
    [
        ("", Phrase()),
        ("  dream   shaper ", Phrase("dream shaper")),
        ("@Lykon dream", Phrase("dream", creator="Lykon")),
        ('dream #"comic book" @Lykon', Phrase("dream", creator="Lykon", tag="comic book")),
        ("#style", Phrase(tag="style")),
        ("a@b c#d", Phrase("a@b c#d")),
        ("@ # x", Phrase("@ # x")),
        ("#one #two", Phrase(tag="two")),
        ('#"open', Phrase('#"open')),
    ],
)
def test_the_search_box(query: str, phrase: Phrase) -> None:
    assert parse_phrase(query) == phrase


@given(cursor=st.text(max_size=200), shown=st.frozensets(st.integers(1, 2**31), max_size=100))
def test_a_cursor_comes_back_as_it_was(cursor: str, shown: frozenset[int]) -> None:
    assert cursors.decode(cursors.encode(Position(cursor, shown))) == Position(cursor, shown)


@given(text=st.text() | st.binary().map(lambda raw: raw.hex()))
def test_a_foreign_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        cursors.decode(text)


def pictures(*bits: int) -> tuple[Picture, ...]:
    return tuple(Picture(url=f"https://image.civitai.com/{n}.jpeg", nsfw_level=bit) for n, bit in enumerate(bits))


_levels = st.sampled_from([0, 1, 2, 4, 8, 16, 32])


@given(word=st.sampled_from(nsfw.ORDER), rows=st.lists(st.lists(_levels, max_size=4), max_size=4))
def test_nothing_above_the_level_is_left_and_everything_taken_is_counted(word: str, rows: list[list[int]]) -> None:
    versions = tuple(Version(id=n, model_id=1, name="", images=pictures(*row)) for n, row in enumerate(rows, 1))
    model = Model(id=1, name="", versions=versions)
    cut, hidden = levels.cut_model(model, word)
    left = [picture for version in cut.versions for picture in version.images]
    assert all(nsfw.admits(word, picture.nsfw_level) for picture in left)
    assert len(left) + hidden == sum(len(row) for row in rows)
    assert [version.id for version in cut.versions] == [version.id for version in versions]


@pytest.mark.parametrize(
    ("version_levels", "word", "kept"),
    [
        ((1, 31), "None", (1, 31)),
        ((1, 28), "None", (1,)),
        ((28, 12), "None", None),
        ((2, 4), "Soft", (2,)),
        ((16, 8), "X", (16, 8)),
        ((0,), "Mature", None),
        ((0,), "X", (0,)),
        ((32,), "X", None),
    ],
)
def test_listings_leave_out_what_lies_wholly_above(
    version_levels: tuple[int, ...], word: str, kept: tuple[int, ...] | None
) -> None:
    versions = tuple(Version(id=n, model_id=1, name="", nsfw_level=bits) for n, bits in enumerate(version_levels, 1))
    found = levels.listed(Model(id=1, name="", versions=versions), word)
    assert (found and tuple(version.nsfw_level for version in found.versions)) == kept


def test_a_model_without_versions_counts_by_its_own_level() -> None:
    assert levels.listed(Model(id=1, name="", nsfw_level=4), "None") is None
    assert levels.listed(Model(id=1, name="", nsfw_level=1), "None") is not None
