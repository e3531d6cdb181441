"""A disk that is really full: a small file system of its own, where the test may mount one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.protocol.writable import WritableServer, at, triples, writable

ONE = "<x:s> <x:p> 1 ."


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 60 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture
def server(invented_root: Path, small_disk: Path) -> Iterator[WritableServer]:
    """A server whose store is on it."""
    with writable(invented_root, small_disk / "store") as server:
        yield server


def filled(disk: Path, left_bytes: int) -> Path:
    """A file that leaves so much room on a disk."""
    file = disk / "filling"
    with file.open("wb", buffering=0) as filling:
        try:
            while True:
                filling.write(b"x" * 65_536)
        except OSError:
            filling.truncate(max(0, filling.tell() - left_bytes))
    return file


@pytest.mark.parametrize("left_bytes", [0, 70_000, 1_000_000])
def test_a_full_disk_refuses_the_write_keeps_serving_and_takes_it_when_there_is_room(
    left_bytes: int, server: WritableServer, small_disk: Path
) -> None:
    assert server.put("x:before", ONE).status == 201
    held = server.snapshot
    filling = filled(small_disk, left_bytes)
    large = "".join(f"<x:s{n}> <x:p> '{'x' * 1_000}' .\n" for n in range(1_500))
    reply = server.put("x:large", large)
    assert (reply.status, "nothing is changed" in reply.json()["detail"]) == (507, True)
    assert (server.snapshot, server.triples(at("x:before"))) == (held, triples(ONE))
    assert not list((server.store / "snapshots").glob("building-*"))
    filling.unlink()
    assert server.put("x:large", large).status == 201
    assert server.triples(at("x:large")) == triples(large)
