"""The RDF formats: every syntax says the same to readers that did not write it, in the same bytes at every build."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from deepgenealogy.graph import formats
from deepgenealogy.graph.compact import Compactor
from deepgenealogy.graph.formats import GRAPH_FORMATS
from deepgenealogy.vocabulary import BASE, RDFS
from tests.canonical import SYNTAXES, as_default, canonical, read_by_oxigraph, read_by_rdflib
from tests.graph.building import built_with_seed

SINGLE = sorted(name for name, row in GRAPH_FORMATS.items() if not row.holds_graphs)
DATASET = sorted(name for name, row in GRAPH_FORMATS.items() if row.holds_graphs)


def written(name: str, quads: Iterable[Quad], compactor: Compactor) -> bytes:
    """The quads in the format called `name`."""
    return b"".join(GRAPH_FORMATS[name].write(quads, compactor))


def hashes_in(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def hashes_here(quads: list[Quad], compactor: Compactor) -> dict[str, str]:
    """The SHA-256 of each format as this process writes it."""
    return {name: hashlib.sha256(written(name, quads, compactor)).hexdigest() for name in GRAPH_FORMATS}


def test_every_format_has_its_readers_in_these_tests() -> None:
    assert set(GRAPH_FORMATS) == set(SYNTAXES)


@pytest.mark.parametrize("name", DATASET)
def test_oxigraph_reads_the_same_dataset(name: str, invented_quads: list[Quad], compactor: Compactor) -> None:
    content = written(name, invented_quads, compactor)
    assert read_by_oxigraph(content, name) == canonical(invented_quads)


@pytest.mark.parametrize("name", DATASET)
def test_rdflib_reads_the_same_dataset(name: str, invented_quads: list[Quad], compactor: Compactor) -> None:
    content = written(name, invented_quads, compactor)
    assert read_by_rdflib(content, name) == canonical(invented_quads)


@pytest.mark.parametrize("name", SYNTAXES)
def test_oxigraph_reads_the_same_triples(name: str, invented_quads: list[Quad], compactor: Compactor) -> None:
    plain = as_default(invented_quads)
    assert read_by_oxigraph(written(name, plain, compactor), name) == plain


@pytest.mark.parametrize("name", SYNTAXES)
def test_rdflib_reads_the_same_triples(name: str, invented_quads: list[Quad], compactor: Compactor) -> None:
    plain = as_default(invented_quads)
    assert read_by_rdflib(written(name, plain, compactor), name) == plain


@pytest.mark.parametrize("name", SINGLE)
def test_a_syntax_without_graph_names_holds_the_triples_of_every_graph(
    name: str, invented_quads: list[Quad], compactor: Compactor
) -> None:
    content = written(name, invented_quads, compactor)
    assert read_by_oxigraph(content, name) == as_default(invented_quads)


@pytest.mark.parametrize("name", SYNTAXES)
def test_the_order_of_the_quads_changes_no_byte(name: str, invented_quads: list[Quad], compactor: Compactor) -> None:
    assert written(name, reversed(invented_quads), compactor) == written(name, invented_quads, compactor)


@pytest.mark.parametrize("name", SYNTAXES)
def test_no_quads_at_all_are_an_empty_document(name: str, compactor: Compactor) -> None:
    assert read_by_oxigraph(written(name, [], compactor), name) == set()


@pytest.mark.parametrize("name", SYNTAXES)
def test_text_with_every_awkward_character_survives(name: str, compactor: Compactor) -> None:
    text = Literal('"""\\ \t\n <b>&amp;</b> \u2028 \U0001f9ec 残差', language="en")
    quad = Quad(NamedNode(f"{BASE}architecture/x"), NamedNode(f"{RDFS}label"), text)
    assert read_by_oxigraph(written(name, [quad], compactor), name) == {quad}


@pytest.mark.parametrize("name", SYNTAXES)
def test_what_is_written_in_batches_says_the_same(
    name: str, invented_quads: list[Quad], compactor: Compactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = as_default(invented_quads)
    monkeypatch.setattr(formats, "BATCH", 100)
    assert read_by_oxigraph(written(name, plain, compactor), name) == plain


@pytest.mark.parametrize("name", DATASET)
def test_a_dataset_written_in_batches_says_the_same(
    name: str, invented_quads: list[Quad], compactor: Compactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "BATCH", 100)
    assert read_by_rdflib(written(name, invented_quads, compactor), name) == canonical(invented_quads)


@pytest.mark.parametrize("count", [99, 100, 101, 200])
def test_no_quad_is_lost_where_a_batch_ends(
    count: int, invented_quads: list[Quad], compactor: Compactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "BATCH", 100)
    assert written("nq", invented_quads[:count], compactor).count(b"\n") == count


@pytest.mark.slow
def test_two_processes_build_the_same_bytes_in_every_format(invented_root: Path, tmp_path: Path) -> None:
    one, two = (hashes_in(built_with_seed(seed, invented_root, tmp_path / seed)) for seed in ("1", "2"))
    assert one == two


@pytest.mark.slow
def test_two_processes_build_the_same_bytes_of_the_real_world(
    rebuilt: Path, real_quads: list[Quad], compactor: Compactor
) -> None:
    assert hashes_in(rebuilt) == hashes_here(real_quads, compactor)


def test_what_another_process_builds_is_what_this_one_writes(
    invented_root: Path, invented_quads: list[Quad], compactor: Compactor, tmp_path: Path
) -> None:
    assert hashes_in(built_with_seed("5", invented_root, tmp_path / "5")) == hashes_here(invented_quads, compactor)
