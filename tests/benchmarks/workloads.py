"""What the servers are asked: each workload a row, with the requests that it makes of a server.

Names of architectures follow Zipf's law: the one of rank r is asked for in proportion to 1/r, as on the web.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from deepgenealogy.engine.binding import bound_text
from deepgenealogy.sources.questions import read_questions
from deepgenealogy.vocabulary import BASE, DGO, GRAPHS, RDFS
from tests.benchmarks.contestants import Running
from tests.benchmarks.generated import slug
from tests.benchmarks.load import Request
from tests.conftest import CHECKOUT
from tests.protocol.asking import send

JSON, TRIPLES = "application/sparql-results+json", "application/n-triples"
OURS, NATIVE, VIRTUOSO = "deepgenealogy", "oxigraph", "virtuoso"

#: How many requests a workload is made of, and how many architectures it names; wrk goes through them again and again.
_REQUESTS, _NAMED = 2_000, 50

_PREFIXES = f"BASE <{BASE}> PREFIX dgo: <{DGO}> PREFIX rdfs: <{RDFS}> "

#: Three small questions. `{n}` makes each one unlike every other one that was ever asked.
SMALL = (
    "SELECT ?p ?name WHERE { <architecture/SLUG> dgo:derivesFrom ?p . ?p rdfs:label ?name } LIMIT {n}",
    "SELECT ?a ?d WHERE { <architecture/SLUG> dgo:derivesFrom+ ?a . ?a dgo:introduced ?d } ORDER BY ?d ?a LIMIT {n}",
    "SELECT ?p ?o WHERE { <architecture/SLUG> ?p ?o } LIMIT {n}",
)

#: A question that no index answers: all who share a task, compared by pairs.
HEAVY = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a dgo:addressesTask ?t ; rdfs:label ?x . ?b dgo:addressesTask ?t ; "
    "rdfs:label ?y . FILTER(STRLEN(?x) + STRLEN(?y) < {n}) }"
)

Requests = Callable[[Running, int, random.Random], list[Request]]


@dataclass(frozen=True)
class Workload:
    """One row: a name, what it asks, whom (all if nobody is named), and whether it is mixed with heavy queries.

    `only` are those who have such a thing at all.
    """

    name: str
    words: str
    requests: Requests
    only: frozenset[str] = frozenset()
    is_mixed: bool = False
    connections: int = 8


def _names(count: int, dice: random.Random, wanted: int) -> list[str]:
    """Slugs by Zipf's law; which are asked for most is the same for every server."""
    pool = random.Random(7).sample(range(count), min(count, _NAMED))
    weights = list(accumulate(1 / rank for rank in range(1, len(pool) + 1)))
    return [slug(number) for number in dice.choices(pool, cum_weights=weights, k=wanted)]


def published(running: Running, count: int, dice: random.Random) -> list[Request]:
    """The published questions that are about one architecture."""
    questions = read_questions(CHECKOUT)
    chosen = [questions[name] for name in ("parents", "ancestors", "descendants", "used-by")]
    texts = [
        "\n".join(line for line in bound_text(question, {"architecture": name}).splitlines() if line[:1] != "#")
        for name, question in zip(_names(count, dice, _REQUESTS), dice.choices(chosen, k=_REQUESTS), strict=True)
    ]
    return [(running.query(text), {"Accept": JSON}) for text in texts]


def revalidated(running: Running, count: int, dice: random.Random) -> list[Request]:
    """The same, by somebody who holds our answers already; others answer anew."""
    asked = published(running, count, dice)
    if running.name != OURS:
        return asked
    tags = {
        target: send(running.address, "GET", target, None, given).headers["ETag"] for target, given in set_of(asked)
    }
    return [(target, {**given, "If-None-Match": tags[target]}) for target, given in asked]


def set_of(requests: Sequence[Request]) -> list[Request]:
    """Each different request once."""
    return list({target: (target, given) for target, given in requests}.values())


def never_asked(running: Running, count: int, dice: random.Random) -> list[Request]:
    """Small questions, each unlike every other one."""
    names = _names(count, dice, _REQUESTS)
    texts = [_PREFIXES + SMALL[n % len(SMALL)].replace("SLUG", name) for n, name in enumerate(names)]
    return [(running.query(text), {"Accept": JSON}) for text in texts]


def heavy(running: Running) -> list[Request]:
    """The heavy question."""
    return [(running.query(_PREFIXES + HEAVY), {"Accept": JSON})]


def descriptions(running: Running, count: int, dice: random.Random) -> list[Request]:
    """All that is said of one architecture, as a graph."""
    things = [f"<{BASE}architecture/{name}>" for name in _names(count, dice, _REQUESTS)]
    texts = (f"CONSTRUCT {{ {thing} ?p ?o }} WHERE {{ {thing} ?p ?o }}" for thing in things)
    return [(running.query(text), {"Accept": TRIPLES}) for text in texts]


def pages(_: Running, count: int, dice: random.Random) -> list[Request]:
    """Pages of architectures, as a browser asks for them."""
    return [(f"/architecture/{name}", {"Accept": "text/html"}) for name in _names(count, dice, _REQUESTS)]


def frames(_: Running, count: int, dice: random.Random) -> list[Request]:
    """Architectures as trees of JSON-LD."""
    return [(f"/architecture/{name}.jsonld?frame=architecture", {}) for name in _names(count, dice, _REQUESTS)]


def exports(running: Running, count: int, dice: random.Random) -> list[Request]:
    """The records' graph whole, as N-Triples."""
    return [(f"/store?graph={GRAPHS['curation']}", {"Accept": TRIPLES})]


WORKLOADS = {
    row.name: row
    for row in (
        Workload("repeated", "published questions, names by Zipf's law", published),
        Workload("revalidated", "the same, by who holds our answers (304)", revalidated),
        Workload("never asked", "small questions, each unlike every other", never_asked),
        Workload("described", "what is said of one architecture, N-Triples (CONSTRUCT)", descriptions),
        Workload("pages", "one architecture as a page", pages, frozenset({OURS})),
        Workload("frames", "one architecture as a JSON-LD tree", frames, frozenset({OURS})),
        Workload("exports", "the graph of the records, N-Triples", exports, frozenset({OURS, NATIVE}), connections=2),
        Workload("mixed", "small questions beside 5 % heavy ones", never_asked, is_mixed=True),
    )
}
