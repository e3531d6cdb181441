"""Compact JSON-LD: expanded again by two processors that did not write it, it says what was put in."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from deepgenealogy.graph.compact import Compactor
from deepgenealogy.graph.context import read_context
from deepgenealogy.graph.formats import GRAPH_FORMATS
from deepgenealogy.vocabulary import BASE, DGO, RDF_TYPE, RDFS, SKOS, XSD
from tests.canonical import as_default, canonical, read_by_oxigraph, read_by_pyld, read_by_rdflib
from tests.conftest import CHECKOUT

RESNET = NamedNode(f"{BASE}architecture/resnet")
LABEL = NamedNode(f"{RDFS}label")


def node(compactor: Compactor, *properties: tuple[str, Any]) -> dict[str, Any]:
    """The node of ResNet with these properties."""
    (found,) = compactor.nodes(Triple(RESNET, NamedNode(iri), value) for iri, value in properties)
    assert isinstance(found, dict)
    return found


def written(compactor: Compactor, quads: Iterable[Quad]) -> bytes:
    """The quads as a JSON-LD text."""
    return b"".join(GRAPH_FORMATS["jsonld"].write(quads, compactor))


def in_default(triples: Iterable[Triple]) -> list[Quad]:
    """The triples as quads of the default graph."""
    return [Quad(triple.subject, triple.predicate, triple.object) for triple in triples]


def test_the_subject_is_relative_to_the_base(compactor: Compactor) -> None:
    assert node(compactor, (f"{RDFS}label", Literal("ResNet", language="en")))["@id"] == "architecture/resnet"


def test_types_are_named_by_the_keys_of_the_context(compactor: Compactor) -> None:
    assert node(compactor, (RDF_TYPE, NamedNode(f"{DGO}Architecture")))["@type"] == "Architecture"


def test_labels_are_a_map_by_language(compactor: Compactor) -> None:
    label, name = (
        (f"{RDFS}label", Literal("ResNet", language="en")),
        (f"{RDFS}label", Literal("残差网络", language="zh")),
    )
    assert node(compactor, label, name)["label"] == {"en": "ResNet", "zh": "残差网络"}


def test_what_can_be_several_is_a_list_even_when_it_is_one(compactor: Compactor) -> None:
    assert node(compactor, (f"{DGO}derivesFrom", NamedNode(f"{BASE}architecture/vggnet")))["derivesFrom"] == [
        "architecture/vggnet"
    ]


def test_what_is_always_one_is_no_list(compactor: Compactor) -> None:
    paper = NamedNode(f"{BASE}paper/arxiv-1512.03385")
    assert node(compactor, (f"{DGO}introducedIn", paper))["introducedIn"] == "paper/arxiv-1512.03385"


def test_a_typed_date_is_plain_text_under_a_key_of_its_type(compactor: Compactor) -> None:
    day = Literal("2015-12-10", datatype=NamedNode(f"{XSD}date"))
    assert node(compactor, (f"{DGO}notBefore", day))["notBefore"] == "2015-12-10"


def test_the_kind_of_a_derivation_is_a_key_of_the_context(compactor: Compactor) -> None:
    assert node(compactor, (f"{DGO}kind", NamedNode(f"{DGO}extends")))["kind"] == "extends"


def test_a_property_without_a_key_gets_a_prefix(compactor: Compactor) -> None:
    assert node(compactor, (f"{SKOS}related", NamedNode("https://example.org/x")))["skos:related"] == {
        "@id": "https://example.org/x"
    }


def test_a_value_that_does_not_fit_its_key_is_written_out(compactor: Compactor) -> None:
    year = Literal("2015", datatype=NamedNode(f"{XSD}gYear"))
    assert node(compactor, (f"{DGO}notBefore", year))["dgo:notBefore"] == {"@type": "xsd:gYear", "@value": "2015"}


def test_nodes_are_sorted_by_subject(compactor: Compactor) -> None:
    things = [NamedNode(f"{BASE}architecture/{slug}") for slug in ("resnet", "alexnet", "lstm")]
    nodes = compactor.nodes(Triple(thing, LABEL, Literal("x", language="en")) for thing in things)
    assert [found["@id"] for found in nodes] == ["architecture/alexnet", "architecture/lstm", "architecture/resnet"]


def test_the_document_carries_the_context(compactor: Compactor, context: dict[str, Any]) -> None:
    assert json.loads(written(compactor, []))["@context"] == context


def test_each_named_graph_has_its_own_member(compactor: Compactor) -> None:
    quads = [Quad(RESNET, LABEL, Literal("x"), NamedNode(f"{BASE}graph/{name}")) for name in ("links", "curation")]
    assert [member["@id"] for member in compactor.members(quads)] == ["graph/curation", "graph/links"]


def test_pyld_expands_the_invented_world_to_the_same_quads(compactor: Compactor, invented_quads: list[Quad]) -> None:
    assert read_by_pyld(written(compactor, invented_quads)) == canonical(invented_quads)


def test_rdflib_expands_the_invented_world_to_the_same_quads(compactor: Compactor, invented_quads: list[Quad]) -> None:
    assert read_by_rdflib(written(compactor, invented_quads), "jsonld") == canonical(invented_quads)


def test_pyld_expands_one_graph_to_the_same_triples(compactor: Compactor, invented_quads: list[Quad]) -> None:
    plain = as_default(invented_quads)
    assert read_by_pyld(written(compactor, plain)) == plain


# Triples that no record holds: whatever a CONSTRUCT can make.

_SLUGS = st.text("abcxyz019-._~:/?", max_size=12)
_NAMESPACES = st.sampled_from([BASE, f"{BASE}architecture/", DGO, SKOS, XSD, "https://example.org/", "urn:x:"])
_IRIS = st.builds(str.__add__, _NAMESPACES, _SLUGS).map(NamedNode)
_KEYS = [
    DGO + key for key in ("derivesFrom", "introducedIn", "introduced", "notBefore", "kind", "position", "rationale")
]
_PREDICATES = st.one_of(
    st.sampled_from([RDF_TYPE, f"{RDFS}label", f"{SKOS}altLabel", f"{DGO}titleInEnglish", *_KEYS]).map(NamedNode),
    st.builds(str.__add__, st.sampled_from([DGO, SKOS, "https://example.org/"]), st.text("abc", min_size=1)).map(
        NamedNode
    ),
)
_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
_DATATYPES = st.sampled_from(["string", "date", "gYear", "integer", "boolean", "decimal"])  # PyLD rewrites doubles
_LITERALS = st.one_of(
    st.builds(Literal, _TEXTS),
    st.builds(lambda text, tag: Literal(text, language=tag), _TEXTS, st.sampled_from(["en", "zh", "zh-hans", "fr"])),
    st.builds(
        lambda text, name: Literal(text, datatype=NamedNode(XSD + name)),
        st.sampled_from(["1", "01", "+1", "-0", "2015", "1_0"]),
        _DATATYPES,
    ),
)
_BLANK = st.sampled_from(["a", "b"]).map(BlankNode)
_TRIPLES = st.builds(Triple, st.one_of(_IRIS, _BLANK), _PREDICATES, st.one_of(_IRIS, _BLANK, _LITERALS))
_COMPACTOR = Compactor(read_context(CHECKOUT))


@settings(deadline=None)
@given(st.lists(_TRIPLES, max_size=5))
def test_oxigraph_expands_any_triples_to_the_same(triples: list[Triple]) -> None:
    quads = in_default(triples)
    assert read_by_oxigraph(written(_COMPACTOR, quads), "jsonld") == canonical(quads)


@settings(deadline=None, max_examples=25)
@given(st.lists(_TRIPLES, max_size=5))
def test_pyld_expands_any_triples_to_the_same(triples: list[Triple]) -> None:
    quads = in_default(triples)
    assert read_by_pyld(written(_COMPACTOR, quads)) == canonical(quads)


@pytest.mark.parametrize("number", ["9007199254740993", "1000000000000000000000000"])
def test_a_large_integer_stays_an_integer(compactor: Compactor, number: str) -> None:
    value = Literal(number, datatype=NamedNode(f"{XSD}integer"))
    quad = Quad(RESNET, NamedNode("https://example.org/n"), value)
    assert read_by_oxigraph(written(compactor, [quad]), "jsonld") == {quad}


@pytest.mark.parametrize("datatype", ["integer", "boolean", "double", "decimal", "date", "string"])
@pytest.mark.parametrize("text", ["", "x", "1.0", "1E0", "true", "false", "TRUE", "01", "+1", " 1", "2015-01-02"])
def test_a_literal_keeps_its_text_even_where_its_type_forbids_it(
    compactor: Compactor, text: str, datatype: str
) -> None:
    value = Literal(text, datatype=NamedNode(XSD + datatype))
    quad = Quad(RESNET, NamedNode("https://example.org/n"), value)
    assert read_by_oxigraph(written(compactor, [quad]), "jsonld") == {quad}


@pytest.mark.parametrize(
    "local",
    [
        "a",
        "a/b",
        "a/../b",
        "a/./b",
        "a/..",
        "a//b",
        "a:b",
        "a/b:c",
        "a?q",
        "a#f",
        "a/b?x:y",
        "1",
        "-a",
        "../x",
        "label",
        "",
    ],
)
@pytest.mark.parametrize("predicate", [f"{DGO}derivesFrom", f"{DGO}kind", f"{SKOS}related", RDF_TYPE])
def test_an_iri_below_the_base_keeps_every_character(compactor: Compactor, local: str, predicate: str) -> None:
    thing = NamedNode(BASE + local)
    quad = Quad(thing, NamedNode(predicate), thing)
    assert read_by_pyld(written(compactor, [quad])) == {quad}


@pytest.mark.parametrize("local", ["a", "a:b", "a#b", "Architecture", "//x", "extends", "@x"])
@pytest.mark.parametrize("predicate", [f"{DGO}derivesFrom", f"{DGO}kind", f"{SKOS}related", RDF_TYPE])
def test_an_iri_of_another_name_space_keeps_every_character(compactor: Compactor, local: str, predicate: str) -> None:
    quad = Quad(RESNET, NamedNode(predicate), NamedNode(f"https://schema.org/{local}"))
    assert read_by_pyld(written(compactor, [quad])) == {quad}
