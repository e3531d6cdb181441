"""`link` against real engines that hold slices of other graphs: everything is found, and no look-alike."""

from pathlib import Path

import pytest

from deepgenealogy.sources.endpoints import Endpoint
from tests.linking.engines import SLICES, Virtuoso, needs_oxigraph, needs_virtuoso, oxigraph
from tests.linking.gold import Score, gold, score
from tests.linking.running import linked, pairs

ENDPOINTS = ("wikidata", "semopenalex", "dblp", "linked-papers-with-code", "linked-papers-with-code-methods", "orkg")
FILES = ("aio", "cso", "mlso")

pytestmark = pytest.mark.usefixtures("haste")


def scores(folder: Path, endpoint: Endpoint, *options: str) -> tuple[Score, Score]:
    """How well a run does on what is decided, and on candidates; shown with `pytest -rP`."""
    result = linked(folder, endpoint.name, *options)
    assert result.exit_code == 0, result.stderr
    name, namespace = endpoint.name, endpoint.namespace
    decided = score(pairs(folder, name, namespace, deciding=True), gold(name, "identifier"))
    proposed = score(pairs(folder, name, namespace, deciding=False), gold(name, "candidate"))
    print(f"{name}: by identifier {decided}; candidates {proposed}")
    return decided, proposed


def all_and_only(found: Score) -> bool:
    """Whether everything was found, and nothing else."""
    return (found.found, found.both) == (found.right, found.right)


@needs_oxigraph
@pytest.mark.parametrize("name", ENDPOINTS)
def test_in_oxigraph_everything_is_found_and_no_look_alike(
    name: str, tmp_path: Path, endpoints: dict[str, Endpoint]
) -> None:
    with oxigraph(name) as address:
        decided, proposed = scores(tmp_path, endpoints[name], "--endpoint", address)
    assert all_and_only(decided), decided
    assert all_and_only(proposed), proposed


@needs_virtuoso
@pytest.mark.parametrize("name", ENDPOINTS)
def test_in_virtuoso_everything_is_found_and_no_look_alike(
    name: str, tmp_path: Path, endpoints: dict[str, Endpoint], virtuoso_server: Virtuoso
) -> None:
    decided, proposed = scores(tmp_path, endpoints[name], "--endpoint", virtuoso_server.endpoint(name))
    assert all_and_only(decided), decided
    assert all_and_only(proposed), proposed


@pytest.mark.parametrize("name", FILES)
def test_in_a_file_everything_is_found_and_no_look_alike(
    name: str, tmp_path: Path, endpoints: dict[str, Endpoint]
) -> None:
    decided, proposed = scores(tmp_path, endpoints[name], "--dump", str(SLICES / f"{name}.ttl"))
    assert all_and_only(decided), decided
    assert all_and_only(proposed), proposed


def test_every_graph_that_is_no_rest_service_has_a_slice(endpoints: dict[str, Endpoint]) -> None:
    wanted = {name for name, endpoint in endpoints.items() if endpoint.protocol != "rest"}
    assert wanted == {*ENDPOINTS, *FILES} == {path.stem for path in SLICES.glob("*.ttl")}


def test_a_look_alike_that_was_found_would_be_noticed() -> None:
    right = gold("wikidata", "identifier")
    assert not all_and_only(
        score([*right, ("paper/arxiv-1512.03385", "http://www.wikidata.org/entity/Q9900000009")], right)
    )
    assert not all_and_only(score(list(right)[1:], right))
