"""Rules of the records of external graphs that no shape can tell: numbers, addresses, patterns, the query's file."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter
from urllib.parse import urlsplit

from ..errors import Finding
from .documents import Document, Place
from .endpointshape import QUERIES
from .questions import VALUES_BLOCK
from .records import list_of

#: What may stand in braces where a graph's way of writing is told.
PLACEHOLDERS = frozenset({"id", "upper", "lower", "version"})

#: What each protocol cannot do without.
_NEEDS = {"sparql": ("endpoint", "keys"), "rest": ("endpoint", "requests", "fields", "thing"), "file": ("dump", "keys")}

Rule = Callable[[Path, Document], Iterator[Finding]]


def _finding(document: Document, place: Place, rule: str, message: str, cure: str) -> Finding:
    return Finding(document.file, document.line(place), rule, message, cure)


def misfilled_limits(root: Path, document: Document) -> Iterator[Finding]:
    """Limits are numbers; counts are whole and at least one."""
    places: list[tuple[Place, str]] = [(("limits", key), text) for key, text in document.value["limits"].items()]
    places += [
        (("requests", n, key), request[key])
        for n, request in enumerate(list_of(document.value.get("requests")))
        for key in ("batch", "none")
        if key in request
    ]
    for place, text in places:
        is_seconds = str(place[-1]).endswith("S")
        if not re.fullmatch(r"\d+(\.\d+)?" if is_seconds else r"[1-9]\d*", text):
            cure = "write seconds, such as 2 or 0.5" if is_seconds else "write a whole number from 1"
            yield _finding(document, place, "endpoint-limit", f"{place[-1]} cannot be '{text}'", cure)


def misfilled_addresses(root: Path, document: Document) -> Iterator[Finding]:
    """Addresses are of the web, with a host and without a user name."""
    for key in ("homepage", "license", "endpoint", "dump", "namespace"):
        parts = urlsplit(document.value.get(key, "https://example.org/"))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            message = f"{key} cannot be '{document.value[key]}'"
            yield _finding(document, (key,), "endpoint-address", message, "write it as https://…")


def missing_parts(root: Path, document: Document) -> Iterator[Finding]:
    """Each protocol has what it cannot do without."""
    protocol = document.value["protocol"]
    for key in _NEEDS[protocol]:
        if not document.value.get(key):
            message = f"a graph of protocol '{protocol}' needs '{key}'"
            yield _finding(document, ("protocol",), "endpoint-part", message, f"add '{key}'")


def misfilled_patterns(root: Path, document: Document) -> Iterator[Finding]:
    """A way of writing holds a placeholder, and none that nobody fills."""
    patterns: list[tuple[Place, str]] = [
        (("keys", kind, n), pattern)
        for kind, found in document.value.get("keys", {}).items()
        for n, pattern in enumerate(found)
    ]
    requests = enumerate(list_of(document.value.get("requests")))
    patterns += [(("requests", n, "key"), request["key"]) for n, request in requests]
    for place, pattern in patterns:
        try:
            names = {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}
        except ValueError:
            names = {pattern}
        if not names or not names <= PLACEHOLDERS:
            cure = f"write it with {', '.join(f'{{{name}}}' for name in sorted(PLACEHOLDERS))}"
            yield _finding(document, place, "endpoint-pattern", f"'{pattern}' cannot be filled", cure)


def unfit_queries(root: Path, document: Document) -> Iterator[Finding]:
    """The query of a graph that speaks SPARQL lies in its place, and binds what the record says how to write."""
    if document.value["protocol"] == "rest":
        return
    name = document.file.rpartition("/")[2].removesuffix(".yaml")
    path = root / "queries" / QUERIES / f"{name}.rq"
    if not path.is_file():
        message, cure = f"there is no query queries/{QUERIES}/{name}.rq", "add it; the others there show how"
        yield _finding(document, (), "endpoint-query", message, cure)
        return
    bound = set(dict(VALUES_BLOCK.findall(path.read_text(encoding="utf-8"))))
    wanted = {f"{kind}Key" for kind in document.value.get("keys", {})}
    for variable in sorted(bound ^ wanted):
        message = f"queries/{QUERIES}/{name}.rq and the keys do not agree on ?{variable}"
        cure = f"tell how the graph writes it below 'keys', and bind it by VALUES ?{variable} {{ … }}"
        yield _finding(document, ("keys",), "endpoint-query", message, cure)


ENDPOINT_RULES: tuple[Rule, ...] = (
    misfilled_limits,
    misfilled_addresses,
    missing_parts,
    misfilled_patterns,
    unfit_queries,
)
