"""One bandwidth limit for several transfers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.sharing import deal

WANTS = st.lists(st.none() | st.floats(0, 1e9), min_size=1, max_size=8)


@given(st.floats(0, 1e9), WANTS)
def test_shares_add_up_and_nobody_is_favoured(rate: float, wants: list[float | None]) -> None:
    shares = deal(rate, wants)
    assert sum(shares) == pytest.approx(rate, rel=1e-6, abs=1e-3)
    most = max(shares)
    for want, share in zip(wants, shares, strict=True):
        assert share >= -1e-6
        # Whoever has less than another one has all that it wants.
        if share < most * (1 - 1e-6) - 1e-3:
            assert want is not None
            assert share >= want * (1 - 1e-6) - 1e-3


@pytest.mark.parametrize(
    ("wants", "shares"),
    [
        ([None], [100]),
        ([None, None], [50, 50]),
        ([10, None], [10, 90]),
        ([10, 20, None], [10, 20, 70]),
        ([80, None], [50, 50]),
        ([10, 10], [50, 50]),
    ],
)
def test_examples(wants: list[float | None], shares: list[float]) -> None:
    assert deal(100, wants) == pytest.approx(shares)


def test_nobody_there() -> None:
    assert deal(100, []) == []
