"""A release as a folder: every dump, table and bibliography, what they refer to, what changed, and checksums.

    README.md CHANGES.md CITATION.cff LICENSE LICENSE-DATA datapackage.json SHA256SUMS
    dataset/all.trig|nq|jsonld     everything; the sorted lines of all.nq are what the snapshot is named after
    graphs/<name>.ttl              each named graph
    exports/                       tables, bibliographies, the graph of descent
    ontology/                      ontology, shapes, context, frames
    queries/                       the published questions, as they are worded in this release

The same snapshot of the same version always makes the same bytes. The folder appears whole, or not at all.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from pyoxigraph import Quad

from .. import __version__
from ..engine.interface import Engine
from ..errors import FolderRefused
from ..graph.changes import as_words, changes
from ..locations import document
from ..vocabulary import BASE, GRAPHS
from .datapackage import Packed, datapackage
from .dumps import dump
from .files import FILES

#: Called with the path of each file as it is written.
Progress = Callable[[str], None]

#: Everything at once, in the formats that hold graphs.
_DUMPS = ("trig", "nq", "jsonld")

#: What the package holds of the project's own documents.
_DOCUMENTS = ("CITATION.cff", "LICENSE", "LICENSE-DATA")
_SUMS, _DESCRIPTION = "SHA256SUMS", "datapackage.json"

#: What a file holds, in pieces; made when it is written.
Content = Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Release:
    """What is released: an engine over the snapshot, the sources, and the last release, if one is named."""

    engine: Engine
    root: Path
    since: str = ""
    former: Iterable[Quad] = ()

    def contents(self) -> dict[str, Content]:
        """Path in the package -> content, but for the description and the checksums, which are made of the others."""
        return {**self._dumps(), **self._exports(), **self._copies(), **self._words()}

    def _dumps(self) -> dict[str, Content]:
        whole = {f"dataset/all.{suffix}": self._dump("all", suffix) for suffix in _DUMPS}
        return whole | {f"graphs/{name}.ttl": self._dump(name, "ttl") for name in GRAPHS}

    def _dump(self, graph: str, suffix: str) -> Content:
        return lambda: dump(self.engine, self.root, graph=graph, format_name=suffix)

    def _exports(self) -> dict[str, Content]:
        return {f"exports/{name}": _of_engine(row.write, self.engine) for name, row in FILES.items()}

    def _copies(self) -> dict[str, Content]:
        sources = [path for folder in ("ontology", "queries") for path in sorted((self.root / folder).rglob("*"))]
        files = [path for path in sources if path.is_file() and not path.name.startswith(".")]
        copied = {path.relative_to(self.root).as_posix(): _of_file(path) for path in files}
        return copied | {name: _of_file(document(name, self.root)) for name in _DOCUMENTS}

    def _words(self) -> dict[str, Content]:
        return {"README.md": self._readme, "CHANGES.md": self._changes}

    def _changes(self) -> Iterator[bytes]:
        if not self.since:
            yield b"# Changes\n\nNo former release was named when this package was made, so that nothing is compared.\n"
            return
        told = as_words(changes(self.former, self.engine.quads()), markdown=True)
        yield f"# Changes since {self.since}\n\n{told}".encode()

    def _readme(self) -> Iterator[bytes]:
        sizes = "\n".join(f"| <{name}> | {count} |" for name, count in sorted(self.engine.graph_sizes().items()))
        yield _README.format(version=__version__, snapshot=self.engine.version, base=BASE, sizes=sizes).encode()


def _of_engine(write: Callable[[Engine], Iterable[bytes]], engine: Engine) -> Content:
    return lambda: write(engine)


def _of_file(path: Path) -> Content:
    return lambda: [path.read_bytes()]


def write_release(release: Release, folder: Path, progress: Progress = lambda path: None) -> list[Packed]:
    """The release in `folder`, which is made, or empty so far. Raises FolderRefused; nothing half done remains."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderRefused(folder, "it is not empty; name a new folder, or an empty one")
    try:
        building = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.resolve().parent))
    except OSError as problem:
        cure = f"no folder can be made beside it ({problem.strerror}); make its parent first, or name another"
        raise FolderRefused(folder, cure) from problem
    try:
        packed = _fill(release, building, progress)
        building.chmod(0o755)
        building.rename(folder.resolve())
    except OSError as problem:
        raise FolderRefused(
            folder, f"it could not be written ({problem.strerror}); make room, or name another"
        ) from problem
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return packed


def _fill(release: Release, building: Path, progress: Progress) -> list[Packed]:
    packed = [_pack(building, path, content(), progress) for path, content in sorted(release.contents().items())]
    packed.append(_pack(building, _DESCRIPTION, [datapackage(packed, release.engine.version)], progress))
    sums = "".join(f"{file.sha256}  {file.path}\n" for file in sorted(packed, key=lambda file: file.path))
    return [*packed, _pack(building, _SUMS, [sums.encode()], progress)]


def _pack(building: Path, path: str, content: Iterable[bytes], progress: Progress) -> Packed:
    progress(path)
    target = building / path
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        for piece in content:
            digest.update(piece)
            size += file.write(piece)
    return Packed(path, size, digest.hexdigest())


_README = """\
# Deep Genealogy {version}

The family tree of deep-learning architectures as linked data: which architecture derives from which,
who says so and where.
Snapshot `{snapshot}`; IRIs begin with <{base}>.

| file | what |
|---|---|
| `dataset/all.trig`, `all.nq`, `all.jsonld` | everything, in its named graphs |
| `graphs/*.ttl` | each named graph |
| `exports/` | `architectures.csv`, `derivations.csv`, `papers.bib`, `papers.csl.json`, `lineage.graphml` |
| `ontology/` | the ontology, the SHACL shapes, the JSON-LD context and frames |
| `queries/` | the published questions, as they are worded in this release |
| `CHANGES.md` | what changed in the data since the last release |
| `datapackage.json` | this package described for Frictionless tools |
| `SHA256SUMS` | checksums of all files: `sha256sum -c SHA256SUMS` |

A permalink that names the snapshot `{snapshot}` is about these data; the name begins the checksum of all statements:
`LC_ALL=C sort dataset/all.nq | sha256sum`.

| graph | quads |
|---|---|
{sizes}

Ontology, data and queries: CC BY 4.0 (`LICENSE-DATA`). Software: Apache-2.0 (`LICENSE`). Cite as in `CITATION.cff`.
"""
