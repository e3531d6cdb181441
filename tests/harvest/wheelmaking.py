"""Invented wheels, and a harvest of them as it would lie on disk."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from deepgenealogy.harvest.interface import Package, Pin, Source
from deepgenealogy.harvest.packages import Wheel
from deepgenealogy.harvest.replay import replay
from deepgenealogy.harvest.tables import folder_of, rows_of, texts_of, write

Row = dict[str, str]


def make_wheel(folder: Path, package: str, version: str, files: Mapping[str, str]) -> Package:
    """A wheel that holds these files, and a RECORD that lists them."""
    record = f"{package}-{version}.dist-info/RECORD"
    path = folder / f"{package}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**files, record: "".join(f"{name},,\n" for name in files)}.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=(2019, 3, 10, 0, 0, 0)), text)
    return Wheel(Pin(package, version), path)


def harvested(root: Path, source: Source, packages: list[Package]) -> dict[str, list[Row]]:
    """The tables of a source after a harvest of the packages."""
    texts = texts_of(packages, source.read(packages))
    write(folder_of(root, source.name), texts)
    return {name: rows_of(folder_of(root, source.name), name) for name in texts}


def replayed(root: Path, source: Source, packages: list[Package]) -> list[str]:
    """The findings when every row is looked up again."""
    return [str(finding) for finding in replay(root, source, packages)[1]]
