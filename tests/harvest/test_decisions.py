"""Decisions of reviewers: one by one or from a file, checked before they are written; and their tier."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deepgenealogy.cli import main
from deepgenealogy.errors import SourcesRefused
from deepgenealogy.harvest.decisions import Decision, fate_of
from deepgenealogy.sources.harvested import REVIEW_COLUMNS, read_reviews

HEADER = "child\tparent\tverdict\treason\tevidence\tread\tnote"
PAGE = "example.org/sand"
SAND = f"sand\tgravel\tderivesFrom\tdoc read: sand is ground gravel\t{PAGE}\tdoc\t"


def decide(*changed: str) -> Result:
    """What the command says to a decision on sand and gravel, with some words changed."""
    said = {"--verdict": "derivesFrom", "--by": "A. Reader", "--reason": "the paper says so", "--evidence": PAGE}
    said |= {"--read": "page"} | dict(zip(changed[::2], changed[1::2], strict=True))
    names = [said.pop("child", "sand"), said.pop("parent", "gravel")]
    return CliRunner().invoke(main, ["review", "decide", *names, *(word for pair in said.items() for word in pair)])


def imported(folder: Path, *rows: str, header: str = HEADER) -> Result:
    """What the command says to a file of decisions."""
    path = folder / "mine.tsv"
    path.write_text("".join(f"{line}\n" for line in (header, *rows)), encoding="utf-8")
    return CliRunner().invoke(main, ["review", "import", str(path), "--by", "A. Reader"])


def claim(root: Path) -> str:
    """The only claim of the invented harvest."""
    return (root / "data/harvested/transformers/claims.tsv").read_text(encoding="utf-8").splitlines()[1]


def decided(root: Path) -> list[str]:
    """The verdict, place and reading of each decision."""
    rows = read_reviews(root).get("decisions", [])
    return [f"{row['verdict']} {row['evidence']} {row['read']}" for row in rows]


def test_a_decision_is_written_with_name_date_and_reason_and_settles_the_claim(harvested_root: Path) -> None:
    assert decide().exit_code == 0
    (decision,) = read_reviews(harvested_root)["decisions"]
    assert (decision["reviewer"], decision["reason"], len(decision["date"])) == ("A. Reader", "the paper says so", 10)
    assert claim(harvested_root).startswith("sand\tgravel\tderivesFrom\treviewed\thigh")
    assert CliRunner().invoke(main, ["review"]).output == ""


def test_a_decision_that_rests_on_knowledge_has_tier_medium(harvested_root: Path) -> None:
    assert decide("--read", "none", "--evidence", "no paper").exit_code == 0
    assert claim(harvested_root).startswith("sand\tgravel\tderivesFrom\treviewed\tmedium")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (("parent", "grave"), "did you mean 'gravel'"),
        (("parent", "sand"), "takes no class from 'sand'"),
        (("--evidence", "no paper"), "'no paper' is no address, but read is 'page'"),
        (("--read", "dream"), "'dream' is not one of"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_with_its_cure(
    harvested_root: Path, changed: tuple[str, ...], words: str
) -> None:
    refused = decide(*changed)
    assert (refused.exit_code != 0, words in refused.output) == (True, True)
    assert decided(harvested_root) == []


def test_a_file_of_decisions_is_taken_whole_and_makes_the_claims_anew(harvested_root: Path) -> None:
    done = imported(harvested_root, SAND)
    assert "1 written as decisions" in done.output
    assert decided(harvested_root) == [f"derivesFrom {PAGE} doc"]
    assert claim(harvested_root).startswith("sand\tgravel\tderivesFrom\treviewed\thigh")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (SAND.replace("\tgravel", "\tgrave"), "mine.tsv:3: there is no harvested architecture 'grave'; did you mean"),
        (SAND.replace("derivesFrom", "derives"), "mine.tsv:3: verdict 'derives'; write derivesFrom"),
        (SAND.replace("\tdoc\t", "\tdocs\t"), "mine.tsv:3: read 'docs'; write doc"),
        (SAND.replace("\tdoc\t", "\t\t"), "mine.tsv:3: read ''"),
        (SAND.replace(PAGE, "somewhere"), "mine.tsv:3: 'somewhere' is no address"),
        (SAND.replace("doc read: sand is ground gravel", ""), "mine.tsv:3: a decision has a reason"),
        (SAND, "mine.tsv:2 too; keep one row a pair"),
        ("gravel\tsand\tderivesFrom\tdoc read: so\texample.org/a\tdoc\t", "mine.tsv:3: 'gravel' takes no class"),
        ("sand\tgravel", "mine.tsv:3: 2 cells"),
    ],
)
def test_a_file_with_a_wrong_row_is_refused_with_line_and_cure_and_nothing_is_written(
    harvested_root: Path, row: str, words: str
) -> None:
    refused = imported(harvested_root, SAND, row)
    assert (refused.exit_code != 0, words in refused.output) == (True, True)
    assert decided(harvested_root) == []


def test_a_file_without_a_column_is_refused(harvested_root: Path) -> None:
    refused = imported(harvested_root, header="child\tparent")
    assert "mine.tsv:1: no column 'verdict'" in refused.output


def made(verdict: str, read: str) -> Decision:
    """A decision on sand and gravel."""
    return Decision("transformers", "sand", "gravel", verdict, "A. Reader", "2026-01-01", "so", PAGE, read)


@pytest.mark.parametrize(
    ("new", "earlier", "fate"),
    [
        (("derivesFrom", "none"), None, "unread"),
        (("derivesFrom", "doc"), ("reusesComponentOf", "abstract"), "written"),
        (("candidateDerivation", "doc"), None, "open"),
        (("candidateDerivation", "doc"), ("derivesFrom", "none"), "written"),
        (("candidateDerivation", "doc"), ("derivesFrom", "abstract"), "kept"),
        (("candidateDerivation", "none"), ("derivesFrom", "none"), "unread"),
    ],
)
def test_reading_outweighs_knowledge_and_what_decides_nothing_undoes_no_reading(
    new: tuple[str, str], earlier: tuple[str, str] | None, fate: str
) -> None:
    assert fate_of(made(*new), made(*earlier) if earlier else None) == fate


def test_a_row_that_decides_nothing_is_counted_and_not_written(harvested_root: Path) -> None:
    done = imported(harvested_root, SAND.replace("derivesFrom", "candidateDerivation"))
    assert "1 left open" in done.output
    assert decided(harvested_root) == []


def test_a_decision_on_disk_that_was_read_in_an_unknown_way_is_refused(harvested_root: Path) -> None:
    path = harvested_root / "data/harvested/review/decisions.tsv"
    decide()
    path.write_text(path.read_text(encoding="utf-8").replace("\tpage\n", "\tdream\n"), encoding="utf-8")
    with pytest.raises(SourcesRefused, match=r"decisions\.tsv:2: read 'dream'"):
        read_reviews(harvested_root)


def test_a_blind_sample_tells_names_and_nothing_of_rule_tier_or_reason(harvested_root: Path) -> None:
    decide()
    listed = CliRunner().invoke(main, ["review", "sample", "5", "--all"]).output.splitlines()
    header = "source\tchild\tparent\tchildName\tparentName\tchildPaper"
    assert listed == [header, "transformers\tsand\tgravel\tSand\tGravel\t"]


def test_scores_tell_the_precision_of_a_sample_judged_blind(harvested_root: Path) -> None:
    decide()
    path = harvested_root / "data/harvested/review/blind.tsv"
    header = "\t".join(REVIEW_COLUMNS["blind"].split())
    path.write_text(f"{header}\ntransformers\tsand\tgravel\tmedium\ttrue\t{PAGE}\tsays so\n", encoding="utf-8")
    told = CliRunner().invoke(main, ["review", "scores"]).output
    assert "judged blind, all sources, as drawn, tier medium: 1 of 1" in told
    assert "judged blind, all sources, still asserted: 1 of 1" in told


def test_scores_tell_what_another_judge_found_anew_and_count_the_undecided_as_not_true(harvested_root: Path) -> None:
    decide()
    rows = [f"transformers\tsand\tgravel\t{verdict}\t{PAGE}\tread" for verdict in ("true", "true", "undecided")]
    path = harvested_root / "data/harvested/review/anew.tsv"
    path.write_text("\n".join(["\t".join(REVIEW_COLUMNS["anew"].split()), *rows, ""]), encoding="utf-8")
    told = CliRunner().invoke(main, ["review", "scores"]).output
    assert "judged anew by another, all sources, tier high as it stood then: 2 of 3" in told
