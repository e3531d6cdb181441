"""What the clients of the soak send: light, heavy and hostile requests, none like the one before."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

QUERY = {"Content-Type": "application/sparql-query"}
SLUGS = ("resnet", "u-net", "lstm", "transformer", "gan", "alexnet", "vggnet", "densenet")


@dataclass(frozen=True)
class Sent:
    """A request, and how its sender behaves.

    `raw` are bytes that are sent as they are in place of a request; `leaves_after_s` is when the sender goes away
    without waiting, `pause_s` what it waits between the pieces that it reads.
    """

    kind: str
    method: str = "GET"
    target: str = "/"
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None
    leaves_after_s: float | None = None
    pause_s: float = 0.0


def _asked(kind: str, query: str, **manner: float) -> Sent:
    """A query by GET; a comment makes each another question, so that no cache answers it."""
    unique = f"{query} # {random.getrandbits(64)}"
    return Sent(kind, target=f"/sparql?query={quote(unique)}&format=csv", **manner)  # type: ignore[arg-type]


def _posted(kind: str, body: bytes, **headers: str) -> Sent:
    named = {**QUERY, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Sent(kind, "POST", "/sparql", body, tuple(named.items()))


def light() -> Sent:
    """The question whose time is taken: the parents of one architecture."""
    slug = random.choice(SLUGS)
    return _asked(
        "light", f"SELECT ?parent {{ <https://w3id.org/deepgenealogy/architecture/{slug}> dgo:derivesFrom ?parent }}"
    )


_PAGES = ("/", "/healthz", "/metrics", "/queries", "/queries/roots", "/context.jsonld", "/openapi.json", "/sparql")


def _page() -> Sent:
    slug = random.choice(SLUGS)
    suffix = random.choice(("", ".ttl", ".jsonld", ".html"))
    targets = (*_PAGES, f"/architecture/{slug}{suffix}", f"/lineage/{slug}?direction=both", "/export/curation.ttl")
    coding = random.choice(("gzip", "br", "zstd", "identity"))
    return Sent("page", target=random.choice(targets), headers=(("Accept-Encoding", coding),))


_CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?d != ?g)"

HEAVY: tuple[Callable[[], Sent], ...] = (
    lambda: _asked("heavy count", f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} }}"),
    lambda: _asked("heavy order", f"SELECT * {{ {_CROSS} }} ORDER BY ?c ?f LIMIT 10"),
    lambda: _asked("heavy group", f"SELECT ?a ?d (COUNT(DISTINCT ?i) AS ?n) {{ {_CROSS} }} GROUP BY ?a ?d"),
    lambda: _asked("heavy distinct", "SELECT DISTINCT ?a ?f { ?a ?b ?c . ?d ?e ?f }"),
    lambda: _asked("heavy path", "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>)+ ?b }"),
    lambda: _asked("large answer", "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 200000"),
    lambda: _asked("read slowly", "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000", pause_s=0.02),
    lambda: _asked("left alone", f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} }}", leaves_after_s=0.5),
    lambda: _asked("left while sent", "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 500000", leaves_after_s=1.5),
)

_GARBAGE = (
    b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost\r\n\r\n",
    b"\x00" * 100 + b"\r\n\r\n",
)

HOSTILE: tuple[Callable[[], Sent], ...] = (
    lambda: _posted("deep groups", b"ASK " + b"{" * 5_000 + b"}" * 5_000),
    lambda: _posted("deep below the limit", b"ASK " + b"{" * 140 + b"}" * 140),
    lambda: _posted("deep parentheses", b"SELECT (" + b"(" * 8_000 + b"1" + b")" * 8_000 + b" AS ?x) {}"),
    lambda: _posted("long chain", b"ASK { ?s ?p ?o FILTER(" + b"!" * 50_000 + b"?o) }"),
    lambda: _posted("many patterns", b"ASK {" + b" ?s ?p ?o ." * 1_000 + b"}"),
    lambda: _posted("too large", b"x" * 30_000_000),
    lambda: _posted("too long", b"ASK {} #" + b"x" * 1_000_000),
    lambda: _posted("not utf-8", b"\xff\xfe\x00\x01"),
    lambda: _posted("unreadable type", b"ASK {}", Content_Type="text/strange"),
    lambda: _asked("service", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
    lambda: Sent(
        "update", "POST", "/update", b"LOAD <http://127.0.0.1:9/>", (("Content-Type", "application/sparql-update"),)
    ),
    lambda: Sent("traversal", target="/static/..%2f..%2fapp.py"),
    lambda: Sent("nul", target="/architecture/%00%0d%0aX:%20y"),
    lambda: Sent("long address", target="/" + "a" * 100_000),
    lambda: Sent("header flood", headers=(*((f"X-{n}", "x" * 100) for n in range(90)), ("X-Large", "x" * 70_000))),
    lambda: Sent("strange method", method="BREW"),
    lambda: Sent("strange accept", headers=(("Accept", ";;q=,*/*;q=nan,\x7f"),)),
    lambda: Sent("garbage", raw=random.choice(_GARBAGE)),
    lambda: Sent(
        "stalled", raw=b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nASK", leaves_after_s=3.0
    ),
)


def chosen(role: str) -> Sent:
    """The next request of a client: `light` clients mix in pages, the others follow their repertoire."""
    if role == "light":
        return light() if random.random() < 0.8 else _page()
    return random.choice(HEAVY if role == "heavy" else HOSTILE)()
