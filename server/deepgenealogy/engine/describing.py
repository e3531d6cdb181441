"""What is said about one thing: a description that is whole for the reader and bounded in size.

| part | what | bound |
|---|---|---|
| edges | what is said of the thing, and what points at it, by property and direction | BOUND |
| claims and parts | all that is said of what hangs on an edge | BOUND_OF_PARTS |
| fragments | all that is said of what has the document's IRI and a `#` (`paper/x#author-1`) | FRAGMENTS |
| labels | of every thing of ours that is mentioned | as edges |
| the rest | `rdfs:seeAlso` to the query that gives all of what was cut, and to the lineage | |

What only repeats an edge in another vocabulary or in reverse is left to SPARQL, and the long lists of ancestors and
descendants to `/lineage`. Nothing here knows of HTTP.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from ..graph.formats import read_triples
from ..vocabulary import BASE, CITO, DGO, ONTOLOGY, PROV, RDF_TYPE, RDFS, SCHEMA, SSSOM, VOID
from .interface import Engine, Question

#: Neighbours by one property in one direction; more are cut, and the description says where all of them are.
BOUND = 200

#: The same for claims and parts: all that is said of each stands in the description.
BOUND_OF_PARTS = 100

#: Things with an IRI of the document's and a `#`: nothing but this document can describe them.
FRAGMENTS = 4_000

#: So many things are asked about in one question.
_BATCH = 500

_LABEL = NamedNode(f"{RDFS}label")
_SEE_ALSO = NamedNode(f"{RDFS}seeAlso")

#: Entailed edges that repeat another one, or that `/lineage` gives.
_LINEAGE = {f"{DGO}hasAncestor", f"{DGO}hasDescendant"}
_REPEATED = {f"{PROV}wasDerivedFrom", f"{PROV}qualifiedDerivation", f"{SCHEMA}isBasedOn"}

#: Edges that are left out, by direction.
_LEFT_OUT = {
    "out": _LINEAGE | _REPEATED,
    "in": {
        *_LINEAGE,
        *_REPEATED,
        RDF_TYPE,
        *(f"{DGO}{name}" for name in ("child", "denotedBy", "introduces")),
        f"{PROV}entity",
        f"{CITO}citesAsEvidence",
        f"{RDFS}isDefinedBy",
    },
}

#: Edges at whose other end hangs a claim or a part: everything said of it belongs to the description.
_PARTS = {
    "out": {
        *(f"{DGO}{name}" for name in ("qualifiedDerivation", "rejectedDerivation", "qualifiedUse", "authorship")),
        *(f"{DGO}{name}" for name in ("occurrence", "hasSection", "hasClaim", "hasPicture", "recommends")),
        f"{VOID}subset",
    },
    "in": {f"{DGO}parent", f"{DGO}component", f"{DGO}repairs", f"{SSSOM}subject_id"},
}

_CENSUS = """SELECT ?direction ?p (COUNT(*) AS ?n) {{
  {{ {thing} ?p ?o BIND("out" AS ?direction) }} UNION {{ ?s ?p {thing} BIND("in" AS ?direction) }}
}} GROUP BY ?direction ?p"""

#: The pattern of an edge by direction, and the variable of its other end.
_EDGE = {
    "out": ("{thing} ?p ?o BIND({thing} AS ?s)", "?o"),
    "in": ("?s ?p {thing} BIND({thing} AS ?o)", "?s"),
}


@dataclass(frozen=True)
class Edges:
    """The edges of a thing by one property in one direction (`out` or `in`), counted."""

    direction: str
    predicate: str
    count: int

    @property
    def bound(self) -> int:
        """How many of them a description holds at most."""
        return BOUND_OF_PARTS if self.predicate in _PARTS[self.direction] else BOUND

    @property
    def is_cut(self) -> bool:
        """Whether a description holds only some of them."""
        return self.count > self.bound

    def pattern(self, thing: NamedNode) -> str:
        """The pattern of SPARQL that these edges of `thing` match, as `?s ?p ?o`."""
        return f"{_values('p', [NamedNode(self.predicate)])} {_EDGE[self.direction][0].format(thing=thing)}"

    @property
    def words(self) -> dict[str, str]:
        """What a link to all of them says."""
        name = self.predicate.rpartition("#")[2].rpartition("/")[2]
        if self.direction == "out":
            return {"en": f"all {self.count} by {name}", "zh": f"全部 {self.count} 个 {name}"}
        return {"en": f"all {self.count} that point here by {name}", "zh": f"以 {name} 指向此处的全部 {self.count} 个"}


@dataclass(frozen=True)
class Describer:
    """Describes things of one engine; `graphs` is the default graph to ask, None for the engine's own."""

    engine: Engine
    graphs: Sequence[str] | None = None

    def describe(self, identity: str, fragments: Sequence[str] = ()) -> list[Quad]:
        """The triples about `identity` (an IRI relative to the base); `fragments` are the names behind its `#`."""
        thing = NamedNode(BASE + identity)
        census = self._census(thing)
        found = set(self._edges(thing, census))
        todo = _parts(found, thing) | {NamedNode(f"{thing.value}#{name}") for name in fragments[:FRAGMENTS]}
        done = {thing}
        while todo:
            said = set(self._said_of(todo))
            found |= said
            done |= todo
            todo = {part for own in todo for part in _parts(said, own, directions=("out",))} - done
        found |= set(self._labels(_mentioned(found)))
        return [*found, *_rest(thing, census, len(fragments))]

    def _census(self, thing: NamedNode) -> list[Edges]:
        question = Question(_CENSUS.format(thing=thing), "json", None, default_graphs=self.graphs)
        rows = json.loads(self.engine.ask(question).whole())["results"]["bindings"]
        counted = [
            Edges(row["direction"]["value"], row["p"]["value"], int(row["n"]["value"])) for row in rows if "p" in row
        ]
        return sorted(counted, key=lambda edges: (edges.direction, edges.predicate))

    def _edges(self, thing: NamedNode, census: Iterable[Edges]) -> list[Quad]:
        shown = [edges for edges in census if edges.predicate not in _LEFT_OUT[edges.direction]]
        branches = [_whole(thing, direction, shown) for direction in _EDGE]
        branches += [_some(thing, edges) for edges in shown if edges.is_cut]
        return self._constructed(" UNION ".join(f"{{ {branch} }}" for branch in branches))

    def _said_of(self, things: Iterable[NamedNode]) -> list[Quad]:
        left_out = ", ".join(sorted(f"<{iri}>" for iri in _LEFT_OUT["out"] | {f"{PROV}entity"}))
        return self._batched(things, f"?s ?p ?o FILTER(?p NOT IN ({left_out}))")

    def _labels(self, things: Iterable[NamedNode]) -> list[Quad]:
        # With the property in VALUES, Oxigraph reads all labels that there are.
        return self._batched(things, f"?s {_LABEL} ?o BIND({_LABEL} AS ?p)")

    def _batched(self, things: Iterable[NamedNode], pattern: str) -> list[Quad]:
        """What matches `pattern` with each of `things` as `?s`, in questions below any limit of length."""
        ordered = sorted(things, key=str)
        starts = range(0, len(ordered), _BATCH)
        batches = (ordered[start : start + _BATCH] for start in starts)
        return [quad for batch in batches for quad in self._constructed(f"{_values('s', batch)} {pattern}")]

    def _constructed(self, pattern: str) -> list[Quad]:
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"
        return read_triples(self.engine.ask(Question(text, None, "nt", default_graphs=self.graphs)).whole())


