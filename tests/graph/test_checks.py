"""Every check fires on its decoy and on nothing else; the real sources pass all of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse
from rdflib import SH, Graph, URIRef

from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.graph.checkqueries import CheckQuery, read_checks, violations
from deepgenealogy.graph.checks import GRAPH_CHECKS, by_rule, run_checks
from deepgenealogy.graph.shacl import breaches, count_shapes, read_shapes
from deepgenealogy.vocabulary import GRAPHS

DECOYS = Path(__file__).parent.parent / "decoys"
ROOT = Path(__file__).parents[2]
CHECKS = {check.rule: check for check in read_checks(ROOT)}
SHAPES = "https://w3id.org/deepgenealogy/shapes#"
#: How many steps around the decoys their shapes may look.
STEPS = 3


@pytest.fixture(scope="module")
def quads(real_snapshot: Snapshot) -> list[Quad]:
    """Every quad of the real sources."""
    return list(real_snapshot.quads())


@pytest.fixture(scope="module")
def store(quads: list[Quad]) -> Store:
    """The same in a store."""
    store = Store()
    store.extend(quads)
    return store


@contextmanager
def planted(store: Store, decoy: Path) -> Iterator[None]:
    """The store says meanwhile what a decoy says."""
    own = [quad for quad in parse(path=decoy, format=RdfFormat.TRIG) if quad not in store]
    store.extend(own)
    try:
        yield
    finally:
        for quad in own:
            store.remove(quad)


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.rule)
def test_a_check_query_finds_nothing_in_the_real_data(check: CheckQuery, store: Store) -> None:
    assert list(violations(check, store)) == []


@pytest.mark.parametrize("rule", CHECKS)
def test_the_decoy_of_a_check_makes_exactly_that_check_fire(rule: str, store: Store) -> None:
    with planted(store, DECOYS / "checks" / f"{rule}.trig"):
        assert [name for name, check in CHECKS.items() if any(violations(check, store))] == [rule]


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.rule)
def test_a_check_says_what_to_do(check: CheckQuery) -> None:
    assert check.cure != "see the query"
    assert "# cure@zh:" in check.text


def owners(shapes: Graph) -> dict[str, set[str]]:
    """The messages of each named shape, its property shapes' included."""
    found: dict[str, set[str]] = defaultdict(set)
    for shape in {subject for subject in shapes.subjects() if str(subject).startswith(SHAPES)}:
        assert isinstance(shape, URIRef)
        for part in (shape, *shapes.objects(shape, SH.property)):
            found[str(shape).removeprefix(SHAPES)].update(map(str, shapes.objects(part, SH.message)))
    return found


def surroundings(quads: list[Quad], decoys: Iterable[Quad]) -> list[Quad]:
    """The ontology, and what is said of all that the decoys name, of what that names, and so on for a few steps.

    No shape looks further, and pySHACL reads it in a fourth of the time of everything.
    """
    about: dict[object, list[Quad]] = defaultdict(list)
    for quad in quads:
        about[quad.subject].append(quad)
    reached: set[object] = {quad.subject for quad in quads if quad.graph_name == NamedNode(GRAPHS["ontology"])}
    near: set[object] = {term for decoy in decoys for term in (decoy.subject, decoy.object)}
    for _ in range(STEPS):
        reached.update(near & about.keys())
        near = set[object](quad.object for thing in near for quad in about.get(thing, ())) - reached
    return [quad for thing in reached for quad in about[thing]]


@pytest.mark.slow
def test_every_decoy_of_a_shape_breaks_that_shape(quads: list[Quad], real_root: Path) -> None:
    """All decoys are added at once, for each has things of its own; what each breaks is told by its things."""
    paths = sorted((DECOYS / "shapes").glob("*.ttl"))
    decoys = {path: list(parse(path=path, format=RdfFormat.TURTLE)) for path in paths}
    shapes = read_shapes(real_root)
    broken: dict[str, set[str]] = defaultdict(set)
    planted = [quad for own in decoys.values() for quad in own]
    for focus, _, message in breaches([*surroundings(quads, planted), *planted], shapes):
        broken[focus].add(message)
    messages = owners(shapes)
    silent = [
        path.name
        for path, own in decoys.items()
        if not any(
            broken[subject] & messages[path.name.partition("--")[0]]
            for subject in {str(getattr(quad.subject, "value", "")) for quad in own}
        )
    ]
    assert silent == []


def test_every_shape_of_a_class_has_a_decoy(real_root: Path) -> None:
    shapes = read_shapes(real_root)
    named = {str(shape).removeprefix(SHAPES) for shape in shapes.subjects(SH.targetClass)}
    decoyed = {path.name.partition("--")[0] for path in (DECOYS / "shapes").glob("*.ttl")}
    assert named - decoyed == set()


def test_the_shapes_are_counted(real_root: Path) -> None:
    assert count_shapes(real_root) > 100


@pytest.mark.slow
def test_the_real_sources_pass_every_check(checked: str, real_root: Path) -> None:
    rules, total = checked.splitlines()
    assert total.endswith(" derivations, 0 findings")
    for name in GRAPH_CHECKS:
        assert re.search(rf"\b[1-9]\d* {re.escape(name)}", rules)
    assert f" {count_shapes(real_root)} shapes (SHACL), {len(CHECKS)} check queries, " in rules


@pytest.mark.slow
def test_the_checks_run_from_any_folder(fabricated_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert run_checks(fabricated_root).rules["consistency (OWL)"] == 1


@pytest.mark.slow
def test_a_planted_contradiction_is_found_with_its_file(fabricated_root: Path) -> None:
    path = fabricated_root / "ontology" / "deepgenealogy.ttl"
    planted = "\ndg:decoy a :Architecture , :LearningAlgorithm .\n"
    path.write_text(path.read_text(encoding="utf-8") + planted, encoding="utf-8")
    rules = by_rule(run_checks(fabricated_root))
    assert "inconsistent" in rules


def test_what_cannot_be_read_is_a_finding_of_the_report(fabricated_root: Path) -> None:
    (fabricated_root / "data" / "tasks" / "broken.yaml").write_text("label: [", encoding="utf-8")
    assert by_rule(run_checks(fabricated_root)) == {"not-yaml": 1}


def test_a_finding_of_a_check_query_names_file_line_and_cure(fabricated_root: Path) -> None:
    path = fabricated_root / "data" / "papers" / "lonely.yaml"
    path.write_text(
        "type: Preprint\ntitle: Lonely\nauthor:\n  - A. Nobody\n"
        "published: 2001\npublishedBasis: report\ncheckedAgainst: none\n",
        encoding="utf-8",
    )
    found = [finding for finding in run_checks(fabricated_root).findings if finding.rule == "paper-without-purpose"]
    assert [(finding.file, finding.line) for finding in found] == [("data/papers/lonely.yaml", 2)]
