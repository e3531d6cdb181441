"""Which paper is a network's own."""

import pytest

from deepgenealogy.harvest.literature import Citation, own_papers, titled_parents


def cited(name: str, arxiv: str, title: str, *, witness: bool = False) -> Citation:
    return Citation(name.lower(), name, arxiv, title, "file.py", 1, witness)


def owners(*citations: Citation) -> list[str]:
    return [citation.name for citation in own_papers(citations)]


def test_a_shared_paper_is_that_of_the_network_in_its_title() -> None:
    title = "SlowFast Networks for Video Recognition"
    assert owners(cited("SlowFast", "1812.03982", title), cited("SlowOnly", "1812.03982", title)) == ["SlowFast"]


def test_a_shared_paper_whose_title_names_nobody_is_that_of_the_name_that_all_others_hold() -> None:
    title = "Aggregated Residual Transformations for Deep Neural Networks"
    assert owners(cited("IBN-ResNeXt", "1611.05431", title), cited("ResNeXt", "1611.05431", title)) == ["ResNeXt"]


def test_a_shared_paper_of_names_with_nothing_in_common_is_nobodys() -> None:
    assert owners(cited("Oak", "2001.00001", "On Trees"), cited("Elm", "2001.00001", "On Trees")) == []


def test_a_title_that_opens_with_another_name_needs_a_witness() -> None:
    fourier = "FourierNet: Compact mask representation"
    assert owners(cited("FCENet", "2002.02709", fourier)) == []
    assert owners(cited("FCENet", "2002.02709", fourier, witness=True)) == ["FCENet"]


@pytest.mark.parametrize("title", ["MViTv2: Improved Multiscale Vision Transformers", "MViT V2: Better Transformers"])
def test_the_paper_of_a_later_version_is_not_that_of_the_first(title: str) -> None:
    assert owners(cited("MViT", "2112.01526", title)) == []
    assert owners(cited("MViTv2", "2112.01526", title)) == ["MViTv2"]


def test_one_arxiv_id_with_two_titles_is_a_mistake_of_one_of_them() -> None:
    right = cited("GWD", "2101.11952", "Rotated Object Detection with Gaussian Wasserstein Distance Loss")
    wrong = cited("KFIoU", "2101.11952", "The KFIoU Loss")
    assert owners(right, wrong) == []


def test_a_network_with_two_own_papers_has_none_that_is_certain() -> None:
    assert owners(cited("HRNet", "1904.04514", "On HRNet"), cited("HRNet", "1908.07919", "More on HRNet")) == []


def test_a_title_names_another_network_as_a_word_of_its_own() -> None:
    paper = cited("Grounding DINO", "2303.05499", "Grounding DINO: Marrying DINO with Grounded Pre-Training")
    names = {"dino": "DINO", "din": "DIN", "grounding dino": "Grounding DINO"}
    assert [row[1] for row in titled_parents([paper], names)] == ["dino"]
