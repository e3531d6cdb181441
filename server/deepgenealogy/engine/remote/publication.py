"""What `publish` leaves in an engine besides the graphs: a small graph that names the snapshot and counts its graphs.

    <https://w3id.org/deepgenealogy/graph/publication>
        dcterms:identifier "4ae1862631365a0c" ; void:subset <…/graph/curation> .
    <…/graph/curation> void:triples 16249 .

While it is there, the engine holds that snapshot and nothing else of ours. A publication first takes it away, then
waits until every server has seen that (they look once in HELD_S seconds), then puts the graphs, and names the new one
at last: an answer that was made meanwhile bears no name and is not kept. Nobody sees this graph by asking a server.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from ...vocabulary import BASE, DCTERMS, VOID, XSD
from ..interface import UNNAMED

PUBLICATION = f"{BASE}graph/publication"

#: Where a graph is put that is then copied into its place; what a publication that broke off left there means nothing.
ASIDE = f"{PUBLICATION}/aside"

#: So long a server goes by what it read of the publication, in seconds.
HELD_S = 1.0

#: So long data that nobody names are taken to be the same, in seconds.
UNNAMED_S = 60

QUERY = f"""SELECT ?name ?graph ?triples {{
  <{PUBLICATION}> <{DCTERMS}identifier> ?name ; <{VOID}subset> ?graph .
  ?graph <{VOID}triples> ?triples
}}"""


@dataclass(frozen=True)
class Publication:
    """The snapshot that an engine holds: its name ('' where nobody named it), and the size of each graph."""

    name: str
    graphs: Mapping[str, int]

    @classmethod
    def of(cls, content: bytes) -> "Publication":
        """The publication in the answer to QUERY, in SPARQL JSON."""
        rows = json.loads(content)["results"]["bindings"]
        names = {row["name"]["value"] for row in rows}
        graphs = {row["graph"]["value"]: int(row["triples"]["value"]) for row in rows}
        return cls(names.pop(), dict(sorted(graphs.items()))) if len(names) == 1 else cls("", {})

    def as_ntriples(self) -> bytes:
        """The same as the graph that says so."""
        own = NamedNode(PUBLICATION)
        triples = [Triple(own, NamedNode(f"{DCTERMS}identifier"), Literal(self.name))]
        for iri, count in self.graphs.items():
            size = Literal(str(count), datatype=NamedNode(f"{XSD}integer"))
            triples.append(Triple(own, NamedNode(f"{VOID}subset"), NamedNode(iri)))
            triples.append(Triple(NamedNode(iri), NamedNode(f"{VOID}triples"), size))
        return serialize(triples, format=RdfFormat.N_TRIPLES) or b""

    @property
    def version(self) -> str:
        """The name of the state of the data."""
        return self.name or f"{UNNAMED}{int(time.time() // UNNAMED_S)}"
