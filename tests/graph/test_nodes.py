"""Records of the invented world as nodes: identities, claims, plain edges, comparable dates."""

from collections.abc import Iterable
from typing import Any

import pytest

from deepgenealogy.graph.nodes import (
    MAKERS,
    dated,
    denotation_nodes,
    entry_nodes,
    heading_nodes,
    repair_nodes,
)
from deepgenealogy.sources.dates import parse_date
from deepgenealogy.sources.records import Catalogue
from deepgenealogy.sources.shapes import SHAPES

Node = dict[str, Any]


def made(catalogue: Catalogue, identity: str) -> Node:
    """The node that the record called `identity` becomes."""
    record = catalogue.records[identity]
    (node,) = MAKERS[record.folder](record, catalogue)
    return node


def by_id(nodes: Iterable[Node]) -> dict[str, Node]:
    """The nodes by their identity."""
    return {node["@id"]: node for node in nodes}


def article(catalogue: Catalogue) -> Node:
    """The node of the one article."""
    (record,) = catalogue.of("sources/article")
    return made(catalogue, record.id)


@pytest.mark.parametrize(
    ("stated", "datatype", "first", "last"),
    [
        ("2004-02", "xsd:gYearMonth", "2004-02-01", "2004-02-29"),
        ("2003", "xsd:gYear", "2003-01-01", "2003-12-31"),
        ("2001-02-03", "xsd:date", "2001-02-03", "2001-02-03"),
    ],
)
def test_a_date_keeps_its_precision_and_gets_its_first_and_last_day(
    stated: str, datatype: str, first: str, last: str
) -> None:
    assert dated("introduced", parse_date(stated)) == {
        "introduced": {"@type": datatype, "@value": stated},
        "notBefore": first,
        "notAfter": last,
    }


def test_no_date_adds_no_key() -> None:
    assert dated("introduced", None) == {}


def test_a_method_is_named_after_its_file(invented_catalogue: Catalogue) -> None:
    assert made(invented_catalogue, "architecture/alpha-net")["@id"] == "architecture/alpha-net"


def test_a_method_is_introduced_when_its_paper_was_published(invented_catalogue: Catalogue) -> None:
    introduced = made(invented_catalogue, "architecture/alpha-net")["introduced"]
    assert introduced == {"@type": "xsd:date", "@value": "2001-02-03"}


def test_a_date_of_introduction_in_the_record_wins_over_the_date_of_the_paper(invented_catalogue: Catalogue) -> None:
    introduced = made(invented_catalogue, "architecture/epsilon-learning")["introduced"]
    assert introduced == {"@type": "xsd:gYearMonth", "@value": "2003-06"}


def test_a_derivation_is_a_node_with_an_iri_of_child_and_parent(invented_catalogue: Catalogue) -> None:
    (derivation,) = made(invented_catalogue, "architecture/beta-net")["derivation"]
    assert derivation["@id"] == "derivation/beta-net--alpha-net"


def test_a_derivation_names_its_child(invented_catalogue: Catalogue) -> None:
    (derivation,) = made(invented_catalogue, "architecture/beta-net")["derivation"]
    assert derivation["child"] == "architecture/beta-net"


def test_a_derivation_stands_for_the_plain_edge_and_for_its_kind(invented_catalogue: Catalogue) -> None:
    node = made(invented_catalogue, "architecture/beta-net")
    assert (node["derivesFrom"], node["extends"]) == (["architecture/alpha-net"], ["architecture/alpha-net"])


def test_a_use_stands_for_its_kind_and_not_for_descent(invented_catalogue: Catalogue) -> None:
    node = made(invented_catalogue, "architecture/delta-net")
    assert (node["usesBackbone"], node["derivesFrom"]) == (["architecture/gamma-net"], ["architecture/beta-net"])


def test_a_rejected_derivation_stands_for_no_edge(invented_catalogue: Catalogue) -> None:
    node = made(invented_catalogue, "architecture/gamma-net")
    assert [item["@id"] for item in node["rejectedDerivation"]] == ["derivation/gamma-net--delta-net"]
    assert node["derivesFrom"] == ["architecture/beta-net"]


