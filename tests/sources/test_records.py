"""The catalogue: every record by id, every table by name, and every breach of shape in every file at once."""

from datetime import date
from pathlib import Path

import pytest

from deepgenealogy.errors import SourcesRefused
from deepgenealogy.sources.records import TABLES, list_of, read_catalogue

from .edits import Edit

BROKEN_FILES = {
    "architectures/alpha-net.yaml": b"type: Architecture\n",
    "architectures/beta-net.yaml": b"type: [\n",
    "papers/doi-gamma.yaml": b"title: \xff\n",
    "tasks/sorting-pebbles.yaml": b"- a list\n",
    "sources/article/sections/01-overview.yaml": b"position: 1\nposition: 2\n",
    "sources/genealogy/entries.tsv": b"entry\tdenotes\nalpha-net\n",
}


def test_every_record_is_found_by_its_id(fabricated_root: Path) -> None:
    record = read_catalogue(fabricated_root).records["architecture/beta-net"]
    assert (record.folder, record.slug) == ("architectures", "beta-net")


@pytest.mark.parametrize(
    ("folder", "identity"),
    [("papers", "paper/doi-gamma"), ("tasks", "task/sorting-shells"), ("families", "family/coloured-nets"),
     ("modalities", "modality/stone"), ("sources/works", "source/genealogy-2005-01-01")],
)  # fmt: skip
def test_the_folder_of_a_record_gives_the_first_segment_of_its_id(
    fabricated_root: Path, folder: str, identity: str
) -> None:
    assert read_catalogue(fabricated_root).records[identity].folder == folder


def test_the_records_of_a_folder_come_sorted_by_slug(fabricated_root: Path) -> None:
    slugs = [record.slug for record in read_catalogue(fabricated_root).of("architectures")]
    assert slugs == ["alpha-net", "beta-net", "delta-net", "epsilon-learning", "gamma-net"]


def test_an_unknown_folder_has_no_records(fabricated_root: Path) -> None:
    assert read_catalogue(fabricated_root).of("recipes") == []


def test_every_table_is_read(fabricated_root: Path) -> None:
    tables = read_catalogue(fabricated_root).tables
    assert {name: len(rows) for name, rows in tables.items()} == {
        "entries": 3, "occurrences": 3, "headings": 2, "repairs": 1, "reviews": 5, "retired": 0
    }  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_not_there_is_empty(fabricated_root: Path, name: str) -> None:
    (fabricated_root / "data" / TABLES[name]).unlink()
    assert read_catalogue(fabricated_root).tables[name] == []


def test_the_breaches_of_every_file_are_found_at_once(fabricated_root: Path) -> None:
    for file, content in BROKEN_FILES.items():
        (fabricated_root / "data" / file).write_bytes(content)
    with pytest.raises(SourcesRefused) as caught:
        read_catalogue(fabricated_root)
    assert {finding.file for finding in caught.value.findings} == {f"data/{file}" for file in BROKEN_FILES}


def test_a_finding_names_its_file_from_the_root_of_the_sources(fabricated_root: Path) -> None:
    Edit("tasks/sorting-shells.yaml", "broader:", "broadr:").apply(fabricated_root)
    with pytest.raises(SourcesRefused, match=r"^data/tasks/sorting-shells\.yaml:7: unknown key 'broadr'"):
        read_catalogue(fabricated_root)


def test_a_table_with_an_unknown_column_or_without_one_is_a_finding(fabricated_root: Path) -> None:
    Edit("sources/genealogy/repairs.tsv", "category", "categroy").apply(fabricated_root)
    with pytest.raises(SourcesRefused):
        read_catalogue(fabricated_root)


def test_a_method_was_introduced_when_its_paper_was_published(fabricated_root: Path) -> None:
    catalogue = read_catalogue(fabricated_root)
    born = catalogue.introduced(catalogue.records["architecture/beta-net"])
    assert born is not None
    assert born.text == "2002-03-04"


def test_a_date_in_the_record_itself_beats_that_of_its_paper(fabricated_root: Path) -> None:
    catalogue = read_catalogue(fabricated_root)
    born = catalogue.introduced(catalogue.records["architecture/epsilon-learning"])
    assert born is not None
    assert born.not_before == date(2003, 6, 1)


def test_a_method_whose_paper_has_no_record_has_no_date(fabricated_root: Path) -> None:
    (fabricated_root / "data" / "papers" / "doi-gamma.yaml").unlink()
    catalogue = read_catalogue(fabricated_root)
    assert catalogue.introduced(catalogue.records["architecture/gamma-net"]) is None


def test_a_finding_about_a_place_of_a_record_has_that_line(fabricated_root: Path) -> None:
    record = read_catalogue(fabricated_root).records["architecture/beta-net"]
    finding = record.finding(("derivation", 0, "kind"), "rule", "message", "cure")
    assert (finding.file, finding.line) == ("data/architectures/beta-net.yaml", 15)


@pytest.mark.parametrize("value", [None, "text", {"a": "b"}])
def test_what_is_no_list_is_walked_as_nothing(value: object) -> None:
    assert list(list_of(value)) == []


def test_a_list_is_walked_as_it_is() -> None:
    assert list(list_of(["a", "b"])) == ["a", "b"]
