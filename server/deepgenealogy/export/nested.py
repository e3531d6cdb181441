"""Framed JSON-LD of things and of the whole catalogue: nested trees, made from what `queries/frames/*.rq` select.

A query says what belongs to the tree of a thing, the frame of the same name how it is laid out. The catalogue is made
batch by batch, so that memory does not grow with it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from ..engine.interface import Engine, Question
from ..engine.lineage import rows_of
from ..graph.compact import Compactor
from ..graph.context import read_context
from ..graph.formats import read_triples
from ..graph.frames import read_frames
from ..locations import sources_root
from ..sources.questions import VALUES_BLOCK
from ..vocabulary import BASE, DGO

Json = Any

#: So many things are selected and framed together.
_BATCH = 20

_METHODS = f"SELECT DISTINCT ?method {{ ?method a <{DGO}Method> }} ORDER BY ?method"


def framed_things(engine: Engine, root: Path, frame: str, things: Iterable[str]) -> list[Json]:
    """The trees of `things` (`architecture/resnet`), each by the frame and with the query called `frame`."""
    named = list(things)
    return read_frames(root)[frame].applied_to(selected_document(engine, root, frame, named), named)


def selected_document(engine: Engine, root: Path, frame: str, things: Iterable[str]) -> Json:
    """What the query of a frame selects for `things`, as compact JSON-LD."""
    terms = " ".join(str(NamedNode(BASE + thing)) for thing in things)
    text = (root / "queries" / "frames" / f"{frame}.rq").read_text(encoding="utf-8")

    def filled(block: re.Match[str]) -> str:
        return f"VALUES ?thing {{ {terms} }}" if block.group(1) == "thing" else block.group()

    answer = engine.ask(Question(VALUES_BLOCK.sub(filled, text), graph_format="nt")).whole()
    context = read_context(root)
    return {"@context": context, "@graph": Compactor(context).nodes(quad.triple for quad in read_triples(answer))}


def write_catalogue(engine: Engine, root: Path | None = None) -> Iterator[bytes]:
    """Every method as a tree by the frame `architecture`, sorted by IRI, as one JSON-LD document in pieces."""
    root = root or sources_root()
    methods = [row["method"].removeprefix(BASE) for row in rows_of(engine, _METHODS)]
    return _document(engine, root, methods)


def _document(engine: Engine, root: Path, methods: list[str]) -> Iterator[bytes]:
    frame = read_frames(root)["catalogue"]
    yield b'{"@context": ' + _text(frame.context) + b',\n"@graph": ['
    separator = b"\n"
    for start in range(0, len(methods), _BATCH):
        for tree in framed_things(engine, root, "architecture", methods[start : start + _BATCH]):
            yield separator + _text(tree)
            separator = b",\n"
    yield b"\n]}\n"


def _text(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
