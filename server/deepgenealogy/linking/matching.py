"""Which work of theirs is which thing of ours, and on what evidence. The table of evidence is here, and only here.

An identifier decides; a title or name never does, it only proposes. What shares a title or name and differs in what
can be compared (another paper's identifier, another year) is a look-alike, which is counted and not proposed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .identifiers import of_kind
from .names import folded
from .subjects import Subject
from .works import Work


@dataclass(frozen=True)
class Evidence:
    """One kind of evidence: whether it decides, how it is justified (SEMAPV), how sure it makes, and in words."""

    name: str
    decides: bool
    justification: str
    confidence: float
    fields: tuple[str, str]
    words: str


_IDENTIFIER = ("datacite:hasIdentifier", "datacite:hasIdentifier")
_TITLE = ("dcterms:title", "dcterms:title")
_NAME = ("rdfs:label", "rdfs:label")
_LEXICAL, _COMPOSITE = "semapv:LexicalMatching", "semapv:CompositeMatching"

EVIDENCE = {
    row.name: row
    for row in (
        Evidence("identifier", True, _LEXICAL, 0.95, _IDENTIFIER, "The same identifier."),
        Evidence("paper-and-name", True, _COMPOSITE, 0.9, _NAME, "The same source paper, and the same name."),
        Evidence("paper-and-alias", False, _COMPOSITE, 0.7, _NAME, "The same source paper, and an alias of ours."),
        Evidence("paper", False, _LEXICAL, 0.5, _IDENTIFIER, "The same source paper, under another name."),
        Evidence("title-and-year", False, _LEXICAL, 0.5, _TITLE, "The same title, and years at most one apart."),
        Evidence("title", False, _LEXICAL, 0.3, _TITLE, "The same title; a year is not known on both sides."),
        Evidence("name", False, _LEXICAL, 0.3, _NAME, "The same name; the paper is not known on both sides."),
        Evidence("contradicted", False, _LEXICAL, 0.2, _IDENTIFIER, "A DOI in common, and different arXiv ids."),
    )
}


@dataclass(frozen=True)
class Match:
    """A thing of ours, one of theirs, the evidence, and the text on which both agree."""

    subject: Subject
    work: Work
    evidence: Evidence
    string: str

    @property
    def pair(self) -> tuple[str, str]:
        """What the match is of."""
        return self.subject.id, self.work.iri


@dataclass(frozen=True)
class Judged:
    """The matches, sorted by pair, and the pairs that only look alike."""

    matches: tuple[Match, ...]
    look_alikes: frozenset[tuple[str, str]]


#: What becomes of a thing and a work that have something in common: the name of the evidence, '' for a look-alike.
_Judge = Callable[[Subject, Work], str]


def match(subjects: Iterable[Subject], works: Iterable[Work], kind: str) -> Judged:
    """Every work held against every thing of ours with which it has an identifier, title or name in common."""
    shared: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        for key in subject.identifiers | subject.folded_names:
            shared[key].append(subject)
    found: dict[tuple[str, str], Match] = {}
    alike: set[tuple[str, str]] = set()
    for subject, work in _meetings(shared, works):
        name = _JUDGES[kind](subject, work)
        if name:
            one = Match(subject, work, EVIDENCE[name], _string(subject, work, EVIDENCE[name]))
            found[one.pair] = one
        else:
            alike.add((subject.id, work.iri))
    return Judged(tuple(found[pair] for pair in sorted(found)), frozenset(alike - found.keys()))


def _meetings(shared: dict[str, list[Subject]], works: Iterable[Work]) -> Iterator[tuple[Subject, Work]]:
    for work in works:
        meets = {s.id: s for key in work.identifiers | work.folded_names for s in shared.get(key, ())}
        yield from ((subject, work) for subject in meets.values())


def _paper(subject: Subject, work: Work) -> str:
    if subject.identifiers & work.identifiers:
        return "contradicted" if _differ(subject, work) else "identifier"
    if _differ(subject, work) or _are_apart(subject, work):
        return ""
    return "title-and-year" if subject.years and work.years else "title"


def _method(subject: Subject, work: Work) -> str:
    if subject.identifiers & work.identifiers:
        if folded(subject.label) in work.folded_names:
            return "paper-and-name"
        return "paper-and-alias" if subject.folded_names & work.folded_names else "paper"
    both_known = subject.identifiers and work.identifiers
    return "" if both_known or _are_apart(subject, work) else "name"


_JUDGES: dict[str, _Judge] = {"paper": _paper, "method": _method}


def _differ(subject: Subject, work: Work) -> bool:
    """Whether both have an arXiv id, and not the same; DOIs may differ, for a preprint and its print have two."""
    ours, theirs = of_kind(subject.identifiers, "arxiv"), of_kind(work.identifiers, "arxiv")
    return bool(ours and theirs and not ours & theirs)


def _are_apart(subject: Subject, work: Work) -> bool:
    """Whether the years are known and more than one apart: preprints are printed in the next year."""
    return bool(subject.years and work.years) and min(abs(a - b) for a in subject.years for b in work.years) > 1


def _string(subject: Subject, work: Work, evidence: Evidence) -> str:
    """The text on which both agree: the identifier as our record writes it, else the title or name."""
    if evidence.fields == _IDENTIFIER:
        key = min(subject.identifiers & work.identifiers)
        return subject.arxiv if key.startswith("arxiv:") else subject.doi
    return next((name for name in subject.names if folded(name) in work.folded_names), subject.label)
