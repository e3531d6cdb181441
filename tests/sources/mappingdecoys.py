"""Edits of the invented world that break one rule of the mappings each."""

from deepgenealogy.sources import mappingrules
from deepgenealogy.sources.integrity import Rule

from .edits import Edit

PEBBLES, REFUSED = "mappings/pebble-graph.sssom.tsv", "mappings/refused.sssom.tsv"
PAPER_ROW = "dg:paper/arxiv-0102.00001\t"


def mapping(thing: str, target: str, *, predicate: str = "skos:exactMatch", seen: str = "seen_in=a page") -> str:
    """A row that maps one thing of ours."""
    review = "semapv:MappingReview\tNobody\tdg:dataset\tdg:source/genealogy-2005-01-01\t2005-01-01\t0.9\t"
    return f"dg:{thing}\tA name\t{predicate}\t\t{target}\t\t{review}\t{seen}\t\n"


#: Name of a finding's rule -> the function that finds it, and edits that break only this, last the file to blame.
MAPPING_DECOYS: dict[str, tuple[Rule, list[Edit]]] = {
    "mapping-header": (mappingrules.headless_sets, [Edit(PEBBLES, "#license", "#rights")]),
    "empty-cell": (mappingrules.misfilled_mappings, [Edit(PEBBLES, "\tAlpha-Net\t", "\t\t")]),
    "mapping-value": (mappingrules.misfilled_mappings, [Edit(PEBBLES, "\t0.9\t", "\t90 %\t")]),
    "unknown-subject": (
        mappingrules.unknown_subjects,
        [Edit(PEBBLES, "dg:architecture/alpha-net", "dg:architecture/alpha-nut")],
    ),
    "unknown-predicate": (mappingrules.unknown_predicates, [Edit(PEBBLES, "skos:exactMatch", "owl:sameAs")]),
    "misfiled-refusal": (
        mappingrules.misfiled_refusals,
        [Edit(PEBBLES, "skos:exactMatch\t\t", "skos:exactMatch\tNot\t")],
    ),
    "refusal-without-reason": (mappingrules.misfiled_refusals, [Edit(REFUSED, "A name alone.", "")]),
    "doubled-mapping": (
        mappingrules.doubled_mappings,
        [Edit(PEBBLES, PAPER_ROW, mapping("architecture/alpha-net", "pebble:Q100") + PAPER_ROW)],
    ),
    "unsorted-mappings": (
        mappingrules.unsorted_mappings,
        [Edit(PEBBLES, "", mapping("architecture/gamma-net", "pebble:gamma"))],
    ),
    "unseen-identifier": (
        mappingrules.unseen_identifiers,
        [Edit("architectures/alpha-net.yaml", "", "# https://www.wikidata.org/wiki/Q200\n")],
    ),
    "refused-and-asserted": (
        mappingrules.asserted_refusals,
        [Edit(PEBBLES, PAPER_ROW, mapping("architecture/beta-net", "pebble:beta") + PAPER_ROW)],
    ),
    "mismatched-identifier": (
        mappingrules.mismatched_strings,
        [Edit(PEBBLES, "\t0102.00001\t", "\t0102.00009\t")],
    ),
}
