"""The model documentation as an optional input: own papers, dates, words on origin, read from invented pages."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from deepgenealogy.cli import main
from deepgenealogy.errors import HarvestRefused
from deepgenealogy.harvest.checkout import checkout, kept, with_documentation
from deepgenealogy.harvest.derived import known_of
from deepgenealogy.harvest.modeldocs import FOLDER
from deepgenealogy.harvest.origins import origins
from deepgenealogy.harvest.pages import Page
from deepgenealogy.harvest.replay import replay
from deepgenealogy.harvest.rules import days_of
from deepgenealogy.harvest.tables import folder_of, rows_of, texts_of, write
from deepgenealogy.harvest.timm import SOURCE as TIMM
from deepgenealogy.harvest.transformers import SOURCE
from deepgenealogy.sources.harvested import first_dates

from .world import library

PEBBLE2 = """<!--Copyright 2021 Nobody.

-->
*This model was released on 2021-03-04 and added to Hugging Face Transformers on 2021-06-05.*

<div class="flex">
<img alt="PyTorch" src="x">
</div>

# Pebble2

## Overview

The Pebble-2 model was proposed in [Pebble-2: Rounder Networks? A
Second Look](https://huggingface.co/papers/2103.00002) by A. Nobody. Pebble-2 is a decoder-only network based
on the original [Pebble](./pebble), with rounder layers.

The abstract from the paper is the following:

*We build on Gravel. Pebble-2 is based on Stranger.*

## Usage tips

Pebble-2 is based on Stranger.
"""
DATES = (
    "*This model was published in HF papers on 2020-01-02 and contributed to Hugging Face Transformers on 2021-01-26.*"
)
STRANGER = f"""{DATES}

# Stranger

The Pebble model was proposed in [Pebble: Round Networks](https://arxiv.org/abs/2101.00001) by A. Nobody.

```python
model = "Stranger extends Pebble."
```
"""
PAGES = {
    "pebble2": PEBBLE2,
    "stranger": STRANGER,
    "unheard-of": "# Unheard of\n\nUnheard of extends [Pebble](pebble).\n",
}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A checkout with three pages, one of them about nothing that was harvested."""
    folder = tmp_path / "checkout" / FOLDER
    folder.mkdir(parents=True)
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return tmp_path / "checkout"


def harvested(folder: Path, docs: Path | None) -> Path:
    """The tables of the invented library, with the documentation or without it."""
    packages, pages = library(folder), checkout(SOURCE, docs) if docs else None
    facts = with_documentation(SOURCE, SOURCE.read(packages), pages, folder_of(folder, SOURCE.name))
    write(folder_of(folder, SOURCE.name), texts_of([*packages, pages] if pages else packages, facts))
    return folder_of(folder, SOURCE.name)


def documented(folder: Path, table: str) -> list[tuple[str, ...]]:
    """The rows of a table that come from the documentation, without their place."""
    return [tuple(row.values())[:-2] for row in rows_of(folder, table) if row["file"].startswith("docs/")]


def test_the_own_paper_is_the_one_in_which_the_model_was_proposed(tmp_path: Path, docs: Path) -> None:
    found = documented(harvested(tmp_path, docs), "papers")
    assert found == [("pebble2", "2103.00002", "Pebble-2: Rounder Networks? A Second Look")]


def test_a_date_is_that_of_the_paper_or_else_of_the_addition(tmp_path: Path, docs: Path) -> None:
    found = documented(harvested(tmp_path, docs), "dates")
    assert found == [("pebble2", "2021-03-04", "paper"), ("stranger", "2021-01-26", "contribution")]


def test_a_day_of_release_counts_where_no_paper_has_it(tmp_path: Path, docs: Path) -> None:
    page = docs / FOLDER / "stranger.md"
    page.write_text(page.read_text(encoding="utf-8").replace("arxiv.org/abs", "example.org"), encoding="utf-8")
    assert ("stranger", "2020-01-02", "contribution") in documented(harvested(tmp_path, docs), "dates")


def test_the_date_of_a_paper_comes_first_and_then_the_earliest(tmp_path: Path, docs: Path) -> None:
    dates = rows_of(harvested(tmp_path, docs), "dates")
    assert {key: row["date"] for key, row in first_dates(dates).items()}["stranger"] == "2021-01-26"
    first, last = days_of(dates, [])["pebble2"]
    assert (first.isoformat(), last.isoformat()) == ("2021-03-04", "2021-03-04")


def test_words_on_the_origin_are_facts_with_the_line_of_the_name(tmp_path: Path, docs: Path) -> None:
    rows = [row for row in rows_of(harvested(tmp_path, docs), "lineage") if row["file"].startswith("docs/")]
    said = [(row["child"], row["parent"], row["words"], row["line"]) for row in rows]
    assert said == [("pebble2", "pebble", "documentation: based on: Pebble", "16")]


def test_every_row_of_documentation_stands_where_it_says(tmp_path: Path, docs: Path) -> None:
    folder = harvested(tmp_path, docs)
    with_pages = replay(tmp_path, SOURCE, library(tmp_path), checkout(SOURCE, docs))
    without = replay(tmp_path, SOURCE, library(tmp_path))
    assert (with_pages[1], without[1]) == ([], [])
    facts = sum(len(rows) for table, rows in kept(folder).items() if table != "packages")
    assert (facts, with_pages[0] - without[0]) == (4, 4)


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("papers", "2103.00002", "2103.00003"),
        ("dates", "2021-03-04", "2021-03-05"),
        ("lineage", "on: Pebble", "on: Gravel"),
    ],
)
def test_a_row_that_the_page_does_not_hold_is_not_replayed(
    tmp_path: Path, docs: Path, table: str, old: str, new: str
) -> None:
    path = harvested(tmp_path, docs) / f"{table}.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    _, findings = replay(tmp_path, SOURCE, library(tmp_path), checkout(SOURCE, docs))
    assert [finding.file for finding in findings] == [f"data/harvested/transformers/{table}.tsv"]


