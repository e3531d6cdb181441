"""Nodes become quads in the named graphs, through the one context; the ontology is read as it stands."""

import json
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, Triple, parse

from ..sources.records import Catalogue
from ..vocabulary import GRAPHS
from .context import read_context
from .harvested import harvest_nodes
from .links import harvested_links, link_nodes
from .nodes import (
    MAKERS,
    SCHEMES,
    Node,
    denotation_nodes,
    entry_nodes,
    heading_nodes,
    repair_nodes,
    retired_nodes,
)


def quads_of(nodes: Iterable[Node], root: Path, name: str) -> list[Quad]:
    """What `nodes` say in the keys of the context of `root`, in the named graph with short name `name`."""
    return _parsed(nodes, root, {"@id": GRAPHS[name]})


def triples_of(nodes: Iterable[Node], root: Path) -> list[Triple]:
    """The same as triples, in no graph."""
    return [quad.triple for quad in _parsed(nodes, root, {})]


def _parsed(nodes: Iterable[Node], root: Path, graph: Node) -> list[Quad]:
    document = {"@context": read_context(root), **graph, "@graph": list(nodes)}
    return list(parse(json.dumps(document), format=RdfFormat.JSON_LD))


def in_graph(triples: Iterable[Triple], name: str) -> list[Quad]:
    """`triples` as quads of the named graph with short name `name`."""
    graph = NamedNode(GRAPHS[name])
    return [Quad(t.subject, t.predicate, t.object, graph) for t in triples]


def ontology_triples(root: Path) -> list[Triple]:
    """The ontology as written in `ontology/deepgenealogy.ttl`, its blank nodes named by RDFC-1.0, always the same."""
    path = root / "ontology" / "deepgenealogy.ttl"
    dataset = Dataset(parse(path=path, format=RdfFormat.TURTLE))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in dataset]


def stated_quads(catalogue: Catalogue) -> list[Quad]:
    """Everything that is stated, in its named graph; nothing that is entailed."""
    return list(chain.from_iterable(stated_graphs(catalogue).values()))


def stated_graphs(catalogue: Catalogue) -> dict[str, list[Quad]]:
    """The same by the short names of the graphs."""
    made: dict[str, list[Node]] = {"article": [], "genealogy": [], "curation": list(SCHEMES)}
    for folder, maker in MAKERS.items():
        graph = "article" if folder == "sources/article" else "curation"
        for record in catalogue.of(folder):
            made[graph] += maker(record, catalogue)
    made["genealogy"] += [*entry_nodes(catalogue), *heading_nodes(catalogue)]
    made["curation"] += [*denotation_nodes(catalogue), *repair_nodes(catalogue), *retired_nodes(catalogue)]
    made["links"] = list(link_nodes(catalogue))
    harvested = harvest_nodes(catalogue)
    made["links"] += [link for nodes in harvested.values() for link in harvested_links(nodes)]
    made |= harvested
    stated = {"ontology": in_graph(ontology_triples(catalogue.root), "ontology")}
    return stated | {name: quads_of(nodes, catalogue.root, name) for name, nodes in made.items()}
