"""`/export/…`: every graph in every format is the snapshot, read back."""

import json

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from deepgenealogy.engine.embedded import EmbeddedEngine
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


@pytest.mark.parametrize("suffix", GRAPH_FORMATS)
@pytest.mark.parametrize("name", GRAPHS)
def test_a_named_graph_is_exported_with_all_its_triples(
    name: str, suffix: str, client: FlaskClient, quads: list[Quad]
) -> None:
    own = [quad for quad in quads if quad.graph_name == NamedNode(GRAPHS[name])]
    assert read_by_oxigraph(client.get(f"/export/{name}.{suffix}").data, suffix) == as_default(own)


@pytest.mark.parametrize("suffix", WITH_GRAPHS)
def test_everything_is_exported_in_its_graphs(suffix: str, client: FlaskClient, quads: list[Quad]) -> None:
    assert read_by_oxigraph(client.get(f"/export/all.{suffix}").data, suffix) == canonical(quads)


@pytest.mark.parametrize("suffix", WITHOUT_GRAPHS)
def test_everything_is_exported_as_triples_where_there_are_no_graphs(
    suffix: str, client: FlaskClient, quads: list[Quad]
) -> None:
    assert read_by_oxigraph(client.get(f"/export/all.{suffix}").data, suffix) == as_default(quads)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", WITH_GRAPHS)
def test_rdflib_reads_everything_in_its_graphs(suffix: str, client: FlaskClient, quads: list[Quad]) -> None:
    assert read_by_rdflib(client.get(f"/export/all.{suffix}").data, suffix) == canonical(quads)


@pytest.mark.slow
def test_pyld_reads_everything_in_its_graphs(client: FlaskClient, quads: list[Quad]) -> None:
    assert read_by_pyld(client.get("/export/all.jsonld").data) == canonical(quads)


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
    client: FlaskClient, engine: EmbeddedEngine, name: str
) -> None:
    response = client.get(f"/export/{name}")
    assert response.status_code == 200
    assert response.mimetype == FILES[name].media_type
    assert response.get_data() == b"".join(FILES[name].write(engine))
