"""External graphs, `data/endpoints/*.yaml`: where each answers, how politely it is asked, how it writes identifiers.

Adding a graph is adding two files: the record here, and the query that asks it, `queries/links/<name>.rq`; a graph
that is asked over REST needs the record alone, for its requests are rows in it. What is done with the answers is the
business of `linking`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Finding, NotFound, SourcesRefused
from ..vocabulary import nearest
from .conformance import breaches
from .documents import Document, read_yaml
from .endpointrules import ENDPOINT_RULES
from .endpointshape import ENDPOINT, QUERIES
from .records import list_of

FOLDER = "endpoints"


@dataclass(frozen=True)
class Limits:
    """How a graph is asked: subjects in one request, rows in one answer, seconds between, of waiting and in all."""

    batch: int
    page: int
    pause_s: float
    timeout_s: float
    tries: int
    backoff_s: float
    patience_s: float
    size_bytes: int


@dataclass(frozen=True)
class Request:
    """One request of a REST graph: by which identifier it asks, how it is made, and where in the answer the works lie.

    `key` is how one identifier is written; `separator` joins them where `{keys}` stands. `none` is the status that
    says that there is nothing.
    """

    by: str
    method: str
    path: str
    parameters: tuple[str, ...]
    body: str
    key: str
    separator: str
    works: str
    batch: int
    none: int


@dataclass(frozen=True)
class Endpoint:
    """One external graph. `keys` tells for arxiv, doi, title and name how the graph writes them, as SPARQL terms."""

    name: str
    label: str
    homepage: str
    license: str
    protocol: str
    endpoint: str
    dump: str
    subject: str
    mappings: str
    prefix: str
    namespace: str
    predicate: str
    candidate: str
    limits: Limits
    keys: Mapping[str, tuple[str, ...]]
    query: str
    requests: tuple[Request, ...]
    fields: Mapping[str, tuple[str, ...]]
    thing: str
    secret: Mapping[str, str]


def read_endpoints(root: Path) -> dict[str, Endpoint]:
    """The external graphs of `root/data/endpoints`, by name. Raises SourcesRefused with every breach."""
    documents: list[Document] = []
    findings: list[Finding] = []
    for path in sorted((root / "data" / FOLDER).glob("*.yaml")):
        try:
            document = read_yaml(path, shown_as=path.relative_to(root).as_posix())
        except SourcesRefused as refusal:
            findings += refusal.findings
            continue
        found = breaches(document, ENDPOINT)
        findings += found or _rule_findings(root, document)
        documents.append(document)
    if findings:
        raise SourcesRefused(findings)
    return {_name(document): _endpoint(root, document) for document in documents}


def endpoint_named(endpoints: Mapping[str, Endpoint], name: str) -> Endpoint:
    """The graph called `name`. Raises NotFound with the nearest names."""
    if name not in endpoints:
        raise NotFound("external graph", name, nearest(name, endpoints) or sorted(endpoints))
    return endpoints[name]


def _rule_findings(root: Path, document: Document) -> Iterator[Finding]:
    for rule in ENDPOINT_RULES:
        yield from rule(root, document)


def _name(document: Document) -> str:
    return document.file.rpartition("/")[2].removesuffix(".yaml")


def _endpoint(root: Path, document: Document) -> Endpoint:
    value, name = document.value, _name(document)
    texts = ("label", "homepage", "license", "protocol", "subject", "prefix", "namespace", "predicate", "candidate")
    query = root / "queries" / QUERIES / f"{name}.rq"
    return Endpoint(
        name=name,
        **{key: value[key] for key in texts},
        endpoint=value.get("endpoint", ""),
        dump=value.get("dump", ""),
        mappings=value.get("mappings", name),
        limits=_limits(value["limits"]),
        keys=_lists(value.get("keys", {})),
        query=query.read_text(encoding="utf-8") if query.is_file() else "",
        requests=tuple(_request(row) for row in list_of(value.get("requests"))),
        fields=_lists(value.get("fields", {})),
        thing=value.get("thing", ""),
        secret=value.get("secret", {}),
    )


def _lists(value: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(items) for key, items in value.items()}


def _limits(value: Mapping[str, str]) -> Limits:
    return Limits(
        batch=int(value["batch"]),
        page=int(value["page"]),
        pause_s=float(value["pauseS"]),
        timeout_s=float(value["timeoutS"]),
        tries=int(value["tries"]),
        backoff_s=float(value["backoffS"]),
        patience_s=float(value["patienceS"]),
        size_bytes=int(value["sizeBytes"]),
    )


def _request(value: Mapping[str, Any]) -> Request:
    return Request(
        by=value["by"],
        method=value["method"],
        path=value["path"],
        parameters=tuple(value.get("parameters", ())),
        body=value.get("body", ""),
        key=value["key"],
        separator=value.get("separator", ","),
        works=value.get("works", ""),
        batch=int(value["batch"]),
        none=int(value.get("none", "0")),
    )