def _values(name: str, terms: Iterable[NamedNode]) -> str:
    return f"VALUES ?{name} {{ {' '.join(sorted(map(str, terms)))} }}"


def _whole(thing: NamedNode, direction: str, shown: Iterable[Edges]) -> str:
    named = [NamedNode(e.predicate) for e in shown if e.direction == direction and not e.is_cut]
    return f"{_values('p', named)} {_EDGE[direction][0].format(thing=thing)}"


def _some(thing: NamedNode, edges: Edges) -> str:
    """The first of the edges: numbered parts in the order of their numbers, hence by length first."""
    end = _EDGE[edges.direction][1]
    return f"SELECT ?s ?p ?o {{ {edges.pattern(thing)} }} ORDER BY STRLEN(STR({end})) STR({end}) LIMIT {edges.bound}"


def _parts(quads: Iterable[Quad], thing: NamedNode, *, directions: Iterable[str] = ("out", "in")) -> set[NamedNode]:
    """The things that hang as parts or claims on `thing`."""
    return {
        end
        for quad in quads
        for direction in directions
        for near, end in [(quad.subject, quad.object) if direction == "out" else (quad.object, quad.subject)]
        if near == thing and isinstance(end, NamedNode) and quad.predicate.value in _PARTS[direction]
    }


def _mentioned(quads: Iterable[Quad]) -> set[NamedNode]:
    """Every thing of ours among the quads, terms of the ontology left out: their labels are the ontology's business."""
    ends = {end for quad in quads for end in (quad.subject, quad.object) if isinstance(end, NamedNode)}
    return {end for end in ends if end.value.startswith(BASE) and not end.value.startswith(f"{ONTOLOGY}#")}


def _rest(thing: NamedNode, census: Sequence[Edges], fragments: int) -> Iterator[Quad]:
    """Where the rest is, as links with words: the queries that give all of what was cut, and the lineage."""
    for address, words in _continuations(thing, census, fragments):
        target = NamedNode(BASE + address)
        yield Quad(thing, _SEE_ALSO, target)
        yield from (Quad(target, _LABEL, Literal(text, language=language)) for language, text in words.items())


def _continuations(thing: NamedNode, census: Sequence[Edges], fragments: int) -> Iterator[tuple[str, dict[str, str]]]:
    for edges in census:
        if edges.is_cut and edges.predicate not in _LEFT_OUT[edges.direction]:
            yield _query(edges.pattern(thing)), edges.words
    if fragments > FRAGMENTS:
        own = f'STRSTARTS(STR(?s), "{thing.value}#")'
        yield _query(f"?s ?p ?o FILTER({own})"), {"en": f"all {fragments} parts", "zh": f"全部 {fragments} 个部分"}
    segment, _, slug = thing.value.removeprefix(BASE).partition("/")
    if segment == "architecture" and _LINEAGE & {edges.predicate for edges in census}:
        yield f"lineage/{slug}?direction=both", {"en": "all ancestors and descendants", "zh": "全部祖先与后代"}


def _query(pattern: str) -> str:
    return f"sparql?query={quote(f'CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}', safe='')}"
