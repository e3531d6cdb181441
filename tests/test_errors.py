"""One tree of errors, each carrying the offending value; a finding says where, what and how to cure it."""

import inspect

import pytest

from deepgenealogy import errors
from deepgenealogy.errors import (
    DeepGenealogyError,
    Finding,
    FormNotReadable,
    NotFound,
    ParameterRefused,
    QuerySyntax,
    SettingRefused,
    SourcesRefused,
)

LATER = Finding("data/b.yaml", 1, "empty", "'label' is empty", "write it")
EARLIER = Finding("data/a.yaml", 10, "empty", "'label' is empty", "write it")


def defined_errors() -> list[type[Exception]]:
    """Every exception class of the module."""
    return [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]


def test_a_finding_reads_as_file_line_what_cure_and_rule() -> None:
    assert str(LATER) == "data/b.yaml:1: 'label' is empty; write it [empty]"


def test_findings_sort_by_file_then_by_line_as_a_number() -> None:
    ninth = Finding("data/a.yaml", 9, "empty", "", "")
    assert sorted([LATER, EARLIER, ninth]) == [ninth, EARLIER, LATER]


def test_refused_sources_carry_every_finding_in_order() -> None:
    assert SourcesRefused([LATER, EARLIER]).findings == (EARLIER, LATER)


def test_refused_sources_show_one_finding_a_line() -> None:
    assert str(SourcesRefused([LATER, EARLIER])) == f"{EARLIER}\n{LATER}"


@pytest.mark.parametrize("kind", defined_errors(), ids=lambda kind: kind.__name__)
def test_every_error_stands_under_the_one_base(kind: type[Exception]) -> None:
    assert issubclass(kind, DeepGenealogyError)


@pytest.mark.parametrize("kind", defined_errors(), ids=lambda kind: kind.__name__)
def test_every_error_is_drawn_in_the_tree_of_the_docstring(kind: type[Exception]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


def test_a_refused_setting_says_name_value_and_cure() -> None:
    refusal = SettingRefused("port", "x", "it must be a number")
    assert (refusal.name, refusal.value) == ("port", "x")
    assert str(refusal) == "setting 'port' cannot be 'x': it must be a number"


def test_not_found_suggests_the_nearest_names() -> None:
    assert str(NotFound("task", "sortin", ["sorting", "sort"])) == (
        "there is no task 'sortin'; did you mean 'sorting' or 'sort'?"
    )


def test_not_found_without_a_near_name_suggests_nothing() -> None:
    assert str(NotFound("task", "x")) == "there is no task 'x'"


def test_a_syntax_error_without_a_place_has_line_and_column_zero() -> None:
    error = QuerySyntax("expected {")
    assert (error.line, error.column) == (0, 0)


def test_an_unreadable_form_is_named() -> None:
    assert FormNotReadable("graph").form in str(FormNotReadable("graph"))


def test_a_refused_parameter_is_named() -> None:
    assert str(ParameterRefused("year", "must be a whole number")) == "parameter 'year' must be a whole number"
