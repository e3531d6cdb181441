"""Publishing: a dataset becomes a snapshot on disk, durably, and is put in force in one step, or not at all.

The order decides what a power cut, a `kill -9` or a full disk leaves behind: files, then their folder, then its name,
then the pointer, each made durable before the next. What was not pointed to is taken away by the next publisher.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from .. import __version__
from ..errors import SnapshotUnusable, StateNotHeld, StorageRefused
from ..settings import resolve
from .bulk import Loading
from .lines import batches, graphs_of, sorted_lines

_NAME = re.compile(r"[0-9a-f]{16}")


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


@dataclass(frozen=True)
class Content:
    """What is to become a snapshot.

    `lines` are those of a dataset (see `lines`), read once and never held all at a time; `empty_graphs` named graphs
    that exist, whether or not lines lie in them; `mark` is the fingerprint of the sources.
    """

    lines: Iterable[bytes]
    empty_graphs: Iterable[str]
    mark: str


def current_snapshot(store: Path) -> Snapshot | None:
    """The snapshot in force in `store`, or None when none was published. Raises SnapshotUnusable."""
    pointer = store / "current"
    if not pointer.is_file():
        return None
    folder = store / "snapshots" / pointer.read_text(encoding="ascii").strip()
    try:
        return _read(folder)
    except (OSError, ValueError, TypeError) as problem:
        message = f"{folder} is not a snapshot ({problem}); delete {pointer} and build again"
        raise SnapshotUnusable(message) from problem


def held_snapshots(store: Path) -> list[str]:
    """The names of the snapshots that `store` holds, the latest first."""
    return [manifest.parent.name for manifest in _manifests(store) if _NAME.fullmatch(manifest.parent.name)]


def held_snapshot(store: Path, name: str) -> Snapshot:
    """The snapshot called `name`. Raises StateNotHeld when the store does not hold it, any more or at all."""
    try:
        if _NAME.fullmatch(name):
            return _read(store / "snapshots" / name)
    except (OSError, ValueError, TypeError) as problem:
        raise StateNotHeld(name, held_snapshots(store)) from problem
    raise StateNotHeld(name, held_snapshots(store))


def _read(folder: Path) -> Snapshot:
    return Snapshot(folder, Manifest(**json.loads((folder / "manifest.json").read_text(encoding="utf-8"))))


def _manifests(store: Path) -> list[Path]:
    """The manifests of all snapshots, the latest first; one that is taken away meanwhile is left out."""
    found = []
    for path in (store / "snapshots").glob("*/manifest.json"):
        with contextlib.suppress(OSError):
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


@contextmanager
def only_publisher(store: Path) -> Iterator[None]:
    """Holds the store's lock, and takes away what publishers that died left behind."""
    try:
        (store / "snapshots").mkdir(parents=True, exist_ok=True)
        lock = (store / "lock").open("w")
    except OSError as problem:
        raise _unwritable(store, problem) from problem
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _sweep(store)
        yield


@contextmanager
def scratch(store: Path) -> Iterator[Path]:
    """A folder in the store for what a publisher makes ahead, taken away at the end; those of killed ones go, too.

    Who uses one holds the lock of the file in it, which ends with its process.
    """
    for lock in store.glob("loading-*/lock"):
        with contextlib.suppress(OSError), lock.open("rb") as other:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while somebody holds it
            shutil.rmtree(lock.parent, ignore_errors=True)
    try:
        store.mkdir(parents=True, exist_ok=True)
        unlocked = Path(mkdtemp(prefix="new-", dir=store))  # nobody takes it away until it is locked
        held = (unlocked / "lock").open("wb")
        fcntl.flock(held, fcntl.LOCK_EX)
        folder = unlocked.rename(store / f"loading-{unlocked.name.removeprefix('new-')}")
    except OSError as problem:
        raise _unwritable(store, problem) from problem
    with held:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _unwritable(store: Path, problem: OSError) -> SnapshotUnusable:
    return SnapshotUnusable(f"{store} cannot be written ({problem}); choose another folder with --store")


def publish(
    store: Path,
    quads: Iterable[Quad],
    empty_graphs: Iterable[str],
    mark: str,
    progress: Callable[[str], None] = lambda step: None,
) -> Snapshot:
    """A snapshot of `quads` and of named graphs without any, put in force; `mark` is the fingerprint of the sources.

    The caller is the `only_publisher`. Raises StorageRefused when the disk does not take it: nothing is changed then.
    """
    return publish_lines(store, Content(sorted_lines(quads), empty_graphs, mark), progress)


def publish_lines(
    store: Path,
    content: Content,
    progress: Callable[[str], None] = lambda step: None,
    ahead: Loading | None = None,
) -> Snapshot:
    """The same of lines; `ahead` is an Oxigraph store that was given the same lines already, in any order."""
    progress("writing the store")
    try:
        building = Path(mkdtemp(prefix="building-", dir=store / "snapshots"))
        with Loading(building / "loading") if ahead is None else nullcontext(ahead) as loading:
            lines = _given(content.lines, loading)
            if ahead:
                ahead.end()
                lines = iter(content.lines)
            manifest = _write(replace(content, lines=lines), building, loading, progress)
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


def _write(content: Content, folder: Path, loading: Loading, progress: Callable[[str], None]) -> Manifest:
    name, graphs = hashlib.sha256(), Counter[str]()
    with (folder / "dataset.nq").open("wb") as dataset:
        for batch in batches(content.lines):
            piece = b"".join(batch)
            name.update(piece)
            graphs.update(graphs_of(batch))
            dataset.write(piece)
        dataset.flush()
        os.fsync(dataset.fileno())
    quads = graphs.total()
    empty = sorted(set(content.empty_graphs) - graphs.keys())
    if empty:
        name.update("\n".join(["", *empty]).encode())
        graphs.update(dict.fromkeys(empty, 0))
    loading.settle(folder / "oxigraph")
    if quads > resolve("memory_store_limit_quads"):
        progress("sorting the store")
        sort_store(folder / "oxigraph")
    _settle_oxigraph(folder / "oxigraph", empty)
    manifest = Manifest(name.hexdigest()[:16], content.mark, quads, dict(sorted(graphs.items())), __version__)
    durably(folder / "manifest.json", json.dumps(asdict(manifest), indent=1).encode())
    _sync_folder(folder)
    return manifest


def _given(lines: Iterable[bytes], loading: Loading) -> Iterator[bytes]:
    """The same lines, which are given to the store on their way."""
    for batch in batches(lines):
        loading.take(b"".join(batch))
        yield from batch


def sort_store(folder: Path) -> None:
    """Sorts a store that will be read from disk, of which the loader leaves a part for each million of quads.

    It is read four to five times as fast then, as no part but one has to be looked at.
    """
    store = Store(str(folder))
    store.optimize()
    store.flush()


def _settle_oxigraph(folder: Path, empty_graphs: list[str]) -> None:
    if empty_graphs:
        store = Store(str(folder))
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
    for manifest in _manifests(store)[resolve("snapshots_kept") :]:
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
