"""RDF files of the user's own become sorted runs of N-Quads: any syntax, compressed or not, in constant memory.

The syntax is told by the extension unless it is named. Meant to run in a process
of its own (see `reading_process`): a document that is nested deeply enough kills its parser.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast
from xml.parsers import expat

from pyoxigraph import Quad, RdfFormat, parse, serialize

from ..errors import FileRefused, StorageRefused
from .documents import COMPRESSED_EXTENSIONS, DAMAGE, Document
from .lines import graphs_of
from .parsing import words_of

#: What stands for standard input among the names of files.
STANDARD_INPUT = "-"

#: Extensions by which files are known, besides Oxigraph's own.
_OTHER_EXTENSIONS = {"owl": "rdf", "rdfs": "rdf", "json": "jsonld"}

#: Quads that are parsed at a time, and bytes of a run, which is sorted in memory.
_BATCH_QUADS, _RUN_BYTES = 50_000, 64_000_000

#: Told after each batch: bytes read of the file as it lies on disk, and quads so far.
Tell = Callable[[int, int], None]


def format_of(name: str, chosen: str | None = None) -> RdfFormat:
    """The syntax of a file: the chosen one, else by its extension. Raises FileRefused."""
    path = Path(name)
    while path.suffix.lower() in COMPRESSED_EXTENSIONS:
        path = path.with_suffix("")
    extension = chosen or path.suffix[1:].lower()
    found = RdfFormat.from_extension(_OTHER_EXTENSIONS.get(extension, extension))
    if found is None:
        cure = "name its syntax with --format ttl, nt, nq, trig, n3, rdf or jsonld"
        raise FileRefused(name, f"its syntax is not known by '{extension}'; {cure}")
    return found


@dataclass
class Runs:
    """Sorted runs in a folder, and the graphs that they name. With `graph`, every statement goes into that graph.

    `settled` is told of each run that is written.
    """

    folder: Path
    graph: str = ""
    settled: Callable[[Path], object] = lambda path: None
    graphs: set[str] = field(default_factory=set)
    quads: int = 0
    _held: list[bytes] = field(default_factory=list)
    _held_bytes: int = 0
    _number: int = 0

    def add(self, statements: Iterable[Quad]) -> int:
        """Takes a batch of quads; their number."""
        if self.graph:
            triples = serialize((quad.triple for quad in statements), format=RdfFormat.N_TRIPLES) or b""
            content = triples.replace(b" .\n", f" <{self.graph}> .\n".encode())
            lines = content.splitlines(keepends=True)
        else:
            content = serialize(statements, format=RdfFormat.N_QUADS) or b""
            lines = content.splitlines(keepends=True)
            self.graphs.update(graphs_of(lines))
        self.quads += len(lines)
        self._held += lines
        self._held_bytes += len(content)
        if self._held_bytes > _RUN_BYTES:
            self.settle()
        return len(lines)

    def settle(self) -> None:
        """Writes what is held as a run."""
        if self._held:
            path = self.folder / f"run-{self._number:05}.nq"
            self._number += 1
            try:
                with path.open("wb") as file:
                    file.writelines(sorted(self._held))
            except OSError as problem:
                words = f"{self.folder} cannot be written ({problem.strerror}); nothing is changed"
                raise StorageRefused(words) from problem
            self.settled(path)
        self._held, self._held_bytes = [], 0


def read_into(runs: Runs, name: str, rdf_format: RdfFormat, tell: Tell) -> None:
    """Reads one file into `runs`. Raises FileRefused with the line."""
    raw = sys.stdin.buffer if name == STANDARD_INPUT else _opened(name)
    before = runs.quads
    with raw:
        document = Document(raw, name, rdf_format)
        try:
            base = runs.graph or None
            content = cast(BinaryIO, document)
            quads = parse(content, format=rdf_format, base_iri=base, rename_blank_nodes=True)
            while runs.add(islice(quads, _BATCH_QUADS)):
                tell(document.position, runs.quads)
        except DAMAGE as problem:
            cure = "it is cut off or damaged; fetch it again"
            raise FileRefused(name, f"it cannot be decompressed ({problem}); {cure}", document.lines) from problem
        except SyntaxError as problem:
            raise _refusal(name, rdf_format, problem) from problem
        except (ValueError, OSError) as problem:
            raise FileRefused(name, f"it cannot be read ({problem})", document.lines) from problem
    if runs.quads == before:
        raise FileRefused(name, "it holds no statement; leave it out, or look whether it is the right file")
    if "" in runs.graphs:
        raise FileRefused(name, "it holds statements outside of any graph; say with --graph where they are to be kept")


def _opened(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except OSError as problem:
        raise FileRefused(name, f"it cannot be opened ({problem.strerror})") from problem


def _refusal(name: str, rdf_format: RdfFormat, problem: SyntaxError) -> FileRefused:
    if not problem.lineno and rdf_format == RdfFormat.RDF_XML and name != STANDARD_INPUT:
        return _xml_refusal(name, problem)
    return FileRefused(name, words_of(problem), problem.lineno or 0, problem.offset or 0)


def _xml_refusal(name: str, problem: SyntaxError) -> FileRefused:
    """The refusal with the line at which XML is not well-formed, if that is the reason: Oxigraph tells no lines."""
    parser = expat.ParserCreate(namespace_separator=" ")
    with _opened(name) as raw:
        document = Document(raw, name, RdfFormat.RDF_XML)
        try:
            while content := document.read(1 << 16):
                parser.Parse(content, False)
            parser.Parse(b"", True)
        except expat.ExpatError as found:
            return FileRefused(name, expat.ErrorString(found.code), found.lineno, found.offset + 1)
    return FileRefused(name, words_of(problem))
