"""Rules between records: each has a decoy that makes exactly it fire, and the whole world makes none fire."""

from pathlib import Path

import pytest

from deepgenealogy.errors import Finding
from deepgenealogy.sources import integrity, repairs
from deepgenealogy.sources.integrity import EDITORIAL_RULES, RULES, Rule, integrity_findings, references
from deepgenealogy.sources.records import read_catalogue
from deepgenealogy.sources.retired import misstated_retirements
from deepgenealogy.sources.shapes import SHAPES

from .edits import Edit, derivation_from, rejection_of, review
from .mappingdecoys import MAPPING_DECOYS

ENTRIES, REPAIRS = "sources/genealogy/entries.tsv", "sources/genealogy/repairs.tsv"
ALPHA, BETA, GAMMA, DELTA = (f"architectures/{name}-net.yaml" for name in ("alpha", "beta", "gamma", "delta"))
EPSILON = "architectures/epsilon-learning.yaml"
ALPHA_PAPER, DELTA_PAPER = "papers/arxiv-0102.00001.yaml", "papers/arxiv-0405.00004.yaml"
REVIEWS = "reviews/second-pass.tsv"
EVERY_RULE = (*RULES, *EDITORIAL_RULES)
EPSILON_REVIEWED = review("epsilon-learning", "alpha-net", "extends")

#: Name of a finding's rule -> the function that finds it, and edits that break only this, last the file to blame.
DECOYS: dict[str, tuple[Rule, list[Edit]]] = {
    "dangling-reference": (
        integrity.dangling_references,
        [Edit("tasks/sorting-shells.yaml", "task/sorting-pebbles", "task/sorting-pebble")],
    ),
    "duplicate-identifier": (
        integrity.shared_identifiers,
        [Edit(ALPHA_PAPER, "", "acl: P01-0001\n"), Edit(DELTA_PAPER, "", "acl: p01-0001\n")],
    ),
    "broken-retirement": (
        misstated_retirements,
        [Edit("retired.tsv", "", "task/sorting-pebbles\t\t2003-01-01\tIt is there.\t它还在。\n")],
    ),
    "misnamed": (integrity.misnamed_papers, [Edit(DELTA_PAPER, "arxiv: 0405.00004", "arxiv: 0405.00005")]),
    "cycle": (
        integrity.descent_cycles,
        [review("alpha-net", "alpha-net", "extends"), Edit(ALPHA, "", derivation_from("architecture/alpha-net"))],
    ),
    "child-before-parent": (
        integrity.older_parents,
        [Edit(DELTA, "introducedIn:", "introduced: 2002-03-03\nintroducedIn:")],
    ),
    "two-verdicts": (integrity.doubled_relations, [Edit(BETA, "", rejection_of("architecture/alpha-net"))]),
    "unread-certainty": (
        integrity.unread_certainty,
        [EPSILON_REVIEWED, Edit(EPSILON, "", derivation_from("architecture/alpha-net", certainty="high"))],
    ),
    "reading-without-address": (
        integrity.unread_certainty,
        [EPSILON_REVIEWED, Edit(EPSILON, "", derivation_from("architecture/alpha-net", read="abstract"))],
    ),
    "broken-repair": (repairs.broken_repairs, [Edit(REPAIRS, "misspelt-name", "typo")]),
    "repair-misquotes": (repairs.broken_repairs, [Edit(REPAIRS, "BetaNut", "BetaNot")]),
    "repair-repairs-nothing": (
        repairs.broken_repairs,
        [Edit(REPAIRS, "", "alpha-net\tstatedName\tmisspelt-name\tAlpha-Net\tAlpha-Net\tSame.\t相同。\tnone\n")],
    ),
    "entry-without-record": (
        repairs.disagreements,
        [Edit(ENTRIES, "architecture/alpha-net", "architecture/alpha-nit")],
    ),
    "unrepaired-difference": (repairs.disagreements, [Edit(ENTRIES, "'01.02.03", "'01.02.04")]),
    "entry-without-place": (
        repairs.misplaced_entries,
        [
            Edit("sources/genealogy/occurrences.tsv", "gamma-net\t2005-01-01\tToy Nets > Coloured\t5\n", ""),
            Edit(ENTRIES, "", ""),
        ],
    ),
    "link-misread": (repairs.misplaced_entries, [Edit(ENTRIES, "abs/0102.00001", "abs/0102.00009")]),
    "unsettled-review": (
        integrity.unsettled_reviews,
        [Edit(REVIEWS, "kind\tusesBackbone", "kind\tusesComponent")],
    ),
    "unreviewed-edge": (
        integrity.unreviewed_edges,
        [Edit(EPSILON, "", derivation_from("architecture/alpha-net"))],
    ),
    **MAPPING_DECOYS,
}


