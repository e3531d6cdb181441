"""What was heavy before: queries that differ in IRIs and numbers only are of one shape, and tend to cost alike.

A query whose shape took long the last time leaves places in the quick lane to those of whom nothing is known, has a
worker of its own, and lets others go first from its start. It is an estimate, which costs a light query some
milliseconds where it is wrong, and is taken back as soon as one of the shape proves light.
"""

import re
import threading
from functools import lru_cache

from cachetools import LRUCache

#: What neither cost nor advice is taken to depend on: IRIs without marks that could end them elsewhere, and numbers
#: that stand alone.
_VARIED = re.compile(r"<[\w:/.\-]+>|(?<=[\s(])\d+(?=[\s)}]|\Z)")

#: How many shapes are remembered, and the longest queries that are looked at, in characters.
_SHAPES, _LONGEST = 1_000, 10_000


@lru_cache(maxsize=32)
def shape_of(query: str) -> str:
    """The query, every plain IRI and every number that stands alone replaced.

    >>> shape_of("SELECT ?y { <architecture/u-net> ?p ?y } LIMIT 20")
    'SELECT ?y { <x> ?p ?y } LIMIT 0'
    """
    return _VARIED.sub(lambda found: "0" if found[0][0] != "<" else "<x>", query)


class Experience:
    """The shapes that were heavy when they were last asked. Safe to use from several threads."""

    def __init__(self) -> None:
        self._heavy: LRUCache[int, bool] = LRUCache(_SHAPES)
        self._lock = threading.Lock()

    def expects_heavy(self, query: str) -> bool:
        """Whether the last query of this shape was heavy."""
        if not self._heavy or len(query) > _LONGEST:  # nearly always
            return False
        with self._lock:
            return bool(self._heavy.get(hash(shape_of(query))))

    def note(self, query: str, *, was_heavy: bool) -> None:
        """Remembers what a query of this shape was like."""
        if len(query) > _LONGEST:
            return
        shape = hash(shape_of(query))
        with self._lock:
            if was_heavy:
                self._heavy[shape] = True
            else:
                self._heavy.pop(shape, None)
