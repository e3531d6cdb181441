"""open-mmlab, on two invented packages."""

from pathlib import Path

import pytest

from deepgenealogy.harvest.interface import Package
from deepgenealogy.harvest.openmmlab import SOURCE
from deepgenealogy.harvest.tables import folder_of

from .wheelmaking import Row, harvested, make_wheel, replayed

INDEX = "Import:\n  - configs/oak/metafile.yml\n  - configs/rest/metafile.yml\n  - configs/lost/metafile.yml\n"
OAK = """Collections:
  - Name: Oak-Net
    Paper:
      URL: https://arxiv.org/abs/2001.00001v2
      Title: 'Oak-Net: Deep
        Oaks'
  - Name: Elm R-CNN
    Paper:
      Title: On Elms
      URL: https://openaccess.thecvf.com/content_CVPR_2019/html/Elms.html
Models:
  - Name: oak_r50
    In Collection: Oak-Net
    Metadata:
      Architecture: &id001
        - Oak
    Results:
      - Task: Object Detection
        Dataset: Trees
  - Name: oak_r101
    In Collection: Oak-Net
    Metadata:
      Architecture: *id001
    Results:
      Task: Instance Segmentation
      Dataset: Trees
  - Name: oak_dream
    In Collection: Oak-Net
    Results:
      Task: Instance Segmentation
      Dataset: '-'
"""
REST = """Collections:
  - Name: Ash
    Paper:
      URL: https://arxiv.org/abs/2003.00003
      Title: 'Ash: Better Oaks'
  - Name: Leaf Loss
    Paper:
      URL: https://arxiv.org/abs/2004.00004
      Title: 'Leaf Loss for Trees'
  - Name: Yew
    Paper:
      URL: https://arxiv.org/abs/2005.00005
      Title: Not on Yews at All
  - Name: Fir
    Paper: https://arxiv.org/abs/2007.00007
"""
PANES = """Collections:
  - Name: Ash
    Paper:
      URL: https://arxiv.org/abs/2009.00009
      Title: 'Ash: Something Else'
"""
CODE = {
    "detectors/oak.py": "class OakNet(BaseDetector):\n    pass\n\n\nclass Knot(Module):\n    pass\n",
    "detectors/elm_rcnn.py": "class ElmRCNN(BaseDetector):\n    pass\n",
    "dense_heads/ash_head.py": (
        "from mmdet.models.detectors import Unknown\nfrom ..detectors.oak import Knot as Old, OakNet\n\n\n"
        'class AshHead(OakNet):\n    """Head of `Ash <https://arxiv.org/abs/2003.00003>`_."""\n\n\n'
        "class AshKnot(Old):\n    pass\n"
    ),
    "losses/leaf_loss.py": "class LeafLoss(Module):\n    pass\n",
    "detectors/yew.py": 'class Yew(BaseDetector):\n    """See `Yews <https://arxiv.org/abs/2006.00006>`_."""\n',
    "detectors/fir.py": (
        'class Fir(BaseDetector):\n    """Implementation of `Fir: Deep Trees\n'
        '    That Stay Green <https://arxiv.org/abs/2007.00007>`_.\n    """\n'
    ),
}


@pytest.fixture
def packages(tmp_path: Path) -> list[Package]:
    metafiles = {"model-index.yml": INDEX, "configs/oak/metafile.yml": OAK, "configs/rest/metafile.yml": REST}
    files = {f"mmdet/.mim/{path}": text for path, text in metafiles.items()}
    files |= {f"mmdet/models/{path}": text for path, text in CODE.items()}
    other = {
        "mmseg/.mim/model-index.yml": "Import:\n  - configs/ash.yml\n",
        "mmseg/.mim/configs/ash.yml": PANES,
        "mmseg/models/segmentors/ash.py": "class Ash(Module):\n    pass\n",
    }
    return [make_wheel(tmp_path, "mmdet", "9.1", files), make_wheel(tmp_path, "mmsegmentation", "9.2", other)]


