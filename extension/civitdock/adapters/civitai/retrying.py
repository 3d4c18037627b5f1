"""Repeating a request: tenacity with our rule for the waits and the caller's event as its sleep."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, TypeVar

from civitdock.adapters.civitai.gate import NotSent, Wait
from civitdock.domain.retry import CHALLENGE_ATTEMPTS, RetryRule
from civitdock.errors import ChallengePage, CivitDockError
from civitdock.ports import Clock

try:
    import tenacity

    HAVE_TENACITY = True
except ImportError:  # the package is one of ours; without it a request is tried once
    HAVE_TENACITY = False

_Result = TypeVar("_Result")


def repeat(attempt: Callable[[], _Result], rule: RetryRule, clock: Clock, wait: Wait) -> _Result:
    """Run `attempt` until it works, cannot work, or the caller's patience is over; then its last error is raised.

    Only errors marked transient are repeated, and not those known before anything was sent (`NotSent`).
    """
    try:
        if HAVE_TENACITY and rule.attempts > 1:
            return _retried(attempt, rule, clock, wait)
        return attempt()
    except NotSent as known:
        raise known.error from None


def _retried(attempt: Callable[[], _Result], rule: RetryRule, clock: Clock, wait: Wait) -> _Result:
    planned: dict[int, float | None] = {}

    def plan(state: Any) -> float | None:
        number = int(state.attempt_number)
        if number not in planned:
            error = state.outcome.exception()
            asked = error.retry_after if isinstance(error, CivitDockError) else None
            usable = rule.at_most(CHALLENGE_ATTEMPTS) if isinstance(error, ChallengePage) else rule
            planned[number] = usable.next_delay(number, asked, random.random(), wait.left(clock))
        return planned[number]

    retrying = tenacity.Retrying(
        sleep=lambda seconds: wait.sleep(clock, float(seconds)),
        stop=lambda state: plan(state) is None,
        wait=lambda state: plan(state) or 0.0,
        retry=tenacity.retry_if_exception(_worth_repeating),
        reraise=True,
    )
    return retrying(attempt)


def _worth_repeating(error: BaseException) -> bool:
    return isinstance(error, CivitDockError) and error.transient
