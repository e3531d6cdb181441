"""States of the dataset by name: a snapshot folder, an N-Quads file, a folder of sources, or a revision of git."""

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from ..errors import NotFound
from ..graph.dataset import dataset_quads
from ..locations import FOLDERS, is_complete


def quads_of(name: str, root: Path) -> list[Quad]:
    """The quads of the state called `name`; revisions are those of the git checkout at `root`. Raises NotFound."""
    path = Path(name)
    if (path / "dataset.nq").is_file():
        path = path / "dataset.nq"
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
