"""Rules of the mappings: what a row may say, that nothing is said twice, and that no identifier is guessed."""

import re
from collections.abc import Callable, Iterator

from ..errors import Finding
from ..vocabulary import BASE, nearest
from .dates import parse_date
from .documents import Row
from .mappings import COLUMNS, FOLDER, MappingSet, seen_in
from .records import Catalogue

#: What a mapping may assert -> what it asserts with that (SKOS: an exact match is a close match). Never an identity
#: of OWL: the class trees of the other graphs contradict ours.
PREDICATES = {
    "skos:exactMatch": {"skos:exactMatch", "skos:closeMatch"},
    "skos:closeMatch": {"skos:closeMatch"},
    "skos:broadMatch": {"skos:broadMatch"},
    "skos:narrowMatch": {"skos:narrowMatch"},
    "rdfs:seeAlso": {"rdfs:seeAlso"},
}

#: On what a mapping may rest. `semapv:LexicalMatching` is not among them: a name alone is not a match.
JUSTIFICATIONS = ("semapv:ManualMappingCuration", "semapv:MappingReview")

_METADATA = ("mapping_set_id", "mapping_set_title", "mapping_set_version", "license", "curie_map")

#: Items of Wikidata and works of OpenAlex, as they stand in addresses, CURIEs and cells.
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9])(?:Q[1-9][0-9]{2,}|W[1-9][0-9]{6,})(?![A-Za-z0-9])")


def _all_rows(catalogue: Catalogue) -> Iterator[tuple[MappingSet, Row]]:
    for mappings in catalogue.mappings.values():
        yield from ((mappings, row) for row in mappings.rows)


def headless_sets(catalogue: Catalogue) -> Iterator[Finding]:
    """A set says what it is, under which licence, and what its prefixes stand for."""
    for mappings in catalogue.mappings.values():
        for key in _METADATA:
            if not mappings.metadata.get(key):
                cure = f"add '#{key}: …' above the columns"
                yield Finding(mappings.file, 1, "mapping-header", f"the set has no {key}", cure)


def misfilled_mappings(catalogue: Catalogue) -> Iterator[Finding]:
    """A row has every cell that it needs, each in its form."""
    for mappings, row in _all_rows(catalogue):
        for column in COLUMNS:
            if not column.startswith("[") and not row.get(column):
                yield Finding(row.file, row.line, "empty-cell", f"column '{column}' is empty", "fill it")
        for column, form, is_good in _FORMS:
            if row.get(column) and not is_good(mappings, row.get(column)):
                message = f"{column} cannot be '{row.get(column)}'"
                yield Finding(row.file, row.line, "mapping-value", message, f"write {form}")


def _is_share(mappings: MappingSet, cell: str) -> bool:
    return bool(re.fullmatch(r"0\.\d+|1\.0", cell))


def _is_day(mappings: MappingSet, cell: str) -> bool:
    try:
        return parse_date(cell).datatype == "date"
    except ValueError:
        return False


def _is_expandable(mappings: MappingSet, cell: str) -> bool:
    return bool(mappings.expand(cell))


_FORMS: tuple[tuple[str, str, Callable[[MappingSet, str], bool]], ...] = (
    ("confidence", "a number between 0.0 and 1.0", _is_share),
    ("mapping_date", "a day as YYYY-MM-DD", _is_day),
    ("object_id", "a CURIE whose prefix is in the curie_map", _is_expandable),
    ("subject_source", "a CURIE whose prefix is in the curie_map", _is_expandable),
    ("object_source", "a CURIE whose prefix is in the curie_map", _is_expandable),
    ("mapping_justification", f"one of {', '.join(JUSTIFICATIONS)}", lambda _, cell: cell in JUSTIFICATIONS),
)


def unknown_subjects(catalogue: Catalogue) -> Iterator[Finding]:
    """What is mapped is a thing of ours."""
    for mappings, row in _all_rows(catalogue):
        thing = mappings.expand(row.get("subject_id")).removeprefix(BASE)
        if row.get("subject_id") and thing not in catalogue.records:
            near = nearest(thing, catalogue.records, count=1)
            cure = f"did you mean 'dg:{near[0]}'?" if near else "name a record, such as dg:architecture/resnet"
            message = f"subject '{row.get('subject_id')}' has no record"
            yield Finding(row.file, row.line, "unknown-subject", message, cure)


def unknown_predicates(catalogue: Catalogue) -> Iterator[Finding]:
    """A mapping asserts one of the relations that we allow."""
    for _, row in _all_rows(catalogue):
        if row.get("predicate_id") and row.get("predicate_id") not in PREDICATES:
            cure = f"write one of {', '.join(PREDICATES)}"
            message = f"'{row.get('predicate_id')}' is no relation of mappings"
            yield Finding(row.file, row.line, "unknown-predicate", message, cure)


