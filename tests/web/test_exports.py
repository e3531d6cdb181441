"""`/export/…`: every graph in every format is the snapshot, read back."""

import json
from collections.abc import Callable
from functools import cache

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.export import FILES
from deepgenealogy.graph.formats import GRAPH_FORMATS
from deepgenealogy.vocabulary import GRAPHS
from tests.canonical import as_default, canonical, read_by_oxigraph, read_by_pyld, read_by_rdflib

WITH_GRAPHS = sorted(name for name, row in GRAPH_FORMATS.items() if row.holds_graphs)
WITHOUT_GRAPHS = sorted(set(GRAPH_FORMATS) - set(WITH_GRAPHS))


@pytest.fixture(scope="session")
def quads(real_snapshot: Snapshot) -> list[Quad]:
    """Every quad of the snapshot."""
    return list(parse(path=real_snapshot.dataset, format=RdfFormat.N_QUADS))


@pytest.fixture(scope="session")
def triples(quads: list[Quad]) -> dict[str, set[Quad]]:
    """The triples of every named graph."""
    own: dict[object, list[Quad]] = {NamedNode(iri): [] for iri in GRAPHS.values()}
    for quad in quads:
        own[quad.graph_name].append(quad)
    return {name: as_default(own[NamedNode(iri)]) for name, iri in GRAPHS.items()}


@pytest.fixture(scope="session")
def whole(quads: list[Quad]) -> set[Quad]:
    """The same, blank nodes by their canonical names."""
    return canonical(quads)


@pytest.fixture(scope="session")
def plain(quads: list[Quad]) -> set[Quad]:
    """The triples of all graphs together."""
    return as_default(quads)


@pytest.fixture(scope="session")
def everything(application: Flask) -> Callable[[str], bytes]:
    """The dump of everything in a format, made once for all its readers."""
    return cache(lambda suffix: application.test_client().get(f"/export/all.{suffix}").data)


@pytest.mark.parametrize("suffix", GRAPH_FORMATS)
@pytest.mark.parametrize("name", GRAPHS)
def test_a_named_graph_is_exported_with_all_its_triples(
    name: str, suffix: str, client: FlaskClient, triples: dict[str, set[Quad]]
) -> None:
    assert read_by_oxigraph(client.get(f"/export/{name}.{suffix}").data, suffix) == triples[name]


@pytest.mark.parametrize("suffix", WITH_GRAPHS)
def test_everything_is_exported_in_its_graphs(
    suffix: str, everything: Callable[[str], bytes], whole: set[Quad]
) -> None:
    assert read_by_oxigraph(everything(suffix), suffix) == whole


@pytest.mark.parametrize("suffix", WITHOUT_GRAPHS)
def test_everything_is_exported_as_triples_where_there_are_no_graphs(
    suffix: str, client: FlaskClient, plain: set[Quad]
) -> None:
    assert read_by_oxigraph(client.get(f"/export/all.{suffix}").data, suffix) == plain


@pytest.mark.slow
@pytest.mark.parametrize("suffix", WITH_GRAPHS)
def test_rdflib_reads_everything_in_its_graphs(
    suffix: str, everything: Callable[[str], bytes], whole: set[Quad]
) -> None:
    assert read_by_rdflib(everything(suffix), suffix) == whole


@pytest.mark.slow
def test_pyld_reads_everything_in_its_graphs(everything: Callable[[str], bytes], whole: set[Quad]) -> None:
    assert read_by_pyld(everything("jsonld")) == whole


@pytest.mark.parametrize(("suffix", "row"), GRAPH_FORMATS.items())
def test_an_export_has_the_media_type_of_its_suffix(suffix: str, row: object, client: FlaskClient) -> None:
    assert client.get(f"/export/meta.{suffix}").mimetype == getattr(row, "media_type", None)


def test_an_export_is_saved_under_a_name_that_says_what_it_is(client: FlaskClient) -> None:
    assert 'filename="deepgenealogy-meta.ttl"' in client.get("/export/meta.ttl").headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("path", "near"), [("/export/curaton.ttl", "curation"), ("/export/al.ttl", "all"), ("/export/all.tt", "ttl")]
)
def test_an_unknown_export_is_a_404_with_the_nearest_names(path: str, near: str, client: FlaskClient) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert near in json.loads(response.data)["near"]


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_table_or_bibliography_is_served_as_the_command_line_writes_it(
    client: FlaskClient, written: dict[str, str], name: str
) -> None:
    response = client.get(f"/export/{name}")
    assert response.status_code == 200
    assert response.mimetype == FILES[name].media_type
    assert response.text == written[name]