def findings(root: Path, *edits: Edit) -> list[Finding]:
    """What the rules find in the world below `root` after some edits."""
    for edit in edits:
        edit.apply(root)
    return integrity_findings(read_catalogue(root), EVERY_RULE)


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.__name__)
def test_no_rule_fires_on_the_whole_world(fabricated_root: Path, rule: Rule) -> None:
    assert list(rule(read_catalogue(fabricated_root))) == []


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.__name__)
def test_every_rule_has_a_decoy(rule: Rule) -> None:
    assert rule in [decoyed for decoyed, _ in DECOYS.values()]


@pytest.mark.parametrize("name", DECOYS)
def test_a_decoy_makes_exactly_its_rule_fire_once(fabricated_root: Path, name: str) -> None:
    assert [finding.rule for finding in findings(fabricated_root, *DECOYS[name][1])] == [name]


@pytest.mark.parametrize("name", DECOYS)
def test_the_rule_that_a_decoy_is_for_finds_it(fabricated_root: Path, name: str) -> None:
    rule, edits = DECOYS[name]
    for edit in edits:
        edit.apply(fabricated_root)
    assert [finding.rule for finding in rule(read_catalogue(fabricated_root))] == [name]


@pytest.mark.parametrize("name", DECOYS)
def test_a_finding_stands_in_the_file_that_was_edited(fabricated_root: Path, name: str) -> None:
    edits = DECOYS[name][1]
    assert findings(fabricated_root, *edits)[0].file == f"data/{edits[-1].file}"


@pytest.mark.parametrize("name", ["unsettled-review", "unreviewed-edge"])
def test_a_rule_of_editing_is_no_reason_to_refuse_a_build(fabricated_root: Path, name: str) -> None:
    for edit in DECOYS[name][1]:
        edit.apply(fabricated_root)
    assert integrity_findings(read_catalogue(fabricated_root)) == []


def test_findings_of_different_rules_come_sorted_by_file_and_line(fabricated_root: Path) -> None:
    edits = [edit for name in ("misnamed", "dangling-reference", "unread-certainty") for edit in DECOYS[name][1]]
    found = findings(fabricated_root, *edits)
    assert [finding.rule for finding in found] == ["unread-certainty", "misnamed", "dangling-reference"]


def test_a_dangling_reference_names_its_line_and_the_nearest_record(fabricated_root: Path) -> None:
    (finding,) = findings(fabricated_root, *DECOYS["dangling-reference"][1])
    assert str(finding) == (
        "data/tasks/sorting-shells.yaml:8: 'task/sorting-pebble' has no record; "
        "did you mean 'task/sorting-pebbles'? [dangling-reference]"
    )


@pytest.mark.parametrize(
    "place",
    [("introducedIn",), ("memberOf", 0), ("derivation", 0, "statedIn"), ("use", 0, "component"), ("addressesTask", 0)],
)
def test_references_are_found_at_every_depth(fabricated_root: Path, place: tuple[str | int, ...]) -> None:
    record = read_catalogue(fabricated_root).records["architecture/delta-net"]
    assert place in dict(references(record.document, SHAPES["architectures"]))


def test_who_asserts_a_rejected_derivation_is_a_reference(fabricated_root: Path) -> None:
    record = read_catalogue(fabricated_root).records["architecture/gamma-net"]
    found = dict(references(record.document, SHAPES["architectures"]))
    assert found["rejectedDerivation", 0, "assertedBy", 0] == "source/genealogy-2005-01-01"


def test_a_dangling_reference_inside_a_claim_of_the_article_is_found(fabricated_root: Path) -> None:
    edit = Edit("sources/article/sections/02-toy-nets.yaml", "architecture/beta-net", "architecture/beta-nut")
    assert [finding.line for finding in findings(fabricated_root, edit)] == [14]


def test_a_shared_identifier_names_the_other_paper(fabricated_root: Path) -> None:
    (finding,) = findings(fabricated_root, *DECOYS["duplicate-identifier"][1])
    assert "data/papers/" in finding.message


def test_a_paper_named_after_an_arxiv_id_must_hold_it(fabricated_root: Path) -> None:
    found = findings(fabricated_root, Edit(DELTA_PAPER, "arxiv: 0405.00004\n", ""))
    assert [finding.rule for finding in found] == ["misnamed"]


def test_a_misnamed_paper_is_told_its_right_name(fabricated_root: Path) -> None:
    assert findings(fabricated_root, *DECOYS["misnamed"][1])[0].cure == "name the file arxiv-0405.00005.yaml"


def test_a_paper_with_a_doi_and_no_arxiv_id_is_named_after_its_doi(fabricated_root: Path) -> None:
    found = findings(fabricated_root, Edit("papers/doi-gamma.yaml", "10.5555/gamma", "10.5555/other"))
    assert [finding.rule for finding in found] == ["misnamed"]