def misfiled_refusals(catalogue: Catalogue) -> Iterator[Finding]:
    """What is refused lies in the file of refusals, with the reason; what is asserted lies in the others."""
    for mappings, row in _all_rows(catalogue):
        if row.get("predicate_modifier") != ("Not" if mappings.is_refused else ""):
            cure = "refusals (predicate_modifier Not) go to refused.sssom.tsv, and nothing else goes there"
            yield Finding(row.file, row.line, "misfiled-refusal", "the row lies in the wrong file", cure)
        elif mappings.is_refused and not row.get("comment"):
            yield Finding(row.file, row.line, "refusal-without-reason", "no reason is given", "fill column 'comment'")


def doubled_mappings(catalogue: Catalogue) -> Iterator[Finding]:
    """Of a thing of ours and one of theirs there is one row, and one refusal at most."""
    seen: dict[tuple[bool, str, str], Row] = {}
    for mappings, row in _all_rows(catalogue):
        pair = (mappings.is_refused, row.get("subject_id"), mappings.expand(row.get("object_id")))
        first = seen.setdefault(pair, row)
        if first is not row:
            message = f"{row.get('subject_id')} and {row.get('object_id')} stand in {first.file}:{first.line} too"
            yield Finding(row.file, row.line, "doubled-mapping", message, "keep one row for the pair")


def unsorted_mappings(catalogue: Catalogue) -> Iterator[Finding]:
    """Rows are sorted by subject and object, so that a new mapping is one new line where everybody looks for it."""
    for mappings in catalogue.mappings.values():
        for before, row in zip(mappings.rows, mappings.rows[1:], strict=False):
            if _sort_key(row) < _sort_key(before):
                message = f"{row.get('subject_id')} stands below {before.get('subject_id')}"
                cure = "sort the rows by subject_id and object_id"
                yield Finding(row.file, row.line, "unsorted-mappings", message, cure)


def _sort_key(row: Row) -> tuple[str, str]:
    return row.get("subject_id"), row.get("object_id")


def unseen_identifiers(catalogue: Catalogue) -> Iterator[Finding]:
    """No identifier is guessed: a row says where its object was seen, and what other files name has a row."""
    seen = set()
    for _, row in _all_rows(catalogue):
        if row.get("other") and not seen_in(row):
            message = f"where {row.get('object_id')} was seen is not said"
            yield Finding(row.file, row.line, "unseen-identifier", message, "write seen_in=<where> in column 'other'")
        elif row.get("other"):
            seen.add(row.get("object_id").partition(":")[2])
    for file, number, line in _lines_elsewhere(catalogue):
        for identifier in dict.fromkeys(_IDENTIFIER.findall(line)):
            if identifier not in seen:
                cure = "add a row to data/mappings that says where it was seen; never one from memory"
                yield Finding(file, number, "unseen-identifier", f"{identifier} has no mapping", cure)


def _lines_elsewhere(catalogue: Catalogue) -> Iterator[tuple[str, int, str]]:
    """Every line of every file of data that is no mapping, with its file and number."""
    data = catalogue.root / "data"
    for path in sorted(path for kind in ("*.yaml", "*.tsv") for path in data.rglob(kind)):
        if path.parent != data / FOLDER:
            file, lines = path.relative_to(catalogue.root).as_posix(), path.read_text(encoding="utf-8").splitlines()
            yield from ((file, n, line) for n, line in enumerate(lines, start=1))


def asserted_refusals(catalogue: Catalogue) -> Iterator[Finding]:
    """What was refused is not asserted; refusing a close match refuses the exact one with it."""
    refused: dict[tuple[str, str, str], Row] = {}
    for mappings, row in _all_rows(catalogue):
        if mappings.is_refused:
            refused[row.get("subject_id"), row.get("predicate_id"), mappings.expand(row.get("object_id"))] = row
    for mappings, row in _all_rows(catalogue):
        if mappings.is_refused:
            continue
        for predicate in sorted(PREDICATES.get(row.get("predicate_id"), ())):
            verdict = refused.get((row.get("subject_id"), predicate, mappings.expand(row.get("object_id"))))
            if verdict:
                message = (
                    f"{row.get('subject_id')} {predicate} {row.get('object_id')} was refused in line {verdict.line}"
                )
                cure = "take the row away, or the refusal, and say why"
                yield Finding(row.file, row.line, "refused-and-asserted", message, cure)
                break


def mismatched_strings(catalogue: Catalogue) -> Iterator[Finding]:
    """The arXiv id on which a match of papers rests is that of our record."""
    for mappings, row in _all_rows(catalogue):
        record = catalogue.records.get(mappings.expand(row.get("subject_id")).removeprefix(BASE))
        held = record.fields.get("arxiv", "none") if record else ""
        if held and not mappings.is_refused and row.get("match_string") not in ("", held):
            message = f"the match rests on arXiv id {row.get('match_string')}, the record's is {held}"
            yield Finding(row.file, row.line, "mismatched-identifier", message, "map the record that has this id")


MAPPING_RULES: tuple[Callable[[Catalogue], Iterator[Finding]], ...] = (
    headless_sets,
    misfilled_mappings,
    unknown_subjects,
    unknown_predicates,
    misfiled_refusals,
    doubled_mappings,
    unsorted_mappings,
    unseen_identifiers,
    asserted_refusals,
    mismatched_strings,
)
