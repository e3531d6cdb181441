"""Rules between records: references lead somewhere, identifiers are unique, descent runs forward in time."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ..errors import Finding
from ..vocabulary import nearest
from .documents import Document, Place
from .mappingrules import MAPPING_RULES
from .records import Catalogue, Record, list_of
from .repairs import broken_repairs, disagreements, misplaced_entries
from .retired import misstated_retirements
from .shapes import SHAPES, Key

Rule = Callable[[Catalogue], Iterator[Finding]]

#: Identifiers that name one paper only.
IDENTIFIERS = ("arxiv", "doi", "openReview", "pmlr", "acl")


def integrity_findings(catalogue: Catalogue, rules: Iterable[Rule] = ()) -> list[Finding]:
    """Every breach of `rules` (RULES unless given) between records, sorted by file and line."""
    return sorted(finding for rule in rules or RULES for finding in rule(catalogue))


def references(document: Document, shape: dict[str, Key]) -> Iterator[tuple[Place, str]]:
    """Every reference in a document with its place, e.g. `(("derivation", 0, "parent"), "architecture/vggnet")`."""
    yield from _references((), document.value, shape)


def _references(place: Place, value: dict[str, Any], shape: Any) -> Iterator[tuple[Place, str]]:
    for name, key in shape.items():
        if name not in value:
            continue
        if key.form == "reference":
            yield (*place, name), value[name]
        for position, item in enumerate(list_of(value[name])):
            if key.form == "references":
                yield (*place, name, position), item
            elif key.form == "items":
                yield from _references((*place, name, position), item, key.items)


def dangling_references(catalogue: Catalogue) -> Iterator[Finding]:
    """A reference must lead to a record."""
    retired = {row["iri"]: row.get("successor") for row in catalogue.tables["retired"]}
    for record in catalogue.records.values():
        for place, target in references(record.document, SHAPES[record.folder]):
            if target not in catalogue.records:
                near = nearest(target, catalogue.records)
                cure = f"did you mean '{near[0]}'?" if near else f"write data/…/{target.partition('/')[2]}.yaml"
                if successor := retired.get(target):
                    cure = f"it is retired: write '{successor}'"
                yield record.finding(place, "dangling-reference", f"'{target}' has no record", cure)


def shared_identifiers(catalogue: Catalogue) -> Iterator[Finding]:
    """An identifier names one paper only."""
    holders: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for paper in catalogue.of("papers"):
        for name in IDENTIFIERS:
            if name in paper.fields:
                holders[name, paper.fields[name].lower()].append(paper)
    for (name, value), papers in holders.items():
        for paper in papers[1:]:
            message = f"{name} '{value}' is also that of {papers[0].document.file}"
            cure = "merge the two records, or correct the identifier"
            yield paper.finding((name,), "duplicate-identifier", message, cure)


def misnamed_papers(catalogue: Catalogue) -> Iterator[Finding]:
    """A paper's key is made from its arXiv id, else from its DOI."""
    for paper in catalogue.of("papers"):
        arxiv = paper.fields.get("arxiv", "").replace("/", "-")
        if arxiv and paper.slug != f"arxiv-{arxiv}":
            message = f"the file's name and arxiv '{arxiv}' differ"
            yield paper.finding(("arxiv",), "misnamed", message, f"name the file arxiv-{arxiv}.yaml")
        elif not arxiv and paper.slug.startswith("arxiv-"):
            yield paper.finding((), "misnamed", "no arXiv id inside", "add arxiv: …, or rename the file")
        elif not arxiv and "doi" in paper.fields and paper.slug != doi_key(paper.fields["doi"]):
            key = doi_key(paper.fields["doi"])
            message = f"the file's name and doi '{paper.fields['doi']}' differ"
            yield paper.finding(("doi",), "misnamed", message, f"name the file {key}.yaml")


def doi_key(doi: str) -> str:
    """The key of a paper that has a DOI and no arXiv id: the DOI's suffix, made safe.

    >>> doi_key("10.1007/978-3-319-10593-2_13")
    'doi-978-3-319-10593-2-13'
    """
    return "doi-" + re.sub(r"[^a-z0-9.]+", "-", doi.partition("/")[2].lower()).strip("-")


def descent_cycles(catalogue: Catalogue) -> Iterator[Finding]:
    """Nothing descends from itself."""
    parents = {
        record.id: [d["parent"] for d in list_of(record.fields.get("derivation"))]
        for record in catalogue.of("architectures")
    }
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        ring = error.args[1]
        record = catalogue.records[ring[1]]
        message = f"descent runs in a circle: {' <- '.join(ring)}"
        yield record.finding(("derivation",), "cycle", message, "take away the derivation that is not one")


