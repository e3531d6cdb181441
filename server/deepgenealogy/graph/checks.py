"""Every check there is, one after the other: records, shapes, check queries, consistency. One report."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from ..errors import Finding, SourcesRefused
from ..sources.federated import read_every_question
from ..sources.integrity import EDITORIAL_RULES, RULES, integrity_findings
from ..sources.records import Catalogue, list_of, read_catalogue
from ..sources.shapes import SHAPES
from ..vocabulary import GRAPHS
from .checkqueries import query_findings, read_checks
from .consistency import contradiction
from .dataset import Progress, complete_quads
from .shacl import count_shapes, shape_findings


@dataclass(frozen=True)
class Report:
    """What the checks found, and how much they looked at."""

    findings: list[Finding]
    rules: dict[str, int]
    records: int
    derivations: int


def run_checks(root: Path, progress: Progress = lambda step: None) -> Report:
    """The report of every check on the sources in `root`. What cannot be read is a finding, never an error."""
    progress("records")
    try:
        catalogue = read_catalogue(root)
        read_every_question(root)
    except SourcesRefused as refusal:
        return Report(list(refusal.findings), _rules(root), 0, 0)
    findings = integrity_findings(catalogue, [*RULES, *EDITORIAL_RULES])
    if not any(finding.rule in _FATAL for finding in findings):
        quads = complete_quads(catalogue, progress)
        for name, check in GRAPH_CHECKS.items():
            progress(name)
            findings += check(catalogue, quads)
    derivations = sum(len(list(list_of(r.fields.get("derivation")))) for r in catalogue.of("architectures"))
    return Report(sorted(set(findings)), _rules(root), len(catalogue.records), derivations)


#: Breaches after which no graph can be made that says anything.
_FATAL = {"entry-without-record"}


def _consistency(catalogue: Catalogue, quads: list[Quad]) -> Iterator[Finding]:
    derived = {GRAPHS["inferred"], GRAPHS["meta"]}
    stated = [quad for quad in quads if getattr(quad.graph_name, "value", "") not in derived]
    if words := contradiction(stated):
        cure = "see which record gives a thing two classes, or runs against the ontology's axioms"
        yield Finding("ontology/deepgenealogy.ttl", 1, "inconsistent", words, cure)


GRAPH_CHECKS: dict[str, Callable[[Catalogue, list[Quad]], Iterator[Finding]]] = {
    "shapes (SHACL)": shape_findings,
    "check queries": query_findings,
    "consistency (OWL)": _consistency,
}


def _rules(root: Path) -> dict[str, int]:
    keys = sum(len(shape) for shape in SHAPES.values())
    return {
        "keys of records": keys,
        "rules between records": len(RULES) + len(EDITORIAL_RULES),
        "shapes (SHACL)": count_shapes(root),
        "check queries": len(read_checks(root)),
        "consistency (OWL)": 1,
    }


def by_rule(report: Report) -> dict[str, int]:
    """How many findings there are of each rule."""
    return dict(Counter(finding.rule for finding in report.findings).most_common())
