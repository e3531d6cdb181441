"""timm, on an invented package."""

from pathlib import Path

import pytest

from deepgenealogy.harvest.interface import Package
from deepgenealogy.harvest.timm import SOURCE

from .wheelmaking import Row, harvested, make_wheel, replayed

NETWORK = '''

class {name}({base}):
    """{words}"""

    def reset_classifier(self):
        pass
'''


def module(heading: str, papers: str, name: str, *, words: str = "", base: str = "Module", imports: str = "") -> str:
    return f'"""{heading}\n\n{papers}\n"""\n{imports}' + NETWORK.format(name=name, base=base, words=words)


FILES = {
    "oak": module(
        "Rooted Oak Transformer (RoT) in PyTorch",
        "Papers:\n    * `Oaks All the Way` - https://arxiv.org/abs/2001.00001\n"
        "    * `Oak Tricks` - https://arxiv.org/abs/2001.00002",
        "RootedOakTransformer",
        words="A PyTorch impl of : `Oaks All the Way` - https://arxiv.org/abs/2001.00001",
    ),
    "elm": module(
        "Elm",
        "* `Elm: Deep Elms` - https://arxiv.org/abs/2002.00001\n"
        "Papers for additional pretrained weights:\n* `Elm: Weights` - https://arxiv.org/abs/2002.00002",
        "Elm",
        base="RootedOakTransformer",
        imports="from .oak import RootedOakTransformer\n",
    ),
    "ash": module(
        "Ash",
        "* `One Paper` - https://arxiv.org/abs/2003.00001\n* `Another` - https://arxiv.org/abs/2003.00002",
        "Ash",
    ),
    "yew": module("Yew", "* `Fir: Deep Firs` - https://arxiv.org/abs/2004.00001", "Yew"),
}


@pytest.fixture
def packages(tmp_path: Path) -> list[Package]:
    return [make_wheel(tmp_path, "timm", "9.1", {f"timm/models/{stem}.py": text for stem, text in FILES.items()})]


@pytest.fixture
def tables(tmp_path: Path, packages: list[Package]) -> dict[str, list[Row]]:
    return harvested(tmp_path, SOURCE, packages)


def test_a_paper_is_a_networks_own_where_class_and_module_agree_or_its_title_opens_with_the_name(
    tables: dict[str, list[Row]],
) -> None:
    assert [(row["architecture"], row["arxiv"]) for row in tables["papers"]] == [
        ("elm", "2002.00001"),
        ("oak", "2001.00001"),
    ]


def test_a_network_of_uncertain_paper_is_left_out(tables: dict[str, list[Row]]) -> None:
    assert {row["architecture"] for row in tables["architectures"]} == {"elm", "oak"}


def test_a_network_goes_by_the_short_name_in_the_heading_and_the_others_are_aliases(
    tables: dict[str, list[Row]],
) -> None:
    assert {row["architecture"]: row["name"] for row in tables["names"]} == {"elm": "Elm", "oak": "RoT"}
    assert {row["alias"] for row in tables["aliases"]} == {"Rooted Oak Transformer", "RootedOakTransformer"}


def test_a_network_that_inherits_another_reuses_its_model(tables: dict[str, list[Row]]) -> None:
    assert [(row["child"], row["parent"], row["part"]) for row in tables["reuse"]] == [("elm", "oak", "model")]


def test_every_row_stands_where_it_says(tmp_path: Path, packages: list[Package], tables: dict[str, list[Row]]) -> None:
    assert replayed(tmp_path, SOURCE, packages) == []