def older_parents(catalogue: Catalogue) -> Iterator[Finding]:
    """No child comes before its parent: the last day that it can mean is not before the parent's first."""
    for child in catalogue.of("architectures"):
        born = catalogue.introduced(child)
        for position, item in enumerate(list_of(child.fields.get("derivation"))):
            parent = catalogue.records.get(item["parent"])
            parent_born = catalogue.introduced(parent) if parent else None
            if born and parent_born and born.not_after < parent_born.not_before:
                message = f"{child.slug} ({born.text}) is older than its parent {item['parent']} ({parent_born.text})"
                cure = "correct a date, or move it to rejectedDerivation with ground later-than-child"
                yield child.finding(("derivation", position), "child-before-parent", message, cure)


def doubled_relations(catalogue: Catalogue) -> Iterator[Finding]:
    """Of a child and a parent there is one verdict: asserted once, or rejected once."""
    derived: set[frozenset[str]] = set()
    for record in catalogue.of("architectures"):
        verdicts: dict[str, str] = {}
        for group in ("derivation", "rejectedDerivation"):
            for position, item in enumerate(list_of(record.fields.get(group))):
                pair = frozenset((record.id, item["parent"]))
                if item["parent"] in verdicts or (group == "derivation" and pair in derived):
                    message = f"{record.slug} and {item['parent']} have a verdict already"
                    yield record.finding((group, position), "two-verdicts", message, "keep one verdict for the pair")
                verdicts[item["parent"]] = group
                derived |= {pair} if group == "derivation" else set()


def unread_certainty(catalogue: Catalogue) -> Iterator[Finding]:
    """What rests on general knowledge alone is `medium` at most; what was read has an address."""
    for record in catalogue.of("architectures"):
        for group in ("derivation", "use", "rejectedDerivation"):
            for position, item in enumerate(list_of(record.fields.get(group))):
                unread = item["checkedAgainst"] in ("none", "secondary")
                if item["certainty"] == "high" and unread:
                    message = "certainty is high, but the paper was not read"
                    cure = "read the passage and say so in checkedAgainst, or write certainty: medium"
                    yield record.finding((group, position, "certainty"), "unread-certainty", message, cure)
                if item["checkedAgainst"] != "none" and "checkedAt" not in item:
                    message, cure = "something was read, but not where", "add checkedAt: <address>"
                    yield record.finding((group, position, "checkedAgainst"), "reading-without-address", message, cure)


def unsettled_reviews(catalogue: Catalogue) -> Iterator[Finding]:
    """What the second pass settled is what the records say."""
    verdicts = _verdicts(catalogue)
    for row in catalogue.tables["reviews"]:
        held = verdicts.get((row["child"], row["other"]), {"none"})
        if row["settled"] not in held:
            pair, says = f"{row['child']} and {row['other']}", " and ".join(sorted(held))
            message = f"{pair} were settled as '{row['settled']}', the record says {says}"
            cure = "change the record back, or settle the pair anew here and say why"
            yield Finding(row.file, row.line, "unsettled-review", message, cure)


def unreviewed_edges(catalogue: Catalogue) -> Iterator[Finding]:
    """Every edge was judged twice."""
    reviewed = {(row["child"], row["other"]) for row in catalogue.tables["reviews"]}
    for record in catalogue.of("architectures"):
        for group, key in (("derivation", "parent"), ("use", "component")):
            for position, item in enumerate(list_of(record.fields.get(group))):
                if (record.slug, item[key].partition("/")[2]) not in reviewed:
                    message = f"{record.slug} and {item[key]} have no second verdict"
                    cure = (
                        "have somebody else judge the pair without seeing this verdict; data/reviews/README.md says how"
                    )
                    yield record.finding((group, position), "unreviewed-edge", message, cure)


def _verdicts(catalogue: Catalogue) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in catalogue.of("architectures"):
        for group, key in (("derivation", "parent"), ("use", "component"), ("rejectedDerivation", "parent")):
            for item in list_of(record.fields.get(group)):
                found[record.slug, item[key].partition("/")[2]].add(item.get("kind", "rejected"))
    return found


RULES: tuple[Rule, ...] = (
    dangling_references,
    shared_identifiers,
    misnamed_papers,
    descent_cycles,
    older_parents,
    doubled_relations,
    unread_certainty,
    broken_repairs,
    disagreements,
    misplaced_entries,
    misstated_retirements,
    *MAPPING_RULES,
)

#: Rules of editing: asked by `check`, but no reason to refuse a build.
EDITORIAL_RULES: tuple[Rule, ...] = (unsettled_reviews, unreviewed_edges)
