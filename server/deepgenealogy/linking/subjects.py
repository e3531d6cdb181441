"""What of ours is looked for: papers with their identifiers, titles and years; methods with their names and papers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..sources.dates import parse_date
from ..sources.records import Catalogue, Record
from .identifiers import identifiers
from .names import folded


@dataclass(frozen=True)
class Subject:
    """One thing of ours. The identifiers are those of the paper: its own, or the one that introduces the method."""

    id: str
    label: str
    arxiv: str
    doi: str
    names: tuple[str, ...]
    years: frozenset[int]

    @property
    def identifiers(self) -> frozenset[str]:
        """Its identifiers in the form in which they are compared."""
        return identifiers([self.arxiv, self.doi])

    @property
    def folded_names(self) -> frozenset[str]:
        """Its title or names in the form in which they are compared."""
        return frozenset(filter(None, map(folded, self.names)))


def subjects_of(catalogue: Catalogue, kind: str) -> list[Subject]:
    """The papers or the methods of the catalogue, sorted by id."""
    made = _papers(catalogue) if kind == "paper" else _methods(catalogue)
    return sorted(made, key=lambda subject: subject.id)


def _papers(catalogue: Catalogue) -> Iterator[Subject]:
    for paper in catalogue.of("papers"):
        title = paper.fields["title"]
        yield Subject(paper.id, title, *_identifiers(paper), (title,), frozenset(_years(paper)))


def _methods(catalogue: Catalogue) -> Iterator[Subject]:
    for method in catalogue.of("architectures"):
        paper = catalogue.records.get(method.fields["introducedIn"])
        found = _identifiers(paper) if paper else ("", "")
        date = catalogue.introduced(method)
        years = {date.not_before.year, date.not_after.year} if date else set()
        yield Subject(method.id, method.fields["label"]["en"], *found, tuple(_names(method)), frozenset(years))


def _identifiers(paper: Record) -> tuple[str, str]:
    return paper.fields.get("arxiv", ""), paper.fields.get("doi", "")


def _years(paper: Record) -> Iterator[int]:
    yield parse_date(paper.fields["published"]).not_before.year
    if "year" in paper.fields:
        yield int(paper.fields["year"])


def _names(method: Record) -> Iterable[str]:
    """Its names in English, each once: the label first, then what it stands for, then its aliases."""
    fields = method.fields
    full = fields.get("fullName", {}).get("en")
    return dict.fromkeys([fields["label"]["en"], *([full] if full else []), *fields.get("alias", {}).get("en", [])])
