"""Frames: trees with every key, in one order, of nothing but what the store says; and nothing is fetched for them."""

import json
from pathlib import Path
from typing import Any

import pytest

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.errors import QuestionRefused
from deepgenealogy.export.nested import framed_things
from deepgenealogy.graph.context import linked_context, read_context, read_contexts, version_of
from deepgenealogy.graph.frames import read_frames
from deepgenealogy.graph.processing import CONTEXT_ADDRESS, Processor
from deepgenealogy.vocabulary import BASE
from tests.canonical import as_default, read_by_pyld
from tests.conftest import CHECKOUT

Json = Any

RESNET = "architecture/resnet"
FRAMES = read_frames(CHECKOUT)


@pytest.fixture(scope="module")
def resnet(engine: EmbeddedEngine) -> Json:
    """ResNet as a tree."""
    (tree,) = framed_things(engine, CHECKOUT, "architecture", [RESNET])
    return tree


@pytest.fixture(scope="module")
def catalogue(written: dict[str, str]) -> Json:
    """The whole catalogue."""
    return json.loads(written["catalogue.jsonld"])


def keys_of(tree: Json) -> list[str]:
    """The keys of a tree, without the type, which not every reference has."""
    return [key for key in tree if key != "@type"]


@pytest.mark.parametrize("name", ["architecture", "catalogue", "lineage", "paper"])
def test_there_is_a_frame(name: str) -> None:
    assert FRAMES[name].content["@context"][0] == CONTEXT_ADDRESS


def test_one_tree_holds_the_paper_the_parents_and_the_evidence(resnet: Json) -> None:
    (derivation,) = resnet["derivation"]
    assert resnet["introducedIn"]["title"] == "Deep Residual Learning for Image Recognition"
    assert (derivation["kind"], derivation["parent"]["label"]["en"]) == ("extends", "VGGNet")
    assert derivation["statedIn"]["@id"] == resnet["introducedIn"]["@id"]


def test_the_children_hang_below_their_parent(resnet: Json) -> None:
    children = {row["child"]["@id"]: row["kind"] for row in resnet["childDerivation"]}
    assert children["architecture/densenet"] == "variantOf"


def test_authors_stand_in_the_order_of_the_paper(resnet: Json) -> None:
    assert [row["name"] for row in resnet["introducedIn"]["authorship"]][:2] == ["Kaiming He", "Xiangyu Zhang"]


def test_more_than_nine_authors_stand_in_order(engine: EmbeddedEngine) -> None:
    (paper,) = framed_things(engine, CHECKOUT, "paper", ["paper/arxiv-2005.14165"])
    positions = [row["position"] for row in paper["authorship"]]
    assert positions == list(range(1, len(positions) + 1))
    assert len(positions) > 9


def test_what_is_not_known_is_there_and_empty(resnet: Json) -> None:
    assert (resnet["use"], resnet["note"], resnet["introducedIn"]["doi"]) == ([], {}, None)


def test_every_method_has_the_same_keys_of_the_same_types(catalogue: Json) -> None:
    first = catalogue["@graph"][0]
    types = {key: type(value) for key, value in first.items() if value is not None}
    for tree in catalogue["@graph"]:
        assert keys_of(tree) == keys_of(first), tree["@id"]
        assert isinstance(tree["@type"], list)
        wrong = [
            key for key, value in tree.items() if value is not None and type(value) is not types.get(key, type(value))
        ]
        assert wrong == [], tree["@id"]


def test_every_list_of_nodes_is_sorted(catalogue: Json) -> None:
    for tree in catalogue["@graph"]:
        for key in ("derivation", "memberOf", "addressesTask", "childDerivation", "use"):
            names = [row["@id"] for row in tree[key]]
            assert names == sorted(names)


def test_the_catalogue_is_sorted_and_holds_every_method(catalogue: Json, engine: EmbeddedEngine) -> None:
    names = [tree["@id"] for tree in catalogue["@graph"]]
    subjects = {getattr(quad.subject, "value", "") for quad in engine.quads()}
    assert names == sorted(name.removeprefix(BASE) for name in subjects if name.startswith(f"{BASE}architecture/"))


def test_a_tree_is_the_same_in_the_catalogue_and_alone(catalogue: Json, resnet: Json) -> None:
    assert resnet in catalogue["@graph"]


def test_a_tree_says_nothing_that_the_store_does_not(catalogue: Json, engine: EmbeddedEngine) -> None:
    assert read_by_pyld(json.dumps(catalogue).encode()) <= as_default(engine.quads())


def test_an_iri_beside_the_base_is_written_in_full(resnet: Json) -> None:
    assert resnet["closeMatch"] == ["https://w3id.org/aio/ResidualNeuralNetwork"]


@pytest.mark.parametrize(
    "address", ["https://example.org/context.jsonld", "http://127.0.0.1:9/x", "file:///etc/passwd"]
)
def test_no_other_context_is_fetched(address: str) -> None:
    with pytest.raises(QuestionRefused, match="is not fetched"):
        Processor({}).expanded({"@context": address, "a": "b"})


def test_a_context_by_its_address_gives_the_same_triples_as_the_context_itself(resnet: Json) -> None:
    context = read_context(CHECKOUT)
    tree = {key: value for key, value in resnet.items() if key != "childDerivation"}
    carried, linked = ({"@context": own, **tree} for own in (context, linked_context(CONTEXT_ADDRESS)))
    assert Processor(context).expanded(carried) == Processor(context).expanded(linked)


def test_the_version_of_a_context_follows_its_content() -> None:
    assert version_of({"a": "urn:a", "b": "urn:b"}) == version_of({"b": "urn:b", "a": "urn:a"})
    assert version_of({"a": "urn:a"}) != version_of({"a": "urn:b"})


def test_a_former_context_keeps_its_address(fabricated_root: Path) -> None:
    former = {"@version": 1.1, "old": "urn:old"}
    folder = fabricated_root / "ontology" / "contexts"
    folder.mkdir(exist_ok=True)
    (folder / f"{version_of(former)}.jsonld").write_text(json.dumps({"@context": former}), encoding="utf-8")
    assert read_contexts(fabricated_root)[version_of(former)] == former


def test_former_contexts_are_kept_as_they_were() -> None:
    for path in (CHECKOUT / "ontology" / "contexts").glob("*.jsonld"):
        assert version_of(json.loads(path.read_text(encoding="utf-8"))["@context"]) == path.stem
