"""The published frames (`ontology/frames/*.jsonld`), and documents as they give them: nested, whole, in one order.

PyLD does the framing (https://www.w3.org/TR/json-ld11-framing/). What JSON-LD leaves open is settled here, so that a
program can rely on it: every key of the frame is there (`null`, `[]` or `{}` where nothing is known), in the order of
the frame; `@type` is always a list, and lists that stand for sets are sorted.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from ..vocabulary import BASE
from .context import expand, read_context
from .processing import Processor

Json = Any


@dataclass(frozen=True)
class Frame:
    """One published frame: its name, what it says, and the keys of its documents, with those of its own."""

    name: str
    content: dict[str, Any]
    context: dict[str, Any]
    shared: dict[str, Any]

    def applied_to(self, document: Json, things: Iterable[str] | None = None, *, repeats: bool = True) -> list[Json]:
        """The trees that the frame makes of a compact document, by IRI; only those of `things`, where they are given.

        Things are named relative to the base: `architecture/resnet`. Unless it `repeats`, a tree holds each node once
        and then its IRI, so that no document, however it was made, becomes many times its size.
        """
        asked = {} if things is None else {"@id": [BASE + thing for thing in things]}
        content = self.content if repeats else _without_repeats(self.content)
        found = Processor(self.shared).framed(document, {**content, **asked})
        trees = found.get("@graph", [found])
        return sorted((self._whole(tree, self.content) for tree in trees if tree.keys() - {"@context"}), key=_rank)

    @property
    def own_context(self) -> dict[str, Any]:
        """The keys that only this frame has."""
        return {name: row for name, row in self.context.items() if name not in self.shared}

    @cached_property
    def _names(self) -> dict[str, str]:
        """IRI -> the first key for it."""
        keys = (key for key in reversed(self.context) if not key.startswith("@"))
        return {expand(self.context, key): key for key in keys if "@reverse" not in self.context[key]}

    def _whole(self, node: Json, frame: Json) -> Json:
        """A node with every key of its part of the frame, in order."""
        if not isinstance(node, dict):
            node = {"@id": node}
        types = node.get("@type", [])
        head: dict[str, Json] = {"@id": _absolute(node["@id"])} if "@id" in node else {}
        head |= {"@type": sorted([types] if isinstance(types, str) else types)} if types else {}
        return head | {key: self._value(key, node.get(key), part) for key, part in self._parts(frame)}

    def _parts(self, frame: Json) -> Iterator[tuple[str, Json]]:
        for key, part in frame.items():
            if not key.startswith("@"):
                yield key if key in self.context else self._names[expand(self.context, key)], part

    def _value(self, key: str, value: Json, part: Json) -> Json:
        row = self.context[key] if isinstance(self.context[key], dict) else {}
        container = row.get("@container", ())
        if "@language" in container:
            return {tag: sorted(t) if isinstance(t, list) else t for tag, t in sorted((value or {}).items())}
        if "@set" in container or "@list" in container:
            values = [self._one(item, part, row) for item in value or []]
            return values if "@list" in container else sorted(values, key=_rank)
        return None if value is None else self._one(value, part, row)

    def _one(self, value: Json, part: Json, row: dict[str, Any]) -> Json:
        if any(not key.startswith("@") for key in part):
            return self._whole(value, part)
        return _absolute(value) if row.get("@type") == "@id" and isinstance(value, str) else value


@cache
def read_frames(root: Path) -> dict[str, Frame]:
    """The published frames by name."""
    return {path.stem: _read(path, root) for path in sorted((root / "ontology" / "frames").glob("*.jsonld"))}


def _read(path: Path, root: Path) -> Frame:
    content, shared = json.loads(path.read_text(encoding="utf-8")), read_context(root)
    _, own = content["@context"]
    return Frame(path.stem, content, {**shared, **own}, shared)


def _without_repeats(part: Json) -> Json:
    if not isinstance(part, dict) or "@explicit" not in part:
        return part
    return {key: _without_repeats(value) for key, value in part.items() if key != "@embed"}


def _absolute(reference: str) -> str:
    """A reference below the base as it is; one that climbs out of it (`../aio/x`) in full."""
    return urljoin(BASE, reference) if reference.startswith("..") else reference


def _rank(value: Json) -> tuple[int, str]:
    """Nodes by their position where they have one, then by IRI; plain values by their text."""
    if not isinstance(value, dict):
        return 0, str(value)
    return value.get("position") or 0, str(value.get("@id") or json.dumps(value, sort_keys=True))
