"""The genealogy list and its repairs: entry plus repair gives the record, and every mistake in either is told."""

from pathlib import Path

import pytest

from deepgenealogy.errors import Finding, SourcesRefused
from deepgenealogy.sources.integrity import integrity_findings
from deepgenealogy.sources.records import read_catalogue
from deepgenealogy.sources.repairs import (
    CATEGORIES,
    FIELDS,
    RepairedEntry,
    broken_repairs,
    disagreements,
    misplaced_entries,
    names,
    repaired,
    stated,
)

from .edits import Edit

ENTRIES, REPAIRS = "sources/genealogy/entries.tsv", "sources/genealogy/repairs.tsv"
OCCURRENCES = "sources/genealogy/occurrences.tsv"


def repair(entry: str, field: str, old: str, new: str, category: str = "wrong-date") -> Edit:
    """One more row of repairs.tsv."""
    return Edit(REPAIRS, "", f"{entry}\t{field}\t{category}\t{old}\t{new}\tInvented.\t虚构。\thttps://example.org\n")


def findings(root: Path, *edits: Edit) -> list[Finding]:
    """What is found wrong with list and repairs after some edits."""
    for edit in edits:
        edit.apply(root)
    catalogue = read_catalogue(root)
    return sorted([*broken_repairs(catalogue), *disagreements(catalogue), *misplaced_entries(catalogue)])


def rules(root: Path, *edits: Edit) -> list[str]:
    """The rules that those findings break."""
    return [finding.rule for finding in findings(root, *edits)]


def test_entry_plus_repair_equals_the_record(fabricated_root: Path) -> None:
    tables = read_catalogue(fabricated_root).tables
    beta = next(row for row in tables["entries"] if row["entry"] == "beta-net")
    assert repaired(beta, tables["repairs"]) == RepairedEntry("Beta-Net", "'02.03", "paper/arxiv-0203.00002")


def test_an_entry_without_repairs_holds_as_stated(fabricated_root: Path) -> None:
    tables = read_catalogue(fabricated_root).tables
    alpha = next(row for row in tables["entries"] if row["entry"] == "alpha-net")
    assert repaired(alpha, tables["repairs"]) == RepairedEntry("Alpha-Net", "'01.02.03", "paper/arxiv-0102.00001")


def test_an_entry_without_a_date_states_none(fabricated_root: Path) -> None:
    tables = read_catalogue(fabricated_root).tables
    gamma = next(row for row in tables["entries"] if row["entry"] == "gamma-net")
    assert repaired(gamma, tables["repairs"]).date == ""


def test_the_section_of_an_entry_is_stated_by_its_occurrences(fabricated_root: Path) -> None:
    catalogue = read_catalogue(fabricated_root)
    gamma = next(row for row in catalogue.tables["entries"] if row["entry"] == "gamma-net")
    assert stated(gamma, catalogue, "inSection") == ["Toy Nets > Coloured"]


def test_a_difference_without_its_repair_is_found(fabricated_root: Path) -> None:
    path = fabricated_root / "data" / REPAIRS
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    (finding,) = findings(fabricated_root)
    assert str(finding) == (
        "data/sources/genealogy/entries.tsv:3: beta-net: the record is not called 'BetaNut'; "
        "correct data/architectures/beta-net.yaml, or add a row for statedName to repairs.tsv [unrepaired-difference]"
    )


@pytest.mark.parametrize("date", ["'01.02.04", "'01.03", "'02.02.03"])
def test_a_date_that_is_not_the_records_is_an_unrepaired_difference(fabricated_root: Path, date: str) -> None:
    assert rules(fabricated_root, Edit(ENTRIES, "'01.02.03", date)) == ["unrepaired-difference"]


@pytest.mark.parametrize("date", ["'01.02", ""])
def test_a_less_exact_date_and_a_missing_one_are_no_difference(fabricated_root: Path, date: str) -> None:
    assert rules(fabricated_root, Edit(ENTRIES, "'01.02.03", date)) == []


def test_a_repaired_date_is_no_difference(fabricated_root: Path) -> None:
    edits = [Edit(ENTRIES, "'01.02.03", "'01.05"), repair("alpha-net", "statedDate", "'01.05", "2001-02-03")]
    assert rules(fabricated_root, *edits) == []


