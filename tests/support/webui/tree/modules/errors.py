"""How a host reports what goes wrong in an extension: on the console, and it goes on."""

import sys
import traceback


def report(message, *, exc_info=False):
    lines = [f"*** {message}"]
    if exc_info:
        lines += ["    " + line for line in traceback.format_exc().splitlines()]
    print("\n".join(lines), file=sys.stderr, flush=True)