def test_a_harvest_without_the_documentation_keeps_what_was_read_there(tmp_path: Path, docs: Path) -> None:
    folder = harvested(tmp_path, docs)
    before = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.tsv")}
    harvested(tmp_path, None)
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.tsv")} == before


def test_a_harvest_with_other_pages_replaces_what_was_read_there(tmp_path: Path, docs: Path) -> None:
    folder = harvested(tmp_path, docs)
    (docs / FOLDER / "stranger.md").write_text(STRANGER.replace("2021-01-26", "2021-01-27"), encoding="utf-8")
    harvested(tmp_path, docs)
    assert ("stranger", "2021-01-27", "contribution") in documented(folder, "dates")
    assert "2021-01-26" not in (folder / "dates.tsv").read_text(encoding="utf-8")


def test_the_pages_are_pinned_by_what_they_say(docs: Path) -> None:
    first = checkout(SOURCE, docs)
    assert (first.pin.use, first.built, len(first.pin.sha256)) == ("documentation", "2021-06-05", 64)
    assert checkout(SOURCE, docs / FOLDER).pin == first.pin
    (docs / FOLDER / "pebble2.md").write_text("# Pebble2\n", encoding="utf-8")
    assert checkout(SOURCE, docs).pin != first.pin


def test_a_folder_without_pages_and_a_source_without_documentation_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HarvestRefused, match="holds no page"):
        checkout(SOURCE, tmp_path).paths()
    with pytest.raises(HarvestRefused, match="without --docs"):
        checkout(TIMM, tmp_path)


def test_the_command_says_that_a_source_has_no_documentation(tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["harvest", "timm", "--docs", str(tmp_path)])
    assert (refused.exit_code != 0, "without --docs" in refused.output) == (True, True)


NAMED = {"pebble": "pebble", "gravel": "gravel", "gravelsand": "gravel_sand", "pebble3": "pebble3"}


def named_in(text: str) -> list[tuple[str, str]]:
    """The origins that a page of this text names for Round-Pebble."""
    page = Page("round_pebble", f"# RoundPebble\n\n{text}\n")
    links = {"./gravel": "gravel", "../model_doc/pebble": "pebble"}
    return [
        (origin.key, origin.words)
        for sentence in page.sentences
        for origin in origins(sentence, {"roundpebble"}, NAMED, lambda target: links.get(target, ""))
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[Round-Pebble](https://x.org) is a generative model based on [Gravel](./gravel) and small.", ["gravel"]),
        ("RoundPebble is the mixture-of-experts variant in the Pebble family.", ["pebble"]),
        ("The RoundPebble model builds on top of GravelSandModel and Pebble.", ["gravel_sand", "pebble"]),
        ("It follows the architecture of Pebble 3.", ["pebble3"]),
        ("This model has the same architecture as the original [first one](../model_doc/pebble).", ["pebble"]),
        ("Round-Pebble extends Gravel with attention over sand.", ["gravel"]),
        ("Its architecture is an adaptation of Gravel.", ["gravel"]),
        ("The architecture of RoundPebble is derived from Pebble.", ["pebble"]),
    ],
)
def test_a_sentence_about_the_model_names_its_origin(text: str, found: list[str]) -> None:
    assert [key for key, _ in named_in(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Round-Pebble improves on Pebble by two points.",
        "RoundPebble outperforms networks based on Gravel.",
        "RoundPebble is not based on Pebble.",
        "RoundPebble has an encoder based on Pebble.",
        "RoundPebble is built on the Gravel vision encoder.",
        "RoundPebble is built on the Gravel language model.",
        "RoundPebble is based on Pebble 2.",
        "RoundPebble is based on Pebble-2.5.",
        "RoundPebble is based on pebble stones.",
        "RoundPebble is built on [gravel](https://example.org/gravel).",
        "Sandstone is based on Gravel.",
        "The tokenizer of RoundPebble is based on that of Gravel.",
        "*RoundPebble is based on Gravel.*",
        "> RoundPebble is based on Gravel.",
        "## Tips\n\nRoundPebble is based on Gravel.",
    ],
)
def test_parts_rivals_other_versions_and_other_models_are_no_origin(text: str) -> None:
    assert named_in(text) == []


def test_documentation_that_names_the_origin_is_a_second_signal(tmp_path: Path, docs: Path) -> None:
    harvested(tmp_path, docs)
    assert ("pebble2", "pebble") in known_of(tmp_path, SOURCE.name).named
