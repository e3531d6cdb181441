"""Snapshots: the dataset on disk, immutable, named by its content, published in one step.

    store/
      current                     name of the snapshot in force
      snapshots/<name>/           name = first 16 hexadecimal digits of the SHA-256 of dataset.nq
        dataset.nq                every quad, sorted
        oxigraph/                 the same quads as an Oxigraph store
        manifest.json             counts, and the fingerprint of the sources that it was built from

A build that dies leaves a folder that nobody refers to, and the next build takes it away.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkdtemp

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse, serialize

from .. import __version__
from ..errors import SnapshotUnusable
from ..graph.dataset import Progress, dataset_quads
from ..locations import FOLDERS

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Manifest:
    """What a snapshot says of itself."""

    name: str
    fingerprint: str
    quads: int
    graphs: dict[str, int]
    package_version: str


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot: its folder and its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Its name, made from its content."""
        return self.manifest.name

    @property
    def dataset(self) -> Path:
        """The N-Quads file with every quad."""
        return self.folder / "dataset.nq"

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one named graph, or all of them, read from disk in the order of N-Quads."""
        wanted = NamedNode(graph) if graph else None
        found = parse(path=self.dataset, format=RdfFormat.N_QUADS)
        return (quad for quad in found if wanted is None or quad.graph_name == wanted)

    @property
    def oxigraph(self) -> Path:
        """The folder of the Oxigraph store."""
        return self.folder / "oxigraph"


def fingerprint(root: Path) -> str:
    """The SHA-256 of everything that a build depends on: the sources, and the code that reads them."""
    digest = hashlib.sha256(__version__.encode())
    files = [(root, path) for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    code = [(_PACKAGE, path) for layer in ("sources", "graph") for path in (_PACKAGE / layer).glob("*.py")]
    for base, path in sorted(files) + sorted(code):
        digest.update(path.relative_to(base).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def current_snapshot(store: Path) -> Snapshot | None:
    """The snapshot in force in `store`, or None when none was published. Raises SnapshotUnusable."""
    pointer = store / "current"
    if not pointer.is_file():
        return None
    folder = store / "snapshots" / pointer.read_text(encoding="ascii").strip()
    try:
        manifest = Manifest(**json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as problem:
        message = f"{folder} is not a snapshot ({problem}); delete {pointer} and build again"
        raise SnapshotUnusable(message) from problem
    return Snapshot(folder, manifest)


def fresh_snapshot(root: Path, store: Path, progress: Progress = lambda step: None) -> Snapshot:
    """The snapshot of `root`: the one in force if it was built from the same sources, else a new one, published.

    Raises SourcesRefused when the records break a rule; then the former snapshot stays in force.
    """
    wanted = fingerprint(root)
    snapshot = current_snapshot(store)
    if snapshot and snapshot.manifest.fingerprint == wanted:
        return snapshot
    return build_snapshot(root, store, wanted, progress)


def build_snapshot(root: Path, store: Path, mark: str, progress: Progress = lambda step: None) -> Snapshot:
    """A new snapshot of `root`, built beside the one in force and then published in one step."""
    quads = dataset_quads(root, progress)
    with _only_builder(store):
        building = Path(mkdtemp(prefix="building-", dir=store / "snapshots"))
        progress("writing the store")
        manifest = _write(quads, building, mark)
        final = store / "snapshots" / manifest.name
        if final.exists():
            (building / "manifest.json").replace(final / "manifest.json")
            shutil.rmtree(building)
        else:
            building.rename(final)
        progress("publishing")
        _point(store, manifest.name)
        return Snapshot(final, manifest)


def _write(quads: list[Quad], folder: Path, mark: str) -> Manifest:
    content = serialize(quads, format=RdfFormat.N_QUADS) or b""
    _durably(folder / "dataset.nq", content)
    store = Store(str(folder / "oxigraph"))
    store.bulk_extend(quads)
    store.flush()
    graphs = Counter(str(getattr(quad.graph_name, "value", "")) for quad in quads)
    name = hashlib.sha256(content).hexdigest()[:16]
    manifest = Manifest(name, mark, len(quads), dict(sorted(graphs.items())), __version__)
    _durably(folder / "manifest.json", json.dumps(asdict(manifest), indent=1).encode())
    return manifest


def _durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _point(store: Path, name: str) -> None:
    pointer = store / "current.new"
    _durably(pointer, name.encode("ascii"))
    pointer.replace(store / "current")


@contextmanager
def _only_builder(store: Path) -> Iterator[None]:
    """Holds the store's lock, and takes away what builders that died left behind."""
    try:
        (store / "snapshots").mkdir(parents=True, exist_ok=True)
        lock = (store / "lock").open("w")
    except OSError as problem:
        message = f"{store} cannot be written ({problem}); choose another folder with --store"
        raise SnapshotUnusable(message) from problem
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for orphan in (store / "snapshots").glob("building-*"):
            shutil.rmtree(orphan, ignore_errors=True)
        yield
