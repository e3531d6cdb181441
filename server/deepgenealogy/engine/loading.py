"""Loading files of the user's own into the dataset, beside what is built from the sources: all of them, or none.

The files are read by another process into sorted runs (see `reading`), and each run is loaded into the next store as
soon as it is written. Then, as the only publisher, the runs are merged with the snapshot in force into the next one.
Memory stays bounded however large the files are.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from ..errors import (
    FileRefused,
    MemoryLimitReached,
    NotFound,
    SettingRefused,
    SnapshotUnusable,
    StorageRefused,
    WorkerFailed,
)
from ..locations import environment
from ..settings import Settings
from ..vocabulary import BASE, nearest
from .bulk import Loading
from .lines import counted, lines_of, merged
from .publication import Content, Snapshot, current_snapshot, only_publisher, publish_lines, scratch
from .reading import STANDARD_INPUT, format_of

#: Graphs below this IRI are built from the sources, and a build would take away what was loaded into them.
RESERVED = f"{BASE}graph/"

#: Lines between two words of progress while the snapshot is written.
_LINES = 10_000


@dataclass(frozen=True)
class Step:
    """How far a load is: what it does, bytes of how many, quads so far, which file; 0 where that is not known."""

    name: str
    done: int
    total: int
    quads: int
    file: str = ""


Progress = Callable[[Step], None]


def silent(step: Step) -> None:
    """The progress that nobody watches."""


@dataclass(frozen=True)
class Load:
    """Files to load. `graph` takes every statement; without it, the files name their graphs. See `load`."""

    files: Sequence[str]
    graph: str = ""
    syntax: str | None = None
    replaces: bool = False


@dataclass(frozen=True)
class Loaded:
    """What was loaded: quads read, quads that are new, the graphs they lie in, and the snapshot that holds them."""

    quads: int
    new: int
    graphs: tuple[str, ...]
    snapshot: Snapshot


def load(order: Load, settings: Settings, progress: Progress = silent) -> Loaded:
    """Adds the statements of all files to the snapshot in force, and publishes it; or replaces their graphs by them.

    Raises FileRefused, SettingRefused, MemoryLimitReached, StorageRefused or SnapshotUnusable; nothing is changed then.
    """
    _refuse_reserved([order.graph] if order.graph else [])
    for name in order.files:
        _look_at(name, order)
    with scratch(settings.store) as folder, Loading(folder / "oxigraph", _storing(progress)) as loading:
        told = _read(order, folder, loading, settings, progress)
        graphs = [order.graph] if order.graph else told["graphs"]
        _refuse_reserved(graphs)
        with only_publisher(settings.store):
            former = _in_force(settings.store)
            without = frozenset(graphs) if order.replaces else ()
            loading.take_file(former.dataset, without=without)
            kept = lines_of(former.dataset, without=without)
            runs = [lines_of(path) for path in sorted(folder.glob("*.nq"))]
            snapshot = _published(settings, former, [kept, *runs], progress, loading)
    before = sum(former.manifest.graphs.get(graph, 0) for graph in graphs)
    after = sum(snapshot.manifest.graphs[graph] for graph in graphs)
    return Loaded(told["quads"], after if order.replaces else after - before, tuple(graphs), snapshot)


def unload(graph: str, settings: Settings) -> tuple[int, Snapshot]:
    """Takes a loaded graph away; the number of its quads, and the new snapshot. Raises NotFound or SettingRefused."""
    _refuse_reserved([graph])
    with only_publisher(settings.store):
        former = _in_force(settings.store)
        graphs = former.manifest.graphs
        if graph not in graphs or not graph:
            raise NotFound("loaded graph", graph, nearest(graph, [g for g in graphs if not g.startswith(RESERVED)]))
        empty_graphs = [name for name in former.manifest.empty_graphs if name != graph]
        lines = lines_of(former.dataset, without={graph})
        mark = former.manifest.fingerprint
        return graphs[graph], publish_lines(settings.store, Content(lines, empty_graphs, mark))


def _storing(progress: Progress) -> Callable[[int, int], None]:
    return lambda done, total: progress(Step("loading the store", done, total, 0))


def _published(
    settings: Settings, former: Snapshot, parts: list[Iterator[bytes]], progress: Progress, loading: Loading
) -> Snapshot:
    lines = counted(merged(*parts), _LINES, lambda number: progress(Step("writing the lines", 0, 0, number)))
    mark, empty_graphs = former.manifest.fingerprint, former.manifest.empty_graphs
    content = Content(lines, empty_graphs, mark)
    return publish_lines(settings.store, content, lambda name: progress(Step(name, 0, 0, 0)), loading)


def _in_force(store: Path) -> Snapshot:
    snapshot = current_snapshot(store)
    if snapshot is None:
        raise SnapshotUnusable(f"{store} holds no snapshot; build one first (deepgenealogy build)")
    return snapshot


def _refuse_reserved(graphs: Sequence[str]) -> None:
    for graph in graphs:
        if graph.startswith(RESERVED):
            cure = f"graphs below {RESERVED} are built from the sources; choose another IRI with --graph"
            raise SettingRefused("graph", graph, cure)
        if graph.startswith("_:"):
            raise SettingRefused("graph", graph, "a blank node names no graph for good; give an IRI with --graph")
        try:
            NamedNode(graph)
        except ValueError as problem:
            raise SettingRefused("graph", graph, f"it must be an IRI such as urn:my-graph ({problem})") from problem


def _look_at(name: str, order: Load) -> None:
    """Raises FileRefused for what need not be read to be refused."""
    path = Path(name)
    if name != STANDARD_INPUT and path.is_dir():
        raise FileRefused(name, "it is a folder; name the files in it")
    if name != STANDARD_INPUT and not path.exists():
        siblings = [sibling.name for sibling in path.parent.iterdir()] if path.parent.is_dir() else []
        near = " or ".join(str(path.with_name(sibling)) for sibling in nearest(path.name, siblings))
        raise FileRefused(name, f"there is no such file{f'; did you mean {near}?' if near else ''}")
    if name != STANDARD_INPUT and not os.access(path, os.R_OK):
        raise FileRefused(name, "it may not be read; change its permissions, or load it as its owner")
    if not format_of(name, order.syntax).supports_datasets and not order.graph:
        raise FileRefused(name, "its triples need a graph to lie in; name it with --graph IRI")


def _read(order: Load, folder: Path, loading: Loading, settings: Settings, progress: Progress) -> dict[str, Any]:
    """What the process that reads says at its end, quads and graphs; its runs are loaded as they are written."""
    sizes = [0 if name == STANDARD_INPUT else Path(name).stat().st_size for name in order.files]
    told = {
        "files": [(name, order.syntax) for name in order.files],
        "graph": order.graph,
        "folder": str(folder),
        "memory_bytes": settings.worker_memory_limit_bytes,
    }
    command = [sys.executable, "-m", "deepgenealogy.engine.reading_process", json.dumps(told)]
    at, said = 0, {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said = json.loads(line)
            if "run" in said:
                loading.take_file(Path(said["run"]))
            elif "file" in said:
                at = said["file"]
                done = sum(sizes[:at]) + said["bytes"]
                progress(Step("reading", done, sum(sizes), said["read"], order.files[at]))
    return _outcome(said, process.returncode, order.files[at])


def _outcome(said: dict[str, Any], status: int, at: str) -> dict[str, Any]:
    if "refused" in said:
        raise FileRefused(*said["refused"])
    if "storage" in said:
        raise StorageRefused(said["storage"])
    if "memory" in said or status == -signal.SIGABRT:
        raise MemoryLimitReached(f"{said.get('memory', at)}: reading it needs more memory than it may take")
    if status in (-signal.SIGSEGV, -signal.SIGBUS):
        raise FileRefused(at, "it is nested too deeply to be read; write its nodes side by side")
    if "graphs" not in said:
        raise WorkerFailed(f"the process that reads {at} ended with status {status}; nothing is changed")
    return said
