"""What the dataset says about itself: `dg:graph/meta`, with every count counted."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from pyoxigraph import NamedNode, Quad

from .. import __version__
from ..vocabulary import BASE, DCTERMS, FABIO, FOAF, GRAPHS, PROV, RDF_TYPE, SKOS
from .nodes import Node

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_TITLES = {
    "ontology": ("The ontology", "本体"),
    "article": ("What the article of 2017 states", "2017 年文章所述"),
    "genealogy": ("What the genealogy list states", "谱系列表所述"),
    "curation": ("The curated records", "经整理的记录"),
    "links": ("Links to other graphs", "与其他图谱的链接"),
    "inferred": ("What the rest entails", "由其余部分推出的内容"),
}
_VOCABULARIES = (f"{BASE}ontology#", PROV, SKOS, DCTERMS, FABIO, FOAF)
_TYPE = NamedNode(RDF_TYPE)


def description_nodes(quads: Iterable[Quad]) -> list[Node]:
    """The dataset as `void:Dataset` and `dcat:Dataset`, one subset a named graph, with triples and classes counted."""
    by_graph: dict[str, list[Quad]] = {iri: [] for iri in GRAPHS.values()}
    for quad in quads:
        by_graph[str(getattr(quad.graph_name, "value", ""))].append(quad)
    total = {quad.triple for own in by_graph.values() for quad in own}
    subsets = [_subset(name, by_graph[GRAPHS[name]]) for name in _TITLES]
    dataset = {
        "@id": "dataset",
        "@type": ["void:Dataset", "dcat:Dataset"],
        "label": {"en": "Deep Genealogy", "zh": "深度学习架构谱系"},
        "description": {
            "en": "The family tree of deep-learning architectures: which derives from which, who says so and where.",
            "zh": "深度学习架构的谱系：何者源自何者，由谁、在何处指出。",
        },
        "dcterms:license": {"@id": _LICENCE},
        "dcat:version": __version__,
        "void:sparqlEndpoint": {"@id": "sparql"},
        "void:uriSpace": BASE,
        "void:exampleResource": {"@id": "architecture/resnet"},
        "void:vocabulary": [{"@id": iri} for iri in _VOCABULARIES],
        "void:triples": len(total),
        "void:subset": [{"@id": subset["@id"]} for subset in subsets],
        "void:classPartition": _partitions("dataset", total),
    }
    return [dataset, *subsets]


def _subset(name: str, quads: list[Quad]) -> Node:
    en, zh = _TITLES[name]
    return {
        "@id": f"graph/{name}",
        "@type": "void:Dataset",
        "label": {"en": en, "zh": zh},
        "dcterms:license": {"@id": _LICENCE},
        "void:triples": len(quads),
    }


def _partitions(owner: str, triples: Iterable[Any]) -> list[Node]:
    counts = Counter(t.object.value for t in triples if t.predicate == _TYPE and hasattr(t.object, "value"))
    ours = {iri: n for iri, n in counts.items() if iri.startswith(f"{BASE}ontology#")}
    return [
        {"@id": f"{owner}#{iri.rpartition('#')[2]}", "void:class": {"@id": iri}, "void:entities": n}
        for iri, n in sorted(ours.items())
    ]
