"""Published questions: headers that describe them, parameters with an example, and what is wrong with either."""

from pathlib import Path

import pytest

from deepgenealogy.errors import Finding, NotFound, SourcesRefused
from deepgenealogy.sources.questions import (
    PARAMETER_KINDS,
    VALUES_BLOCK,
    Parameter,
    PublishedQuestion,
    question_named,
    read_question,
    read_questions,
)

WHOLE = """\
# title: Nets before a year
# title@zh: 某年之前的网络
# summary: Every net introduced before it: the earliest first.
# summary@zh: 在此之前提出的网络。
# parameter: year, integer, the year, which is left out
# parameter@zh: year, 年份
# parameter: task, task, the task
# parameter@zh: task, 任务
# a comment that is no header
SELECT ?net WHERE {
  VALUES ?year { 2003 }
  VALUES  ?task {
    <task/sorting-pebbles>
  }
  ?net ?year ?task
}
"""


def question(folder: Path, text: str = WHOLE) -> tuple[PublishedQuestion, list[Finding]]:
    """The question that `text` is, and what is wrong with its header."""
    path = folder / "nets-before.rq"
    path.write_text(text, encoding="utf-8")
    findings: list[Finding] = []
    return read_question(path, "queries/nets-before.rq", findings), findings


def parameter(folder: Path, name: str) -> Parameter:
    """One parameter of the whole question."""
    return next(one for one in question(folder)[0].parameters if one.name == name)


def test_a_question_with_a_whole_header_has_no_finding(tmp_path: Path) -> None:
    assert question(tmp_path)[1] == []


def test_the_file_name_is_the_name(tmp_path: Path) -> None:
    assert question(tmp_path)[0].name == "nets-before"


def test_the_title_stands_in_both_languages(tmp_path: Path) -> None:
    assert question(tmp_path)[0].title == {"en": "Nets before a year", "zh": "某年之前的网络"}


def test_a_colon_inside_a_summary_stays(tmp_path: Path) -> None:
    assert question(tmp_path)[0].summary["en"] == "Every net introduced before it: the earliest first."


def test_the_text_is_the_whole_file_so_that_it_runs_as_it_stands(tmp_path: Path) -> None:
    assert question(tmp_path)[0].text == WHOLE


def test_parameters_come_in_the_order_of_the_header(tmp_path: Path) -> None:
    assert [one.name for one in question(tmp_path)[0].parameters] == ["year", "task"]


def test_a_comma_inside_the_meaning_of_a_parameter_stays(tmp_path: Path) -> None:
    assert parameter(tmp_path, "year").meaning == {"en": "the year, which is left out", "zh": "年份"}


@pytest.mark.parametrize(("name", "example"), [("year", "2003"), ("task", "<task/sorting-pebbles>")])
def test_the_value_in_the_text_is_the_example(tmp_path: Path, name: str, example: str) -> None:
    assert parameter(tmp_path, name).example == example


def test_a_block_of_values_is_told_by_its_variable_and_its_terms() -> None:
    assert VALUES_BLOCK.findall(WHOLE) == [("year", "2003"), ("task", "<task/sorting-pebbles>")]


@pytest.mark.parametrize("line", ["# title: ", "# title@zh: ", "# summary: ", "# summary@zh: "])
def test_a_title_or_summary_that_is_missing_in_a_language_is_a_finding(tmp_path: Path, line: str) -> None:
    text = "\n".join(row for row in WHOLE.splitlines() if not row.startswith(line))
    (finding,) = question(tmp_path, text)[1]
    assert (finding.file, finding.rule) == ("queries/nets-before.rq", "question-header")


@pytest.mark.parametrize(
    "line",
    ["# parameter: year, number, the year", "# parameter: year, integer", "# parameter: year",
     "# parameter: yaer, integer, the year"],
    ids=["unknown kind", "no meaning", "name only", "not bound by the text"],
)  # fmt: skip
def test_a_parameter_that_is_not_whole_is_a_finding(tmp_path: Path, line: str) -> None:
    text = WHOLE.replace("# parameter: year, integer, the year, which is left out", line)
    assert [finding.rule for finding in question(tmp_path, text)[1]] == ["question-parameter"]


def test_a_parameter_that_is_not_whole_is_told_the_kinds(tmp_path: Path) -> None:
    (finding,) = question(tmp_path, WHOLE.replace("task, task", "task, job"))[1]
    assert all(kind in finding.cure for kind in PARAMETER_KINDS)


def test_a_parameter_explained_in_one_language_is_a_finding(tmp_path: Path) -> None:
    text = WHOLE.replace("# parameter@zh: year, 年份\n", "")
    assert len(question(tmp_path, text)[1]) > len(question(tmp_path)[1])


def test_the_same_parameter_twice_is_a_finding(tmp_path: Path) -> None:
    text = WHOLE.replace("# a comment", "# parameter: year, integer, the year again\n# a comment")
    assert question(tmp_path, text)[1]


def test_a_question_that_is_not_utf8_is_a_finding(fabricated_root: Path) -> None:
    (fabricated_root / "queries" / "latin.rq").write_bytes("# title: é\n".encode("latin-1"))
    with pytest.raises(SourcesRefused):
        read_questions(fabricated_root)


def test_the_breaches_of_every_question_are_found_at_once(fabricated_root: Path) -> None:
    for name in ("one", "two"):
        (fabricated_root / "queries" / f"{name}.rq").write_text("ASK {}", encoding="utf-8")
    with pytest.raises(SourcesRefused) as caught:
        read_questions(fabricated_root)
    assert {finding.file for finding in caught.value.findings} == {"queries/one.rq", "queries/two.rq"}


def test_only_the_queries_folder_itself_holds_published_questions(fabricated_root: Path) -> None:
    (fabricated_root / "queries" / "checks").mkdir(exist_ok=True)
    (fabricated_root / "queries" / "checks" / "hidden-check.rq").write_text("ASK {}", encoding="utf-8")
    assert "hidden-check" not in read_questions(fabricated_root)


def test_a_folder_without_questions_has_none(tmp_path: Path) -> None:
    assert read_questions(tmp_path) == {}


def test_a_question_is_found_by_its_name(tmp_path: Path) -> None:
    one = question(tmp_path)[0]
    assert question_named({"nets-before": one}, "nets-before") is one


def test_a_question_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        question_named({"nets-before": question(tmp_path)[0]}, "net-before")
    assert caught.value.near == ("nets-before",)
