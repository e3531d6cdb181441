"""The files for review: the proposals as SSSOM, and the report of found, new, changed, lost. Both sorted, both whole.

A proposal that holds is copied by a curator into `data/mappings`, with `semapv:MappingReview` in place of its
justification; nobody else puts it there.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from .. import __version__
from ..sources.endpoints import Endpoint
from ..sources.mappings import SEEN_IN
from ..vocabulary import BASE, PREFIXES
from .answers import write_whole
from .comparing import Compared, Finding

_PREFIXES = ("datacite", "dcterms", "dg", "rdfs", "semapv", "skos", "sssom")
_LICENSE = "https://creativecommons.org/licenses/by/4.0/"

#: Statuses of what is proposed: the rest is told by the report alone.
_PROPOSED = ("new", "changed", "candidate")

COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification",
    "subject_source", "object_source", "mapping_tool", "mapping_tool_version", "mapping_date", "confidence",
    "subject_match_field", "object_match_field", "match_string", "other", "comment",
)  # fmt: skip
REPORT_COLUMNS = ("status", "subject_id", "predicate_id", "object_id", "evidence", "note")


def write_review(endpoint: Endpoint, compared: Compared, folder: Path) -> tuple[Path, Path]:
    """Writes `<graph>.review.sssom.tsv` and `<graph>.report.tsv`. Raises StorageRefused."""
    proposals = [finding for finding in compared.findings if finding.status in _PROPOSED]
    review, report = folder / f"{endpoint.name}.review.sssom.tsv", folder / f"{endpoint.name}.report.tsv"
    today = datetime.now(UTC).date().isoformat()
    write_whole(review, "".join([*_head(endpoint, today), *(_row(endpoint, one, today) for one in proposals)]))
    write_whole(report, "".join([_line(REPORT_COLUMNS), *(_report(endpoint, one) for one in compared.findings)]))
    return review, report


def _head(endpoint: Endpoint, today: str) -> Iterator[str]:
    yield f'#mapping_set_id: "{BASE}mapping/review/{endpoint.name}"\n'
    yield f'#mapping_set_version: "{today}"\n'
    yield f'#mapping_set_title: "Deep Genealogy to {endpoint.label}: for review"\n'
    yield '#mapping_set_description: "Proposed by a program, and reviewed by nobody yet."\n'
    yield f'#license: "{_LICENSE}"\n'
    yield "#curie_map:\n"
    known = {name: PREFIXES[name] for name in _PREFIXES} | {endpoint.prefix: endpoint.namespace}
    yield from (f'#  {name}: "{known[name]}"\n' for name in sorted(known))
    yield _line(COLUMNS)


def _row(endpoint: Endpoint, finding: Finding, today: str) -> str:
    match = finding.match
    assert match is not None  # what was not found is not proposed
    cells = (
        f"dg:{finding.subject}", match.subject.label, finding.predicate, _curie(endpoint, finding.object),
        match.work.label, match.evidence.justification, "dg:dataset", f"dg:source/{endpoint.mappings}",
        "Deep Genealogy", __version__, today, str(match.evidence.confidence), *match.evidence.fields, match.string,
        f"{SEEN_IN}{endpoint.endpoint or endpoint.dump}", f"{finding.status}: {finding.note}",
    )  # fmt: skip
    return _line(cells)


def _report(endpoint: Endpoint, finding: Finding) -> str:
    evidence = finding.match.evidence.name if finding.match else ""
    thing = _curie(endpoint, finding.object)
    return _line((finding.status, f"dg:{finding.subject}", finding.predicate, thing, evidence, finding.note))


def _curie(endpoint: Endpoint, iri: str) -> str:
    return f"{endpoint.prefix}:{iri.removeprefix(endpoint.namespace)}"


def _line(cells: tuple[str, ...]) -> str:
    """One line of a table: no cell breaks out of it."""
    return "\t".join(" ".join(cell.split()) for cell in cells) + "\n"
