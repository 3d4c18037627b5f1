"""What was called, in order, for tests to look at."""

import threading

_lock = threading.Lock()
_calls = []


def note(what):
    with _lock:
        _calls.append(what)


def taken():
    """Every call since the last look."""
    with _lock:
        found = list(_calls)
        _calls.clear()
    return found
