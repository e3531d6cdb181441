"""How engines differ from the standard and from one another: one row an engine, and no branch anywhere else.

Found by the tests, which ask the same of each. What no row can mend is told to the asker, not answered by half.

| engine | difference | what is done |
|---|---|---|
| all | the default graph is a union for some and empty for others | every question names its dataset |
| all | prefixes known without a declaration are not the same | those of ours that are used are declared |
| Virtuoso | at most 10,000 rows of a SELECT, told by a header | the rest is fetched in pages, totally ordered |
| Virtuoso | at most 10,000 triples of a CONSTRUCT, untold | `{ ?s ?p ?o }` as a SELECT, graphs in pages; else refused |
| Virtuoso | a path from a variable of VALUES starts anywhere, or nowhere | VALUES stands in a sub-SELECT of its own |
| Virtuoso | two repeated paths find too little by some plans | published questions do without; README says so |
| Virtuoso | graphs of FROM clauses are added to the dataset of the request | the clauses are left out |
| Virtuoso | BASE only before any PREFIX, and no PREFIX twice | the prologue is written anew |
| Virtuoso | DESCRIBE tells what points at a thing too | `define sql:describe-mode "CBD"` |
| Virtuoso | ASK answers with a table of one number | read as the boolean that it stands for |
| Virtuoso | in SPARQL JSON blank nodes are `nodeID://b1`, booleans 1 and 0 | put right as they are read |
| Virtuoso | PUT of a graph empties it, then fills it, and leaves a part when that fails | put aside, then copied |
| Virtuoso | functions of the database and of the web (`bif:`, `sql:`) can be called by any query | refused |
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from ...vocabulary import XSD

#: A pattern in the bytes of an answer, and what stands in its place.
Repair = tuple[re.Pattern[bytes], bytes]


@dataclass(frozen=True)
class Dialect:
    """How one kind of engine speaks.

    `server` begins its Server header; `query_path` is where it answers when an address names no path; `store_paths`
    lead from the path of queries to that of the Graph Store Protocol, without credentials and with. `graph_cap` is the
    number of triples at which an answer may have been cut without a word; 0 for never. `table_repairs` are for lines of
    SPARQL JSON. `own_graphs` are graphs that belong to the engine itself. `copy_path` is empty where a PUT replaces a
    graph in one step; else a COPY of SPARQL Update does, sent to this path in place of that of queries.
    """

    name: str
    server: str = ""
    query_path: str = ""
    store_paths: tuple[tuple[str, str, str], ...] = ()
    before_describe: str = ""
    graph_cap: int = 0
    starts_paths_at_values: bool = True
    adds_from_to_request: bool = False
    copy_path: str = ""
    table_repairs: tuple[Repair, ...] = ()
    own_graphs: re.Pattern[str] | None = None
    own_schemes: tuple[str, ...] = ()
    every_graph: str = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"

    def store_address(self, query_address: str, *, has_credentials: bool) -> str | None:
        """Where graphs are put, told from where queries are answered; None when that is not known."""
        for path, open_path, guarded_path in self.store_paths:
            if query_address.endswith(path):
                return query_address.removesuffix(path) + (guarded_path if has_credentials else open_path)
        return None

    def copy_address(self, query_address: str) -> str:
        """Where graphs are copied into their places; empty where a PUT does as well."""
        return urljoin(query_address, self.copy_path) if self.copy_path else ""


def _repair(pattern: str, replacement: str) -> Repair:
    return re.compile(pattern.encode()), replacement.encode()


_BOOLEAN = rf'("datatype": "{re.escape(XSD)}boolean", "value": ")'

OXIGRAPH = Dialect(
    "Oxigraph",
    server="oxigraph",
    query_path="/query",
    store_paths=(("/query", "/store", "/store"), ("/sparql", "/store", "/store")),
    every_graph="SELECT ?g { GRAPH ?g {} }",
)
VIRTUOSO = Dialect(
    "Virtuoso",
    server="virtuoso",
    query_path="/sparql",
    store_paths=(
        ("/sparql-auth", "/sparql-graph-crud-auth", "/sparql-graph-crud-auth"),
        ("/sparql", "/sparql-graph-crud", "/sparql-graph-crud-auth"),
    ),
    before_describe='define sql:describe-mode "CBD" ',
    graph_cap=10_000,
    starts_paths_at_values=False,
    adds_from_to_request=True,
    copy_path="/sparql-auth",
    table_repairs=(
        _repair(r'("type": "bnode", "value": ")nodeID://', r"\1"),
        _repair(_BOOLEAN + '1"', r'\1true"'),
        _repair(_BOOLEAN + '0"', r'\1false"'),
    ),
    own_graphs=re.compile(
        r"http://www\.openlinksw\.com/schemas/|http://localhost:8890/|http://www\.w3\.org/ns/ldp#|"
        r"http://www\.w3\.org/2002/07/owl#|http://localuriqaserver/|urn:(?:core|activitystreams-owl):|urn:virtuoso:"
    ),
    own_schemes=("bif:", "sql:"),
)
STANDARD = Dialect("SPARQL 1.1", store_paths=())

_KNOWN = (OXIGRAPH, VIRTUOSO)


def dialect_of(server: str) -> Dialect:
    """The dialect of an engine that calls itself `server`; what nobody knows is taken to speak the standard.

    >>> dialect_of("Virtuoso/07.20.3229 (Linux)").name, dialect_of("Jetty(9.4)").name
    ('Virtuoso', 'SPARQL 1.1')
    """
    return next((row for row in _KNOWN if server.lower().startswith(row.server)), STANDARD)


def repaired(line: bytes, repairs: tuple[Repair, ...]) -> bytes:
    """A line of an answer, put right."""
    for pattern, replacement in repairs:
        line = pattern.sub(replacement, line)
    return line
