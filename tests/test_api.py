"""`import deepgenealogy`: what Python users get, its examples run on the real data."""

import doctest
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
import rdflib

import deepgenealogy
from deepgenealogy.api import DependencyMissing
from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.errors import EngineUnanswered, NotFound, ParameterRefused, QuerySyntax, SettingRefused
from deepgenealogy.vocabulary import BASE, GRAPHS
from tests.conftest import CHECKOUT, store_of
from tests.engines.elsewhere import chosen

EXAMPLES = ("deepgenealogy", "deepgenealogy.api", "deepgenealogy.export.bibtex", "deepgenealogy.export.catalogue",
            "deepgenealogy.export.citation", "deepgenealogy.export.tables", "deepgenealogy.drawing.words")  # fmt: skip


pytestmark = pytest.mark.usefixtures("commands_read")


@pytest.fixture(scope="module")
def genealogy(real_snapshot: Snapshot) -> Iterator[deepgenealogy.Genealogy]:
    """The genealogy of the real data."""
    chosen_engine = chosen().variables(CHECKOUT, store_of(real_snapshot)).get("DEEPGENEALOGY_ENGINE")
    with deepgenealogy.open(chosen_engine or real_snapshot.folder) as genealogy:
        yield genealogy


@pytest.mark.parametrize("module", EXAMPLES)
def test_the_examples_of_the_documentation_run(module: str, genealogy: deepgenealogy.Genealogy) -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(verbose=False)
    examples = finder.find(import_module(module), extraglobs={"genealogy": genealogy, "deepgenealogy": deepgenealogy})
    for example in examples:
        runner.run(example)
    assert runner.tries > 0
    assert runner.failures == 0


def test_the_examples_of_the_readme_run(real_root: Path) -> None:
    outcome = doctest.testfile(str(real_root / "README.md"), module_relative=False, encoding="utf-8")
    assert outcome.attempted >= 6
    assert outcome.failed == 0


def test_the_public_names_are_sorted_and_all_there() -> None:
    assert deepgenealogy.__all__ == sorted(deepgenealogy.__all__)
    assert all(getattr(deepgenealogy, name) is not None for name in deepgenealogy.__all__)
    assert dir(deepgenealogy) == deepgenealogy.__all__


def test_the_package_exports_what_its_api_does() -> None:
    api = import_module("deepgenealogy.api")
    assert api.__all__ == [name for name in deepgenealogy.__all__ if name != "__version__"]


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        deepgenealogy.opne  # noqa: B018


def test_the_package_is_imported_without_its_dependencies() -> None:
    script = "import sys, deepgenealogy; print({'pyoxigraph', 'rdflib', 'flask', 'pandas'} & set(sys.modules))"
    root = Path(deepgenealogy.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "set()"


def test_every_public_method_has_a_docstring() -> None:
    public = {name: method for name, method in vars(deepgenealogy.Genealogy).items() if not name.startswith("_")}
    assert [name for name, method in public.items() if not method.__doc__] == []


def test_the_built_in_data_are_opened_without_an_argument(real_snapshot: Snapshot) -> None:
    with deepgenealogy.open() as genealogy:
        assert genealogy.version == real_snapshot.name


def test_a_folder_of_sources_is_opened(fabricated_root: Path, tmp_path: Path) -> None:
    with deepgenealogy.open(fabricated_root, store=tmp_path / "store") as genealogy:
        assert genealogy.architectures() == ["alpha-net", "beta-net", "delta-net", "epsilon-learning", "gamma-net"]


def test_an_engine_elsewhere_is_opened_by_its_address(served: str) -> None:
    with deepgenealogy.open(f"{served}/sparql") as genealogy:
        assert genealogy.architecture("u-net").parents == ("fcn",)
        assert [member.slug for member in genealogy.lineage("u-net", depth=1).members] == ["u-net", "fcn"]


def test_an_engine_that_does_not_answer_is_told_by_its_address() -> None:
    with (
        pytest.raises(EngineUnanswered, match=r"127\.0\.0\.1:9"),
        deepgenealogy.open("http://127.0.0.1:9/") as genealogy,
    ):
        genealogy.query("ASK {}")


def test_any_other_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingRefused, match="a folder of sources with ontology, data, queries"):
        deepgenealogy.open(tmp_path)


@pytest.mark.embedded("what it makes of terms in a query: Virtuoso computes booleans and old dates otherwise")
@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("<http://x/y>", "http://x/y"),
        ("'text'", "text"),
        ("'文'@zh", "文"),
        ("42", 42),
        ("1.5", Decimal("1.5")),
        ("1.5e0", 1.5),
        ("true", True),
        ("false", False),
        ("'2015-12-10'^^xsd:date", date(2015, 12, 10)),
        ("'2015'^^xsd:gYear", "2015"),
        ("'-0044-03-15'^^xsd:date", "-0044-03-15"),
        ("?unbound", None),
    ],
)
def test_a_cell_is_what_python_has_for_it(term: str, value: object, genealogy: deepgenealogy.Genealogy) -> None:
    [row] = genealogy.query(f"SELECT ?x {{ BIND({term} AS ?x) }}")  # type: ignore[misc]
    assert row == {"x": value}
    assert type(row["x"]) is type(value)


