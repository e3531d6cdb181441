"""YAML and TAB separated files as plain text, each value with its line; what cannot be read is refused."""

from pathlib import Path

import pytest

from deepgenealogy.errors import Finding, SourcesRefused
from deepgenealogy.sources.documents import Document, Row, read_table, read_yaml

RECORD = """\
# a comment
label:
  en: One
  zh: 一
alias:
  en:
    - First
    - Uno
derivation:
  - parent: architecture/a
    kind: extends
  - parent: architecture/b
    rationale:
      en: >-
        Two lines
        folded.
"""


def document(tmp_path: Path, text: str) -> Document:
    """`text`, read as a YAML file shown as `record.yaml`."""
    path = tmp_path / "record.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path, shown_as="record.yaml")


def refusal_of_yaml(tmp_path: Path, content: bytes) -> Finding:
    """The one finding with which `content` is refused as a YAML file."""
    path = tmp_path / "record.yaml"
    path.write_bytes(content)
    with pytest.raises(SourcesRefused) as caught:
        read_yaml(path, shown_as="record.yaml")
    (finding,) = caught.value.findings
    return finding


def table(tmp_path: Path, text: str) -> list[Row]:
    """`text`, read as a table shown as `table.tsv`."""
    path = tmp_path / "table.tsv"
    path.write_text(text, encoding="utf-8")
    return read_table(path, shown_as="table.tsv")


@pytest.mark.parametrize("text", ["2015-12", "no", "1e3", "0102.00001", "null", "~", "0x10", "on"])
def test_every_plain_value_stays_the_text_that_was_written(tmp_path: Path, text: str) -> None:
    assert document(tmp_path, f"key: {text}\n").value == {"key": text}


def test_a_folded_text_becomes_one_line(tmp_path: Path) -> None:
    assert document(tmp_path, RECORD).value["derivation"][1]["rationale"]["en"] == "Two lines folded."


@pytest.mark.parametrize(
    ("place", "line"),
    [(("label",), 2), (("label", "zh"), 4), (("alias", "en", 1), 8), (("derivation", 0), 10),
     (("derivation", 0, "kind"), 11), (("derivation", 1, "rationale", "en"), 14)],
)  # fmt: skip
def test_every_place_has_the_line_where_it_stands(tmp_path: Path, place: tuple[str | int, ...], line: int) -> None:
    assert document(tmp_path, RECORD).line(place) == line


def test_a_place_that_is_missing_has_the_line_of_what_is_around_it(tmp_path: Path) -> None:
    assert document(tmp_path, RECORD).line(("derivation", 1, "certainty")) == 12


def test_a_missing_key_of_the_whole_document_has_line_one(tmp_path: Path) -> None:
    assert document(tmp_path, RECORD).line(("definition",)) == 1


def test_a_key_that_stands_twice_is_refused_where_it_stands_again(tmp_path: Path) -> None:
    finding = refusal_of_yaml(tmp_path, b"label: a\nalias: b\nlabel: c\n")
    assert (finding.rule, finding.line) == ("duplicate-key", 3)


def test_a_key_that_stands_twice_below_a_list_is_refused(tmp_path: Path) -> None:
    finding = refusal_of_yaml(tmp_path, b"derivation:\n  - kind: a\n    parent: b\n    kind: c\n")
    assert (finding.rule, finding.line) == ("duplicate-key", 4)


def test_the_same_key_in_two_items_of_a_list_is_good(tmp_path: Path) -> None:
    assert document(tmp_path, "use:\n  - kind: a\n  - kind: b\n").value == {"use": [{"kind": "a"}, {"kind": "b"}]}


def test_what_is_not_yaml_is_refused_with_the_line_of_the_mistake(tmp_path: Path) -> None:
    finding = refusal_of_yaml(tmp_path, b"label: a\nalias: [b\nnote: c\n")
    assert (finding.rule, finding.line) == ("not-yaml", 3)


@pytest.mark.parametrize("content", ["label: é".encode("latin-1"), b"label: \xff\xfe", b"label: a\x00b\n"])
def test_bytes_that_are_not_readable_utf8_are_a_finding(tmp_path: Path, content: bytes) -> None:
    assert refusal_of_yaml(tmp_path, content).rule == "not-yaml"


@pytest.mark.parametrize("content", [b"", b"# only a comment\n", b"- a\n- b\n", b"just text\n"])
def test_a_file_that_holds_no_mapping_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal_of_yaml(tmp_path, content).rule == "not-a-mapping"


def test_two_documents_in_one_file_are_refused(tmp_path: Path) -> None:
    assert refusal_of_yaml(tmp_path, b"label: a\n---\nlabel: b\n").rule == "not-yaml"


def test_a_value_that_contains_itself_is_a_finding(tmp_path: Path) -> None:
    assert refusal_of_yaml(tmp_path, b"label: &a [*a]\n").file == "record.yaml"


def test_a_refusal_names_the_file_as_it_is_shown(tmp_path: Path) -> None:
    assert refusal_of_yaml(tmp_path, b"- a\n").file == "record.yaml"


def test_a_table_gives_its_cells_by_column_name(tmp_path: Path) -> None:
    assert table(tmp_path, "entry\tfield\na\tb\n")[0].cells == {"entry": "a", "field": "b"}


def test_the_rows_of_a_table_know_their_line(tmp_path: Path) -> None:
    assert [row.line for row in table(tmp_path, "entry\na\nb\n")] == [2, 3]


def test_an_empty_cell_reads_as_empty_text(tmp_path: Path) -> None:
    assert table(tmp_path, "entry\tfield\na\t\n")[0].get("field") == ""


@pytest.mark.parametrize("row", ["a", "a\tb\tc", ""])
def test_a_row_with_too_few_or_too_many_cells_is_refused_with_its_line(tmp_path: Path, row: str) -> None:
    with pytest.raises(SourcesRefused) as caught:
        table(tmp_path, f"entry\tfield\na\tb\n{row}\nc\td\n")
    (finding,) = caught.value.findings
    assert (finding.file, finding.line, finding.rule) == ("table.tsv", 3, "not-a-row")


def test_a_row_of_the_wrong_width_says_both_widths(tmp_path: Path) -> None:
    with pytest.raises(SourcesRefused, match="3 cells where the header names 2 columns"):
        table(tmp_path, "entry\tfield\na\tb\tc\n")


def test_a_table_without_a_header_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(SourcesRefused):
        table(tmp_path, "")


def test_a_table_that_is_not_utf8_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    path.write_bytes("entry\né\n".encode("latin-1"))
    with pytest.raises(SourcesRefused):
        read_table(path, shown_as="table.tsv")


def test_a_line_separator_inside_a_cell_does_not_end_the_row(tmp_path: Path) -> None:
    assert table(tmp_path, "entry\nnext\u2028line\n")[0]["entry"] == "next\u2028line"
