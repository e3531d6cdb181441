"""What a worker that reads its snapshot from disk may do: read the files there, as many as there are, and no more."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deepgenealogy.engine.confinement import FILES
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Landlock is of Linux")

CONFINED = """
import socket, sys
from pathlib import Path
from deepgenealogy.engine.confinement import confine
folder, port = Path(sys.argv[1]), int(sys.argv[2])
confine(500_000_000, None, folder if sys.argv[3] == "disk" else None)
def tried(what):
    try:
        return what() and "yes"
    except OSError:
        return "no"
held = []
def every():
    held.extend(path.open("rb") for path in folder.glob("*.sst"))
    return True
print(tried(every), tried(lambda: open(folder / "0.sst", "ab")), tried(lambda: open(folder / "out")),
      tried(lambda: open("/etc/hostname")), tried(lambda: socket.create_connection(("127.0.0.1", port))))
"""

#: More than any worker may open besides.
_MANY = FILES + 20


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder with many files, one of which leads outside."""
    folder = tmp_path / "store"
    folder.mkdir()
    for number in range(_MANY):
        (folder / f"{number}.sst").touch()
    (tmp_path / "outside").touch()
    (folder / "out").symlink_to(tmp_path / "outside")
    return folder


def confined(folder: Path, kind: str) -> list[str]:
    """What a confined process could do: read every file of the folder, write one, read outside, and connect."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-c", CONFINED, str(folder), str(listener.getsockname()[1]), kind]
        path = {"PYTHONPATH": ":".join([str(CHECKOUT / "server"), *filter(None, sys.path)])}
        return subprocess.run(command, env=path, capture_output=True, text=True, check=True).stdout.split()


def test_a_worker_over_a_store_on_disk_opens_every_file_of_it_and_nothing_else(store: Path) -> None:
    said = confined(store, "disk")
    assert said[0] == "yes"
    if said[3] == "yes":
        pytest.skip("this kernel has no Landlock")
    assert said == ["yes", "no", "no", "no", "no"]


def test_any_other_worker_opens_nothing(store: Path) -> None:
    assert confined(store, "memory") == ["no"] * 5
