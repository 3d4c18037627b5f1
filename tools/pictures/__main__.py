"""Makes the pictures of README and docs: `python -m tools.pictures [panels] [tour] [states]`, without a name all.

Needs playwright and Chromium and the Gradio of a WebUI, since some show txt2img. Everything comes from the demo
CivitAI in a temporary folder, so the pictures are the same wherever they are made, up to fonts and the figures of
running downloads.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
for _path in (ROOT, ROOT / "extension"):
    if str(_path) not in sys.path:
        sys.path.insert(0, str(_path))

from tools.pictures import panels, states, store, tour  # noqa: E402
from tools.pictures.scene import Scene, set_scene  # noqa: E402
from tools.pictures.studio import ChromiumMissing, Studio, studio  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"


def main(arguments: list[str]) -> int:
    """Make what the arguments name; answers the exit code."""
    parser = argparse.ArgumentParser("python -m tools.pictures", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(MAKE)}")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they go; default docs/pictures")
    given = parser.parse_args(arguments)
    unknown = set(given.names) - set(MAKE)
    if unknown:
        parser.error(f"there is nothing called {', '.join(sorted(unknown))}")
    given.folder.mkdir(parents=True, exist_ok=True)
    try:
        with _folder() as folder, studio(folder) as place:
            scene = set_scene(place)
            for each in [name for name in MAKE if name in (given.names or MAKE)]:
                for file, content in MAKE[each](place, scene).items():
                    (given.folder / file).write_bytes(content)
                    print(f"{file}: {len(content) // 1000} KB", flush=True)
    except (ChromiumMissing, ValueError, FileExistsError) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder whose name is always the same, since pictures show it; raises `FileExistsError` where it is taken."""
    folder = Path(tempfile.gettempdir()) / "webuis"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _panels(place: Studio, scene: Scene) -> dict[str, bytes]:
    return {f"{name}.webp": store.still(picture) for name, picture in panels.take(place, scene).items()}


def _states(place: Studio, scene: Scene) -> dict[str, bytes]:
    return {f"{name}.webp": store.still(picture) for name, picture in states.take(place, scene).items()}


def _tour(place: Studio, scene: Scene) -> dict[str, bytes]:
    made = tour.film(place, scene)
    stills = {f"{name}.webp": store.still(picture) for name, picture in made.stills.items()}
    return {**stills, "tour.webp": store.moving(made.frames)}


#: In this order: the tour downloads what panels show as not here, and after the states nothing is asked for a while.
MAKE: dict[str, Callable[[Studio, Scene], dict[str, bytes]]] = {"panels": _panels, "tour": _tour, "states": _states}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
