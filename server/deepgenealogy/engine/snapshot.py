"""Snapshots: the dataset on disk, immutable, named by its content, published in one step.

    store/
      current                     name of the snapshot in force
      snapshots/<name>/           name = first 16 hexadecimal digits of the SHA-256 of dataset.nq (and of empty graphs)
        dataset.nq                every quad, sorted
        oxigraph/                 the same quads as an Oxigraph store
        manifest.json             counts, and the fingerprint of the sources that it was built from

A build that dies leaves a folder that nobody refers to, and the next build takes it away. A build replaces the graphs
that are made from the sources; graphs that somebody wrote, and the default graph, are kept.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from .. import __version__
from ..graph.dataset import Progress, dataset_parts
from ..locations import FOLDERS
from ..vocabulary import GRAPHS
from .bulk import Loading
from .lines import lines_from, lines_of, merged
from .publication import Content, Manifest, Snapshot, current_snapshot, only_publisher, publish_lines, scratch

__all__ = ["Manifest", "Snapshot", "build_snapshot", "current_snapshot", "fingerprint", "fresh_snapshot"]

_PACKAGE = Path(__file__).resolve().parent.parent

#: The named graphs that a build makes, whether or not the sources say anything for them at present.
_BUILT = frozenset(GRAPHS.values())


def fingerprint(root: Path) -> str:
    """The SHA-256 of everything that a build depends on: the sources, and the code that reads them."""
    digest = hashlib.sha256(__version__.encode())
    files = [(root, path) for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    code = [(_PACKAGE, path) for layer in ("sources", "graph") for path in (_PACKAGE / layer).glob("*.py")]
    for base, path in sorted(files) + sorted(code):
        digest.update(path.relative_to(base).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


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
    with scratch(store) as folder, Loading(folder / "oxigraph") as loading:
        parts = []
        for told in dataset_parts(root, progress):
            parts.append(lines_from(told))
            loading.take(b"".join(parts[-1]))
            loading.pause()
        with only_publisher(store):
            former = current_snapshot(store)
            kept: Iterable[bytes] = ()
            if former and _has_more(former):
                loading.take_file(former.dataset, without=_BUILT)
                kept = lines_of(former.dataset, without=_BUILT)
            empty_graphs = [name for name in former.manifest.empty_graphs if name not in _BUILT] if former else []
            return publish_lines(store, Content(merged(*parts, kept), empty_graphs, mark), progress, loading)


def _has_more(snapshot: Snapshot) -> bool:
    """Whether a snapshot holds anything that does not come from the sources."""
    return not snapshot.manifest.graphs.keys() <= _BUILT
