"""How transfers share one bandwidth limit. Pure."""

from __future__ import annotations

from collections.abc import Sequence

#: What a transfer that is slower than its share may grow by until the shares are dealt anew.
GROWTH = 1.5


def deal(rate: float, wants: Sequence[float | None]) -> list[float]:
    """Deal `rate` bytes/s to transfers that want so many bytes/s each; None wants all there is.

    Nobody gets more than it wants while another wants more than it gets, and what is left over goes to all alike, so
    the shares always add up to `rate`.
    """
    shares = [0.0] * len(wants)
    open_ = list(range(len(wants)))
    left = rate
    while open_:
        even = left / len(open_)
        content = [number for number in open_ if (want := wants[number]) is not None and want <= even]
        if not content:
            for number in open_:
                shares[number] = even
            return shares
        for number in content:
            shares[number] = wants[number] or 0.0
        left -= sum(shares[number] for number in content)
        open_ = [number for number in open_ if number not in content]
    return [share + left / len(shares) for share in shares]
