"""The list of rules in README.md is true: every test that it names exists, and what is not kept is known to fail."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
_NAMED = re.compile(r"`([\w./]+\.py)::(test_\w+)`")
_ROW = re.compile(r"\| (?!rule \|)(.+) \| (.+) \|")
_ITEM = re.compile(r"## (\d+)\. ")


def rows() -> list[tuple[str, str]]:
    """The rows of all tables: a rule, and the tests that show it."""
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    return [(row[1], row[2]) for line in lines if (row := _ROW.fullmatch(line))]


@cache
def functions(file: str) -> tuple[ast.FunctionDef, ...]:
    """The test functions of a file that README.md names."""
    tree = ast.parse((FOLDER / file).read_text(encoding="utf-8"))
    return tuple(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def is_known_to_fail(function: ast.FunctionDef) -> bool:
    """Whether a test is marked so."""
    return any("xfail" in ast.unparse(mark) for mark in function.decorator_list)


@pytest.mark.parametrize(("rule", "tests"), rows())
def test_every_rule_names_tests_that_exist(rule: str, tests: str) -> None:
    named = _NAMED.findall(tests)
    assert named, rule
    for file, name in named:
        assert name in {function.name for function in functions(file)}, f"{rule}: {file} holds no {name}"


@pytest.mark.parametrize(("rule", "tests"), rows())
def test_only_what_is_not_kept_is_known_to_fail(rule: str, tests: str) -> None:
    named = _NAMED.findall(tests)
    failing = {f.name for file, _ in named for f in functions(file) if is_known_to_fail(f)}
    assert bool(failing & {name for _, name in named}) is ("not kept yet" in rule)


def test_every_item_of_the_issue_has_a_table() -> None:
    items = _ITEM.findall((FOLDER / "README.md").read_text(encoding="utf-8"))
    assert items == [str(number) for number in range(1, 11)]
