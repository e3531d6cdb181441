"""pytorchcv, on an invented package."""

from pathlib import Path

import pytest

from deepgenealogy.harvest.interface import Package
from deepgenealogy.harvest.pytorchcv import SOURCE
from deepgenealogy.harvest.tables import folder_of

from .wheelmaking import Row, harvested, make_wheel, replayed

OAK = '''"""
    Oak for ImageNet-1K, implemented in PyTorch.
    Original paper: 'Deep Oak Networks,' https://arxiv.org/abs/2001.00001.
"""

class OakBlock(Module):
    pass


class OakInitBlock(Module):
    pass


class Oak(Module):
    pass


def oak18():
    return Oak()
'''
SPLIT_OAK = '''"""
    Split-Oak for CIFAR/SVHN, implemented in PyTorch.
    Original paper: 'Split-Oak: Halves of
    Oaks,' http://arxiv.org/abs/2002.00002.
"""

from .oak import OakBlock, OakInitBlock as Init
from .common import conv


class SplitOakUnit(Module):
    def __init__(self):
        self.first = OakBlock()
        self.second = OakBlock()


class CIFARSplitOak(Module):
    def __init__(self):
        self.init = Init()
'''
FOREST = '''"""
    Forest for image segmentation, implemented in PyTorch.
    Original paper: 'Seeing the Forest,' https://arxiv.org/abs/2003.00003.
"""

from .oak import oak18


class Forest(Module):
    pass


def forest_oak18():
    return Forest(oak18(), oak18())
'''
FILES = {
    "oak": OAK,
    "oakd": OAK.replace("Oak for", "Oak(D) with dilation for"),
    "oak_stream": OAK.replace("Oak for", "Streaming mode of Oak for"),
    "splitoak_cifar": SPLIT_OAK,
    "forest": FOREST,
    "alexnet": OAK.replace("Oak for", "AlexNet for").replace("2001.00001", "1404.5997").replace("Oak", "Alex"),
}


@pytest.fixture
def packages(tmp_path: Path) -> list[Package]:
    files = {f"pytorchcv/models/{stem}.py": text for stem, text in FILES.items()}
    new, old = tmp_path / "new", tmp_path / "old"
    new.mkdir()
    old.mkdir()
    return [
        make_wheel(new, "pytorchcv", "9.2", files),
        make_wheel(old, "pytorchcv", "9.1", {"pytorchcv/models/oak.py": OAK}),
    ]


@pytest.fixture
def tables(tmp_path: Path, packages: list[Package]) -> dict[str, list[Row]]:
    return harvested(tmp_path, SOURCE, packages)


def test_forms_of_a_network_are_that_network_and_ways_to_run_it_none(tables: dict[str, list[Row]]) -> None:
    assert [row["architecture"] for row in tables["architectures"]] == ["alexnet", "forest", "oak", "split-oak"]


def test_a_paper_is_read_from_the_docstring_over_line_ends(tables: dict[str, list[Row]]) -> None:
    papers = {row["architecture"]: (row["arxiv"], row["title"], row["line"]) for row in tables["papers"]}
    assert papers["split-oak"] == ("2002.00002", "Split-Oak: Halves of Oaks", "3")


def test_the_paper_of_a_later_form_is_not_taken_for_the_first(tables: dict[str, list[Row]]) -> None:
    assert "alexnet" not in {row["architecture"] for row in tables["papers"]}


def test_blocks_of_another_network_are_reuse_and_its_stem_is_no_core_of_it(tables: dict[str, list[Row]]) -> None:
    found = [
        (row["child"], row["parent"], row["childClass"], row["parentClass"], row["part"]) for row in tables["reuse"]
    ]
    assert found == [
        ("split-oak", "oak", "CIFARSplitOak", "Init", "embedding"),
        ("split-oak", "oak", "SplitOakUnit", "OakBlock", "layer"),
    ]


def test_a_network_that_is_built_whole_is_a_backbone_and_no_reuse(tables: dict[str, list[Row]]) -> None:
    assert [(row["architecture"], row["component"], row["type"]) for row in tables["components"]] == [
        ("forest", "oak", "oak18")
    ]
    assert "forest" not in {row["child"] for row in tables["reuse"]}


def test_a_network_is_dated_by_the_first_release_that_holds_it(tables: dict[str, list[Row]]) -> None:
    files = {row["architecture"]: row["file"] for row in tables["dates"]}
    assert files["oak"].startswith("pytorchcv-9.1.")
    assert files["forest"].startswith("pytorchcv-9.2.")


def test_every_row_stands_where_it_says(tmp_path: Path, packages: list[Package], tables: dict[str, list[Row]]) -> None:
    assert sum(map(len, tables.values())) > 20
    assert replayed(tmp_path, SOURCE, packages) == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("papers", ("2002.00002", "2002.00003")),
        ("reuse", ("SplitOakUnit\tOakBlock", "SplitOakUnit\tElmBlock")),
        ("reuse", ("CIFARSplitOak", "SplitOakUnit")),
        ("tasks", ("image segmentation", "ImageNet-1K")),
        ("components", ("oak18", "oak34")),
        ("names", ("Split-Oak", "Split Elm")),
        ("dates", ("2019-03-10", "2018-03-10")),
    ],
)
def test_a_row_that_says_something_else_is_found(
    tmp_path: Path, packages: list[Package], tables: dict[str, list[Row]], table: str, change: tuple[str, str]
) -> None:
    path = folder_of(tmp_path, SOURCE.name) / f"{table}.tsv"
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    assert [finding for finding in replayed(tmp_path, SOURCE, packages) if f"/{table}.tsv:" in finding]
