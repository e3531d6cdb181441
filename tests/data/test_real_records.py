"""The real data keeps its own rules: how much there is, and that nothing is said without who says it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store

from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.sources.dates import PartialDate
from deepgenealogy.sources.records import Catalogue, Record, list_of, read_catalogue
from deepgenealogy.vocabulary import BASE, DERIVATION_KINDS, DGO, GRAPHS, RDF_TYPE

#: What every derivation says of itself.
EVIDENCE = ("kind", "statedIn", "locator", "rationale", "certainty")


@pytest.fixture(scope="session")
def store(real_snapshot: Snapshot) -> Store:
    """The quads of the real sources, on disk as they were built."""
    return Store.read_only(str(real_snapshot.oxigraph))


@pytest.fixture(scope="session")
def catalogue(real_root: Path) -> Catalogue:
    """The real records."""
    return read_catalogue(real_root)


def rows(store: Store, pattern: str) -> list[tuple[str, ...]]:
    """The solutions of a pattern over all graphs, as texts."""
    solutions = store.query(f"PREFIX dgo: <{DGO}> SELECT * {{ {pattern} }}", use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)
    return [tuple(str(value) for value in row) for row in solutions]


def members(store: Store, name: str, graph: str = "curation") -> set[str]:
    """The IRIs of the members of a class of the ontology that one graph states."""
    quads = store.quads_for_pattern(None, NamedNode(RDF_TYPE), NamedNode(DGO + name), NamedNode(GRAPHS[graph]))
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def edges(catalogue: Catalogue) -> Iterator[tuple[Record, Record]]:
    """Each derivation, as child and parent."""
    for child in catalogue.of("architectures"):
        for item in list_of(child.fields.get("derivation")):
            yield child, catalogue.records[item["parent"]]


def begun(catalogue: Catalogue, record: Record) -> PartialDate:
    """When a method was introduced, which every method must say."""
    when = catalogue.introduced(record)
    assert when is not None
    return when


def test_each_of_the_82_links_of_the_list_is_an_entry(store: Store) -> None:
    assert len(members(store, "SourceEntry", "genealogy")) == 82


def test_every_entry_denotes_a_method(store: Store) -> None:
    methods = members(store, "Architecture") | members(store, "LearningAlgorithm")
    denoted = {row[0]: row[1] for row in rows(store, "?entry a dgo:SourceEntry ; dgo:denotes ?method")}
    assert {entry: method for entry, method in denoted.items() if method.strip("<>") not in methods} == {}
    assert len(denoted) == 82


def test_there_are_at_least_78_architectures(store: Store) -> None:
    assert len(members(store, "Architecture")) >= 78


def test_there_are_at_least_3_learning_algorithms(store: Store) -> None:
    assert len(members(store, "LearningAlgorithm")) >= 3


@pytest.mark.parametrize("slug", ["a3c", "acktr", "c51"])
def test_what_only_trains_is_a_learning_algorithm(slug: str, store: Store) -> None:
    assert f"{BASE}architecture/{slug}" in members(store, "LearningAlgorithm")


def test_every_method_has_a_paper_that_introduces_it(store: Store) -> None:
    methods = members(store, "Architecture") | members(store, "LearningAlgorithm")
    introduced = {
        method.strip("<>") for method, _ in rows(store, "?method dgo:introducedIn ?paper . ?paper a dgo:Paper")
    }
    assert methods - introduced == set()


def test_the_article_recommends_23_readings(store: Store) -> None:
    assert len(members(store, "Reading", "article")) == 23


def test_the_article_has_at_least_5_sections(store: Store) -> None:
    assert len(members(store, "ArticleSection", "article")) >= 5


def test_no_edge_stands_without_its_derivation(store: Store) -> None:
    without = "FILTER NOT EXISTS { ?child dgo:qualifiedDerivation ?d . ?d dgo:parent ?parent ; a dgo:Derivation }"
    assert rows(store, f"?child dgo:derivesFrom ?parent {without}") == []


def test_no_derivation_stands_without_its_edge(store: Store) -> None:
    without = "FILTER NOT EXISTS { ?child dgo:derivesFrom ?parent }"
    assert rows(store, f"?child dgo:qualifiedDerivation ?d . ?d dgo:parent ?parent {without}") == []


@pytest.mark.parametrize("name", EVIDENCE)
def test_no_derivation_lacks_its_evidence(name: str, store: Store) -> None:
    """A paper states it, or, where a harvest asserts it, code shows it."""
    said = "dgo:statedIn|dgo:evidence" if name == "statedIn" else f"dgo:{name}"
    assert rows(store, f"?d a dgo:Derivation FILTER NOT EXISTS {{ ?d {said} ?value }}") == []


def test_the_kind_of_every_derivation_is_an_edge_of_its_own(store: Store) -> None:
    unknown = f"<{DGO}derivesFrom>"  # what a harvest asserts is of no known kind
    derivations = {(child, kind, parent) for child, kind, parent in kinds(store) if kind != unknown}
    stated = {(c, f"<{DGO}{kind}>", p) for kind in DERIVATION_KINDS for c, p in rows(store, f"?c dgo:{kind} ?p")}
    assert derivations == stated


def kinds(store: Store) -> list[tuple[str, str, str]]:
    """Child, kind and parent of every derivation."""
    found = store.query(
        f"PREFIX dgo: <{DGO}> SELECT ?c ?k ?p {{ ?c dgo:qualifiedDerivation ?d . ?d dgo:kind ?k ; dgo:parent ?p }}",
        use_default_graph_as_union=True,
    )
    assert isinstance(found, QuerySolutions)
    return [(str(row["c"]), str(row["k"]), str(row["p"])) for row in found]


def test_every_derivation_is_explained_in_english_and_chinese(store: Store) -> None:
    for language in ("en", "zh"):
        without = f'FILTER NOT EXISTS {{ ?d dgo:rationale ?why FILTER(LANG(?why) = "{language}") }}'
        assert rows(store, f"?d a dgo:Derivation {without}") == []


def test_no_child_is_older_than_its_parent(catalogue: Catalogue) -> None:
    older = [
        (child.id, parent.id)
        for child, parent in edges(catalogue)
        if begun(catalogue, child).not_after < begun(catalogue, parent).not_before
    ]
    assert older == []


def test_there_are_at_least_140_relations_of_derivation_or_use(store: Store) -> None:
    assert len(members(store, "Derivation")) + len(members(store, "ComponentUse")) >= 140


def test_no_method_is_its_own_ancestor(store: Store) -> None:
    assert rows(store, "?method dgo:hasAncestor ?method") == []


def test_no_pair_is_both_derivation_and_rejected(store: Store) -> None:
    both = "?c dgo:qualifiedDerivation/dgo:parent ?p ; dgo:rejectedDerivation/dgo:parent ?p"
    assert rows(store, both) == []


def test_every_repair_mends_an_entry_of_the_list(store: Store) -> None:
    without = "FILTER NOT EXISTS { ?entry a dgo:SourceEntry }"
    assert rows(store, f"?repair a dgo:Repair ; dgo:repairs ?entry {without}") == []
    assert members(store, "Repair") != set()
