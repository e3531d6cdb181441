"""JSON-LD for tools over HTTP: contexts, frames, and each form of an answer, asked for by Accept and by address."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyld import jsonld
from pyoxigraph import NamedNode, Quad

from deepgenealogy import __version__
from deepgenealogy.graph.context import read_context, version_of
from deepgenealogy.vocabulary import BASE
from deepgenealogy.web.forms import LARGEST_BYTES
from deepgenealogy.web.profiles import JSON_LD, PROFILES
from tests.canonical import read_by_oxigraph, read_by_pyld
from tests.conftest import CHECKOUT
from tests.processors.conftest import Process, installed, process

__all__ = ["installed", "process"]

VERSION = version_of(read_context(CHECKOUT))
THINGS = ["architecture/u-net", "paper/arxiv-1512.03385", "task/image-classification", "derivation/resnet--vggnet"]
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { dg:architecture/u-net } ?s ?p ?o }".replace(
    "dg:architecture/u-net", f"<{BASE}architecture/u-net>"
)


def asking(form: str) -> dict[str, str]:
    """The header that asks for a form."""
    return {"Accept": f'{JSON_LD};profile="{PROFILES}{form}"'}


def triples(client: FlaskClient, path: str) -> set[Quad]:
    """What a path says in N-Triples."""
    return read_by_oxigraph(client.get(path).data, "nt")


@pytest.mark.parametrize(
    ("path", "profile"),
    [("/context.jsonld", "context"), (f"/context/{VERSION}.jsonld", "context"), ("/frames/paper.jsonld", "frame")],
)
def test_what_documents_refer_to_says_what_it_is_and_may_be_read_and_kept_by_all(
    path: str, profile: str, client: FlaskClient
) -> None:
    response = client.get(path)
    assert response.mimetype == JSON_LD
    assert response.mimetype_params["profile"] == f"{PROFILES}{profile}"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=" in response.headers["Cache-Control"]


def test_a_version_of_the_context_never_changes(client: FlaskClient) -> None:
    response = client.get(f"/context/{VERSION}.jsonld")
    assert "immutable" in response.headers["Cache-Control"]
    assert response.json == client.get("/context.jsonld").json == {"@context": read_context(CHECKOUT)}


def test_the_number_of_the_release_leads_to_its_context(client: FlaskClient) -> None:
    response = client.get(f"/context/{__version__}.jsonld")
    assert (response.status_code, response.headers["Location"]) == (307, f"/context/{VERSION}.jsonld")


@pytest.mark.parametrize(("path", "near"), [("/context/0.0.0.jsonld", VERSION), ("/frames/papre.jsonld", "paper")])
def test_another_name_is_not_found_and_the_known_are_named(path: str, near: str, client: FlaskClient) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert near in response.get_json()["near"]


@pytest.mark.parametrize("form", ["compacted", "expanded", "flattened"])
@pytest.mark.parametrize("thing", THINGS)
def test_every_form_of_a_thing_says_the_same(thing: str, form: str, client: FlaskClient) -> None:
    response = client.get(f"/{thing}", headers=asking(form))
    assert response.mimetype_params["profile"] == f"{PROFILES}{form}"
    assert read_by_pyld(response.data) == read_by_oxigraph(response.data, "jsonld") == triples(client, f"/{thing}.nt")


@pytest.mark.parametrize("form", ["compacted", "expanded", "flattened", "framed"])
def test_the_address_gives_the_same_bytes_as_accept(form: str, client: FlaskClient) -> None:
    by_accept = client.get("/architecture/u-net", headers=asking(form))
    assert client.get(f"/architecture/u-net.jsonld?profile={form}").data == by_accept.data


def test_expanded_has_no_context_and_flattened_no_node_in_another(client: FlaskClient) -> None:
    for form in ("expanded", "flattened"):
        nodes: Any = client.get(f"/lineage/u-net.jsonld?profile={form}").json
        assert isinstance(nodes, list)
        assert not any("@context" in node for node in nodes)
    assert len(nodes) > 10


def test_an_unknown_profile_is_ignored_in_accept_and_refused_in_the_address(client: FlaskClient) -> None:
    assert (
        client.get("/architecture/u-net", headers=asking("nothing")).data
        == client.get("/architecture/u-net.jsonld").data
    )
    response = client.get("/architecture/u-net.jsonld?profile=nothing")
    assert (response.status_code, response.get_json()["parameter"]) == (400, "profile")


@pytest.mark.parametrize(
    ("thing", "key"), [("architecture/u-net", "derivation"), ("paper/arxiv-1512.03385", "authorship")]
)
def test_a_frame_gives_one_tree(thing: str, key: str, client: FlaskClient) -> None:
    tree = client.get(f"/{thing}.jsonld?frame={thing.partition('/')[0]}").get_json()
    assert tree["@id"] == thing
    assert all(isinstance(row, dict) and row["@type"] for row in tree[key])


def test_a_frame_can_be_named_by_a_link(client: FlaskClient) -> None:
    frame = {"Link": f'<http://localhost/frames/architecture.jsonld>; rel="{PROFILES}frame"'}
    response = client.get("/architecture/u-net", headers={"Accept": JSON_LD, **frame})
    assert response.data == client.get("/architecture/u-net.jsonld?frame=architecture").data
    assert "Link" in response.headers["Vary"]
    assert client.get("/architecture/u-net", headers={"Accept": JSON_LD}).data != response.data


@pytest.mark.parametrize(
    "query", ["frame=nothing", "frame=paper", "frame=architecture&profile=expanded", "context=nothing"]
)
def test_a_wish_that_cannot_be_granted_is_refused_with_what_can(query: str, client: FlaskClient) -> None:
    response = client.get(f"/architecture/u-net.jsonld?{query}")
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"


def test_a_kind_without_a_frame_says_which_there_are(client: FlaskClient) -> None:
    response = client.get("/task/image-classification.jsonld?profile=framed")
    assert response.status_code == 400
    assert "architecture, catalogue, lineage, paper" in response.get_json()["detail"]


def test_a_thing_that_is_not_there_is_not_found_framed_either(client: FlaskClient) -> None:
    response = client.get("/architecture/u-nett.jsonld?frame=architecture")
    assert response.status_code == 404
    assert "u-net" in response.get_json()["near"]


@pytest.mark.parametrize("form", ["expanded", "flattened", "compacted"])
def test_a_construct_comes_in_every_form(form: str, client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": CONSTRUCT}, headers=asking(form))
    plain = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": "application/n-triples"})
    assert response.mimetype_params["profile"] == f"{PROFILES}{form}"
    assert read_by_pyld(response.data) == read_by_oxigraph(plain.data, "nt")


@pytest.mark.parametrize("path", ["/export/article.jsonld", f"/store?graph={BASE}graph/article"])
def test_a_graph_comes_in_every_form(path: str, client: FlaskClient) -> None:
    response = client.get(path, headers=asking("flattened"))
    found = {Quad(q.subject, q.predicate, q.object) for q in read_by_pyld(response.data)}
    assert found == triples(client, "/export/article.nt")


def test_a_large_dump_comes_compacted_and_says_so_when_another_form_is_asked_for(client: FlaskClient) -> None:
    response = client.get("/export/all.jsonld?profile=expanded")
    assert response.status_code == 406
    assert str(LARGEST_BYTES) in response.get_json()["detail"]
    assert "compacted" in response.get_json()["offers"][0]


AMPLIFIER = """
PREFIX dgo: <https://w3id.org/deepgenealogy/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT { ?a a dgo:Architecture ; dgo:qualifiedDerivation ?b . ?b dgo:parent <urn:p> . <urn:p> rdfs:label "L"@en }
WHERE { VALUES ?x { 1 2 3 4 5 6 7 8 9 } VALUES ?y { 1 2 3 4 5 6 7 8 9 }
  BIND(IRI(CONCAT("urn:a", STR(?x))) AS ?a) BIND(IRI(CONCAT("urn:b", STR(?y))) AS ?b) }"""


def test_a_construct_is_framed_and_no_tree_repeats_a_node(client: FlaskClient) -> None:
    response = client.get(
        "/sparql", query_string={"query": AMPLIFIER, "format": "jsonld", "frame": "architecture", "context": "link"}
    )
    trees = response.get_json(force=True)["@graph"]
    assert len(trees) == 9
    assert [len(tree["derivation"]) for tree in trees] == [9] * 9
    assert response.text.count('"L"') == 9  # once in each tree, not at each of its nine derivations


def test_the_catalogue_is_framed_and_all_data_lead_to_it(client: FlaskClient, written: dict[str, str]) -> None:
    """`test_exports` shows that it is served as it is written."""
    response = client.get("/export/all.jsonld?frame=catalogue")
    assert (response.status_code, response.headers["Location"]) == (303, "/export/catalogue.jsonld")
    catalogue = client.head("/export/catalogue.jsonld")
    assert catalogue.mimetype_params["profile"] == f"{PROFILES}framed"
    tree = client.get("/architecture/u-net.jsonld?frame=architecture").get_json()
    del tree["@context"]
    assert tree in json.loads(written["catalogue.jsonld"])["@graph"]


def test_other_formats_know_no_forms(client: FlaskClient) -> None:
    assert client.get("/architecture/u-net.ttl?profile=expanded").data == client.get("/architecture/u-net.ttl").data


def test_head_says_what_get_says(client: FlaskClient) -> None:
    assert client.head("/architecture/u-net.jsonld?profile=expanded").status_code == 200


def test_each_form_has_an_etag_of_its_own(client: FlaskClient) -> None:
    paths = ["", "?profile=expanded", "?frame=architecture", "?context=link"]
    tags = {client.get(f"/architecture/u-net.jsonld{path}").headers["ETag"] for path in paths}
    assert len(tags) == len(paths)


@pytest.mark.parametrize(
    "query", ["", "?context=link", "?profile=expanded", "?frame=architecture", "?frame=architecture&context=link"]
)
def test_pylds_own_loader_fetches_it_and_its_context(query: str, served: str, client: FlaskClient) -> None:
    address = f"{served}/architecture/u-net.jsonld{query}"
    found = jsonld.to_rdf(
        address, {"format": "application/n-quads", "documentLoader": jsonld.requests_document_loader()}
    )
    expected = read_by_pyld(
        client.get(f"/architecture/u-net.jsonld{query.replace('&context=link', '').replace('?context=link', '')}").data
    )
    assert read_by_oxigraph(found.encode(), "nq") == expected
    assert any(quad.subject == NamedNode(f"{BASE}architecture/u-net") for quad in expected)


def test_pylds_own_loader_fetches_a_thing_by_its_iri(served: str, client: FlaskClient) -> None:
    found = jsonld.to_rdf(
        f"{served}/architecture/u-net",
        {"documentLoader": jsonld.requests_document_loader(), "format": "application/n-quads"},
    )
    assert read_by_oxigraph(found.encode(), "nq") == triples(client, "/architecture/u-net.nt")


FETCH = """
const jsonld = require('jsonld');
const loader = jsonld.documentLoaders.node();
jsonld.toRDF(process.argv[1], {documentLoader: loader, format: 'application/n-quads'})
  .then((text) => process.stdout.write(text)).catch((error) => { console.error(error); process.exit(1); });
