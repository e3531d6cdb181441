"""Mapping sets: what is read, what the rules refuse, and that the files are SSSOM as its own library reads it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deepgenealogy.errors import Finding, SourcesRefused
from deepgenealogy.sources.integrity import integrity_findings
from deepgenealogy.sources.mappings import COLUMNS, MappingSet, seen_in
from deepgenealogy.sources.records import Catalogue, read_catalogue
from tests.conftest import CHECKOUT

from .edits import Edit
from .mappingdecoys import PAPER_ROW, PEBBLES, REFUSED, mapping

REPORT = Path(__file__).with_name("sssom_report.py")
FILES = sorted((CHECKOUT / "data" / "mappings").glob("*.sssom.tsv"))


@pytest.fixture(scope="module")
def real(real_root: Path) -> Catalogue:
    """The real catalogue."""
    return read_catalogue(real_root)


def found(root: Path, *edits: Edit) -> list[Finding]:
    """What the rules find after some edits."""
    for edit in edits:
        edit.apply(root)
    return integrity_findings(read_catalogue(root))


def pebbles(root: Path) -> MappingSet:
    """The invented set of mappings."""
    return read_catalogue(root).mappings["pebble-graph"]


def judged(real: Catalogue, ours: str, theirs: str) -> dict[str, str]:
    """Set -> relation of every row on our thing and theirs."""
    rows = ((name, row) for name, mappings in real.mappings.items() for row in mappings.rows)
    return {
        n: row["predicate_id"] for n, row in rows if (row["subject_id"], row["object_id"]) == (f"dg:{ours}", theirs)
    }


def test_a_set_is_named_after_its_file(fabricated_root: Path) -> None:
    assert set(read_catalogue(fabricated_root).mappings) == {"pebble-graph", "refused"}


def test_only_the_file_of_refusals_is_refused(fabricated_root: Path) -> None:
    sets = read_catalogue(fabricated_root).mappings.values()
    assert [mappings.name for mappings in sets if mappings.is_refused] == ["refused"]


def test_the_metadata_is_the_yaml_above_the_columns(fabricated_root: Path) -> None:
    assert pebbles(fabricated_root).metadata["license"] == "https://creativecommons.org/licenses/by/4.0/"


def test_a_row_knows_its_line_below_the_metadata(fabricated_root: Path) -> None:
    (first, _) = pebbles(fabricated_root).rows
    lines = (fabricated_root / "data" / PEBBLES).read_text(encoding="utf-8").splitlines()
    assert lines[first.line - 1].startswith("dg:architecture/alpha-net")


@pytest.mark.parametrize(
    ("curie", "iri"),
    [
        ("pebble:Q100", "https://example.org/pebble/Q100"),
        ("skos:exactMatch", "http://www.w3.org/2004/02/skos/core#exactMatch"),
        ("nowhere:x", ""),
        ("pebble:", ""),
        ("pebble", ""),
    ],
)
def test_a_curie_expands_by_the_prefixes_of_its_file(fabricated_root: Path, curie: str, iri: str) -> None:
    assert pebbles(fabricated_root).expand(curie) == iri


def test_a_row_says_where_its_identifier_was_seen(fabricated_root: Path) -> None:
    assert [seen_in(row) for row in pebbles(fabricated_root).rows] == [
        "https://example.org/pebbles",
        "https://example.org/stacking",
    ]


def test_metadata_that_is_no_yaml_is_a_finding_of_the_file(fabricated_root: Path) -> None:
    Edit(PEBBLES, "#license: ", "#license: [").apply(fabricated_root)
    with pytest.raises(SourcesRefused, match=r"data/mappings/pebble-graph\.sssom\.tsv:1: the metadata is not YAML"):
        read_catalogue(fabricated_root)


def test_an_unknown_column_is_told_at_the_line_of_the_columns(fabricated_root: Path) -> None:
    Edit(PEBBLES, "match_string", "match").apply(fabricated_root)
    with pytest.raises(SourcesRefused, match=r"pebble-graph\.sssom\.tsv:8: the columns must be"):
        read_catalogue(fabricated_root)


def test_a_name_alone_is_no_ground_for_a_mapping(fabricated_root: Path) -> None:
    row = mapping("architecture/beta-net", "pebble:two").replace("MappingReview", "LexicalMatching")
    assert [finding.rule for finding in found(fabricated_root, Edit(PEBBLES, PAPER_ROW, row + PAPER_ROW))] == [
        "mapping-value"
    ]


@pytest.mark.parametrize("column", [column for column in COLUMNS if not column.startswith("[")])
def test_no_needed_cell_may_be_empty(fabricated_root: Path, column: str) -> None:
    path = fabricated_root / "data" / PEBBLES
    *head, _, paper = path.read_text(encoding="utf-8").splitlines()
    cells = paper.split("\t")
    cells[[name.strip("[]") for name in COLUMNS].index(column)] = ""
    path.write_text("\n".join([*head, "\t".join(cells)]) + "\n", encoding="utf-8")
    assert "empty-cell" in {finding.rule for finding in found(fabricated_root)}


@pytest.mark.parametrize(
    ("predicate", "rules"),
    [
        ("skos:exactMatch", ["refused-and-asserted"]),
        ("skos:closeMatch", ["refused-and-asserted"]),
        ("skos:broadMatch", []),
    ],
)
def test_refusing_a_close_match_refuses_the_exact_one_too(
    fabricated_root: Path, predicate: str, rules: list[str]
) -> None:
    row = mapping("architecture/beta-net", "pebble:beta", predicate=predicate)
    edit = Edit(PEBBLES, PAPER_ROW, row + PAPER_ROW)
    assert [finding.rule for finding in found(fabricated_root, edit)] == rules


def test_refusing_an_exact_match_leaves_the_close_one(fabricated_root: Path) -> None:
    row = mapping("architecture/beta-net", "pebble:beta", predicate="skos:closeMatch")
    edits = [Edit(REFUSED, "skos:closeMatch", "skos:exactMatch"), Edit(PEBBLES, PAPER_ROW, row + PAPER_ROW)]
    assert found(fabricated_root, *edits) == []


@pytest.mark.parametrize("other", ["", "a page"])
def test_a_row_must_say_where_it_was_seen(fabricated_root: Path, other: str) -> None:
    row = mapping("architecture/beta-net", "pebble:Q300", seen=other)
    (finding,) = found(fabricated_root, Edit(PEBBLES, PAPER_ROW, row + PAPER_ROW))
    assert finding.rule == ("unseen-identifier" if other else "empty-cell")


@pytest.mark.parametrize(
    ("file", "text", "rules"),
    [
        ("architectures/alpha-net.yaml", "# wikidata:Q200\n", ["unseen-identifier"]),
        ("papers/doi-gamma.yaml", "# https://openalex.org/W1234567890\n", ["unseen-identifier"]),
        ("reviews/notes.tsv", "seen\tQ200\n", ["unseen-identifier"]),
        ("architectures/alpha-net.yaml", "# wikidata:Q100\n", []),
        ("architectures/alpha-net.yaml", "# Q-learning, Q2, W12, EQ200 and Q200b\n", []),
    ],
)
def test_an_item_or_work_without_a_row_is_refused_in_every_file_of_data(
    fabricated_root: Path, file: str, text: str, rules: list[str]
) -> None:
    (fabricated_root / "data" / file).touch()
    findings = found(fabricated_root, Edit(file, "", text))
    assert [finding.rule for finding in findings] == rules
    assert {finding.file for finding in findings} <= {f"data/{file}"}


@pytest.mark.parametrize(
    ("ours", "theirs", "verdicts"),
    [
        ("architecture/sohn-cvae", "lpwc:method/cvae", {"linked-papers-with-code": "skos:exactMatch"}),
        ("architecture/cvae", "lpwc:method/cvae", {"refused": "skos:closeMatch"}),
        ("architecture/seq2seq", "lpwc:method/seq2seq", {"linked-papers-with-code": "skos:exactMatch"}),
        ("architecture/rnn-encoder-decoder", "lpwc:method/seq2seq", {"refused": "skos:closeMatch"}),
        ("architecture/deeplab", "lpwc:method/deeplabv2", {"refused": "skos:closeMatch"}),
        ("architecture/dcn", "aio:DeepConvolutionalNetwork", {"refused": "skos:closeMatch"}),
        ("architecture/memnet", "lpwc:method/memory-network", {"refused": "skos:closeMatch"}),
        (
            "paper/arxiv-1411.4038",
            "lpwc:paper/fully-convolutional-networks-for-semantic",
            {"linked-papers-with-code": "skos:closeMatch", "refused": "skos:exactMatch"},
        ),
    ],
)
def test_the_traps_of_the_real_mappings_are_judged(
    real: Catalogue, ours: str, theirs: str, verdicts: dict[str, str]
) -> None:
    assert judged(real, ours, theirs) == verdicts


@pytest.mark.parametrize("trap", ["dcn", "memnet", "deconvnet", "cvae"])
def test_a_name_that_others_bear_is_mapped_nowhere(real: Catalogue, trap: str) -> None:
    asserted = [row for mappings in real.mappings.values() if not mappings.is_refused for row in mappings.rows]
    assert [row["object_id"] for row in asserted if row["subject_id"] == f"dg:architecture/{trap}"] == []


def test_every_label_of_a_subject_is_that_of_its_record(real: Catalogue) -> None:
    wrong = []
    for mappings in real.mappings.values():
        for row in mappings.rows:
            fields = real.records[row["subject_id"].removeprefix("dg:")].fields
            wrong += (
                [] if row["subject_label"] in (fields.get("title"), fields.get("label", {}).get("en")) else [row.line]
            )
    assert wrong == []


#: What is done to a real file -> the part of a finding that the library must then have, or a mapping fewer.
SSSOM_DECOYS = {
    "prefix": ("wikidata:Q28325009", "nowhere:Q28325009", "Missing prefix: nowhere"),
    "confidence": ("\t0.85\t", "\t1.85\t", "greater than the maximum"),
    "predicate": ("skos:closeMatch", "close match", ""),
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the `sssom` library says of each real file and of each decoy, by file name."""
    folder = tmp_path_factory.mktemp("sssom")
    text = (CHECKOUT / "data" / "mappings" / "wikidata.sssom.tsv").read_text(encoding="utf-8")
    for name, (old, new, _) in SSSOM_DECOYS.items():
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    files = [*FILES, *sorted(folder.iterdir())]
    command = [sys.executable, str(REPORT), *map(str, files)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return {report["file"]: report for report in map(json.loads, run.stdout.splitlines())}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_sssom_library_keeps_every_row_and_finds_nothing_wrong(
    path: Path, reports: dict[str, dict[str, Any]], real: Catalogue
) -> None:
    rows = real.mappings[path.name.removesuffix(".sssom.tsv")].rows
    assert reports[path.name] == {"file": path.name, "mappings": len(rows), "findings": []}


@pytest.mark.parametrize("name", SSSOM_DECOYS)
def test_the_sssom_library_would_refuse_a_decoy(name: str, reports: dict[str, dict[str, Any]]) -> None:
    said = SSSOM_DECOYS[name][2]
    report, whole = reports[name], reports["wikidata.sssom.tsv"]
    assert any(said in finding for finding in report["findings"]) if said else report["mappings"] < whole["mappings"]
