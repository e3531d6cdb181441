"""The IRIs of the project: promises to users, so they are written out here once more."""

import pytest

from deepgenealogy.sources.shapes import SHAPES
from deepgenealogy.vocabulary import BASE, DERIVATION_KINDS, DGO, GRAPHS, PREFIXES, SEGMENTS, USE_KINDS, nearest


def test_the_base_is_the_promised_one() -> None:
    assert BASE == "https://w3id.org/deepgenealogy/"


def test_the_ontology_has_a_hash_namespace_below_the_base() -> None:
    assert DGO == "https://w3id.org/deepgenealogy/ontology#"


@pytest.mark.parametrize("name", ["ontology", "article", "genealogy", "curation", "links", "inferred", "meta"])
def test_every_promised_named_graph_has_its_iri(name: str) -> None:
    assert GRAPHS[name] == f"https://w3id.org/deepgenealogy/graph/{name}"


@pytest.mark.parametrize("segment", ["architecture", "paper", "task", "family"])
def test_every_promised_kind_of_thing_has_a_folder_of_records(segment: str) -> None:
    assert segment in SEGMENTS.values()


def test_no_two_folders_share_the_first_segment_of_an_iri() -> None:
    assert len(set(SEGMENTS.values())) == len(SEGMENTS)


@pytest.mark.parametrize("folder", SEGMENTS)
def test_every_folder_with_a_segment_has_a_shape(folder: str) -> None:
    assert folder in {name.rpartition("/")[2] for name in SHAPES}


def test_no_kind_of_use_is_a_kind_of_derivation() -> None:
    assert not set(USE_KINDS) & set(DERIVATION_KINDS)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_stands_for_a_namespace_that_local_names_can_follow(prefix: str) -> None:
    assert PREFIXES[prefix].endswith(("#", "/"))


def test_no_two_prefixes_stand_for_the_same_namespace() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)


def test_the_nearest_name_comes_first() -> None:
    assert nearest("beta-nets", ["alpha-net", "beta-net"])[0] == "beta-net"


def test_no_more_names_come_than_were_asked_for() -> None:
    assert nearest("net-1", ["net-2", "net-3", "net-4"], count=2) == nearest("net-1", ["net-2", "net-3", "net-4"])[:2]


def test_nothing_is_near_to_a_name_unlike_all_others() -> None:
    assert nearest("zzz", ["alpha-net", "beta-net"]) == []
