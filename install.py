"""Run by the WebUI at every start, in a process of its own: brings what CivitDock needs, changes nothing else.

Rules (design section 14): only missing packages, wheels only, a constraint file that holds every package of the host
at its version, 20 seconds in all, a failure is tried again after a day, and the host's start never fails.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FAILURES = ROOT / ".civitdock-install.json"
SECONDS_IN_ALL = 20.0
RETRY_AFTER_S = 24 * 3600.0
#: With less time than this an attempt would be cut off and count as a failure.
LEAST_SECONDS = 3.0
#: A damaged installation can report a version that no installer reads; one such line would spoil the whole file.
_PINNABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.+!_-]*\Z")


def main() -> None:
    """Install what is missing and print one line for each package."""
    sys.path.insert(0, str(ROOT / "extension"))
    from civitdock.domain.packages import PACKAGES

    failed = _recent_failures()
    missing = [package for package in PACKAGES if not _is_there(package.module) and package.name not in failed]
    if not missing or _told_to_skip():
        return
    ends = time.monotonic() + SECONDS_IN_ALL
    with tempfile.TemporaryDirectory(prefix="civitdock-") as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("\n".join(_installed_versions()), encoding="utf-8")
        for package in missing:
            seconds = ends - time.monotonic()
            if seconds < LEAST_SECONDS:
                _say(f"{package.name} is left for the next start, since installing took long; {package.loss}.")
                continue
            problem = _install(package.requirement, constraints, seconds)
            if problem is None:
                _say(f"installed {package.name}.")
                continue
            failed[package.name] = time.time()
            _say(f"{package.name} could not be installed ({problem}); {package.loss}.")
    _remember(failed)


def _say(text: str) -> None:
    """Print for the host's console, which may be unable to show what an installer wrote."""
    print(f"CivitDock: {text}".encode("ascii", "replace").decode(), flush=True)


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _told_to_skip() -> bool:
    return "--skip-install" in os.environ.get("COMMANDLINE_ARGS", "").split()


def _installed_versions() -> Iterator[str]:
    """`name==version` of everything in this environment, so that an installer cannot move it."""
    seen = set()
    for distribution in importlib.metadata.distributions():
        try:
            line = f"{distribution.metadata['Name']}=={distribution.version}"
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue  # a damaged installation; what it holds cannot be named
        key = re.sub(r"[-_.]+", "-", line.split("==", maxsplit=1)[0]).lower()
        if _PINNABLE.match(line) and key not in seen:
            seen.add(key)
            yield line


def _installer() -> list[str] | None:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "install", "--retries", "0", "--disable-pip-version-check", "--no-input"]
    uv = shutil.which("uv")
    return [uv, "pip", "install", "--python", sys.executable] if uv else None


def _install(requirement: str, constraints: Path, seconds: float) -> str | None:
    """Install one package; answers None, or why it did not work."""
    installer = _installer()
    if installer is None:
        return "there is neither pip nor uv"
    command = [*installer, "--quiet", "--only-binary", ":all:", "--constraint", str(constraints), requirement]
    environ = {**os.environ, "UV_HTTP_RETRIES": "0"}
    try:
        subprocess.run(command, check=True, timeout=seconds, stdin=subprocess.DEVNULL, capture_output=True, env=environ)
    except subprocess.TimeoutExpired:
        return "it took too long"
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else f"exit code {error.returncode}"
    except OSError as error:
        return str(error)
    return None


def _recent_failures() -> dict[str, float]:
    """Packages that failed less than a day ago, with the time (Unix seconds)."""
    try:
        stored = json.loads(FAILURES.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    now = time.time()
    known = stored if isinstance(stored, dict) else {}
    return {
        name: when for name, when in known.items() if isinstance(when, (int, float)) and 0 <= now - when < RETRY_AFTER_S
    }


def _remember(failed: dict[str, float]) -> None:
    try:
        if not failed:
            FAILURES.unlink(missing_ok=True)
            return
        fresh = FAILURES.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(failed), encoding="utf-8")
        os.replace(fresh, FAILURES)
    except OSError:
        _say("the extension folder cannot be written, so what failed is tried again at the next start.")


def run() -> None:
    """`main`, with whatever goes wrong as one printed line: the host's start must go on."""
    try:
        main()
    except Exception as error:  # noqa: BLE001  the last line of defence of the host's start
        _say(f"the check of its packages failed ({type(error).__name__}: {error}).")


if __name__ == "__main__":
    run()
