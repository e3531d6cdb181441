"""One RDF file as a graph that can be asked: for those who publish no endpoint, or keep a dump at hand."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from ..errors import FileRefused, QuerySyntax
from .parsing import words_of
from .reading import format_of


def _plain(path: Path) -> Any:
    return path.open("rb")


_OPENERS: dict[str, Callable[[Path], Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_DAMAGE = (OSError, EOFError, lzma.LZMAError)


class Dump:
    """The statements of one file, in memory; those of named graphs too, as one graph."""

    def __init__(self, path: Path) -> None:
        """Reads a file, its syntax told by its name, packed with gzip, bzip2 or xz, or not. Raises FileRefused."""
        self._store = Store()
        syntax = format_of(str(path))
        try:
            with _OPENERS.get(path.suffix.lower(), _plain)(path) as content:
                self._store.bulk_load(content, format=syntax, lenient=True)
        except SyntaxError as problem:
            raise FileRefused(str(path), words_of(problem), problem.lineno or 0, problem.offset or 0) from problem
        except _DAMAGE as problem:
            raise FileRefused(str(path), f"it cannot be read ({problem})") from problem

    def rows(self, query: str) -> bytes:
        """The answer to a SELECT, in SPARQL JSON. Raises QuerySyntax."""
        try:
            found = self._store.query(query, use_default_graph_as_union=True)
        except SyntaxError as problem:
            raise QuerySyntax(str(problem)) from problem
        if not isinstance(found, QuerySolutions):
            raise QuerySyntax("a query that finds works is a SELECT")
        return found.serialize(format=QueryResultsFormat.JSON) or b""
