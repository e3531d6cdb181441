"""`papers.bib`: BibTeX for biber and for bibtex, UTF-8, an entry a paper, keys being those of the papers."""

import re
from collections.abc import Iterator

from ..engine.interface import Engine
from .catalogue import Paper, papers
from .citation import Name, issued, link, name_of, venue_parts

#: Kind of paper -> entry type, and the field of each part of the venue.
_ENTRIES: dict[str, tuple[str, dict[str, str]]] = {
    "ConferencePaper": ("inproceedings", {"title": "booktitle"}),
    "WorkshopPaper": ("inproceedings", {"title": "booktitle"}),
    "JournalArticle": ("article", {"title": "journal", "volume": "volume", "number": "number"}),
    # Not incollection, of which biber wants the editors, whom no record names.
    "BookChapter": ("inbook", {"title": "booktitle", "volume": "volume"}),
    "Book": ("book", {"title": "publisher"}),
    "TechnicalReport": ("techreport", {"publisher": "institution", "number": "number", "type": "type"}),
    "Thesis": ("phdthesis", {"publisher": "school"}),
}
_ELSE = ("misc", {"title": "howpublished"})

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

#: What TeX reads as markup; a brace in a text would also unbalance the field.
_SPECIAL = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)

#: Names that keep their capital when a style sets titles in lower case.
_PROPER = frozenset(
    (
        *("Atari", "Bayes", "Bayesian", "Boltzmann", "Carlo", "Chinese", "English", "Euclidean", "Fourier", "Gaussian"),
        *("Helmholtz", "Hopfield", "Kronecker", "Laplacian", "Markov", "Markovian", "Monte", "Turing", "Wasserstein"),
        *("Wikipedia",),
    )
)
_PARTS = re.compile(r"[-–/]")
_EDGE = "\"'.,:;!?()"


def write_bibtex(engine: Engine) -> Iterator[bytes]:
    """The whole bibliography, in the order of the keys."""
    return (entry(paper).encode() for paper in papers(engine).values())


def entry(paper: Paper) -> str:
    """One entry, with an empty line after it."""
    kind, parts = _ENTRIES.get(paper.kind, _ELSE)
    date = issued(paper)
    venue = venue_parts(paper)
    fields = {
        "author": " and ".join(_name(name_of(author)) for author in paper.authors),
        "title": protected(paper.title),
        **{field: escaped(venue[part]) for part, field in parts.items() if part in venue},
        "year": str(date[0]) if date else "",
        "eprint": paper.arxiv,
        "archiveprefix": "arXiv" if paper.arxiv else "",
        "doi": paper.doi,
        "url": link(paper),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    if len(date) > 1:
        lines.append(f"  month = {_MONTHS[date[1] - 1]}")
    return f"@{kind}{{{safe_key(paper.key)},\n" + ",\n".join(lines) + "\n}\n\n"


def safe_key(key: str) -> str:
    """The key without the signs that BibTeX or TeX take for their own.

    >>> safe_key("doi-10.1000(5),x")
    'doi-10.1000-5--x'
    """
    return re.sub(r"[^A-Za-z0-9.:/+-]", "-", key)


def escaped(text: str) -> str:
    """The text with TeX's own signs escaped.

    >>> escaped("Plug & Play")
    'Plug \\\\& Play'
    """
    return text.translate(_SPECIAL)


def protected(title: str) -> str:
    """The title with braces around what keeps its capitals in every style.

    >>> protected("U-Net: Convolutional Networks and GANs")
    '{U-Net}: Convolutional Networks and {GANs}'
    """
    return " ".join(_protected(word) for word in title.split())


def _protected(word: str) -> str:
    core = word.strip(_EDGE)
    if not core or not _keeps_capitals(core):
        return escaped(word)
    before, after = word.split(core, 1)
    return f"{escaped(before)}{{{escaped(core)}}}{escaped(after)}"


def _keeps_capitals(word: str) -> bool:
    parts = _PARTS.split(word)
    is_lettered = len(parts) > 1 and any(len(part) == 1 and part.isupper() for part in parts)
    has_inner = any(letter.isupper() for part in parts for letter in part[1:])
    return is_lettered or has_inner or any(part.removesuffix("'s") in _PROPER for part in parts)


def _name(name: Name) -> str:
    """A name as `von Last, Jr, First`, which no reader can part wrongly; an organisation in braces."""
    if not name.given:
        return f"{{{escaped(name.family)}}}"
    last = " ".join(filter(None, [name.particle, name.family]))
    return ", ".join(filter(None, [last, name.suffix, name.given]))
