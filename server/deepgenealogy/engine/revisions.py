"""States of the dataset by name: a folder of a snapshot, a release or sources, an N-Quads file, a revision of git."""

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from ..errors import NotFound, StateNotHeld
from ..graph.dataset import dataset_quads
from ..locations import FOLDERS, is_complete
from .publication import held_snapshot

#: Where folders have their dumps: those of snapshots, and those of releases.
_DUMPS = (Path("dataset.nq"), Path("dataset") / "all.nq")


def held_quads_of(name: str, root: Path, store: Path) -> list[Quad]:
    """The same, and a snapshot that `store` holds may be called by its name alone. Raises NotFound."""
    try:
        return list(held_snapshot(store, name).quads())
    except StateNotHeld:
        return quads_of(name, root)


def quads_of(name: str, root: Path) -> list[Quad]:
    """The quads of the state called `name`; revisions are those of the git checkout at `root`. Raises NotFound."""
    path = next((path for path in (Path(name) / dump for dump in _DUMPS) if path.is_file()), Path(name))
    if path.is_file():
        return list(parse(path=path, format=RdfFormat.N_QUADS))
    if is_complete(path):
        return dataset_quads(path)
    return _of_revision(name, root)


def _of_revision(revision: str, root: Path) -> list[Quad]:
    command = ["git", "-C", str(root), "archive", "--format=tar", "--end-of-options", revision, *FOLDERS]
    try:
        archive = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as problem:
        raise NotFound("snapshot, file, folder or revision", revision) from problem
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
        return dataset_quads(Path(folder))
