"""Names that nobody prepared for: edited, in other scripts and spellings, and of networks that are not here."""

import random
from collections.abc import Callable, Iterator

import pytest

from deepgenealogy.engine.reconciliation.gazetteer import Gazetteer, Thing
from deepgenealogy.engine.reconciliation.normalforms import normal
from deepgenealogy.engine.reconciliation.scoring import Candidate, Matcher, NameQuestion

METHODS = ("Method",)
LETTERS = "abcdefghijklmnopqrstuvwxyz"

#: Networks, methods and words that the graph does not hold; the first test refuses one that has come in since.
ABSENT = (
    *("DINO", "StyleGAN", "NASNet", "NeRF", "PointNet", "V-Net", "U-Net++", "ResNet-50", "ResNet50", "YOLO9000"),
    *("GPT-4", "BERT-large", "LSTM-CRF", "Deformable Convolutional Networks", "SAGAN", "Deep & Cross Network"),
    *("WaveGAN", "AlphaGo", "AlphaZero", "Random forest", "Glow", "RealNVP", "SimCLR", "BYOL", "YOLOv6", "SchNet"),
    *("TabNet", "DeepFM", "WaveRNN", "QRNN", "LaMDA", "Gemini", "node2vec", "word2vec", "GloVe", "Grad-CAM"),
    *("network", "the", "注意力", "支持向量机", "42", "?", "", "   ", "++", "a" * 5000),
)


def methods(gazetteer: Gazetteer) -> list[Thing]:
    """Everything that has a line of descent."""
    return [thing for thing in gazetteer.things.values() if "Method" in thing.types]


def edited(name: str, dice: random.Random) -> Iterator[str]:
    """A name with one sign dropped, added, changed, and swapped with the next."""
    place, letter = dice.randrange(len(name) - 1), dice.choice(LETTERS)
    yield name[:place] + name[place + 1 :]
    yield name[:place] + letter + name[place:]
    yield name[:place] + letter + name[place + 1 :]
    yield name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def is_best(thing: str, found: list[Candidate]) -> bool:
    """Whether no candidate has a higher score: among names of three letters several may be equally near."""
    return any(candidate.thing.id == thing and candidate.score == found[0].score for candidate in found)


def in_chinese(thing: Thing) -> list[str]:
    """The Chinese label."""
    return [
        value.text for value in thing.values["http://www.w3.org/2000/01/rdf-schema#label"] if value.language == "zh"
    ]


def full_names(thing: Thing) -> list[str]:
    """What the abbreviation stands for."""
    return [name.text for name in thing.names if name.kind == "fullName"]


WRITINGS: dict[str, Callable[[Thing], list[str]]] = {
    "without hyphens": lambda thing: [thing.name.replace("-", "")],
    "with blanks for hyphens": lambda thing: [thing.name.replace("-", " ")],
    "in small letters": lambda thing: [thing.name.lower()],
    "in capitals": lambda thing: [thing.name.upper()],
    "in full": full_names,
    "in full with the abbreviation": lambda thing: [f"{name} ({thing.name})" for name in full_names(thing)],
    "abbreviation and full name": lambda thing: [f"{thing.name}: {name}" for name in full_names(thing)],
    "in Chinese": in_chinese,
    "by id": lambda thing: [thing.id],
    "by IRI": lambda thing: [f"https://w3id.org/deepgenealogy/{thing.id}"],
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_every_method_is_found_first_however_its_name_is_written(
    unprepared: Matcher, gazetteer: Gazetteer, writing: str
) -> None:
    asked = [(thing.id, name) for thing in methods(gazetteer) for name in WRITINGS[writing](thing)]
    answers = [(thing, name, unprepared.candidates(NameQuestion(name, METHODS))) for thing, name in asked]
    assert len(asked) > 100
    assert [(name, found[0].thing.id) for thing, name, found in answers if found[0].thing.id != thing] == []
    assert sum(found[0].is_sure for *_, found in answers) / len(asked) > 0.9


@pytest.mark.parametrize(("shortest", "longest", "first"), [(3, 4, 0.85), (5, 7, 0.9), (8, 99, 0.99)])
def test_a_name_with_one_wrong_sign_is_found(
    unprepared: Matcher, gazetteer: Gazetteer, shortest: int, longest: int, first: float
) -> None:
    dice = random.Random(1)
    named = [thing for thing in methods(gazetteer) if shortest <= len(thing.name) <= longest]
    # An edited name that is another thing's own name (GAN and GAT, NIN and NICE) rightly means the other.
    others = {normal(name.text): name.thing for name in gazetteer.names}
    edits = ((thing.id, name) for thing in named for name in edited(thing.name, dice))
    asked = [(thing, name) for thing, name in edits if others.get(normal(name), thing) == thing]
    answers = [(thing, unprepared.candidates(NameQuestion(name, METHODS))) for thing, name in asked]
    assert sum(is_best(thing, found) for thing, found in answers) >= first * len(asked)
    shown = sum(any(candidate.thing.id == thing for candidate in found[:5]) for thing, found in answers)
    assert shown >= 0.98 * len(asked)


def test_an_edited_name_is_sure_only_where_it_is_exactly_a_name(unprepared: Matcher, gazetteer: Gazetteer) -> None:
    dice = random.Random(2)
    for thing in methods(gazetteer):
        for name in edited(thing.name, dice) if len(thing.name) > 1 else ():
            for found in unprepared.candidates(NameQuestion(name, METHODS)):
                if found.is_sure:
                    assert normal(name) in {normal(own.text) for own in found.thing.names}, name


def test_what_is_taken_for_absent_is_absent(gazetteer: Gazetteer) -> None:
    present = {normal(name.text) for name in gazetteer.names}
    assert [name for name in ABSENT if normal(name) in present - {""}] == []


@pytest.mark.parametrize("name", ABSENT, ids=range(len(ABSENT)))
def test_what_is_not_here_is_never_sure(matcher: Matcher, name: str) -> None:
    assert [candidate.thing.id for candidate in matcher.candidates(NameQuestion(name)) if candidate.is_sure] == []


def test_a_known_network_of_another_size_or_version_is_the_first_candidate(matcher: Matcher) -> None:
    for name, thing in (("ResNet-50", "resnet"), ("YOLOv6", "yolo"), ("U-Net++", "u-net")):
        assert matcher.candidates(NameQuestion(name))[0].thing.id == f"architecture/{thing}"
