"""Candidates for people to decide on, with their evidence side by side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..sources.harvested import first_dates, read_reviews
from .derived import claims_of
from .rules import Claim
from .tables import folder_of, rows_of


@dataclass(frozen=True)
class Candidate:
    """A pair to decide on: its claim, and what is known of both ends, side by side."""

    claim: Claim
    child: str
    parent: str

    def __str__(self) -> str:
        reuse = self.claim.reuse
        return (
            f"{reuse.child} <- {reuse.parent}: {reuse.core} of {reuse.of} core classes, {reuse.classes} in all; "
            f"{reuse.file}:{reuse.line}\n    child:  {self.child}\n    parent: {self.parent}"
        )


def candidates(root: Path, source: str) -> Iterator[Candidate]:
    """The pairs that no rule decides, those with the largest share first."""
    known = _known(root, source)
    open_ones = [claim for claim in claims_of(root, source) if claim.claim == "candidateDerivation"]
    for claim in sorted(open_ones, key=lambda claim: (-claim.reuse.share, claim.reuse.child, claim.reuse.parent)):
        yield Candidate(claim, known.get(claim.reuse.child, ""), known.get(claim.reuse.parent, ""))


#: The columns of a list of pairs for somebody to judge: who they are, and nothing of what a rule or reviewer said.
BLIND = ("source", "child", "parent", "childName", "parentName", "childPaper")


def blind_rows(root: Path, pairs: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, ...]]:
    """Pairs of sources with the names of both ends and the child's own paper, as far as these are known."""
    named: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
    for source, child, parent in pairs:
        names, papers = named.setdefault(source, _names_and_papers(root, source))
        yield source, child, parent, names.get(child, ""), names.get(parent, ""), papers.get(child, "")


def _names_and_papers(root: Path, source: str) -> tuple[dict[str, str], dict[str, str]]:
    folder = folder_of(root, source)
    names = {row["architecture"]: row["prefix"] for row in rows_of(folder, "architectures")}
    names |= {row["architecture"]: row["name"] for row in rows_of(folder, "names")}
    reviewed = (row for row in read_reviews(root).get("papers", []) if row["source"] == source)
    papers = [*rows_of(folder, "papers"), *(row.cells for row in reviewed)]
    return names, {row["architecture"]: f"arXiv:{row['arxiv']} {row['title']}" for row in papers}


def _known(root: Path, source: str) -> dict[str, str]:
    """What there is to say of each architecture: own paper, and the first release that holds it."""
    folder = folder_of(root, source)
    said = {key: f"in releases since {row['date']}" for key, row in first_dates(rows_of(folder, "dates")).items()}
    for row in rows_of(folder, "papers"):
        said[row["architecture"]] = f"arXiv:{row['arxiv']} {row['title']}; {said.get(row['architecture'], '')}"
    return said