def test_a_construct_is_an_rdflib_graph(genealogy: deepgenealogy.Genealogy) -> None:
    graph = genealogy.query("CONSTRUCT { ?m a dgo:Method } WHERE { ?m a dgo:Method }")
    assert isinstance(graph, rdflib.Graph)
    assert (rdflib.URIRef(f"{BASE}architecture/resnet"), None, None) in graph


def test_a_query_that_does_not_parse_says_where(genealogy: deepgenealogy.Genealogy) -> None:
    with pytest.raises(QuerySyntax, match="line 1"):
        genealogy.query("SELECT")


def test_an_unknown_question_is_named_with_the_nearest(genealogy: deepgenealogy.Genealogy) -> None:
    with pytest.raises(NotFound, match="ancestors"):
        genealogy.ask_published("ancestor")


def test_an_unknown_parameter_is_refused(genealogy: deepgenealogy.Genealogy) -> None:
    with pytest.raises(ParameterRefused, match="architecture"):
        genealogy.ask_published("parents", architectur="u-net")


def test_every_published_question_answers(genealogy: deepgenealogy.Genealogy) -> None:
    assert all(isinstance(genealogy.ask_published(name), list) for name in genealogy.published())


def test_an_architecture_has_everything_that_is_known_of_it(genealogy: deepgenealogy.Genealogy) -> None:
    resnet = genealogy.architecture("resnet")
    assert (resnet.iri, resnet.kind) == (f"{BASE}architecture/resnet", "Architecture")
    assert resnet.aliases["en"] == ("Deep Residual Network", "Residual Net")
    assert resnet.paper is not None
    assert resnet.paper.authors == ("Kaiming He", "Xiangyu Zhang", "Shaoqing Ren", "Jian Sun")
    assert [row.parent for row in resnet.rejected] == ["highway-networks", "lstm"]
    assert "densenet" in resnet.children


def test_what_comes_back_is_frozen(genealogy: deepgenealogy.Genealogy) -> None:
    with pytest.raises(FrozenInstanceError):
        genealogy.architecture("resnet").slug = "other"  # type: ignore[misc]


def test_an_unknown_architecture_is_named_with_the_nearest(genealogy: deepgenealogy.Genealogy) -> None:
    with pytest.raises(NotFound) as refusal:
        genealogy.architecture("resnt")
    assert "resnet" in refusal.value.near


def test_everything_goes_to_rdflib_in_its_graphs(genealogy: deepgenealogy.Genealogy, real_snapshot: Snapshot) -> None:
    dataset = genealogy.to_rdflib()
    assert isinstance(dataset, rdflib.Dataset)
    counts = {str(graph.identifier): len(graph) for graph in dataset.graphs() if len(graph)}
    assert counts == real_snapshot.manifest.graphs


@pytest.mark.parametrize("name", ["meta", GRAPHS["meta"]])
def test_one_graph_goes_to_rdflib_by_name_or_iri(
    name: str, genealogy: deepgenealogy.Genealogy, real_snapshot: Snapshot
) -> None:
    assert len(genealogy.to_rdflib(name)) == real_snapshot.manifest.graphs[GRAPHS["meta"]]


def test_an_unknown_graph_is_named_with_the_nearest(genealogy: deepgenealogy.Genealogy) -> None:
    with pytest.raises(NotFound, match="curation"):
        genealogy.to_rdflib("curatoin")


def test_the_networkx_graph_has_attributes(genealogy: deepgenealogy.Genealogy) -> None:
    graph = genealogy.to_networkx()
    assert graph.nodes["resnet"]["label"] == "ResNet"
    assert graph.edges["vggnet", "resnet"]["kind"] == "extends"


def test_a_frame_has_the_columns_of_the_query_even_without_rows(genealogy: deepgenealogy.Genealogy) -> None:
    frame = genealogy.to_frame("SELECT ?a ?b { ?a dgo:nothing ?b }")
    assert frame.columns.to_list() == ["a", "b"]
    assert frame.empty


@pytest.mark.parametrize("package", ["networkx", "pandas"])
def test_a_missing_package_is_named_with_the_cure(
    package: str, genealogy: deepgenealogy.Genealogy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DependencyMissing, match=f"pip install {package}"):
        genealogy.to_networkx() if package == "networkx" else genealogy.to_frame("SELECT ?x {}")


def test_an_unknown_format_of_drawings_is_named_with_the_nearest(genealogy: deepgenealogy.Genealogy) -> None:
    with pytest.raises(NotFound, match="svg"):
        deepgenealogy.draw(genealogy.lineage("u-net"), "svgz")
