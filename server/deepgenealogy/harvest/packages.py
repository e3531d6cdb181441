"""Wheels: fetched by the user's own pip and its settings, or given as files; known by SHA-256; read as archives."""

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ..errors import HarvestRefused
from .interface import Package, Pin


@dataclass(frozen=True)
class Wheel:
    """A wheel on disk, as `interface.Package` wants it."""

    pin: Pin
    path: Path

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(self.path)

    @property
    def built(self) -> str:
        """The day of its latest file."""
        year, month, day, *_ = max(info.date_time for info in self._archive.infolist())
        return f"{year:04}-{month:02}-{day:02}"

    @cached_property
    def _paths(self) -> list[str]:
        return sorted(self._archive.namelist())

    def paths(self, prefix: str = "") -> list[str]:
        """The paths of its files that begin with `prefix`, sorted."""
        return [path for path in self._paths if path.startswith(prefix)]

    def text(self, path: str) -> str:
        """The text of one file."""
        return self._archive.read(path).decode("utf-8")

    def metadata(self, name: str) -> str:
        """The path of a file of the `.dist-info` folder."""
        return next(path for path in self._paths if path.endswith(f".dist-info/{name}") and path.count("/") == 1)


def wheels(pins: Iterable[Pin], folder: Path, files: Iterable[Path] = ()) -> list[Package]:
    """The pinned wheels, in order: of `files` or `folder` where they are, else downloaded into `folder` by pip.

    Raises HarvestRefused when one cannot be had, or is not the one that was pinned.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_wheel(pin, folder, list(files)) for pin in pins]


def _wheel(pin: Pin, folder: Path, files: list[Path]) -> Package:
    path = _found(pin, files) or _found(pin, folder.glob("*.whl")) or _downloaded(pin, folder)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if pin.sha256 and digest != pin.sha256:
        raise HarvestRefused(f"{path.name} has SHA-256 {digest}, but {pin.sha256} is pinned: fetch the pinned file")
    if not zipfile.is_zipfile(path):
        raise HarvestRefused(f"{path.name} is no wheel: it cannot be opened as a zip archive; fetch it again")
    return Wheel(replace(pin, sha256=digest), path)


def _found(pin: Pin, paths: Iterable[Path]) -> Path | None:
    start = f"{pin.package.replace('-', '_')}-{pin.version}-"
    return next((path for path in paths if path.name.startswith(start)), None)


def _downloaded(pin: Pin, folder: Path) -> Path:
    """The wheel that pip brings; index, proxy and certificates are as the user has set them for pip."""
    options = ["--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--quiet", "--dest", str(folder)]
    command = [sys.executable, "-m", "pip", "download", *options, pin.id]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    path = _found(pin, folder.glob("*.whl"))
    if path is None:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise HarvestRefused(f"pip did not bring {pin.id}: it says '{said}'; give the wheel itself with --file")
    return path
