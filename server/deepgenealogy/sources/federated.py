"""Published questions that join our data with another graph: `queries/federated/*.rq`, each with one SERVICE.

Our engine sends the group of a SERVICE as it stands, so the other server must be told in it what to look for, else it
would send everything it holds. A block `VALUES ?arxivKey { … }`, `?doiKey` or `?thingKey` in a file holds one example;
in the question as it is published stand the keys of all our papers, or all the things of that graph that we are mapped
to, written as the graph writes them (`# graph: name` in the header; see `endpoints`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..errors import Finding, SourcesRefused
from .endpoints import FOLDER as ENDPOINTS
from .endpoints import Endpoint, endpoint_named, read_endpoints
from .mappings import REFUSED, MappingSet, read_mappings
from .questions import VALUES_BLOCK, PublishedQuestion, read_question, read_questions
from .terms import NOBODY, written

FOLDER = "federated"
_GRAPH = re.compile(r"^#\s*graph:\s*(\S+)\s*$", re.MULTILINE)

#: A record of a paper tells each identifier on a line of its own. Reading 200 records as YAML takes a second, which is
#: too long at the start of each command; the check has refused what is not well-formed.
_KEY = re.compile(r"""(?m)^(arxiv|doi):\s*["']?([^"'\s#]+)""")


def read_federated(root: Path) -> dict[str, PublishedQuestion]:
    """The federated questions of `root`, by name, their keys filled in; none where no external graph is described.

    Raises SourcesRefused with every breach.
    """
    if not (root / "data" / ENDPOINTS).is_dir():
        return {}
    findings: list[Finding] = []
    endpoints, questions = read_endpoints(root), {}
    known, sets = _known(root), read_mappings(root, [])
    for path in sorted((root / "queries" / FOLDER).glob("*.rq")):
        shown_as = path.relative_to(root).as_posix()
        question = read_question(path, shown_as, findings)
        name = _GRAPH.search(question.text)
        if name is None or name[1] not in endpoints:
            cure = f"write '# graph: name', one of {', '.join(sorted(endpoints))}"
            findings.append(Finding(shown_as, 1, "question-graph", "the graph that is asked is not named", cure))
            continue
        text = _filled(question.text, _keys(endpoint_named(endpoints, name[1]), known, sets))
        questions[question.name] = replace(question, text=text)
    if findings:
        raise SourcesRefused(findings)
    return questions


def read_every_question(root: Path) -> dict[str, PublishedQuestion]:
    """The published questions of `root`, by name: those that ask us alone, then those that ask another graph too."""
    return {**read_questions(root), **read_federated(root)}


def _filled(text: str, keys: Mapping[str, str]) -> str:
    """`text` with the blocks of these keys filled."""
    return VALUES_BLOCK.sub(
        lambda block: f"VALUES ?{block[1]} {{ {keys[block[1]]} }}" if block[1] in keys else block[0], text
    )


def _keys(endpoint: Endpoint, known: Mapping[str, list[str]], sets: Mapping[str, MappingSet]) -> dict[str, str]:
    found = {
        f"{kind}Key": " ".join(written(endpoint.keys[kind], known[kind] or [NOBODY], versions=False))
        for kind in known
        if kind in endpoint.keys
    }
    return {**found, "thingKey": " ".join(f"<{iri}>" for iri in _mapped(endpoint, sets)) or f"<urn:{NOBODY}>"}


def _known(root: Path) -> dict[str, list[str]]:
    """The arXiv ids and the DOIs of our papers, sorted."""
    found: dict[str, set[str]] = {"arxiv": set(), "doi": set()}
    for path in (root / "data" / "papers").glob("*.yaml"):
        for kind, value in _KEY.findall(path.read_text(encoding="utf-8")):
            found[kind].add(value)
    return {kind: sorted(values) for kind, values in found.items()}


def _mapped(endpoint: Endpoint, sets: Mapping[str, MappingSet]) -> Iterator[str]:
    """The things of a graph that we are mapped to, sorted."""
    mappings = sets.get(endpoint.mappings)
    if mappings is not None and mappings.name != REFUSED:
        yield from sorted({mappings.expand(row.get("object_id")) for row in mappings.rows})
