"""What a reference needs and a record holds only as printed: parts of names, the date of issue, volume and number.

BibTeX and CSL-JSON are both written from these.
"""

import re
from dataclasses import dataclass

from .catalogue import Paper

#: Family names of more than one word that nothing in their spelling gives away.
_COMPOUND = ("Puigdomènech Badia", "Gómez Colmenarejo")

#: Words that belong to the family name after them although they are written with a capital.
_CAPITAL_PARTICLES = frozenset({"De", "Di", "Da", "Del", "Della", "Du", "Van", "Von", "La", "Le", "El", "Al"})
_SUFFIXES = frozenset({"Jr.", "Jr", "Sr.", "II", "III", "IV"})

_JOURNAL = re.compile(r"(?P<title>.+?)\s+(?:[A-Z]+-)?(?P<volume>\d+)\s*(?:\((?P<number>[\d-]+)\))?")
_BOOK = re.compile(r"(?P<title>.+), Volume (?P<volume>\d+)")
_REPORT = re.compile(r"(?P<type>.*Report) (?P<number>\S+), (?P<publisher>.+)")
_VENUES = {"JournalArticle": _JOURNAL, "BookChapter": _BOOK, "TechnicalReport": _REPORT}

#: Kinds whose first appearance is their publication.
_AT_ONCE = frozenset({"Preprint", "BlogPost", "TechnicalReport", "Thesis"})


@dataclass(frozen=True)
class Name:
    """A name in parts: `van den` is the particle of `Aäron van den Oord`. An organisation is a family name alone."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""


def name_of(printed: str) -> Name:
    """The parts of a name as printed, given name first; a name with a comma is a group's, and stays whole.

    >>> name_of("Gemma Team, Google DeepMind").family
    'Gemma Team, Google DeepMind'
    >>> name_of("Aäron van den Oord")
    Name(family='Oord', given='Aäron', particle='van den', suffix='')
    """
    words = printed.split()
    if "," in printed and words[-1] not in _SUFFIXES:
        return Name(printed, "", "", "")
    suffix = words.pop() if len(words) > 2 and words[-1] in _SUFFIXES else ""
    start = _family_start(words)
    particles = start
    while particles > 1 and words[particles - 1][0].islower():
        particles -= 1
    return Name(" ".join(words[start:]), " ".join(words[:particles]), " ".join(words[particles:start]), suffix)


def _family_start(words: list[str]) -> int:
    compound = next((name for name in _COMPOUND if " ".join(words).endswith(f" {name}")), "")
    start = len(words) - (len(compound.split()) or 1)
    while start > 1 and words[start - 1] in _CAPITAL_PARTICLES:
        start -= 1
    return start


def issued(paper: Paper) -> tuple[int, ...]:
    """Year of publication, with month and day where the date known is that of the publication and not of a preprint.

    >>> from dataclasses import replace
    >>> preprint = Paper("k", "Preprint", "t", (), "2015-12-10", "arXiv v1", "", "2015", "", "", "")
    >>> issued(preprint), issued(replace(preprint, kind="ConferencePaper", year="2016"))
    ((2015, 12, 10), (2016,))
    """
    parts = tuple(int(part) for part in paper.published.split("-") if part)
    year = int(paper.year) if paper.year else parts[0] if parts else None
    if year is None:
        return ()
    is_of_the_publication = paper.kind in _AT_ONCE or not paper.basis.startswith(("arXiv", "OpenReview"))
    return parts if parts and parts[0] == year and is_of_the_publication else (year,)


def venue_parts(paper: Paper) -> dict[str, str]:
    """The venue in parts: `title` of the container, `volume`, `number`, `type` and `publisher`, as far as it says.

    >>> venue_parts(Paper("k", "JournalArticle", "t", (), "1997", "", "Neural Computation 9(8)", "1997", "", "", ""))
    {'title': 'Neural Computation', 'volume': '9', 'number': '8'}
    """
    pattern = _VENUES.get(paper.kind)
    match = pattern.fullmatch(paper.venue) if pattern else None
    whole = "publisher" if paper.kind in ("TechnicalReport", "Thesis") else "title"
    return {key: value for key, value in (match.groupdict() if match else {whole: paper.venue}).items() if value}


def link(paper: Paper) -> str:
    """Where it can be read, unless an identifier says it already."""
    return "" if paper.doi or (paper.arxiv and "arxiv.org" in paper.url) else paper.url
