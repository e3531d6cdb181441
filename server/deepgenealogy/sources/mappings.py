"""Mappings to external graphs, `data/mappings/*.sssom.tsv`: SSSOM files, one an external graph, one row a mapping.

A file begins with the metadata of its set, as YAML behind `#`; then come the columns and the rows. `refused.sssom.tsv`
holds what was judged and refused (`predicate_modifier` is `Not`), so that nobody proposes it again. What a row may say
is the business of `mappingrules`; what becomes of it, of `graph.links`.

Source: SSSOM 1.0, https://mapping-commons.github.io/sssom/spec/
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from ..errors import Finding, SourcesRefused
from ..vocabulary import PREFIXES
from .documents import Row, read_table

FOLDER = "mappings"
SUFFIX = ".sssom.tsv"
REFUSED = "refused"

#: The columns of every file, in the order of the SSSOM specification; a row may leave empty only those in brackets.
COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "[predicate_modifier]",
    "object_id",
    "[object_label]",
    "mapping_justification",
    "author_label",
    "subject_source",
    "object_source",
    "mapping_date",
    "confidence",
    "[match_string]",
    "other",
    "[comment]",
)

#: How a cell of the column `other` begins: where the identifier was seen.
SEEN_IN = "seen_in="


@dataclass(frozen=True)
class MappingSet:
    """One file: the external graph's short name, the file as findings show it, its metadata, and its rows."""

    name: str
    file: str
    metadata: dict[str, Any]
    rows: tuple[Row, ...]

    @property
    def is_refused(self) -> bool:
        """Whether it holds what was refused instead of what is asserted."""
        return self.name == REFUSED

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Prefix -> namespace: those that SSSOM knows without being told, and those of the file's `curie_map`."""
        told = self.metadata.get("curie_map", {})
        builtin = {name: PREFIXES[name] for name in ("skos", "rdfs", "sssom", "semapv")}
        return {**builtin, **(told if isinstance(told, dict) else {})}

    def expand(self, curie: str) -> str:
        """The IRI of a CURIE, or the empty text when its prefix is unknown."""
        prefix, _, local = curie.partition(":")
        return self.prefixes[prefix] + local if prefix in self.prefixes and local else ""


def seen_in(row: Row) -> str:
    """Where the identifier of this row was seen; empty when the row does not say."""
    return row.get("other").removeprefix(SEEN_IN) if row.get("other").startswith(SEEN_IN) else ""


def read_mappings(root: Path, findings: list[Finding]) -> dict[str, MappingSet]:
    """The mapping sets of `root/data/mappings` by name; what cannot be read is added to `findings`."""
    sets: dict[str, MappingSet] = {}
    for path in sorted((root / "data" / FOLDER).glob(f"*{SUFFIX}")):
        name, shown_as = path.name.removesuffix(SUFFIX), path.relative_to(root).as_posix()
        try:
            rows = read_table(path, shown_as=shown_as, columns=[column.strip("[]") for column in COLUMNS])
            sets[name] = MappingSet(name, shown_as, _metadata(path, shown_as), tuple(rows))
        except SourcesRefused as refusal:
            findings += refusal.findings
    return sets


def _metadata(path: Path, shown_as: str) -> dict[str, Any]:
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line.removeprefix("#") for line in lines if line.startswith("#"))
    try:
        found = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError as problem:
        cure = "write the metadata as YAML behind '#'; the other files of data/mappings show how"
        raise SourcesRefused([Finding(shown_as, 1, "not-yaml", "the metadata is not YAML", cure)]) from problem
    return found if isinstance(found, dict) else {}
