"""Moving files of the user's: looks, renames, verified copies between drives, and where a trash may lie."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from civitdock.adapters.files import naming
from civitdock.adapters.files.atomic import disk_error, sync_folder
from civitdock.adapters.files.disk import digest_of, existing
from civitdock.domain.filing import TRASH, Look
from civitdock.domain.library import ModelRoot
from civitdock.errors import CivitDockError, NameConflict, NotFound, NotWritable, WrongState
from civitdock.ports.filing import OtherVolume

_MIB = 1024 * 1024
_SMALL = 4 * _MIB
#: Windows' words for a file that another program holds open.
_SHARING = frozenset({32, 33})


class LocalPlaces:
    """Implements `ports.filing.Places`."""

    def look(self, path: Path) -> Look | None:
        """See `ports.filing.Places.look`."""
        try:
            found = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise _error(error, path) from error
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
            return None
        return Look(found.st_size, found.st_mtime_ns, stat.S_ISLNK(found.st_mode))

    def is_other_volume(self, source: Path, folder: Path) -> bool:
        """See `ports.filing.Places.is_other_volume`; False where it cannot be told, since a rename tells then."""
        try:
            return os.stat(source.parent).st_dev != os.stat(existing(folder)).st_dev
        except OSError:
            return False

    def trash_place(self, folder: Path, root: Path) -> tuple[Path, PurePath]:
        """The topmost folder inside the root that is on the files' drive, or their own where a link led out."""
        folder, top = Path(os.path.realpath(folder)), Path(os.path.realpath(root))
        place = folder
        try:
            device = os.stat(folder).st_dev
            while place != top and top in place.parents and os.stat(place.parent).st_dev == device:
                place = place.parent
        except OSError as error:
            raise _error(error, folder) from error
        if os.path.realpath(place / TRASH) != str(place / TRASH):
            raise NotWritable(f"The trash in {place} is a link to another folder.", hint="Remove the link by hand.")
        return place, folder.relative_to(place)

    def is_plain(self, folder: Path, root: Path) -> bool:
        """See `ports.filing.Places.is_plain`."""
        below = folder.relative_to(root)
        is_hidden = any(part.startswith(".") for part in below.parts)
        return not is_hidden and Path(os.path.realpath(folder)) == Path(os.path.realpath(root)) / below

    def rename(self, source: Path, target: Path) -> None:
        """See `ports.filing.Places.rename`; makes the folder that is needed."""
        with _told(source, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            naming.rename_new(source, target)

    def copy(self, source: Path, part: Path, check: Callable[[], None]) -> str:
        """See `ports.filing.Places.copy`."""
        before = self.look(source)
        if before is None or before.is_link:
            raise NotFound(f"{source.name} is no longer there.", hint="Look at the folder, then try again.")
        with _told(source, part):
            part.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            read = _copied(source, part, check)
            found = os.stat(source)
            os.utime(part, ns=(found.st_atime_ns, found.st_mtime_ns))
            with suppress(OSError):  # drives that know no modes
                os.chmod(part, stat.S_IMODE(found.st_mode))
            written = digest_of(part, check)
        if self.look(source) != before:
            self.remove(part)
            raise WrongState(f"{source.name} has changed meanwhile.", hint="Try again when nobody writes to it.")
        if written != read:
            self.remove(part)
            raise NotWritable(f"The drive of {part.parent} did not keep what was written.", hint="Check that drive.")
        return read

    def digest(self, path: Path) -> str:
        """See `ports.filing.Places.digest`."""
        with _told(path, path):
            return digest_of(path)

    def is_half_renamed(self, source: Path, target: Path) -> bool:
        """See `ports.filing.Places.is_half_renamed`."""
        try:
            return os.name != "nt" and naming.is_half_renamed(source, target)
        except OSError:
            return False

    def remove(self, path: Path) -> None:
        """See `ports.filing.Places.remove`."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _error(error, path) from error

    def is_away(self, path: Path) -> bool:
        """See `ports.filing.Places.is_away`."""
        holder = next((folder.parent for folder in path.parents if folder.name == TRASH), path.parent)
        try:
            with os.scandir(holder) as listing:
                return next(listing, None) is None
        except OSError:
            return True

    def keep(self, folders: Iterable[Path]) -> None:
        """See `ports.filing.Places.keep`."""
        for folder in set(folders):
            sync_folder(folder)

    def remove_empty(self, folders: Sequence[Path]) -> None:
        """See `ports.filing.Places.remove_empty`."""
        for folder in folders:
            with suppress(OSError):  # not empty, or a link: it stays
                os.rmdir(folder)

    def small(self, path: Path) -> bytes | None:
        """See `ports.filing.Places.small`."""
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):
                return None
            with open(path, "rb") as file:
                data = file.read(_SMALL + 1)
        except OSError:
            return None
        return data if len(data) <= _SMALL else None

    def folders(self, roots: Sequence[ModelRoot]) -> Iterator[tuple[Path, Sequence[str], Sequence[str]]]:
        """See `ports.filing.Places.folders`; hidden folders are skipped."""
        seen: set[str] = set()
        for root in roots:
            for path, folders, files in os.walk(root.path):
                real = os.path.realpath(path)
                if real in seen:
                    folders.clear()
                    continue
                seen.add(real)
                yield Path(path), files, tuple(folders)
                folders[:] = sorted(name for name in folders if not name.startswith("."))


def _copied(source: Path, part: Path, check: Callable[[], None]) -> str:
    digest = hashlib.sha256()
    with open(source, "rb", buffering=0) as file, open(part, "xb", buffering=0) as copy:
        while chunk := file.read(_MIB):
            check()
            digest.update(chunk)
            left = memoryview(chunk)
            while left:
                left = left[copy.write(left) :]
        os.fsync(copy.fileno())
    return digest.hexdigest()


@contextmanager
def _told(source: Path, target: Path) -> Iterator[None]:
    """What the operating system says about a move, in our words."""
    try:
        yield
    except FileExistsError as error:
        raise NameConflict(f"{target.name} exists in {target.parent}.") from error
    except FileNotFoundError as error:
        if not os.path.lexists(source):
            raise NotFound(f"{source.name} is no longer there.", hint="Look at the folder, then try again.") from error
        raise _error(error, target) from error
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.EXDEV:
            raise OtherVolume from error
        raise _error(error, target) from error


def _error(error: OSError | ValueError, path: Path) -> CivitDockError:
    if isinstance(error, ValueError):
        return NotWritable(f"{path.name} is no name that this system takes.")
    if isinstance(error, PermissionError) or getattr(error, "winerror", None) in _SHARING:
        return NotWritable(
            f"{path.name} cannot be moved or removed ({error.strerror or error}).",
            hint="It may be open in the WebUI or another program, or its folder may be read-only.",
        )
    return disk_error(error, path)