def test_the_authors_of_a_paper_keep_their_order(invented_catalogue: Catalogue) -> None:
    authors = made(invented_catalogue, "paper/arxiv-0102.00001")["authorship"]
    assert [(author["position"], author["name"]) for author in authors] == [("1", "Ada Nobody"), ("2", "Bo Nemo")]


@pytest.mark.parametrize(
    ("paper", "page"),
    [
        ("paper/arxiv-0102.00001", "https://arxiv.org/abs/0102.00001"),
        ("paper/doi-gamma", "https://doi.org/10.5555/gamma"),
        ("paper/nobody-2003-epsilon", "https://example.org/epsilon"),
    ],
)
def test_a_paper_has_a_page_for_each_identifier(invented_catalogue: Catalogue, paper: str, page: str) -> None:
    assert made(invented_catalogue, paper)["page"] == [page]


def test_a_paper_is_typed_as_paper_and_as_its_kind(invented_catalogue: Catalogue) -> None:
    assert made(invented_catalogue, "paper/doi-gamma")["@type"] == ["Paper", "JournalArticle"]


@pytest.mark.parametrize(
    ("identity", "scheme"),
    [
        ("task/sorting-shells", "scheme/tasks"),
        ("family/toy-nets", "scheme/families"),
        ("modality/stone", "scheme/modalities"),
    ],
)
def test_a_concept_lies_in_the_scheme_of_its_kind(invented_catalogue: Catalogue, identity: str, scheme: str) -> None:
    assert made(invented_catalogue, identity)["inScheme"] == scheme


def test_the_sections_of_an_article_are_named_after_their_files_without_the_number(
    invented_catalogue: Catalogue,
) -> None:
    sections = article(invented_catalogue)["section"]
    assert [section["@id"].partition("#")[2] for section in sections] == ["overview", "toy-nets"]


def test_a_claim_is_named_by_its_section_and_its_own_id(invented_catalogue: Catalogue) -> None:
    claims = [claim["@id"] for section in article(invented_catalogue)["section"] for claim in section["claim"]]
    assert claims == ["claim/overview-pebbles-first", "claim/toy-nets-beta-from-alpha"]


def test_a_part_of_a_section_points_back_to_it(invented_catalogue: Catalogue) -> None:
    section = article(invented_catalogue)["section"][1]
    assert [part["partOf"] for part in (*section["claim"], *section["reading"])] == [section["@id"]] * 2


def test_an_entry_says_what_the_list_says_mistakes_included(invented_catalogue: Catalogue) -> None:
    entry = by_id(entry_nodes(invented_catalogue))["entry/beta-net"]
    assert (entry["statedName"], entry["statedDate"]) == ("BetaNut", "'02.03")


def test_an_entry_without_a_date_states_none(invented_catalogue: Catalogue) -> None:
    assert "statedDate" not in by_id(entry_nodes(invented_catalogue))["entry/gamma-net"]


def test_an_entry_has_an_occurrence_for_each_version_that_holds_it(invented_catalogue: Catalogue) -> None:
    (occurrence,) = by_id(entry_nodes(invented_catalogue))["entry/gamma-net"]["occurrence"]
    assert occurrence == {
        "@id": "entry/gamma-net#2005-01-01",
        "@type": "Occurrence",
        "inSection": "Toy Nets > Coloured",
        "onLine": "5",
        "inVersion": ["source/genealogy-2005-01-01"],
    }


def test_what_an_entry_denotes_is_said_apart_from_what_it_states(invented_catalogue: Catalogue) -> None:
    assert not any("denotes" in node for node in entry_nodes(invented_catalogue))
    assert by_id(denotation_nodes(invented_catalogue))["entry/beta-net"]["denotes"] == "architecture/beta-net"


def test_a_repair_names_what_was_stated_and_what_holds(invented_catalogue: Catalogue) -> None:
    repair = by_id(repair_nodes(invented_catalogue))["repair/beta-net--statedName"]
    assert (repair["statedValue"], repair["repairedValue"]) == ("BetaNut", "Beta-Net")


def test_a_heading_is_named_by_its_whole_path(invented_catalogue: Catalogue) -> None:
    assert set(by_id(heading_nodes(invented_catalogue))) == {"heading/toy-nets", "heading/toy-nets--coloured"}


def test_every_folder_of_records_has_its_maker() -> None:
    assert set(MAKERS) == set(SHAPES) - {"sources/article/sections"}