def test_a_circle_of_three_is_told_as_a_circle(fabricated_root: Path) -> None:
    Edit(ALPHA, "", derivation_from("architecture/gamma-net")).apply(fabricated_root)
    (finding,) = integrity.descent_cycles(read_catalogue(fabricated_root))
    ring = finding.message.partition(": ")[2].split(" <- ")
    assert ring[0] == ring[-1]
    assert set(ring) == {"architecture/alpha-net", "architecture/beta-net", "architecture/gamma-net"}


def test_in_the_circle_that_is_told_each_derives_from_the_one_before_it(fabricated_root: Path) -> None:
    Edit(ALPHA, "", derivation_from("architecture/gamma-net")).apply(fabricated_root)
    catalogue = read_catalogue(fabricated_root)
    ring = next(iter(integrity.descent_cycles(catalogue))).message.partition(": ")[2].split(" <- ")
    parents = [catalogue.records[child].fields["derivation"][0]["parent"] for child in ring[1:]]
    assert parents == ring[:-1]


def test_a_diamond_of_descent_is_no_circle(fabricated_root: Path) -> None:
    text = derivation_from("architecture/gamma-net") + derivation_from("architecture/delta-net").partition("\n")[2]
    Edit(EPSILON, "", text).apply(fabricated_root)
    assert list(integrity.descent_cycles(read_catalogue(fabricated_root))) == []


def test_a_parent_of_the_same_year_known_less_exactly_is_not_older(fabricated_root: Path) -> None:
    found = findings(fabricated_root, Edit(DELTA_PAPER, "2004-05-06", "2002"))
    assert found == []


def test_a_child_of_the_same_day_as_its_parent_is_good(fabricated_root: Path) -> None:
    assert findings(fabricated_root, Edit(DELTA_PAPER, "2004-05-06", "2002-03-04")) == []


def test_the_same_parent_twice_is_two_verdicts(fabricated_root: Path) -> None:
    again = derivation_from("architecture/beta-net").partition("\n")[2]
    Edit(DELTA, "use:\n", again + "use:\n").apply(fabricated_root)
    found = integrity.doubled_relations(read_catalogue(fabricated_root))
    assert [finding.line for finding in found] == [23]


def test_two_methods_that_derive_from_each_other_are_two_verdicts(fabricated_root: Path) -> None:
    Edit(ALPHA, "", derivation_from("architecture/beta-net")).apply(fabricated_root)
    found = integrity.doubled_relations(read_catalogue(fabricated_root))
    assert [finding.rule for finding in found] == ["two-verdicts"]


def test_rejecting_the_reverse_of_a_derivation_is_judged_alike_whatever_the_slugs(fabricated_root: Path) -> None:
    own = derivation_from("architecture/epsilon-learning") + rejection_of("architecture/beta-net")
    Edit(ALPHA, "", own).apply(fabricated_root)
    Edit(EPSILON, "", rejection_of("architecture/alpha-net")).apply(fabricated_root)
    assert len(list(integrity.doubled_relations(read_catalogue(fabricated_root)))) in (0, 2)


def test_a_pair_that_was_settled_as_unrelated_must_not_stand_in_a_record(fabricated_root: Path) -> None:
    edit = Edit(REVIEWS, "agree\textends", "agree\tnone")
    assert [finding.rule for finding in findings(fabricated_root, edit)] == ["unsettled-review"]


def test_a_pair_that_was_settled_as_unrelated_and_stands_nowhere_is_good(fabricated_root: Path) -> None:
    assert findings(fabricated_root, review("epsilon-learning", "beta-net", "none")) == []


def test_a_review_says_what_was_settled_and_what_the_record_says(fabricated_root: Path) -> None:
    (finding,) = findings(fabricated_root, *DECOYS["unsettled-review"][1])
    assert "'usesComponent'" in finding.message
    assert "the record says usesBackbone" in finding.message


@pytest.mark.parametrize("reading", ["none", "secondary"])
def test_what_was_not_read_is_not_certain(fabricated_root: Path, reading: str) -> None:
    text = derivation_from("architecture/alpha-net", certainty="high", read=reading) + "    checkedAt: here\n"
    found = findings(fabricated_root, EPSILON_REVIEWED, Edit(EPSILON, "", text))
    assert [finding.rule for finding in found] == ["unread-certainty"]


@pytest.mark.parametrize("reading", ["full-text", "passage", "abstract"])
def test_what_was_read_may_be_certain(fabricated_root: Path, reading: str) -> None:
    text = derivation_from("architecture/alpha-net", certainty="high", read=reading) + "    checkedAt: here\n"
    assert findings(fabricated_root, EPSILON_REVIEWED, Edit(EPSILON, "", text)) == []


def test_an_uncertain_use_is_held_to_the_same_rule(fabricated_root: Path) -> None:
    path = fabricated_root / "data" / DELTA
    head, use, tail = path.read_text(encoding="utf-8").partition("use:\n")
    path.write_text(head + use + tail.replace("certainty: medium", "certainty: high"), encoding="utf-8")
    assert [finding.rule for finding in findings(fabricated_root)] == ["unread-certainty"]
