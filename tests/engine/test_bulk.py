"""A store that is loaded while its content is made: everything is in it, or it says what failed."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse

from deepgenealogy.engine import bulk
from deepgenealogy.engine.bulk import Loading
from deepgenealogy.engine.lines import sorted_lines
from tests.waiting import wait_for


def lines(first: int, last: int, graph: str = "urn:g") -> bytes:
    """A line for each number; every third one has blank nodes, which other lines mention again."""
    names = [f"_:b{n % 7}" if n % 3 == 0 else f"<urn:{n}>" for n in range(first, last)]
    return "".join(f'{name} <urn:p> "{n} _:no <urn:no>" <{graph}> .\n' for n, name in enumerate(names, first)).encode()


def content(folder: Path) -> list[bytes]:
    """The lines of a store on disk."""
    return sorted_lines(Store.read_only(str(folder)))


@pytest.fixture(params=[1, 10_000_000], ids=["at once", "at the end"], autouse=True)
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is loaded at once, and what waits for the end."""
    monkeypatch.setattr(bulk, "_SMALL_BYTES", request.param)
    monkeypatch.setattr(bulk, "_PIECE_BYTES", 500)


def test_lines_and_files_are_loaded_with_the_names_of_their_blank_nodes(tmp_path: Path) -> None:
    file = tmp_path / "file.nq"
    file.write_bytes(lines(50, 200))
    with Loading(tmp_path / "loading") as loading:
        loading.take(lines(0, 60))
        loading.pause()
        loading.pause()
        loading.take_file(file)
        loading.take(lines(190, 300))
        loading.settle(tmp_path / "whole")
    assert content(tmp_path / "whole") == sorted_lines(parse(lines(0, 300), format=RdfFormat.N_QUADS))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file.nq", "whole"]


def test_graphs_of_a_file_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "file.nq"
    file.write_bytes(lines(0, 30) + lines(30, 60, "urn:h") + lines(60, 90, "urn:i"))
    with Loading(tmp_path / "loading") as loading:
        loading.take_file(file, without={"urn:g", "urn:i"})
        loading.settle(tmp_path / "whole")
    assert content(tmp_path / "whole") == sorted_lines(parse(lines(30, 60, "urn:h"), format=RdfFormat.N_QUADS))


def test_a_store_of_nothing_is_empty(tmp_path: Path) -> None:
    with Loading(tmp_path / "loading") as loading:
        loading.settle(tmp_path / "whole")
    assert content(tmp_path / "whole") == []


def test_who_brings_much_waits_until_the_loader_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    reads = bulk._File.pieces

    def held(file: bulk._File) -> Iterator[bytes]:
        goes_on.wait(60)
        yield from reads(file)

    monkeypatch.setattr(bulk._File, "pieces", held)
    file = tmp_path / "file.nq"
    file.write_bytes(lines(0, 10))
    told: list[tuple[int, int]] = []
    with Loading(tmp_path / "loading", lambda done, total: told.append((done, total))) as loading:
        loading.take_file(file)
        brought = [lines(first, first + 10) for first in range(10, 3000, 10)]
        bringing = threading.Thread(target=lambda: deque(map(loading.take, brought)))
        bringing.start()
        bringing.join(0.3)
        assert bringing.is_alive()
        goes_on.set()
        bringing.join()
        loading._tell(loading._done, loading._total)
        loading.settle(tmp_path / "whole")
    assert len(content(tmp_path / "whole")) == 3000
    assert {total for _, total in told} == {len(lines(0, 3000))}
    assert all(done <= total for done, total in told)


def test_a_store_that_nobody_settles_is_given_up_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    reads = bulk._File.pieces

    def watched(file: bulk._File) -> Iterator[bytes]:
        for piece in reads(file):
            read.append(piece)
            time.sleep(0.001)
            yield piece

    monkeypatch.setattr(bulk._File, "pieces", watched)
    file = tmp_path / "file.nq"
    file.write_bytes(lines(0, 50_000))
    with Loading(tmp_path / "loading") as loading:
        loading.take_file(file)
        wait_for(lambda: len(read) > 3)
    assert sum(map(len, read)) < file.stat().st_size / 2
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("bulk-")] == []


@pytest.mark.parametrize("problem", [MemoryError, OSError("No space left on device"), IndexError])
def test_what_goes_wrong_with_what_is_given_is_no_whole_store(
    problem: Exception | type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(file: bulk._File) -> Iterator[bytes]:
        yield lines(0, 10)
        raise problem

    monkeypatch.setattr(bulk._File, "pieces", breaks)
    monkeypatch.setattr(threading, "excepthook", lambda told: None)
    file = tmp_path / "file.nq"
    file.write_bytes(lines(0, 30))
    said = "No space left" if isinstance(problem, OSError) else "not everything was given"
    with Loading(tmp_path / "loading") as loading:
        loading.take_file(file)
        with pytest.raises(OSError, match=said):
            loading.settle(tmp_path / "whole")
    assert not (tmp_path / "whole").exists()


def test_a_store_that_cannot_be_opened_is_raised_where_it_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "loading").write_bytes(b"in the way")
    with Loading(tmp_path / "loading") as loading:
        for first in range(50):
            loading.take(lines(first, first + 1))
        with pytest.raises(OSError, match="loading"):
            loading.settle(tmp_path / "whole")


def test_a_folder_that_is_not_there_is_raised_where_the_store_is_waited_for(tmp_path: Path) -> None:
    with Loading(tmp_path / "no such folder" / "loading") as loading:
        loading.take(lines(0, 1))
        with pytest.raises(OSError, match="No such file or directory"):
            loading.settle(tmp_path / "whole")
    assert not (tmp_path / "whole").exists()


def test_a_file_that_is_gone_is_raised_where_the_store_is_waited_for(tmp_path: Path) -> None:
    with Loading(tmp_path / "loading") as loading:
        loading.take_file(tmp_path / "gone.nq")
        with pytest.raises(OSError, match=r"gone\.nq"):
            loading.settle(tmp_path / "whole")


def test_a_decoy_shows_that_names_of_blank_nodes_are_compared() -> None:
    store = Store()
    store.bulk_load(lines(0, 9), format=RdfFormat.N_QUADS)
    assert sorted_lines(store) != sorted_lines(parse(lines(0, 9), format=RdfFormat.N_QUADS))
