"""Prefixes and published queries as triples: found by the questions that SIB's query editor asks, and they run."""

import re
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store
from rdflib.plugins.sparql import prepareQuery

from deepgenealogy.graph.dataset import dataset_quads
from deepgenealogy.sources.questions import read_questions
from deepgenealogy.vocabulary import BASE, GRAPHS, PREFIXES
from tests.conftest import CHECKOUT

QUESTIONS = read_questions(CHECKOUT)

#: As https://github.com/sib-swiss/sparql-editor asks an endpoint, in `getExampleQueries`, `getPrefixes` and
#: `getVoidDescription` of packages/sparql-editor/src/utils.ts.
EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query WHERE {
  ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq"""
DECLARED = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"""
LAYOUT = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX void-ext: <http://ldf.fi/void-ext#>
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype ?triples WHERE {
  ?s sd:graph ?graph . ?graph void:classPartition ?cp .
  ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
  ?pp void:property ?prop ; void:triples ?triples .
  OPTIONAL { { ?pp void:classPartition [ void:class ?objectClass ] }
             UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] } }
}"""


@pytest.fixture(scope="session")
def store(real_quads: list[Quad]) -> Store:
    """The real data with their description."""
    store = Store()
    store.extend(real_quads)
    return store


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    """The rows of an answer over the union of all graphs; '' where nothing is bound."""
    solutions = store.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [tuple(str(getattr(row[name], "value", "")) for name in names) for row in solutions]


def texts(store: Store) -> dict[str, str]:
    """The text of each published query as the graph holds it, by its name."""
    return {iri.removeprefix(f"{BASE}query/"): text for iri, _, text in rows(store, EXAMPLES)}


def test_an_editor_finds_every_published_query_with_a_comment_in_both_languages(store: Store) -> None:
    found = {(iri.removeprefix(f"{BASE}query/"), comment) for iri, comment, _ in rows(store, EXAMPLES)}
    assert found == {(name, text) for name, question in QUESTIONS.items() for text in question.summary.values()}


def test_an_editor_finds_every_prefix(store: Store) -> None:
    assert dict(rows(store, DECLARED)) == PREFIXES  # type: ignore[arg-type]


def test_an_editor_learns_what_a_paper_may_have_and_where_it_leads(store: Store) -> None:
    dgo, dcterms, xsd = (PREFIXES[name] for name in ("dgo", "dcterms", "xsd"))
    found = {row[:4] for row in rows(store, LAYOUT)}
    assert (f"{dgo}Paper", f"{dgo}authorship", f"{dgo}Authorship", "") in found
    assert (f"{dgo}Paper", f"{dcterms}title", "", f"{xsd}string") in found


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_published_query_is_read_by_rdflib_and_by_oxigraph_with_every_prefix_that_it_uses(
    name: str, store: Store
) -> None:
    text = texts(store)[name]
    prepareQuery(text)
    store.query(text, use_default_graph_as_union=True)


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_published_query_runs_as_it_stands_and_answers_as_its_file_does(name: str, store: Store) -> None:
    own = rows(store, texts(store)[name])
    assert own
    assert own == rows(store, QUESTIONS[name].text)


def test_a_query_that_no_parser_reads_would_be_noticed(store: Store) -> None:
    with pytest.raises(SyntaxError):
        store.query(texts(store)["parents"].replace("WHERE {", "WHERE {{{", 1))


def test_a_file_that_is_no_select_has_the_property_of_its_form(fabricated_root: Path) -> None:
    header = "".join(f"# {key}{lang}: x\n" for key in ("title", "summary") for lang in ("", "@zh"))
    (fabricated_root / "queries" / "any.rq").write_text(f"{header}ASK {{ ?s ?p ?o }}\n", encoding="utf-8")
    store = Store()
    store.extend(dataset_quads(fabricated_root))
    query = f"""PREFIX sh: <{PREFIXES["sh"]}> SELECT ?text ?kind {{
      <{BASE}query/any> sh:ask ?text ; a ?kind FILTER(?kind != sh:SPARQLExecutable) }}"""
    ((found, kind),) = rows(store, query)
    assert found.endswith("ASK { ?s ?p ?o }")
    assert kind == f"{PREFIXES['sh']}SPARQLAskExecutable"


PARAMETERS = [(name, parameter.name) for name, question in QUESTIONS.items() for parameter in question.parameters]


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_a_parameter_has_a_variable_a_meaning_and_the_example_that_the_text_binds(
    name: str, parameter: str, store: Store
) -> None:
    query = f"""PREFIX sh: <{PREFIXES["sh"]}> SELECT ?path ?meaning ?example {{
      <{BASE}query/{name}> sh:parameter ?p . ?p sh:name "{parameter}" ; sh:path ?path ; sh:description ?meaning ;
        sh:defaultValue ?example }}"""
    found = rows(store, query)
    (own,) = [row for row in QUESTIONS[name].parameters if row.name == parameter]
    assert {path for path, _, _ in found} == {f"{BASE}query/{name}#{parameter}"}
    assert {meaning for _, meaning, _ in found} == set(own.meaning.values())
    assert {example.removeprefix(BASE) for _, _, example in found} == set(re.findall(r'[^<>"\s]+', own.example))


def test_rdflib_reads_the_description(real_quads: list[Quad]) -> None:
    lines = "\n".join(f"{quad.triple} ." for quad in real_quads if quad.graph_name == NamedNode(GRAPHS["meta"]))
    graph = rdflib.Graph().parse(data=lines, format="nt")
    assert len(graph) == lines.count("\n") + 1
