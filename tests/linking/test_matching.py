"""Identifiers, titles and years in the form in which they are compared, and what each evidence decides."""

import pytest

from deepgenealogy.linking.identifiers import identifier
from deepgenealogy.linking.matching import EVIDENCE, match
from deepgenealogy.linking.names import folded, year_in
from deepgenealogy.linking.subjects import Subject
from deepgenealogy.linking.works import Work

ARXIV, DOI = "arxiv:1512.03385", "doi:10.1109/cvpr.2016.90"


@pytest.mark.parametrize(
    "text",
    [
        "1512.03385", "1512.03385v1", "arXiv:1512.03385", "ARXIV:1512.03385v2", "http://arxiv.org/abs/1512.03385",
        "https://arxiv.org/abs/1512.03385v12", "https://www.arxiv.org/pdf/1512.03385.pdf",
        "https://export.arxiv.org/pdf/1512.03385v1", "10.48550/arXiv.1512.03385", "10.48550/ARXIV.1512.03385V2",
        "https://doi.org/10.48550/arxiv.1512.03385", " 1512.03385 ",
    ],
)  # fmt: skip
def test_every_form_of_an_arxiv_id_is_the_same(text: str) -> None:
    assert identifier(text) == ARXIV


@pytest.mark.parametrize(
    "text",
    [
        "10.1109/CVPR.2016.90", "https://doi.org/10.1109/cvpr.2016.90", "http://dx.doi.org/10.1109/CVPR.2016.90",
        "doi:10.1109/CVPR.2016.90", "https://doi.org/10.1109%2FCVPR.2016.90",
    ],
)  # fmt: skip
def test_every_form_of_a_doi_is_the_same(text: str) -> None:
    assert identifier(text) == DOI


@pytest.mark.parametrize(
    "text", ["", "Q43744058", "1512.3", "12345.678901", "10.1109", "https://example.org/1512.03385"]
)
def test_what_is_no_identifier_is_none(text: str) -> None:
    assert identifier(text) == ""


@pytest.mark.parametrize(
    ("text", "key"),
    [("cs/0112017v2", "arxiv:cs/0112017"), ("https://arxiv.org/abs/math.GT/0309136", "arxiv:math.gt/0309136")],
)
def test_an_arxiv_id_of_the_last_century_is_known(text: str, key: str) -> None:
    assert identifier(text) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mask R-CNN", "Mask R-CNN."),
        ("Mask R-CNN", "mask r cnn"),
        ("RNN Encoder–Decoder", "RNN Encoder-Decoder"),
        ("Schrödinger", "Schrodinger"),
        ("深度 学习", "深度　学习"),
    ],
)
def test_titles_that_differ_in_form_alone_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_titles_that_differ_in_a_digit_are_not_the_same() -> None:
    assert folded("GPT-2") != folded("GPT-3")


@pytest.mark.parametrize(
    ("text", "year"),
    [("2015", 2015), ("2015-12-10T00:00:00Z", 2015), ("+2015-00-00", 2015), ("12015", None), ("", None)],
)
def test_a_year_is_found_in_a_date(text: str, year: int | None) -> None:
    assert year_in(text) == year


def paper(*, arxiv: str = "", doi: str = "", title: str = "A Title", years: tuple[int, ...] = (2015,)) -> Subject:
    """A paper of ours."""
    return Subject("paper/x", title, arxiv, doi, (title,), frozenset(years))


def work(*identifiers: str, title: str = "A Title", years: tuple[int, ...] = (2015,)) -> Work:
    """A work of theirs."""
    return Work("https://example.org/w", frozenset(identifiers), (title,) if title else (), frozenset(years))


@pytest.mark.parametrize(
    ("ours", "theirs", "evidence"),
    [
        (paper(arxiv="1512.03385"), work(ARXIV, title="Another", years=(1900,)), "identifier"),
        (paper(doi="10.1109/CVPR.2016.90"), work(DOI, "arxiv:9901.00001"), "identifier"),
        (paper(arxiv="1512.03385", doi="10.1109/CVPR.2016.90"), work(DOI, "arxiv:1601.00001"), "contradicted"),
        (paper(arxiv="1512.03385"), work("arxiv:1601.00001"), ""),
        (paper(arxiv="1512.03385"), work(DOI), "title-and-year"),
        (paper(), work(years=(2016,)), "title-and-year"),
        (paper(years=(2015, 2016)), work(years=(2017,)), "title-and-year"),
        (paper(), work(years=(2017,)), ""),
        (paper(), work(years=()), "title"),
    ],
)
def test_what_a_paper_and_a_work_have_in_common_is_judged(ours: Subject, theirs: Work, evidence: str) -> None:
    judged = match([ours], [theirs], "paper")
    assert [one.evidence.name for one in judged.matches] == ([evidence] if evidence else [])
    assert len(judged.look_alikes) == (0 if evidence else 1)


def method(*names: str, arxiv: str = "1512.03385") -> Subject:
    """A method of ours, the first name its label."""
    return Subject("architecture/x", names[0], arxiv, "", names, frozenset({2015}))


@pytest.mark.parametrize(
    ("ours", "theirs", "evidence"),
    [
        (method("Net"), work(ARXIV, title="NET"), "paper-and-name"),
        (method("Net", "Network"), work(ARXIV, title="Network"), "paper-and-alias"),
        (method("Net"), work(ARXIV, title="Block"), "paper"),
        (method("Net"), work("arxiv:1601.00001", title="Net"), ""),
        (method("Net"), work(title="Net", years=()), "name"),
        (method("Net", arxiv=""), work(ARXIV, title="Net", years=()), "name"),
        (method("Net"), work(title="Net", years=(1999,)), ""),
    ],
)
def test_what_a_method_and_a_concept_have_in_common_is_judged(ours: Subject, theirs: Work, evidence: str) -> None:
    judged = match([ours], [theirs], "method")
    assert [one.evidence.name for one in judged.matches] == ([evidence] if evidence else [])


def test_nothing_in_common_is_nothing() -> None:
    judged = match([paper()], [work(title="Other")], "paper")
    assert (judged.matches, judged.look_alikes) == ((), frozenset())


def test_what_decides_is_surer_than_what_proposes() -> None:
    decides = [row.confidence for row in EVIDENCE.values() if row.decides]
    proposes = [row.confidence for row in EVIDENCE.values() if not row.decides]
    assert min(decides) > max(proposes)


@pytest.mark.parametrize(("evidence", "decides"), [("identifier", True), ("title-and-year", False), ("name", False)])
def test_a_title_or_name_never_decides(evidence: str, decides: bool) -> None:
    assert EVIDENCE[evidence].decides == decides