def test_a_date_repaired_to_a_wrong_one_is_still_a_difference(fabricated_root: Path) -> None:
    edits = [Edit(ENTRIES, "'01.02.03", "'01.05"), repair("alpha-net", "statedDate", "'01.05", "2001-02-04")]
    assert rules(fabricated_root, *edits) == ["unrepaired-difference"]


@pytest.mark.parametrize("date", ["Feb 2001", "2001-13", "'01.13"])
def test_a_stated_date_that_cannot_be_read_is_a_finding(fabricated_root: Path, date: str) -> None:
    assert rules(fabricated_root, Edit(ENTRIES, "'01.02.03", date)) == ["unrepaired-difference"]


def test_an_entry_that_leads_to_another_paper_than_the_records_is_an_unrepaired_difference(
    fabricated_root: Path,
) -> None:
    found = findings(fabricated_root, Edit(ENTRIES, "\tpaper/arxiv-0102.00001", "\tpaper/arxiv-0405.00004"))
    assert any("the list leads to paper/arxiv-0405.00004" in finding.message for finding in found)


def test_an_entry_that_leads_to_a_paper_without_a_record_is_found(fabricated_root: Path) -> None:
    edit = Edit(ENTRIES, "\tpaper/arxiv-0102.00001", "\tpaper/arxiv-0102.00009")
    assert "unrepaired-difference" in rules(fabricated_root, edit)


def test_an_entry_whose_link_leads_nowhere_states_no_paper(fabricated_root: Path) -> None:
    assert rules(fabricated_root, Edit(ENTRIES, "\tpaper/arxiv-0102.00001", "\t")) == []


def test_a_repaired_link_is_no_difference(fabricated_root: Path) -> None:
    old, new = "https://arxiv.org/abs/0102.00001", "https://arxiv.org/abs/0405.00004"
    edits = [
        Edit(ENTRIES, f"{old}\tarchitecture/alpha-net\tpaper/arxiv-0102.00001",
             f"{new}\tarchitecture/alpha-net\tpaper/arxiv-0405.00004"),
        repair("alpha-net", "statedLink", new, old, "wrong-link"),
    ]  # fmt: skip
    assert rules(fabricated_root, *edits) == []


def test_an_arxiv_link_and_the_paper_that_it_leads_to_must_agree(fabricated_root: Path) -> None:
    assert findings(fabricated_root, Edit(ENTRIES, "abs/0102.00001", "abs/0102.00009"))


@pytest.mark.parametrize("link", ["abs/0102.00001v2", "pdf/0102.00001.pdf", "pdf/0102.00001v1"])
def test_a_link_to_a_version_or_the_pdf_of_the_right_paper_is_no_difference(fabricated_root: Path, link: str) -> None:
    assert rules(fabricated_root, Edit(ENTRIES, "abs/0102.00001", link)) == []


@pytest.mark.parametrize(
    "name", ["Alphabetical Network", "ANet", "甲网络", "字母网络", "Alpha-Net: a net", "Alpha-Net (net)"]
)
def test_any_name_of_the_record_may_be_the_stated_one(fabricated_root: Path, name: str) -> None:
    assert rules(fabricated_root, Edit(ENTRIES, "\tAlpha-Net", f"\t{name}")) == []


def test_a_known_misspelling_is_no_name(fabricated_root: Path) -> None:
    assert rules(fabricated_root, Edit(ENTRIES, "\tAlpha-Net", "\tAlfa-Net")) == ["unrepaired-difference"]


def test_former_names_are_names(fabricated_root: Path) -> None:
    Edit("architectures/alpha-net.yaml", "alias:", "formerName:\n  en:\n    - Aleph-Net\nalias:").apply(fabricated_root)
    assert "Aleph-Net" in names(read_catalogue(fabricated_root).records["architecture/alpha-net"])


def test_a_repair_that_misquotes_the_list_is_found_where_it_stands(fabricated_root: Path) -> None:
    (finding,) = findings(fabricated_root, Edit(REPAIRS, "BetaNut", "BetaNot"))
    assert (finding.file, finding.line, finding.rule) == (f"data/{REPAIRS}", 2, "repair-misquotes")


