"""What holds for every module of the package: docstrings, short functions, no catch-all."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "server" / "deepgenealogy"
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
LONGEST_FUNCTION_LINES = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef
Rule = Callable[[ast.Module], Iterator[str]]


def missing_module_docstring(tree: ast.Module) -> Iterator[str]:
    """Every module says what it is for."""
    if not ast.get_docstring(tree):
        yield "the module"


def missing_docstrings(tree: ast.Module) -> Iterator[str]:
    """Every public function, class, and public method of a public class says what its caller gets."""
    for name, node in public_definitions("", tree.body):
        if not ast.get_docstring(node):
            yield name


def public_definitions(prefix: str, body: list[ast.stmt]) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """The public functions and classes of a body, and those inside public classes, with their dotted names."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(f"{prefix}{node.name}.", node.body)


def long_functions(tree: ast.Module) -> Iterator[str]:
    """No function is longer than 40 lines, its docstring left out."""
    for node in ast.walk(tree):
        if isinstance(node, Function) and length(node) > LONGEST_FUNCTION_LINES:
            yield f"{node.name} has {length(node)} lines"


def length(function: Function) -> int:
    """The lines of a function from `def` to its end, without those of its docstring."""
    first = function.body[0]
    words = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(function) else 0
    return (function.end_lineno or 0) - function.lineno + 1 - words


def catch_alls(tree: ast.Module) -> Iterator[str]:
    """Nothing catches every exception; only to clean up, a handler may see them all and raise them on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else {"BaseException"}
            last = node.body[-1]
            raises_on = isinstance(last, ast.Raise) and last.exc is None
            if "Exception" in caught or ("BaseException" in caught and not raises_on):
                yield f"line {node.lineno} catches everything"


RULES: tuple[Rule, ...] = (missing_module_docstring, missing_docstrings, long_functions, catch_alls)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("module", MODULES)
def test_every_module_keeps_every_rule_of_style(module: str, rule: Rule) -> None:
    assert list(rule(ast.parse((PACKAGE / module).read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    ("rule", "decoy"),
    [
        (missing_module_docstring, "import os"),
        (missing_docstrings, "def answer(): return 42"),
        (missing_docstrings, "class Answer: pass"),
        (missing_docstrings, "class Answer:\n    'Good.'\n    def given(self): pass"),
        (long_functions, "def answer():\n" + "    x = 1\n" * LONGEST_FUNCTION_LINES),
        (catch_alls, "try:\n    pass\nexcept Exception:\n    pass"),
        (catch_alls, "try:\n    pass\nexcept (OSError, Exception) as error:\n    pass"),
        (catch_alls, "try:\n    pass\nexcept:\n    pass"),
        (catch_alls, "try:\n    pass\nexcept BaseException:\n    pass"),
        (catch_alls, "try:\n    pass\nexcept Exception:\n    raise"),
    ],
)
def test_a_decoy_makes_the_rule_fire_once(rule: Rule, decoy: str) -> None:
    assert len(list(rule(ast.parse(decoy)))) == 1


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (missing_docstrings, "def _answer(): return 42"),
        (missing_docstrings, "def answer():\n    'Good.'\n    def inner(): pass"),
        (missing_docstrings, "class Answer:\n    'Good.'\n    def __init__(self): pass"),
        (long_functions, "def answer():\n" + "    x = 1\n" * (LONGEST_FUNCTION_LINES - 1)),
        (long_functions, 'def answer():\n    """' + "\n" * 50 + '    Long."""\n    x = 1'),
        (catch_alls, "try:\n    pass\nexcept (OSError, ValueError):\n    pass"),
        (catch_alls, "try:\n    pass\nexcept BaseException:\n    close()\n    raise"),
    ],
)
def test_what_keeps_a_rule_does_not_make_it_fire(rule: Rule, text: str) -> None:
    assert list(rule(ast.parse(text))) == []
