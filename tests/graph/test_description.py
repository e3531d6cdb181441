"""The description of the dataset: what it counts is what a counting query finds, and what it offers is there."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from deepgenealogy.export import FILES
from deepgenealogy.graph.distributions import FILES as DESCRIBED_FILES
from deepgenealogy.graph.partitions import Census, census, classes_of, short, together
from deepgenealogy.graph.statements import statements
from deepgenealogy.vocabulary import BASE, GRAPHS, PREFIXES

VOID = PREFIXES["void"]
META = NamedNode(GRAPHS["meta"])
STATED = [name for name in GRAPHS if name != "meta"]
HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
WHOLE, DATA = f"<{BASE}dataset>", f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{GRAPHS['meta']}>)"


@pytest.fixture(scope="session")
def store(real_quads: list[Quad]) -> Store:
    """The real data with their description."""
    store = Store()
    store.extend(real_quads)
    return store


def rows(store: Store, query: str) -> Iterator[tuple[str, ...]]:
    """The rows of an answer over the union of all graphs, as texts; '' where nothing is bound."""
    solutions = store.query(HEAD + query, use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    for row in solutions:
        yield tuple(str(getattr(row[name], "value", "")) for name in names)


def counted(store: Store, pattern: str, what: str = "*") -> int:
    """How many solutions a pattern has."""
    ((number,),) = rows(store, f"SELECT (COUNT({what}) AS ?n) WHERE {{ {pattern} }}")
    return int(number)


def stated(store: Store, subject: str, key: str) -> int:
    """The one number that the description states of `subject`."""
    ((number,),) = rows(store, f"SELECT ?n WHERE {{ GRAPH <{META.value}> {{ {subject} void:{key} ?n }} }}")
    return int(number)


# Sizes


@pytest.mark.parametrize("name", STATED)
def test_the_triples_of_a_graph_are_as_many_as_stated(name: str, store: Store) -> None:
    graph = f"<{GRAPHS[name]}>"
    assert stated(store, graph, "triples") == counted(store, f"GRAPH {graph} {{ ?s ?p ?o }}")


def test_no_triple_is_in_two_graphs_the_description_included(real_quads: list[Quad]) -> None:
    assert [triple for triple, n in Counter(quad.triple for quad in real_quads).items() if n > 1] == []


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("triples", "*"),
        ("distinctSubjects", "DISTINCT ?s"),
        ("distinctObjects", "DISTINCT ?o"),
        ("properties", "DISTINCT ?p"),
    ],
)
@pytest.mark.parametrize("name", ["dataset", *(GRAPHS[name].removeprefix(BASE) for name in STATED)])
def test_what_a_dataset_states_is_what_a_query_counts(name: str, key: str, what: str, store: Store) -> None:
    pattern = DATA if name == "dataset" else f"GRAPH <{BASE}{name}> {{ ?s ?p ?o }}"
    assert stated(store, f"<{BASE}{name}>", key) == counted(store, pattern, what)


def test_the_entities_are_the_subjects_in_our_space_of_iris(store: Store) -> None:
    mine = f'{DATA} FILTER(isIRI(?s) && STRSTARTS(STR(?s), "{BASE}"))'
    assert stated(store, WHOLE, "entities") == counted(store, mine, "DISTINCT ?s")


def test_the_classes_are_as_many_as_have_members(store: Store) -> None:
    typed = DATA.replace("?s ?p ?o", "?s a ?o")
    assert stated(store, WHOLE, "classes") == counted(store, f"{typed} FILTER(isIRI(?o))", "DISTINCT ?o")


def test_every_graph_but_the_description_is_a_subset(store: Store) -> None:
    subsets = {iri for (iri,) in rows(store, f"SELECT ?subset {{ {WHOLE} void:subset ?subset }}")}
    assert subsets == {GRAPHS[name] for name in STATED}


# Partitions


def test_the_members_of_each_class_are_what_a_query_counts(store: Store) -> None:
    query = f"SELECT ?c ?n {{ {WHOLE} void:classPartition ?part . ?part void:class ?c ; void:entities ?n }}"
    typed = DATA.replace("?s ?p ?o", "?s a ?o")
    count = f"SELECT ?o (COUNT(DISTINCT ?s) AS ?n) {{ {typed} FILTER(isIRI(?o)) }} GROUP BY ?o"
    assert sorted(rows(store, query)) == sorted(rows(store, count))


def test_the_triples_of_each_property_are_what_a_query_counts(store: Store) -> None:
    query = f"""SELECT ?p ?n ?subjects ?objects {{ {WHOLE} void:propertyPartition ?part .
      ?part void:property ?p ; void:triples ?n ; void:distinctSubjects ?subjects ; void:distinctObjects ?objects }}"""
    counts = "(COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
    assert sorted(rows(store, query)) == sorted(rows(store, f"SELECT ?p {counts} {{ {DATA} }} GROUP BY ?p"))


def nested(name: str, then: str, head: str) -> str:
    """A query for the partitions of a graph."""
    return f"""SELECT {head} {{ <{GRAPHS[name]}> void:classPartition ?cp . ?cp void:class ?c . {then} }}"""


def typed(name: str, then: str = "") -> str:
    """Triples of a graph whose subjects are members of ?c in any graph but the description."""
    of_meta = f"FILTER(?h != <{GRAPHS['meta']}>)"
    return f"GRAPH <{GRAPHS[name]}> {{ ?s ?p ?o }} GRAPH ?h {{ ?s a ?c }} {of_meta} FILTER(isIRI(?c)) {then}"


@pytest.mark.parametrize("name", STATED)
def test_the_members_in_a_graph_are_what_a_query_counts(name: str, store: Store) -> None:
    count = f"SELECT ?c (COUNT(DISTINCT ?s) AS ?n) {{ {typed(name)} }} GROUP BY ?c"
    assert sorted(rows(store, nested(name, "?cp void:entities ?n", "?c ?n"))) == sorted(rows(store, count))


@pytest.mark.parametrize("name", STATED)
def test_the_uses_of_a_property_by_members_are_what_a_query_counts(name: str, store: Store) -> None:
    use = "?cp void:propertyPartition ?pp . ?pp void:property ?p ; void:triples ?n"
    count = f"SELECT ?c ?p (COUNT(*) AS ?n) {{ {typed(name)} }} GROUP BY ?c ?p"
    assert sorted(rows(store, nested(name, use, "?c ?p ?n"))) == sorted(rows(store, count))


@pytest.mark.parametrize("name", STATED)
def test_the_classes_that_a_property_leads_to_are_what_a_query_counts(name: str, store: Store) -> None:
    end = "void:classPartition ?end . ?end void:class ?d ; void:triples ?n"
    use = f"?cp void:propertyPartition ?pp . ?pp void:property ?p ; {end}"
    then = f"GRAPH ?i {{ ?o a ?d }} FILTER(?i != <{GRAPHS['meta']}> && isIRI(?d))"
    count = f"SELECT ?c ?p ?d (COUNT(*) AS ?n) {{ {typed(name, then)} }} GROUP BY ?c ?p ?d"
    assert sorted(rows(store, nested(name, use, "?c ?p ?d ?n"))) == sorted(rows(store, count))


@pytest.mark.parametrize("name", STATED)
def test_the_datatypes_that_a_property_leads_to_are_what_a_query_counts(name: str, store: Store) -> None:
    end = "void-ext:datatypePartition ?end . ?end void-ext:datatype ?d ; void:triples ?n"
    use = f"?cp void:propertyPartition ?pp . ?pp void:property ?p ; {end}"
    then = "FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?d)"
    count = f"SELECT ?c ?p ?d (COUNT(*) AS ?n) {{ {typed(name, then)} }} GROUP BY ?c ?p ?d"
    assert sorted(rows(store, nested(name, use, "?c ?p ?d ?n"))) == sorted(rows(store, count))


@pytest.mark.parametrize("key", ["class", "property", "linkPredicate"])
def test_no_two_partitions_or_linksets_have_one_iri(key: str, store: Store) -> None:
    twice = f"SELECT ?part {{ ?part void:{key} ?one , ?other FILTER(?one != ?other) }}"
    assert list(rows(store, twice)) == []


def test_names_of_partitions_tell_vocabularies_apart() -> None:
    iris = [f"{space}Thing" for space in PREFIXES.values()] + ["urn:x:Thing", "http://else.example/Thing"]
    assert [pair for pair in combinations(iris, 2) if short(pair[0]) == short(pair[1])] == []


def test_counts_of_parts_add_up_to_the_count_of_the_whole(invented_quads: list[Quad]) -> None:
    quads = [quad for quad in invented_quads if quad.graph_name != META]
    told = [statements([q for q in quads if q.graph_name == NamedNode(iri)], iri) for iri in GRAPHS.values()]
    classes = classes_of(chain(*told))
    parts = [census(triples, classes) for triples in told]
    flat = [(c.triples, c.subjects, c.objects, c.members, c.properties) for c in (together(parts), whole(quads))]
    assert flat[0] == flat[1]


def whole(quads: list[Quad]) -> Census:
    """The counts of all triples at once."""
    triples = [told for quad in quads for told in statements([quad], getattr(quad.graph_name, "value", ""))]
    return census(triples, classes_of(triples))


def test_a_text_is_never_taken_for_the_thing_that_it_names() -> None:
    thing, name = NamedNode("urn:x"), NamedNode("urn:name")
    kind = Quad(thing, NamedNode(f"{PREFIXES['rdf']}type"), NamedNode("urn:C"), META)
    text = Quad(thing, name, Literal("urn:x"), META)
    assert census(statements([text], META.value), classes_of(statements([kind], META.value))).to_classes == {}


# Links


def test_the_links_to_each_dataset_are_what_a_query_counts(store: Store) -> None:
    query = "SELECT ?p (SUM(?n) AS ?all) { ?set a void:Linkset ; void:linkPredicate ?p ; void:triples ?n } GROUP BY ?p"
    kinds = "skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch schema:identifier"
    count = f"""SELECT ?p (COUNT(*) AS ?all) {{ VALUES ?p {{ {kinds} }}
      GRAPH <{GRAPHS["links"]}> {{ ?s ?p ?o }} }} GROUP BY ?p"""
    assert sorted(rows(store, query)) == sorted(rows(store, count))


def test_the_links_to_wikidata_lead_to_its_record_and_are_counted(store: Store) -> None:
    query = f"""SELECT (SUM(?n) AS ?all) {{ ?set void:subjectsTarget {WHOLE} ; void:objectsTarget dg:source\\/wikidata ;
      void:linkPredicate ?p ; void:triples ?n }}"""
    links = f'GRAPH <{GRAPHS["links"]}> {{ ?s ?p ?o FILTER(STRSTARTS(STR(?p), "{PREFIXES["skos"]}")) }}'
    wikidata = f'{links} FILTER(STRSTARTS(STR(?o), "http://www.wikidata.org/"))'
    ((number,),) = rows(store, query)
    assert 0 < int(number) == counted(store, wikidata)


# What is offered


def test_every_file_beside_rdf_is_a_distribution_with_its_media_type() -> None:
    assert {name: row.media_type for name, row in FILES.items()} == DESCRIBED_FILES, "graph/distributions.py lacks it"


def test_every_vocabulary_that_is_named_is_used(store: Store) -> None:
    used = {iri for (iri,) in rows(store, f"SELECT DISTINCT ?p {{ {DATA} }}")}
    named = [iri for (iri,) in rows(store, f"SELECT ?v {{ {WHOLE} void:vocabulary ?v }}")]
    assert named
    assert [space for space in named if not any(iri.startswith(space) for iri in used)] == []


def test_every_example_is_described(store: Store) -> None:
    examples = [iri for (iri,) in rows(store, f"SELECT ?thing {{ {WHOLE} void:exampleResource ?thing }}")]
    assert examples
    assert [iri for iri in examples if not counted(store, f"GRAPH <{GRAPHS['curation']}> {{ <{iri}> ?p ?o }}")] == []


def test_the_invented_world_names_no_example_that_it_has_not(invented_quads: list[Quad]) -> None:
    subjects = {quad.subject for quad in invented_quads}
    examples = {quad.object for quad in invented_quads if quad.predicate == NamedNode(f"{VOID}exampleResource")}
    assert examples <= subjects


def test_no_date_stands_in_the_description(real_quads: list[Quad]) -> None:
    own = [quad.object for quad in real_quads if quad.graph_name == META]
    assert [o for o in own if isinstance(o, Literal) and "date" in o.datatype.value.lower()] == []


def test_the_description_holds_no_blank_nodes_and_comes_out_the_same_twice(
    real_quads: list[Quad], rebuilt: Path
) -> None:
    again = parse(path=rebuilt / "nq", format=RdfFormat.N_QUADS)
    own = [str(quad) for quad in real_quads if quad.graph_name == META]
    assert own == [str(quad) for quad in again if quad.graph_name == META]
    assert [line for line in own if line.startswith("_:") or " _:" in line.partition('"')[0]] == []
