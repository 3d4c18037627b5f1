"""The command line of the standalone program."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from civitdock import __version__
from civitdock.cli import work
from civitdock.domain.links import is_loopback, valid_api_base

AUTH_VARIABLE = "CIVITDOCK_AUTH"


@dataclass(frozen=True)
class Start:
    """What the user asked for on the command line; None means the default."""

    host: str
    port: int
    data_dir: Path | None
    models_dir: Path | None
    civitai_url: str | None
    demo: bool
    browser: bool
    auth: tuple[str, str] | None


Run = Callable[[Start, Callable[[str], None]], None]


def parser() -> argparse.ArgumentParser:
    """The arguments of `python run.py` and `python -m civitdock` (design section 12)."""
    result = argparse.ArgumentParser(
        prog="civitdock",
        description="CivitAI docked into your model folders. "
        "No page: download, queue, sync, library, updates, missing.",
    )
    result.add_argument("--version", action="version", version=f"CivitDock {__version__}")
    result.add_argument("--demo", action="store_true", help="offline demo catalogue, own data and model folders")
    result.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    result.add_argument("--port", type=_port, default=7870, help="port to listen on (default 7870)")
    result.add_argument("--data-dir", type=Path, help="folder for databases and settings")
    result.add_argument("--models-dir", type=Path, help="folder that holds Stable-diffusion, Lora and so on")
    result.add_argument("--civitai-url", help="API address, such as https://civitai.com/api/v1")
    result.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    result.add_argument("--auth", help=f"user:password for the page and the routes (or {AUTH_VARIABLE})")
    return result


def parse(arguments: Sequence[str], environ: Mapping[str, str]) -> Start:
    """The arguments as a value; ends the program with a clear line where they do not fit together."""
    checker = parser()
    given = checker.parse_args(arguments)
    auth = _pair(given.auth or environ.get(AUTH_VARIABLE) or "")
    if (given.auth or environ.get(AUTH_VARIABLE)) and auth is None:
        checker.error("--auth takes user:password, both not empty")
    if auth is None and not is_loopback(given.host):
        checker.error("--host beyond this machine needs --auth user:password (or the variable CIVITDOCK_AUTH)")
    if given.civitai_url and not valid_api_base(given.civitai_url):
        checker.error("--civitai-url must be an address of civitai.com, .red or .green, or of this machine")
    return Start(
        host=given.host,
        port=given.port,
        data_dir=given.data_dir,
        models_dir=given.models_dir,
        civitai_url=given.civitai_url,
        demo=given.demo,
        browser=not given.no_browser,
        auth=auth,
    )


def main(arguments: Sequence[str], run: Run, opened: work.Open) -> int:
    """Carry out a command, or serve until the process is asked to end; answers the exit code."""
    if arguments and arguments[0] in work.COMMANDS:
        return work.main(arguments, opened)
    return _serve(arguments, run)


def _serve(arguments: Sequence[str], run: Run) -> int:
    start = parse(arguments, os.environ)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # Gradio asks itself two questions at start

    def opened(url: str) -> None:
        print(f"CivitDock is running: {url} (end it with Ctrl+C)", flush=True)
        if start.browser:
            webbrowser.open(url)

    try:
        run(start, opened)
    except OSError as error:
        print(f"CivitDock cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port lies between 0 and 65535")
    return port


def _pair(text: str) -> tuple[str, str] | None:
    user, colon, password = text.partition(":")
    return (user, password) if colon and user and password else None
