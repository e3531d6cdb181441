"""The whole dataset built by a process of its own, in which strings are hashed otherwise than in this one."""

import os
import subprocess
import sys
from pathlib import Path

#: Writes the dataset of the sources folder into another folder, a file for each format, called like it.
_BUILD = """
import sys
from pathlib import Path
from deepgenealogy.graph.compact import Compactor
from deepgenealogy.graph.context import read_context
from deepgenealogy.graph.dataset import dataset_quads
from deepgenealogy.graph.formats import GRAPH_FORMATS
root, folder = map(Path, sys.argv[1:])
quads, compactor = dataset_quads(root), Compactor(read_context(root))
for name, row in GRAPH_FORMATS.items():
    (folder / name).write_bytes(b"".join(row.write(quads, compactor)))
"""


def built_with_seed(seed: str, root: Path, folder: Path) -> Path:
    """The folder, in which a process whose strings are hashed by `seed` has written the dataset in every format."""
    folder.mkdir()
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _BUILD, str(root), str(folder)]
    subprocess.run(command, env=environment, capture_output=True, check=True)
    return folder
