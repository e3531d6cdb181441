"""When an architecture first was in a release: its earliest file in the RECORD of each of a row of releases."""

import re
from collections.abc import Iterator

from .interface import Fact, Package

_FILES = (
    re.compile(r"^transformers/models/([a-z0-9_]+)/(?:modeling|modular)_[a-z0-9_]+\.py,"),
    re.compile(r"^transformers/modeling_([a-z0-9_]+)\.py,"),
)


def first_releases(releases: list[Package], known: set[str]) -> Iterator[Fact]:
    """For each known architecture the first of the releases (oldest first) that holds it, as a row of `dates`."""
    found: set[str] = set()
    for package in releases:
        record = package.metadata("RECORD")
        for number, line in enumerate(package.text(record).splitlines(), start=1):
            key = next((match[1] for pattern in _FILES if (match := pattern.match(line))), "")
            if key in known and key not in found:
                found.add(key)
                yield key, package.built, "release", record, number
