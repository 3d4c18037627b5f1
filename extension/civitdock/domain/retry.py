"""When to try again: exponential backoff with jitter that honours `Retry-After` (design section 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime

#: CivitAI's advice is to back off from 1 s to 30 s (`civitai-api.md 4`).
FIRST_SECONDS = 1.0
LONGEST_SECONDS = 30.0
#: A server that asks for more than this is not obeyed to the letter; the caller gives up instead.
LONGEST_RETRY_AFTER = 3600.0
#: A protection page stays for minutes and is for a person to pass, who therefore hears of it after one more try.
CHALLENGE_ATTEMPTS = 2


@dataclass(frozen=True)
class RetryRule:
    """How often to try in all and how to space the attempts."""

    attempts: int = 5
    first: float = FIRST_SECONDS
    longest: float = LONGEST_SECONDS

    def at_most(self, attempts: int) -> RetryRule:
        """The same rule with no more than so many attempts."""
        return replace(self, attempts=min(self.attempts, attempts))

    def delay(self, attempt: int, retry_after: float | None, chance: float) -> float:
        """Seconds to wait after attempt number `attempt` (from 1); `chance` is a random number in 0..1.

        Half of the backoff is fixed, half is jitter, and the wait is never shorter than the server asked for.
        """
        full = min(self.longest, self.first * float(2 ** (min(attempt, 30) - 1)))
        spread = full / 2 + full / 2 * chance
        return max(spread, retry_after or 0.0)

    def next_delay(self, attempt: int, retry_after: float | None, chance: float, left: float) -> float | None:
        """The wait before the next attempt, or None where attempts or the caller's remaining seconds are used up."""
        if attempt >= self.attempts:
            return None
        seconds = self.delay(attempt, retry_after, chance)
        return seconds if seconds < left else None


@dataclass(frozen=True)
class Streak:
    """How a job of the download queue fared since it last went well, and how long it waits before the next run.

    `waits` counts runs that ended in something that passes by itself, `breaks` those whose transfer ended too early.
    """

    waits: int = 0
    breaks: int = 0

    #: A transfer that breaks off again and again without a byte of progress is for the user to look at.
    MOST_BREAKS = 4
    _RULE = RetryRule(first=15.0, longest=300.0)

    def waited(self) -> Streak:
        """After one more wait."""
        return replace(self, waits=self.waits + 1)

    def broken(self) -> Streak | None:
        """After one more broken transfer; None where that was enough."""
        return None if self.breaks >= self.MOST_BREAKS else Streak(self.waits + 1, self.breaks + 1)

    def seconds(self, retry_after: float | None) -> float:
        """How long to wait: 15 s, doubled each time up to 5 minutes, and never shorter than the server asks for."""
        return self._RULE.delay(max(self.waits, 1), retry_after, chance=1.0)


def retry_after_seconds(header: str | None, now: float) -> float | None:
    """A `Retry-After` header (seconds or HTTP date) as seconds from `now` (Unix); None where it is unusable."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return min(max(0.0, moment - now), LONGEST_RETRY_AFTER)
