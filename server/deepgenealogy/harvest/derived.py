"""The claims of one source as a table: its facts and the reviewers' decisions, put through the rules."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..sources.harvested import COLUMNS, read_reviews, table_text
from .interface import Fact
from .rules import Claim, Decided, Known, claims, days_of, reuses
from .tables import folder_of, rows_of

#: How words of lineage begin that name an origin: in the title of the own paper, or in the documentation.
_ORIGIN = ("title: ", "documentation: ")


def claims_of(root: Path, source: str, *, with_decisions: bool = True) -> list[Claim]:
    """Every claim that follows from the tables of one source as they lie on disk, by the rules alone if asked."""
    folder = folder_of(root, source)
    core_of = {row["architecture"]: int(row["coreClasses"]) for row in rows_of(folder, "architectures")}
    rows = [row for row in rows_of(folder, "reuse") if {row["child"], row["parent"]} <= core_of.keys()]
    found = reuses(rows, core_of)
    known = known_of(root, source)
    return claims(found, known if with_decisions else replace(known, decisions={}, unconfirmed=frozenset()))


def known_of(root: Path, source: str) -> Known:
    """What the rules know besides the reuse of code."""
    folder, reviews = folder_of(root, source), read_reviews(root)
    ours = {name: [row for row in rows if row.get("source") == source] for name, rows in reviews.items()}
    papers = [*rows_of(folder, "papers"), *(row.cells for row in ours.get("papers", []))]
    lineage = [((row["child"], row["parent"]), row["words"]) for row in rows_of(folder, "lineage")]
    return Known(
        days_of(rows_of(folder, "dates"), papers),
        frozenset(pair for pair, words in lineage if words.startswith(_ORIGIN)),
        frozenset(pair for pair, words in lineage if not words.startswith(_ORIGIN)),
        frozenset((row["architecture"], row["owner"]) for row in rows_of(folder, "inputs")),
        frozenset((row["architecture"], row["component"]) for row in rows_of(folder, "components")),
        {
            (row["child"], row["parent"]): Decided(row["verdict"], row["read"] != "none")
            for row in ours.get("decisions", [])
        },
        frozenset((row["child"], row["parent"]) for row in ours.get("blind", []) if row["verdict"] != "true"),
    )


def claims_text(root: Path, source: str) -> str:
    """The table of claims: those from reuse, and the default components."""
    found = [_row(claim) for claim in claims_of(root, source)]
    return table_text(COLUMNS["claims"], [*found, *_component_rows(folder_of(root, source))])


def _row(claim: Claim) -> Fact:
    reuse = claim.reuse
    said = (claim.claim, claim.rule, claim.certainty, reuse.core, reuse.of)
    return reuse.child, reuse.parent, *said, reuse.file, reuse.line


def _component_rows(folder: Path) -> Iterator[Fact]:
    known = {row["architecture"] for row in rows_of(folder, "architectures")}
    for row in rows_of(folder, "components"):
        if {row["architecture"], row["component"]} <= known:
            said = ("hasDefaultComponent", row["role"], "high", 0, 0)
            yield row["architecture"], row["component"], *said, row["file"], int(row["line"])


def write_claims(root: Path, source: str) -> Path:
    """The table of claims, written anew."""
    path = folder_of(root, source) / "claims.tsv"
    path.write_text(claims_text(root, source), encoding="utf-8")
    return path
