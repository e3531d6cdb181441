"""What the graph holds is the same, whether it is listed once or each thing is looked up when it is asked for."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from deepgenealogy.engine.interface import Engine
from deepgenealogy.settings import Settings
from deepgenealogy.web import inventory
from deepgenealogy.web.app import create_app
from deepgenealogy.web.inventory import Listed, LookedUp

pytestmark = pytest.mark.embedded("the same questions whichever engine answers")

#: Documents whose fragments no link leads to; they are described from their graph.
_BY_GRAPH = {".well-known/void", "ontology"}


@pytest.fixture
def large(engine: Engine, real_root: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A server for which the real graph is large."""
    large = create_app(engine, real_root, Settings.of()).test_client()
    with monkeypatch.context() as patch:
        patch.setattr(inventory, "LISTED_QUADS", 0)
        large.get("/architecture/u-net")  # takes its inventory
    return large


def test_each_thing_that_is_listed_is_found_and_describes_the_same_fragments(engine: Engine) -> None:
    listed, looked_up = Listed(engine, None), LookedUp(engine, None)
    names = sorted(set(listed) - _BY_GRAPH)
    with_fragments = [name for name in names if listed.fragments_of(name)]
    assert len(with_fragments) > 100
    for name in [*with_fragments[::7], *names[::40]]:
        assert name in looked_up
        assert looked_up.fragments_of(name) == listed.fragments_of(name)
    assert set(looked_up) == set(listed)


@pytest.mark.parametrize("name", ["architecture/no-such-net", "architecture/x> ?p ?o } #", "", "architecture/a b"])
def test_what_is_not_there_is_not_found(name: str, engine: Engine) -> None:
    assert name not in LookedUp(engine, None)
    assert name not in Listed(engine, None)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/architecture/u-net",
            "/paper/arxiv-1505.04597.ttl",
            "/derivation/u-net--fcn.jsonld",
            "/task/",
            "/dataset.nt",
        ),
        *("/architecture/u-net.jsonld?frame=architecture", "/graph/curation", "/article/jiqizhixin-2017"),
    ],
)
def test_an_answer_is_the_same_to_the_byte(path: str, large: FlaskClient, client: FlaskClient) -> None:
    one, other = large.get(path), client.get(path)
    assert one.status_code == 200
    assert one.data == other.data


def test_what_is_missing_in_a_large_graph_is_told_without_near_names(large: FlaskClient, client: FlaskClient) -> None:
    replies = [server.get("/architecture/u-nett", headers={"Accept": "application/json"}) for server in (large, client)]
    assert [reply.status_code for reply in replies] == [404, 404]
    assert [b"did you mean" in reply.data for reply in replies] == [False, True]
