"""The IRIs of the project: base, ontology, named graphs, folders of things. Nothing else writes an IRI out."""

from collections.abc import Iterable
from difflib import get_close_matches

BASE = "https://w3id.org/deepgenealogy/"
ONTOLOGY = f"{BASE}ontology"
DGO = f"{ONTOLOGY}#"

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
PROV = "http://www.w3.org/ns/prov#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
FABIO = "http://purl.org/spar/fabio/"
FOAF = "http://xmlns.com/foaf/0.1/"
SCHEMA = "https://schema.org/"
VOID = "http://rdfs.org/ns/void#"
CITO = "http://purl.org/spar/cito/"
SSSOM = "https://w3id.org/sssom/"

#: Sources of harvests (`data/harvested/<source>`), each with a named graph of its own, in the order of their names.
HARVESTED = ("openmmlab", "pytorchcv", "timm", "transformers")

#: Named graphs in the order in which data flows into them: short name -> IRI.
GRAPHS = {
    name: f"{BASE}graph/{name.replace('harvest-', 'harvest/')}"
    for name in (
        "ontology",
        "article",
        "genealogy",
        "curation",
        "links",
        *(f"harvest-{source}" for source in HARVESTED),
        "inferred",
        "meta",
    )
}

#: Kinds of derivation; each is a sub-property of `dgo:derivesFrom`.
DERIVATION_KINDS = (
    "extends",
    "improves",
    "variantOf",
    "simplifies",
    "generalizes",
    "scales",
    "combines",
    "replacesComponentOf",
    "appliesToNewDomain",
    "inspiredBy",
)

#: The kind of a derivation that was harvested: that it derives, and not in which way.
PLAIN_DESCENT = "derivesFrom"

#: Relations of use: no part in ancestry.
USE_KINDS = ("usesComponent", "usesBackbone")

#: Folder of records -> first segment of the IRI of its things.
SEGMENTS = {
    "architectures": "architecture",
    "papers": "paper",
    "tasks": "task",
    "families": "family",
    "modalities": "modality",
    "works": "source",
}

#: Prefixes offered in every Turtle file, query page and example.
PREFIXES = {
    "dg": BASE,
    "dgo": DGO,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "prov": PROV,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": VOID,
    "void-ext": "http://ldf.fi/void-ext#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "vann": "http://purl.org/vocab/vann/",
    "schema": SCHEMA,
    "fabio": FABIO,
    "cito": CITO,
    "datacite": "http://purl.org/spar/datacite/",
    "bibo": "http://purl.org/ontology/bibo/",
    "foaf": FOAF,
    "oa": "http://www.w3.org/ns/oa#",
    "sssom": SSSOM,
    "semapv": "https://w3id.org/semapv/vocab/",
}


def nearest(name: str, names: Iterable[str], *, count: int = 3) -> list[str]:
    """The `count` names that are most like `name`, best first; empty when none is like it.

    >>> nearest("resnt", ["resnet", "lstm"])
    ['resnet']
    """
    return get_close_matches(name, list(names), n=count, cutoff=0.5)
