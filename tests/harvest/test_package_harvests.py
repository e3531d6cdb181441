"""What lies in data/harvested for open-mmlab, pytorchcv and timm: whole, and without the mistakes of its sources."""

from pathlib import Path

import pytest

from deepgenealogy.harvest.interface import Pin, Source
from deepgenealogy.harvest.openmmlab import SOURCE as OPENMMLAB
from deepgenealogy.harvest.packages import wheels
from deepgenealogy.harvest.pytorchcv import SOURCE as PYTORCHCV
from deepgenealogy.harvest.replay import replay
from deepgenealogy.harvest.tables import folder_of, rows_of
from deepgenealogy.harvest.timm import SOURCE as TIMM
from deepgenealogy.locations import wheel_folder
from deepgenealogy.sources.harvested import read_harvests, unresolved

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (OPENMMLAB, PYTORCHCV, TIMM)


def papers(source: Source) -> dict[str, str]:
    """Architecture -> arXiv id of its own paper."""
    return {row["architecture"]: row["arxiv"] for row in rows_of(folder_of(ROOT, source.name), "papers")}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_row_is_about_an_architecture_of_the_harvest(source: Source) -> None:
    (harvest,) = (found for found in read_harvests(ROOT) if found.source == source.name)
    assert list(unresolved(harvest)) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_architecture_has_a_paper_or_a_date(source: Source) -> None:
    folder = folder_of(ROOT, source.name)
    dated = {row["architecture"] for name in ("papers", "dates") for row in rows_of(folder, name)}
    assert {row["architecture"] for row in rows_of(folder, "architectures")} == dated


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_package_is_pinned_by_its_digest(source: Source) -> None:
    pinned = {(pin.package, pin.version): pin.sha256 for pin in source.pins}
    rows = rows_of(folder_of(ROOT, source.name), "packages")
    assert {(row["package"], row["version"]): row["sha256"] for row in rows} == pinned


@pytest.mark.parametrize(
    ("source", "architecture", "wrong"),
    [
        (OPENMMLAB, "panet", "1803.01534"),
        (OPENMMLAB, "fcenet", "2002.02709"),
        (OPENMMLAB, "kfiou", "2101.11952"),
        (OPENMMLAB, "slowonly", "1812.03982"),
        (OPENMMLAB, "rotated-fcos", "1904.01355"),
        (PYTORCHCV, "alexnet", "1404.5997"),
        (PYTORCHCV, "ibn-resnext", "1611.05431"),
        (TIMM, "resnet", "2110.00476"),
        (TIMM, "convnext", "2301.00808"),
        (TIMM, "mobilenetv5", "2404.10518"),
        (TIMM, "deepseek-vit", "2609.19969"),
    ],
)
def test_a_paper_that_a_package_gives_for_another_network_is_not_taken(
    source: Source, architecture: str, wrong: str
) -> None:
    assert papers(source).get(architecture) != wrong


@pytest.mark.parametrize(
    ("source", "architecture", "right"),
    [
        (OPENMMLAB, "mask-r-cnn", "1703.06870"),
        (OPENMMLAB, "deformable-detr", "2010.04159"),
        (OPENMMLAB, "swin", "2106.13230"),
        (PYTORCHCV, "efficientnet", "1905.11946"),
        (PYTORCHCV, "senet", "1709.01507"),
        (TIMM, "vision-transformer", "2010.11929"),
    ],
)
def test_a_paper_that_is_certain_is_there(source: Source, architecture: str, right: str) -> None:
    assert papers(source)[architecture] == right


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_row_still_stands_in_the_pinned_packages(source: Source) -> None:
    if missing := [pin.id for pin in source.pins if not _is_there(pin)]:
        pytest.skip(
            f"not in {wheel_folder()}: {', '.join(missing)}; 'deepgenealogy harvest {source.name}' fetches them"
        )
    looked, findings = replay(ROOT, source, wheels(source.pins, wheel_folder()))
    assert findings == []
    assert looked > 100


def _is_there(pin: Pin) -> bool:
    return any(wheel_folder().glob(f"{pin.package}-{pin.version}-*.whl"))
