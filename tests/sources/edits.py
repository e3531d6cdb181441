"""Small edits of the invented world: how a test breaks one thing in it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """In `file` (below `data/`) `old` becomes `new`; an empty `old` means that `new` is added at the end."""

    file: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        """Make the edit below `root`; an edit that would change nothing is a mistake of the test."""
        path = root / "data" / self.file
        text = path.read_text(encoding="utf-8")
        assert text.count(self.old) == 1 or not self.old, f"'{self.old}' must stand once in {self.file}"
        path.write_text(text.replace(self.old, self.new) if self.old else text + self.new, encoding="utf-8")


def derivation_from(parent: str, *, certainty: str = "medium", read: str = "none") -> str:
    """The lines of a record that state its only derivation."""
    return (
        "derivation:\n"
        f"  - parent: {parent}\n"
        "    kind: extends\n"
        "    statedIn: paper/doi-gamma\n"
        "    locator: Abstract\n"
        "    rationale:\n"
        "      en: Invented.\n"
        "      zh: 虚构。\n"
        f"    certainty: {certainty}\n"
        f"    checkedAgainst: {read}\n"
    )


def rejection_of(parent: str) -> str:
    """The lines of a record that state its only rejected derivation."""
    return (
        "rejectedDerivation:\n"
        f"  - parent: {parent}\n"
        "    assertedBy:\n"
        "      - source/genealogy-2005-01-01\n"
        "    ground: name-alike\n"
        "    rationale:\n"
        "      en: Invented.\n"
        "      zh: 虚构。\n"
        "    certainty: medium\n"
        "    checkedAgainst: none\n"
    )


def review(child: str, other: str, settled: str) -> Edit:
    """One more row of the second pass: both verdicts are what was settled."""
    cells = [child, other, settled, "medium", settled, "medium", "none", "", "agree", settled, "medium", "Invented."]
    return Edit("reviews/second-pass.tsv", "", "\t".join(cells) + "\n")
