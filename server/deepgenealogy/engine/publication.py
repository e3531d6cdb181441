"""Publishing: a dataset becomes a snapshot on disk, durably, and is put in force in one step, or not at all.

The order decides what a power cut, a `kill -9` or a full disk leaves behind: files, then their folder, then its name,
then the pointer, each made durable before the next. What was not pointed to is taken away by the next publisher.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse, serialize

from .. import __version__
from ..errors import SnapshotUnusable, StorageRefused

#: So many snapshots stay on disk, besides those that a server still uses.
KEPT_SNAPSHOTS = 3


@dataclass(frozen=True)
class Manifest:
    """What a snapshot says of itself; a graph that exists and is empty has no quads in `graphs`."""

    name: str
    fingerprint: str
    quads: int
    graphs: dict[str, int]
    package_version: str

    @property
    def empty_graphs(self) -> list[str]:
        """The IRIs of named graphs that exist and are empty."""
        return sorted(name for name, count in self.graphs.items() if name and not count)


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

    @property
    def oxigraph(self) -> Path:
        """The folder of the Oxigraph store."""
        return self.folder / "oxigraph"

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one named graph, or all of them, read from disk in the order of N-Quads."""
        wanted = NamedNode(graph) if graph else None
        found = parse(path=self.dataset, format=RdfFormat.N_QUADS)
        return (quad for quad in found if wanted is None or quad.graph_name == wanted)

    def hold(self) -> BinaryIO:
        """Keeps the snapshot from being taken away until what is given back is closed. Raises SnapshotUnusable."""
        try:
            held = self.dataset.open("rb")
        except OSError as problem:
            raise SnapshotUnusable(f"{self.dataset} cannot be read ({problem}); build again") from problem
        fcntl.flock(held, fcntl.LOCK_SH)
        return held


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


@contextmanager
def only_publisher(store: Path) -> Iterator[None]:
    """Holds the store's lock, and takes away what publishers that died left behind."""
    try:
        (store / "snapshots").mkdir(parents=True, exist_ok=True)
        lock = (store / "lock").open("w")
    except OSError as problem:
        message = f"{store} cannot be written ({problem}); choose another folder with --store"
        raise SnapshotUnusable(message) from problem
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _sweep(store)
        yield


def publish(
    store: Path,
    quads: Collection[Quad],
    empty_graphs: Iterable[str],
    mark: str,
    progress: Callable[[str], None] = lambda step: None,
) -> Snapshot:
    """A snapshot of `quads` and of named graphs without any, put in force; `mark` is the fingerprint of the sources.

    The caller is the `only_publisher`. Raises StorageRefused when the disk does not take it: nothing is changed then.
    """
    progress("writing the store")
    try:
        building = Path(mkdtemp(prefix="building-", dir=store / "snapshots"))
        manifest = _write(sorted(set(quads), key=str), sorted(set(empty_graphs)), building, mark)
        final = _settled(building, store / "snapshots" / manifest.name)
        progress("publishing")
        _point(store, manifest.name)
    except OSError as problem:
        _sweep(store)
        raise StorageRefused(
            f"the snapshot could not be stored in {store} ({problem.strerror or problem})"
        ) from problem
    _prune(store, manifest.name)
    return Snapshot(final, manifest)


def _sweep(store: Path) -> None:
    for orphan in (store / "snapshots").glob("building-*"):
        shutil.rmtree(orphan, ignore_errors=True)


def _write(quads: list[Quad], empty_graphs: list[str], folder: Path, mark: str) -> Manifest:
    content = serialize(quads, format=RdfFormat.N_QUADS) or b""
    durably(folder / "dataset.nq", content)
    _write_oxigraph(quads, empty_graphs, folder / "oxigraph")
    graphs = Counter(str(getattr(quad.graph_name, "value", "")) for quad in quads)
    graphs.update(dict.fromkeys(empty_graphs, 0))
    name = hashlib.sha256("\n".join([content.decode(), *empty_graphs]).encode() if empty_graphs else content)
    manifest = Manifest(name.hexdigest()[:16], mark, len(quads), dict(sorted(graphs.items())), __version__)
    durably(folder / "manifest.json", json.dumps(asdict(manifest), indent=1).encode())
    _sync_folder(folder)
    return manifest


def _write_oxigraph(quads: list[Quad], empty_graphs: list[str], folder: Path) -> None:
    store = Store(str(folder))
    store.bulk_extend(quads)
    for name in empty_graphs:
        store.add_graph(NamedNode(name))
    store.flush()
    del store
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    _sync_folder(folder)


def _settled(building: Path, final: Path) -> Path:
    """The folder under its name; a snapshot with the same content that is there already gets the new manifest."""
    if final.exists():
        (building / "manifest.json").replace(final / "manifest.json")
        _sync_folder(final)
        shutil.rmtree(building)
    else:
        building.rename(final)
        _sync_folder(final.parent)
    return final


def _point(store: Path, name: str) -> None:
    pointer = store / "current.new"
    durably(pointer, name.encode("ascii"))
    pointer.replace(store / "current")
    _sync_folder(store)


def _prune(store: Path, current: str) -> None:
    """Takes away all but the last snapshots and those in use; what cannot be taken away stays for the next time."""
    manifests = sorted((store / "snapshots").glob("*/manifest.json"), key=lambda path: -path.stat().st_mtime_ns)
    for manifest in manifests[KEPT_SNAPSHOTS:]:
        if manifest.parent.name != current:
            with contextlib.suppress(OSError):
                _take_away(manifest.parent)


def _take_away(folder: Path) -> None:
    with (folder / "dataset.nq").open("rb") as dataset:
        fcntl.flock(dataset, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while somebody holds it
        orphan = folder.rename(folder.with_name(f"building-{folder.name}"))
    shutil.rmtree(orphan, ignore_errors=True)


def durably(path: Path, content: bytes) -> None:
    """Writes a file so that it outlasts a power cut; its folder has to be made durable besides."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
