"""A better ground has a higher score, properties move it, and only what is sure is a match."""

from typing import Any

import pytest

from tests.reconciliation.conftest import Ask

DCN = "architecture/dcn"


def scored(ask: Ask, name: str, thing: str, **fields: Any) -> float:
    """The score of one thing for a name."""
    return next(float(row["score"]) for row in ask(name, **fields) if row["id"] == thing)


def with_property(name: str, value: object) -> list[dict[str, object]]:
    """The field `properties` of a query with one property."""
    return [{"pid": name, "v": value}]


def test_the_grounds_stand_in_the_order_in_which_they_are_sure(ask: Ask) -> None:
    resnet = "architecture/resnet"
    names = ("ResNet", "Residual Network", "Residual Net", "Resnet (deep residual network)", "1512.03385", "ResNett")
    scores = [scored(ask, name, resnet, type="Method") for name in names]
    assert scores == sorted(scores, reverse=True)
    assert (scores[0], scores[-1] < 80) == (100, True)


@pytest.mark.parametrize(
    "identifier",
    [
        *("architecture/resnet", "https://w3id.org/deepgenealogy/architecture/resnet", "1512.03385"),
        *("arXiv:1512.03385v1", "https://arxiv.org/pdf/1512.03385.pdf", "https://doi.org/10.48550/arXiv.1512.03385"),
        *("http://www.wikidata.org/entity/Q43744058", "Deep Residual Learning for Image Recognition"),
    ],
)
def test_identifiers_and_the_title_of_the_paper_lead_to_the_method(ask: Ask, identifier: str) -> None:
    first = ask(identifier, type="Method")[0]
    assert (first["id"], first["match"]) == ("architecture/resnet", True)


@pytest.mark.parametrize(
    ("name", "type_id", "thing"),
    [
        ("Attention Is All You Need", "Paper", "paper/arxiv-1706.03762"),
        ("10.1162/neco.1997.9.8.1735", "Paper", None),
        ("语义分割", "Task", "task/semantic-segmentation"),
        ("Residual networks", "Family", "family/residual-networks"),
        ("Image", "Modality", "modality/image"),
        ("ACTKR", "LearningAlgorithm", "architecture/acktr"),
    ],
)
def test_things_of_every_type_are_found(ask: Ask, name: str, type_id: str, thing: str | None) -> None:
    first = ask(name, type=type_id)[0]
    assert first["match"] is True
    assert type_id in [row["id"] for row in first["type"]]
    assert thing in (None, first["id"])


def test_a_paper_that_introduces_two_methods_decides_for_neither(ask: Ask) -> None:
    found = ask("1601.06759", type="Method")
    assert {row["id"] for row in found} == {"architecture/pixelrnn", "architecture/pixelcnn"}
    assert not any(row["match"] for row in found)


@pytest.mark.parametrize(
    ("name", "value", "is_sure"),
    [
        *(("arxiv", "https://arxiv.org/abs/1611.01604v4", True), ("arxiv", "1703.06211", False)),
        *(("introducedIn", "paper/arxiv-1611.01604", True), ("introducedIn", {"id": "paper/arxiv-1611.01604"}, True)),
        ("introducedIn", "Dynamic Coattention Networks For Question Answering", True),
        *(("addressesTask", "Question answering", True), ("addressesTask", "问答", True)),
        *(
            ("addressesTask", "Object detection", False),
            ("addressesTask", ["Object detection", "Question answering"], True),
        ),
        *(("year", 2016, False), ("year", 2017, False), ("memberOf", "family/attention-networks", False)),
        ("addressesTask", "", False),
    ],
)
def test_only_a_deciding_property_makes_a_colliding_name_sure(
    ask: Ask, name: str, value: object, is_sure: bool
) -> None:
    first = ask("DCN", type="Method", properties=with_property(name, value))[0]
    assert (first["id"], first["match"]) == (DCN, is_sure)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        *(("year", 2015, 1998), ("year", "2015-12-10", "1998"), ("arxiv", "1512.03385", "1706.03762")),
        *(("memberOf", "Residual networks", "Autoencoders"), ("derivesFrom", "VGG", "LSTM")),
        *(("author", "Kaiming He", "Yann LeCun"), ("notBefore", "2015-12-10", "2015-12-11")),
        *(
            ("derivesFrom/year", 2014, 2010),
            ("venue", "CVPR 2016", "ICLR 2013"),
            ("title", "deep residual learning for image recognition", "Dropout"),
        ),
    ],
)
def test_a_property_raises_or_lowers_the_score_and_refutes_a_match(
    ask: Ask, name: str, good: object, bad: object
) -> None:
    resnet = "architecture/resnet"
    plain = scored(ask, "resnet", resnet)
    for value, is_sure in ((good, True), (bad, False)):
        first = next(row for row in ask("resnet", properties=with_property(name, value)) if row["id"] == resnet)
        assert (first["score"] > plain, first["match"]) == (is_sure, is_sure)


def test_the_year_before_or_after_is_half_an_agreement_and_not_sure(ask: Ask) -> None:
    scores = [
        scored(ask, "resnet", "architecture/resnet", properties=with_property("year", y)) for y in (2015, 2016, 2018)
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3
    assert ask("resnet", properties=with_property("year", 2016))[0]["match"] is False


def test_a_property_that_a_thing_has_no_value_for_changes_nothing(ask: Ask) -> None:
    assert scored(ask, "ResNet", "architecture/resnet", properties=with_property("usesBackbone", "GAN")) == 100


def test_a_near_name_is_not_sure_even_when_the_paper_agrees(ask: Ask) -> None:
    first = ask("ResNett", properties=with_property("arxiv", "1512.03385"))[0]
    assert (first["id"], first["match"]) == ("architecture/resnet", False)


def test_without_a_name_an_identifier_of_one_paper_decides(ask: Ask) -> None:
    assert ask("", type="Method", properties=with_property("arxiv", "1512.03385"))[0]["match"] is True
    assert not any(row["match"] for row in ask("", type="Method", properties=with_property("arxiv", "1601.06759")))


def test_types_are_held_as_strictly_as_asked(ask: Ask) -> None:
    assert [row["id"] for row in ask("A3C", type="Paper") if row["id"] == "architecture/a3c"] == []
    soft = next(row for row in ask("A3C", type="Paper", type_strict="should") if row["id"] == "architecture/a3c")
    assert (soft["score"], soft["match"]) == (80, False)
    both = ["Architecture", "LearningAlgorithm"]
    assert ask("A3C", type=both)[0]["id"] == "architecture/a3c"
    assert ask("A3C", type=both, type_strict="all") == []
    assert ask("A3C", type=["Method", "LearningAlgorithm"], type_strict="all")[0]["id"] == "architecture/a3c"


def test_a_limit_is_kept_and_what_is_sure_does_not_hang_on_it(ask: Ask) -> None:
    assert len(ask("net", limit=3)) <= 3
    found = ask("LeNet", limit=1)
    assert (len(found), found[0]["match"]) == (1, False)


def test_the_features_say_what_the_score_is_made_from(ask: Ask) -> None:
    first = ask("Resnet", properties=with_property("year", 2016))[0]
    features = {row["id"]: row["value"] for row in first["features"]}
    assert features == {
        "name_score": features["name_score"],
        "name_label": True,
        "name_exact": True,
        "property_year": 0.5,
    }
    assert first["score"] == pytest.approx(features["name_score"] + (100 - features["name_score"]) * 0.15, abs=0.1)