def test_a_repair_of_a_section_must_quote_it(fabricated_root: Path) -> None:
    edit = repair("gamma-net", "inSection", "Elsewhere", "Toy Nets", "wrong-branch")
    assert rules(fabricated_root, edit) == ["repair-misquotes"]


def test_a_repair_of_a_section_that_quotes_it_is_good(fabricated_root: Path) -> None:
    assert (
        rules(fabricated_root, repair("gamma-net", "inSection", "Toy Nets > Coloured", "Toy Nets", "wrong-branch"))
        == []
    )


def test_a_repair_that_repairs_nothing_is_found(fabricated_root: Path) -> None:
    edit = repair("alpha-net", "statedDate", "'01.02.03", "'01.02.03")
    assert rules(fabricated_root, edit) == ["repair-repairs-nothing"]


def test_a_repair_that_says_what_the_record_already_agreed_to_is_found(fabricated_root: Path) -> None:
    edit = repair("alpha-net", "statedDate", "'01.02.03", "2001-02-03")
    assert rules(fabricated_root, edit) == ["repair-repairs-nothing"]


def test_two_repairs_of_one_field_of_an_entry_are_found(fabricated_root: Path) -> None:
    edit = repair("beta-net", "statedName", "BetaNut", "Beta Net", "misspelt-name")
    assert "broken-repair" in rules(fabricated_root, edit)


@pytest.mark.parametrize(
    "edit",
    [
        repair("omega-net", "statedName", "Omega", "Omega-Net", "misspelt-name"),
        repair("alpha-net", "statedNmae", "Alpha-Net", "A", "misspelt-name"),
        repair("alpha-net", "statedName", "Alpha-Net", "ANet", "typo"),
    ],
    ids=["entry", "field", "category"],
)
def test_a_repair_of_what_is_not_known_is_broken(fabricated_root: Path, edit: Edit) -> None:
    assert rules(fabricated_root, edit) == ["broken-repair"]


def test_a_broken_repair_is_told_what_it_could_say(fabricated_root: Path) -> None:
    (finding,) = findings(fabricated_root, Edit(REPAIRS, "misspelt-name", "typo"))
    assert all(word in finding.cure for word in (*FIELDS, *CATEGORIES))


@pytest.mark.parametrize("column", ["beta-net", "statedName", "misspelt-name"])
def test_a_repair_with_an_empty_cell_is_a_finding(fabricated_root: Path, column: str) -> None:
    path = fabricated_root / "data" / REPAIRS
    head, row = path.read_text(encoding="utf-8").splitlines()
    cells = ["" if cell == column else cell for cell in row.split("\t")]
    path.write_text("\n".join([head, "\t".join(cells)]) + "\n", encoding="utf-8")
    with pytest.raises(SourcesRefused, match="empty-cell"):
        read_catalogue(fabricated_root)


def test_an_entry_that_denotes_nothing_is_a_finding(fabricated_root: Path) -> None:
    Edit(ENTRIES, "\tarchitecture/alpha-net", "\t").apply(fabricated_root)
    with pytest.raises(SourcesRefused, match="empty-cell"):
        read_catalogue(fabricated_root)


def test_an_entry_that_denotes_no_method_is_a_finding(fabricated_root: Path) -> None:
    assert len(rules(fabricated_root, Edit(ENTRIES, "architecture/alpha-net", "family/toy-nets"))) == 1


def test_an_entry_that_stands_in_no_version_of_the_list_is_a_finding(fabricated_root: Path) -> None:
    Edit(OCCURRENCES, "alpha-net\t2005-01-01\tToy Nets\t2\n", "").apply(fabricated_root)
    assert integrity_findings(read_catalogue(fabricated_root))


def test_a_heading_that_means_nothing_known_is_a_finding(fabricated_root: Path) -> None:
    Edit("sources/genealogy/headings.tsv", "family/coloured-nets", "family/colored-nets").apply(fabricated_root)
    assert integrity_findings(read_catalogue(fabricated_root))