"""


@pytest.mark.parametrize(
    "path",
    ["architecture/u-net", "architecture/u-net.jsonld?context=link", "architecture/u-net.jsonld?profile=expanded"],
)
def test_jsonld_js_fetches_it_and_its_context(path: str, served: str, client: FlaskClient, installed: Path) -> None:
    command = ["node", "-e", FETCH, f"{served}/{path}"]
    done = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False, timeout=1_200)
    assert done.returncode == 0, done.stderr[-1_000:]
    assert read_by_oxigraph(done.stdout.encode(), "nq") == triples(client, "/architecture/u-net.nt")


def test_a_document_that_names_the_context_names_the_version_in_force(client: FlaskClient) -> None:
    address, base = client.get("/architecture/u-net.jsonld?context=link").get_json()["@context"]
    assert address == f"http://localhost/context/{VERSION}.jsonld"
    assert base == {"@base": BASE}


def test_a_frame_is_applied_as_published(client: FlaskClient, process: Process) -> None:
    document: Any = client.get("/lineage/u-net.jsonld").get_json()
    frame = json.loads(client.get("/frames/lineage.jsonld").data)
    (framed,) = process([("frame", document, frame)])
    assert [row["@id"] for row in framed["item"]] == [row["@id"] for row in document["item"]]
