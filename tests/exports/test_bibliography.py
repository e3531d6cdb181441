"""`papers.bib` and `papers.csl.json`: every paper, read back by readers that are not ours."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from pybtex.database import BibliographyData, Entry, parse_string

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.export.bibtex import entry, protected, safe_key
from deepgenealogy.export.catalogue import Paper, papers
from deepgenealogy.export.citation import Name, issued, name_of, venue_parts
from deepgenealogy.export.csljson import item

PAPER = Paper(
    "k", "ConferencePaper", "A Title", ("Ann Author",), "2015-12-10", "arXiv v1", "CVPR 2016", "2016", "", "", ""
)

#: What the schema of CSL-JSON 1.0.2 says of the variables that we write; nothing else may stand in an item.
TEXT = {"type": "string", "minLength": 1}
NAME = {
    "type": "object",
    "properties": dict.fromkeys(("family", "given", "non-dropping-particle", "suffix", "literal"), TEXT),
    "anyOf": [{"required": ["family", "given"]}, {"required": ["literal"]}],
    "additionalProperties": False,
}
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "maxItems": 2,
            "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
        }
    },
    "additionalProperties": False,
}
TYPES = "article article-journal book chapter paper-conference post-weblog report thesis"
VARIABLES = "title container-title volume issue number publisher genre archive archive_location DOI URL"
SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": TEXT,
            "type": {"enum": TYPES.split()},
            "author": {"type": "array", "minItems": 1, "items": NAME},
            "issued": DATE,
            **dict.fromkeys(VARIABLES.split(), TEXT),
        },
        "required": ["type", "id", "title", "issued"],
        "additionalProperties": False,
    },
}


@pytest.fixture(scope="session")
def bibliography(written: dict[str, str]) -> BibliographyData:
    """The BibTeX file as pybtex reads it."""
    return parse_string(written["papers.bib"], "bibtex")


@pytest.fixture(scope="session")
def items(written: dict[str, str]) -> list[dict[str, Any]]:
    """The items of the CSL-JSON file."""
    content: list[dict[str, Any]] = json.loads(written["papers.csl.json"])
    return content


def one(paper: Paper) -> Entry:
    """The entry of a paper, read back."""
    return parse_string(entry(paper), "bibtex").entries[safe_key(paper.key)]


def test_every_paper_is_an_entry(bibliography: BibliographyData, engine: EmbeddedEngine) -> None:
    assert list(bibliography.entries) == [safe_key(key) for key in papers(engine)]


def test_every_author_is_read_back_with_every_name(bibliography: BibliographyData, engine: EmbeddedEngine) -> None:
    for key, paper in papers(engine).items():
        persons = bibliography.entries[safe_key(key)].persons.get("author", [])
        read = [
            " ".join([*p.first_names, *p.middle_names, *p.prelast_names, *p.last_names]).strip("{}") for p in persons
        ]
        assert read == list(paper.authors)


def test_every_title_is_read_back_but_for_its_braces(bibliography: BibliographyData, engine: EmbeddedEngine) -> None:
    for key, paper in papers(engine).items():
        title = bibliography.entries[safe_key(key)].fields["title"]
        assert title.replace("{", "").replace("}", "").replace("\\&", "&") == paper.title


@pytest.mark.skipif(shutil.which("biber") is None, reason="biber is not installed")
def test_biber_takes_the_whole_file_without_a_warning(written: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "papers.bib").write_text(written["papers.bib"], encoding="utf-8")
    command = ["biber", "--tool", "--validate-datamodel", "--output-file", "out.bib", "papers.bib"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=1_200)
    assert [line for line in done.stdout.splitlines() if not line.startswith("INFO")] == []
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("kind", "entry_type"),
    [
        ("ConferencePaper", "inproceedings"),
        ("WorkshopPaper", "inproceedings"),
        ("JournalArticle", "article"),
        ("BookChapter", "inbook"),
        ("Book", "book"),
        ("TechnicalReport", "techreport"),
        ("Thesis", "phdthesis"),
        ("Preprint", "misc"),
        ("BlogPost", "misc"),
    ],
)
def test_the_kind_of_paper_decides_the_entry_type(kind: str, entry_type: str) -> None:
    assert one(replace(PAPER, kind=kind)).type == entry_type


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Kaiming He", Name("He", "Kaiming")),
        ("Aäron van den Oord", Name("Oord", "Aäron", "van den")),
        ("Cicero Nogueira dos Santos", Name("Santos", "Cicero Nogueira", "dos")),
        ("Alessandro De Maria", Name("De Maria", "Alessandro")),
        ("Quoc V. Le", Name("Le", "Quoc V.")),
        ("Sergio Gómez Colmenarejo", Name("Gómez Colmenarejo", "Sergio")),
        ("Guy L. Steele Jr.", Name("Steele", "Guy L.", "", "Jr.")),
        ("OpenAI", Name("OpenAI")),
    ],
)
def test_a_name_as_printed_is_parted(printed: str, name: Name) -> None:
    assert name_of(printed) == name


def test_a_particle_is_read_back_as_one() -> None:
    [person] = one(replace(PAPER, authors=("Aäron van den Oord",))).persons["author"]
    assert (person.prelast_names, person.last_names) == (["van", "den"], ["Oord"])


def test_an_organisation_is_one_name_although_it_has_two_words() -> None:
    assert "author = {{OpenAI}}" in entry(replace(PAPER, authors=("OpenAI",)))


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Deep Learning", "Deep Learning"),
        ("Mask R-CNN", "Mask {R-CNN}"),
        ("PixelCNN++: More", "{PixelCNN++}: More"),
        ("Improved Training of Wasserstein GANs", "Improved Training of {Wasserstein} {GANs}"),
        ("Image-to-Image Translation", "Image-to-Image Translation"),
        ("Plug & Play 100% $x_1$ {y}", r"Plug \& Play 100\% \$x\_1\$ \{y\}"),
    ],
)
def test_only_what_must_keep_its_capitals_is_protected(title: str, shown: str) -> None:
    assert protected(title) == shown


def test_a_key_holds_nothing_that_bibtex_takes_for_its_own() -> None:
    assert safe_key('doi-10.1/a(b),c{d}"e%f#g') == "doi-10.1/a-b--c-d--e-f-g"


@pytest.mark.parametrize(
    ("changes", "date"),
    [
        ({}, (2016,)),
        ({"kind": "Preprint", "year": "2015"}, (2015, 12, 10)),
        ({"kind": "Preprint", "year": ""}, (2015, 12, 10)),
        ({"published": "2016-06", "basis": "venue"}, (2016, 6)),
        ({"published": "2016-06", "basis": "arXiv v1"}, (2016,)),
        ({"published": "2015", "year": ""}, (2015,)),
    ],
)
def test_the_month_is_that_of_the_publication_or_none(changes: dict[str, str], date: tuple[int, ...]) -> None:
    assert issued(replace(PAPER, **changes)) == date  # type: ignore[arg-type]


def test_a_month_is_written_as_the_macro_that_styles_translate() -> None:
    assert "month = jun" in entry(replace(PAPER, published="2016-06", basis="venue"))


@pytest.mark.parametrize(
    ("kind", "venue", "parts"),
    [
        ("JournalArticle", "Neural Computation 9(8)", {"title": "Neural Computation", "volume": "9", "number": "8"}),
        (
            "JournalArticle",
            "IEEE Transactions SMC-13 (5)",
            {"title": "IEEE Transactions", "volume": "13", "number": "5"},
        ),
        ("JournalArticle", "Foundations", {"title": "Foundations"}),
        ("BookChapter", "PDP, Volume 1", {"title": "PDP", "volume": "1"}),
        ("TechnicalReport", "ICS Report 8604, UC", {"type": "ICS Report", "number": "8604", "publisher": "UC"}),
        ("TechnicalReport", "OpenAI", {"publisher": "OpenAI"}),
        ("ConferencePaper", "CVPR 2016", {"title": "CVPR 2016"}),
        ("Preprint", "", {}),
    ],
)
def test_a_venue_is_parted_as_far_as_it_says(kind: str, venue: str, parts: dict[str, str]) -> None:
    assert venue_parts(replace(PAPER, kind=kind, venue=venue)) == parts


def test_an_arxiv_identifier_is_an_eprint() -> None:
    fields = one(replace(PAPER, arxiv="1512.03385")).fields
    assert (fields["eprint"], fields["archiveprefix"]) == ("1512.03385", "arXiv")


def test_a_link_is_given_only_where_no_identifier_says_it() -> None:
    assert "url" in one(replace(PAPER, url="https://x.org/p")).fields
    assert "url" not in one(replace(PAPER, url="https://doi.org/1", doi="1")).fields


def test_every_item_keeps_the_schema(items: list[dict[str, Any]], engine: EmbeddedEngine) -> None:
    jsonschema_rs.validate(SCHEMA, items)
    assert [row["id"] for row in items] == list(papers(engine))


def test_who_has_no_known_author_is_given_none(items: list[dict[str, Any]], engine: EmbeddedEngine) -> None:
    anonymous = {key for key, paper in papers(engine).items() if not paper.authors}
    assert anonymous
    assert {row["id"] for row in items if "author" not in row} == anonymous
    assert "author" not in entry(replace(PAPER, authors=()))


def test_an_item_has_typed_fields() -> None:
    paper = replace(PAPER, kind="JournalArticle", venue="Neural Computation 9(8)", arxiv="1", doi="10.1/x")
    assert item(paper) == {
        "id": "k",
        "type": "article-journal",
        "title": "A Title",
        "author": [{"family": "Author", "given": "Ann"}],
        "issued": {"date-parts": [[2016]]},
        "container-title": "Neural Computation",
        "volume": "9",
        "issue": "8",
        "archive": "arXiv",
        "archive_location": "1",
        "DOI": "10.1/x",
        "URL": "https://arxiv.org/abs/1",
    }


def test_an_organisation_is_literal_in_csl() -> None:
    assert item(replace(PAPER, authors=("OpenAI",)))["author"] == [{"literal": "OpenAI"}]