@pytest.fixture
def tables(tmp_path: Path, packages: list[Package]) -> dict[str, list[Row]]:
    return harvested(tmp_path, SOURCE, packages)


def test_a_collection_without_a_network_in_the_code_is_no_architecture(tables: dict[str, list[Row]]) -> None:
    assert "leaf-loss" not in {row["architecture"] for row in tables["architectures"]}


def test_a_network_is_found_by_its_name_in_whatever_writing(tables: dict[str, list[Row]]) -> None:
    found = {row["architecture"]: row["prefix"] for row in tables["architectures"]}
    assert found["oak-net"] == "OakNet"
    assert found["elm-r-cnn"] == "ElmRCNN"


def test_a_paper_is_read_with_the_line_of_its_key(tables: dict[str, list[Row]]) -> None:
    rows = {row["architecture"]: row for row in tables["papers"]}
    assert (rows["oak-net"]["arxiv"], rows["oak-net"]["title"]) == ("2001.00001", "Oak-Net: Deep Oaks")
    assert (rows["oak-net"]["file"], rows["oak-net"]["line"]) == ("mmdet-9.1/mmdet/.mim/configs/oak/metafile.yml", "3")


def test_a_paper_that_the_class_itself_contradicts_is_not_taken(tables: dict[str, list[Row]]) -> None:
    assert "yew" not in {row["architecture"] for row in tables["papers"]}


def test_a_paper_without_a_title_gets_it_from_the_docstring_of_the_class(tables: dict[str, list[Row]]) -> None:
    rows = {row["architecture"]: row for row in tables["papers"]}
    assert rows["fir"]["title"] == "Fir: Deep Trees That Stay Green"
    assert rows["fir"]["file"].endswith("/fir.py")


def test_a_paper_without_an_arxiv_id_gives_the_year_of_its_venue(tables: dict[str, list[Row]]) -> None:
    assert [(row["architecture"], row["date"], row["basis"]) for row in tables["dates"]] == [
        ("elm-r-cnn", "2019", "venue")
    ]


def test_tasks_and_data_sets_of_all_models_are_stated_once(tables: dict[str, list[Row]]) -> None:
    tasks = [(row["task"], row["type"], row["line"]) for row in tables["tasks"]]
    assert tasks == [
        ("instance-segmentation", "Instance Segmentation", "25"),
        ("object-detection", "Object Detection", "18"),
    ]
    assert [(row["architecture"], row["dataset"], row["line"]) for row in tables["datasets"]] == [
        ("oak-net", "Trees", "19")
    ]


def test_one_name_with_two_papers_is_two_networks(tables: dict[str, list[Row]]) -> None:
    papers = {row["architecture"]: row["arxiv"] for row in tables["papers"]}
    assert papers["ash"] == "2003.00003"
    assert papers["ash-mmsegmentation"] == "2009.00009"


def test_classes_that_inherit_another_collections_are_reuse(tables: dict[str, list[Row]]) -> None:
    found = [(row["child"], row["parent"], row["childClass"], row["parentClass"]) for row in tables["reuse"]]
    assert found == [("ash", "oak-net", "AshHead", "OakNet"), ("ash", "oak-net", "AshKnot", "Old")]


def test_every_row_stands_where_it_says(tmp_path: Path, packages: list[Package], tables: dict[str, list[Row]]) -> None:
    assert replayed(tmp_path, SOURCE, packages) == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("papers", ("2001.00001", "2001.00002")),
        ("papers", ("Deep Oaks", "Deep Elms")),
        ("tasks", ("Object Detection", "Instance Segmentation")),
        ("datasets", ("Trees", "Bushes")),
        ("reuse", ("AshKnot", "AshHead")),
        ("names", ("Elm R-CNN", "Elm")),
        ("dates", ("2019", "2018")),
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
