"""Which paper is an architecture's own, among those that a code base gives for it, and which others its title names.

A code base gives one paper for many networks: that of SENet for SE-ResNeXt, that of ResNeXt for IBN-ResNeXt. A paper is
a network's own only where that is certain; a missing one costs less than a wrong one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .interface import Fact

_ARXIV = re.compile(r"(?:arxiv|library\.cornell)[\w.-]*/(?:abs|pdf)/([0-9]{4}\.[0-9]{4,5})(?![0-9])", re.IGNORECASE)
_SMALL = {"a", "an", "and", "at", "by", "for", "from", "in", "is", "of", "on", "the", "to", "via", "with"}


@dataclass(frozen=True)
class Citation:
    """A paper that a code base gives for an architecture; `witness` when a second place of the code agrees."""

    architecture: str
    name: str
    arxiv: str
    title: str
    file: str
    line: int
    witness: bool = False

    @property
    def fact(self) -> Fact:
        """The row of the table `papers`."""
        return self.architecture, self.arxiv, self.title, self.file, self.line


def arxiv_ids(text: str) -> list[str]:
    """The arXiv ids that are linked in a text, in order, each once.

    >>> arxiv_ids("http://arxiv.org/pdf/1611.05431.pdf, https://arxiv.org/abs/1703.06870v3; 10.1109/2019.2956516")
    ['1611.05431', '1703.06870']
    """
    return list(dict.fromkeys(_ARXIV.findall(text)))


def references(text: str) -> list[tuple[str, str]]:
    """The papers that a text links by title: (title, arXiv id). A link under a bare name has no title.

    >>> references("As in `SOLO: Segmenting Objects by Locations <https://arxiv.org/abs/1912.04488>`_, `X <…>`_")
    [('SOLO: Segmenting Objects by Locations', '1912.04488')]
    """
    found = re.findall(r"`([^`<>]+?)[.\s]*<([^`<>]+)>`", text)
    linked = [(" ".join(title.split()), arxiv_ids(link)) for title, link in found]
    return [(title, ids[0]) for title, ids in linked if ids and len(title.split()) >= 3]


def normal(name: str) -> str:
    """A name without case, blanks and hyphens; digits and pluses are part of it.

    >>> normal("PointNet++"), normal("Cascade R-CNN")
    ('pointnetplusplus', 'cascadercnn')
    """
    return re.sub(r"[^a-z0-9]", "", name.lower().replace("+", "plus"))


def slug(name: str) -> str:
    """A name as a key: lower-case ASCII with hyphens.

    >>> slug("Part-A^2"), slug("IBN(b)-ResNet"), slug("BasicVSR++")
    ('part-a-2', 'ibn-b-resnet', 'basicvsr-plus-plus')
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("+", "-plus")).strip("-")


def is_named(title: str, name: str) -> bool:
    """Whether a title holds a name as a word of its own, or begins with the words that it abbreviates.

    >>> is_named("ShuffleNet V2: Guidelines", "ShuffleNetV2"), is_named("Squeeze-and-Excitation Networks", "SENet")
    (True, True)
    >>> is_named("PointNet++: Deep Hierarchical Learning", "PointNet"), is_named("ConvNeXt V2: Scaling", "ConvNeXt")
    (False, False)
    """
    letters = r"[\W_]*".join(map(re.escape, name.replace(" ", "").replace("-", "")))
    as_word = re.search(rf"(?<![a-z0-9]){letters}(?![a-z0-9+]|[ -]v?[0-9])", title, re.IGNORECASE)
    return bool(as_word) or _is_short_for(name, title)


def _is_short_for(name: str, title: str) -> bool:
    words = [word for word in re.findall(r"[a-z0-9]+", title.lower()) if word not in _SMALL]
    short = re.sub(r"net$", "n", normal(name))
    return len(short) >= 3 and "".join(word[0] for word in words).startswith(short)


def own_papers(citations: Iterable[Citation]) -> list[Citation]:
    """The citations that are certain to be of the architecture's own paper, one for each architecture at most.

    Of those who share a paper it belongs to whom its title names, else to the one whose name all the others hold. A
    title that opens with another name (`FourierNet: …`) is somebody else's, unless a second witness has it too.
    """
    shared: dict[str, list[Citation]] = defaultdict(list)
    for citation in citations:
        shared[citation.arxiv].append(citation)
    certain = [citation for sharers in shared.values() for citation in _owners(sharers)]
    papers: dict[str, dict[str, Citation]] = defaultdict(dict)
    for citation in certain:
        papers[citation.architecture].setdefault(citation.arxiv, citation)
    return [citation for found in papers.values() for citation in found.values() if len(found) == 1]


def _owners(sharers: list[Citation]) -> list[Citation]:
    if _titles_differ(sharers):
        return [citation for citation in sharers if citation.witness]
    named = [citation for citation in sharers if is_named(citation.title, citation.name)]
    if named or len({citation.architecture for citation in sharers}) > 1:
        return named or _held_by_all(sharers)
    return [
        citation for citation in sharers if citation.witness or not _opens_with_another(citation.title, citation.name)
    ]


def _titles_differ(sharers: list[Citation]) -> bool:
    """Whether one arXiv id goes with titles that have little in common: one of them is a mistake."""
    titles = {citation.title for citation in sharers}
    return any(not are_one_title(one, two, share=0.6) for one in titles for two in titles)


def are_one_title(one: str, two: str, *, share: float = 0.75) -> bool:
    """Whether so large a share of the words of the shorter title is in the other.

    >>> are_one_title("Mask2Former for Video", "Mask R-CNN")
    False
    """
    ours, theirs = ({*re.findall(r"[a-z0-9]+", title.lower())} - _SMALL for title in (one, two))
    return len(ours & theirs) >= share * min(len(ours), len(theirs))


def _held_by_all(sharers: list[Citation]) -> list[Citation]:
    shortest = min((normal(citation.name) for citation in sharers), key=len)
    is_held = all(shortest in normal(citation.name) for citation in sharers)
    return [citation for citation in sharers if is_held and normal(citation.name) == shortest]


def _opens_with_another(title: str, name: str) -> bool:
    """Whether a title opens with another name (`Name: what it is`): not ours, nor one that holds it with no version."""
    head, colon, _ = title.partition(":")
    ours, theirs = normal(name), normal(head).removesuffix("s")
    if not colon or len(head.split()) > 2:
        return False
    short, long = sorted((ours, theirs), key=len)
    return short not in long or bool(re.match(r"v?[02-9]", long.partition(short)[2]))


def titled_parents(papers: Iterable[Citation], names: Mapping[str, str]) -> Iterator[Fact]:
    """Rows of `lineage`: architectures whose own paper names another one, as a word, in its title."""
    for citation in papers:
        for parent, name in names.items():
            is_own = parent == citation.architecture or normal(name) == normal(citation.name)
            within = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w+-])", citation.title)
            if within and not is_own and len(name) >= 3:
                yield citation.architecture, parent, f"title: {name}", citation.file, citation.line
