"""`architectures.csv` and `derivations.csv`: everything in it, as RFC 4180 has it, and harmless to spreadsheets."""

import csv
import io
import re

import pytest

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.lineage import rows_of
from deepgenealogy.export import FILES
from deepgenealogy.export.tables import ARCHITECTURE_COLUMNS, DERIVATION_COLUMNS, harmless_cell
from deepgenealogy.vocabulary import BASE, DGO

from .conftest import Edited

TABLES = {"architectures.csv": ARCHITECTURE_COLUMNS, "derivations.csv": DERIVATION_COLUMNS}


def read(text: str) -> list[dict[str, str]]:
    """The rows of a table."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def row_of(text: str, **wanted: str) -> dict[str, str]:
    """The one row with these values."""
    [row] = [row for row in read(text) if wanted.items() <= row.items()]
    return row


@pytest.mark.parametrize(("name", "columns"), TABLES.items())
def test_a_table_has_its_columns_in_order(name: str, columns: tuple[str, ...], written: dict[str, str]) -> None:
    assert written[name].splitlines()[0].split(",") == list(columns)


@pytest.mark.parametrize("name", TABLES)
def test_every_line_ends_with_carriage_return_and_line_feed(name: str, written: dict[str, str]) -> None:
    assert re.search(r"(?<!\r)\n", re.sub(r'"[^"]*"', "", written[name])) is None
    assert written[name].endswith("\r\n")


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_as_many_cells_as_there_are_columns(name: str, written: dict[str, str]) -> None:
    lengths = {len(row) for row in csv.reader(io.StringIO(written[name], newline=""))}
    assert lengths == {len(TABLES[name])}


def test_every_method_is_one_row(written: dict[str, str], engine: EmbeddedEngine) -> None:
    slugs = [
        row["m"].removeprefix(f"{BASE}architecture/") for row in rows_of(engine, f"SELECT ?m {{?m a <{DGO}Method>}}")
    ]
    assert [row["slug"] for row in read(written["architectures.csv"])] == sorted(slugs)


@pytest.mark.parametrize("kind", ["Derivation", "RejectedDerivation"])
def test_every_derivation_is_one_row_and_says_whether_it_is_rejected(
    kind: str, written: dict[str, str], engine: EmbeddedEngine
) -> None:
    iris = [row["d"] for row in rows_of(engine, f"SELECT ?d {{?d a <{DGO}{kind}>}}")]
    rejected = "true" if kind == "RejectedDerivation" else "false"
    rows = [row["iri"] for row in read(written["derivations.csv"]) if row["rejected"] == rejected]
    assert sorted(rows) == sorted(iris)


def test_an_architecture_has_names_dates_paper_and_relatives(written: dict[str, str]) -> None:
    assert row_of(written["architectures.csv"], slug="u-net") == {
        "slug": "u-net",
        "iri": f"{BASE}architecture/u-net",
        "nameEn": "U-Net",
        "nameZh": "U-Net",
        "type": "Architecture",
        "introduced": "2015-05-18",
        "notBefore": "2015-05-18",
        "notAfter": "2015-05-18",
        "paper": "arxiv-1505.04597",
        "title": "U-Net: Convolutional Networks for Biomedical Image Segmentation",
        "arxiv": "arXiv:1505.04597",
        "doi": "",
        "families": "convolutional-networks;encoder-decoder-networks;semantic-segmentation-networks",
        "tasks": "biomedical-image-segmentation",
        "parents": "fcn",
    }


def test_a_harvested_derivation_names_its_source_and_its_evidence_in_code(written: dict[str, str]) -> None:
    row = row_of(written["derivations.csv"], child="altclip", parent="clip")
    told = (row["kind"], row["paper"], row["harvestedFrom"], row["evidence"])
    assert told == ("derivesFrom", "", "transformers", "transformers--altclip--clip")


def test_every_derivation_names_a_paper_or_a_source_and_never_both(written: dict[str, str]) -> None:
    rows = [row for row in read(written["derivations.csv"]) if row["rejected"] == "false"]
    assert all(bool(row["paper"]) != bool(row["harvestedFrom"]) for row in rows)
    assert all(bool(row["evidence"]) == bool(row["harvestedFrom"]) for row in rows)


def test_a_derivation_has_kind_place_and_rationale_in_both_languages(written: dict[str, str]) -> None:
    row = row_of(written["derivations.csv"], child="resnet", parent="vggnet")
    assert (row["kind"], row["paper"], row["locator"]) == ("extends", "arxiv-1512.03385", "Section 3.3, Figure 3")
    assert row["rationaleEn"].startswith("The plain baselines follow")
    assert row["rationaleZh"].startswith("朴素基线")


def test_a_rejected_derivation_has_its_ground_and_who_asserts_it(written: dict[str, str]) -> None:
    row = row_of(written["derivations.csv"], child="resnet", parent="highway-networks")
    assert (row["kind"], row["ground"]) == ("", "contrasted")
    assert row["assertedBy"] == "dnn-genealogy;popular-account"


@pytest.mark.parametrize("beginning", ["=1+1", "+x", "-x", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(beginning: str) -> None:
    assert harmless_cell(beginning) == f"'{beginning}"


@pytest.mark.parametrize("cell", ["", "x=1", "-1.5", "+2", "2015-12-10", "'x"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert harmless_cell(cell) == cell


def test_a_text_that_is_a_formula_leaves_the_table_harmless(edited: Edited) -> None:
    formula = '=HYPERLINK("http://x","a")'
    engine = edited("architectures/beta-net.yaml", "Keeps Alpha-Net whole and adds a second pile.", f"'{formula}'")
    text = b"".join(FILES["derivations.csv"].write(engine)).decode()
    assert row_of(text, child="beta-net")["rationaleEn"] == f"'{formula}"
