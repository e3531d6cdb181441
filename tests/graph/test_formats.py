"""The RDF formats: every syntax says the same to readers that did not write it, in the same bytes at every build."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from deepgenealogy.graph import formats
from deepgenealogy.graph.compact import Compactor
from deepgenealogy.graph.formats import GRAPH_FORMATS
from deepgenealogy.vocabulary import BASE, RDFS
from tests.canonical import SYNTAXES, as_default, canonical, read_by_oxigraph, read_by_rdflib

SINGLE = sorted(name for name, row in GRAPH_FORMATS.items() if not row.holds_graphs)
DATASET = sorted(name for name, row in GRAPH_FORMATS.items() if row.holds_graphs)

#: Prints, as JSON, the SHA-256 of the whole dataset of the sources folder in every format.
BUILD = """
import hashlib, json, sys
from pathlib import Path
from deepgenealogy.graph.compact import Compactor
from deepgenealogy.graph.context import read_context
from deepgenealogy.graph.dataset import dataset_quads
from deepgenealogy.graph.formats import GRAPH_FORMATS
root = Path(sys.argv[1])
quads, compactor = dataset_quads(root), Compactor(read_context(root))
texts = {name: b"".join(row.write(quads, compactor)) for name, row in GRAPH_FORMATS.items()}
print(json.dumps({name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}))
"""


def written(name: str, quads: Iterable[Quad], compactor: Compactor) -> bytes:
    """The quads in the format called `name`."""
    return b"".join(GRAPH_FORMATS[name].write(quads, compactor))


def hashes_built_with_seed(seed: str, root: Path) -> dict[str, str]:
    """The hashes that a process of its own gets, strings hashed by `seed` in it."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    run = subprocess.run([sys.executable, "-c", BUILD, str(root)], env=environment, capture_output=True, check=True)
    hashes: dict[str, str] = json.loads(run.stdout)
    return hashes


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
def test_two_processes_build_the_same_bytes_in_every_format(invented_root: Path) -> None:
    assert hashes_built_with_seed("1", invented_root) == hashes_built_with_seed("2", invented_root)


@pytest.mark.slow
def test_two_processes_build_the_same_bytes_of_the_real_world(real_root: Path) -> None:
    assert hashes_built_with_seed("3", real_root) == hashes_built_with_seed("4", real_root)


def test_the_hash_of_a_format_is_the_hash_of_its_bytes(
    invented_root: Path, invented_quads: list[Quad], compactor: Compactor
) -> None:
    here = {name: hashlib.sha256(written(name, invented_quads, compactor)).hexdigest() for name in GRAPH_FORMATS}
    assert hashes_built_with_seed("5", invented_root) == here
