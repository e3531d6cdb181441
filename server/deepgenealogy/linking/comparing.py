"""What was found, held against the mappings that we have: the same, new, changed, lost, or refused before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..sources.documents import Row
from ..sources.endpoints import Endpoint
from ..sources.mappingrules import PREDICATES
from ..sources.mappings import REFUSED, MappingSet
from ..sources.records import Catalogue
from ..vocabulary import BASE, SEGMENTS
from .matching import Judged, Match
from .subjects import Subject

#: What can be said of a pair: it is held and was found; was found and is not held; was found where another is held;
#: is held and was not found; was found by title or name alone; was found, and is refused in `refused.sssom.tsv`.
STATUSES = ("found", "new", "changed", "lost", "candidate", "refused")

_FOLDERS = {"paper": "papers", "method": "architectures"}


@dataclass(frozen=True)
class Finding:
    """One pair and what is said of it; `match` is None for what is held and was not found."""

    status: str
    subject: str
    object: str
    predicate: str
    note: str
    match: Match | None = None


@dataclass(frozen=True)
class Compared:
    """The findings, sorted by subject and object, and how many pairs only look alike."""

    findings: tuple[Finding, ...]
    look_alikes: int
    foreign: int

    def count(self, status: str) -> int:
        """How many findings have this status."""
        return sum(finding.status == status for finding in self.findings)


def compare(catalogue: Catalogue, endpoint: Endpoint, subjects: Sequence[Subject], judged: Judged) -> Compared:
    """The matches of one graph and the mappings that we hold to it, of the subjects that were asked for."""
    held = {(s, o): row for s, o, row in _held(catalogue, endpoint) if s in {subject.id for subject in subjects}}
    own = [match for match in judged.matches if match.work.iri.startswith(endpoint.namespace)]
    there = {match.pair for match in own} | judged.look_alikes
    others: dict[str, list[str]] = defaultdict(list)
    for subject, thing in held.keys() - there:
        others[subject].append(thing)
    refused = _refused(catalogue)
    findings = [_finding(match, endpoint, own, (held, others, refused)) for match in own]
    moved = {finding.subject for finding in findings if finding.status == "changed"}
    findings += [_doubtful(pair, held[pair]) for pair in judged.look_alikes & held.keys()]
    findings += _lost({pair: row for pair, row in held.items() if pair not in there}, moved)
    found = tuple(sorted(findings, key=lambda finding: (finding.subject, finding.object)))
    return Compared(found, len(judged.look_alikes), len(judged.matches) - len(own))


_Known = tuple[dict[tuple[str, str], Row], dict[str, list[str]], dict[tuple[str, str], set[str]]]


def _finding(match: Match, endpoint: Endpoint, own: Sequence[Match], known: _Known) -> Finding:
    held, others, refused = known
    predicate = endpoint.predicate if match.evidence.decides else endpoint.candidate
    status = _status(match, predicate, held, others, refused)
    note = " ".join(_notes(match, own))
    if status == "changed":
        note += f" Held is {', '.join(sorted(others[match.subject.id]))}."
    return Finding(status, *match.pair, predicate, note, match)


def _status(
    match: Match,
    predicate: str,
    held: dict[tuple[str, str], Row],
    others: dict[str, list[str]],
    refused: dict[tuple[str, str], set[str]],
) -> str:
    if match.pair in held:
        return "found"
    if refused.get(match.pair, set()) & PREDICATES[predicate]:
        return "refused"
    if not match.evidence.decides:
        return "candidate"
    return "changed" if match.subject.id in others else "new"


def _notes(match: Match, own: Iterable[Match]) -> Iterator[str]:
    """What a reviewer has to know: the evidence, and what speaks for a second look."""
    yield match.evidence.words
    same = sum(one.subject == match.subject and one.evidence.decides for one in own)
    if match.evidence.decides and same > 1:
        yield f"One of {same} that they have of it."
    if match.evidence.name == "identifier" and not match.subject.folded_names & match.work.folded_names:
        yield f"Their title differs: {match.work.label}." if match.work.label else "They give no title."


def _doubtful(pair: tuple[str, str], row: Row) -> Finding:
    note = "Held, and there; but by its paper or year theirs is another. See why it is held."
    return Finding("found", *pair, row.get("predicate_id"), note)


def _lost(missing: dict[tuple[str, str], Row], moved: set[str]) -> Iterator[Finding]:
    for (subject, thing), row in missing.items():
        note = "Held, and not found; another was." if subject in moved else "Held, and not found this time."
        yield Finding("lost", subject, thing, row.get("predicate_id"), note)


def _held(catalogue: Catalogue, endpoint: Endpoint) -> Iterator[tuple[str, str, Row]]:
    """Our mappings to this graph's namespace of the kind of thing that is asked for, as (subject, object, row)."""
    mappings = catalogue.mappings.get(endpoint.mappings)
    segment = SEGMENTS[_FOLDERS[endpoint.subject]]
    for subject, thing, row in _pairs(mappings) if mappings else ():
        if subject.startswith(f"{segment}/") and thing.startswith(endpoint.namespace):
            yield subject, thing, row


def _refused(catalogue: Catalogue) -> dict[tuple[str, str], set[str]]:
    """What was refused: pair -> the predicates."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    mappings = catalogue.mappings.get(REFUSED)
    for subject, thing, row in _pairs(mappings) if mappings else ():
        found[subject, thing].add(row.get("predicate_id"))
    return found


def _pairs(mappings: MappingSet) -> Iterator[tuple[str, str, Row]]:
    for row in mappings.rows:
        yield mappings.expand(row.get("subject_id")).removeprefix(BASE), mappings.expand(row.get("object_id")), row
