"""Retired IRIs, from the row of the table to the answer over HTTP: gone, since when, why, and what to use instead."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode

from deepgenealogy.engine.snapshot import fresh_snapshot
from deepgenealogy.errors import SourcesRefused
from deepgenealogy.graph.dataset import dataset_quads
from deepgenealogy.settings import Settings
from deepgenealogy.vocabulary import BASE, DCTERMS, GRAPHS, OWL
from deepgenealogy.web.app import create_app
from tests.conftest import EngineOver

HEADER = "iri\tsuccessor\tdate\treason@en\treason@zh\n"
GOOD = (
    "architecture/alfa-net\tarchitecture/alpha-net\t2026-11-01\tThe name was misspelt.\t名称有误。\n"
    "derivation/beta-net--stone\t\t2026-11-02\tThe claim was withdrawn.\t该论断已撤回。\n"
)


def retire(root: Path, rows: str) -> None:
    """Writes the table of retired IRIs."""
    (root / "data" / "retired.tsv").write_text(HEADER + rows, encoding="utf-8")


@pytest.fixture
def world(fabricated_root: Path) -> Path:
    """The invented world, in which two IRIs are retired."""
    retire(fabricated_root, GOOD)
    return fabricated_root


@pytest.fixture
def client(world: Path, tmp_path: Path, engine_over: EngineOver) -> FlaskClient:
    """HTTP over that world."""
    engine = engine_over(fresh_snapshot(world, tmp_path / "store"), world)
    return create_app(engine, world, Settings.of(proxy_hops=1)).test_client()


@pytest.mark.parametrize("suffix", ["", ".html", ".ttl", ".jsonld", ".nt", ".rdf"])
def test_a_retired_iri_is_gone_in_every_form_and_names_its_successor(suffix: str, client: FlaskClient) -> None:
    response = client.get(f"/architecture/alfa-net{suffix}")
    problem = json.loads(response.data)
    assert (response.status_code, response.mimetype) == (410, "application/problem+json")
    assert problem["successor"] == f"{BASE}architecture/alpha-net"
    assert "since 2026-11-01: The name was misspelt.; use 'architecture/alpha-net' instead" in problem["detail"]


def test_the_link_to_the_successor_leads_there(client: FlaskClient) -> None:
    link = client.get("/architecture/alfa-net").headers["Link"]
    assert link == '</architecture/alpha-net>; rel="successor-version"'
    assert client.get("/architecture/alpha-net").status_code == 200


def test_the_link_to_the_successor_stays_below_the_mount_point(client: FlaskClient) -> None:
    link = client.get("/architecture/alfa-net", headers={"X-Forwarded-Prefix": "/tree"}).headers["Link"]
    assert link == '</tree/architecture/alpha-net>; rel="successor-version"'


def test_a_browser_gets_a_page_that_links_to_the_successor(client: FlaskClient) -> None:
    response = client.get("/architecture/alfa-net", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (410, "text/html")
    assert 'href="/architecture/alpha-net"' in response.text


def test_what_was_withdrawn_without_a_successor_is_gone_and_says_so(client: FlaskClient) -> None:
    response = client.get("/derivation/beta-net--stone")
    assert response.status_code == 410
    assert "Link" not in response.headers
    assert "nothing stands in its place" in json.loads(response.data)["detail"]


def test_a_retired_name_is_no_guess_for_an_unknown_one(client: FlaskClient) -> None:
    near = json.loads(client.get("/architecture/alfa-ned").data)["near"]
    assert "alfa-net" not in near
    assert "alpha-net" in near


def test_a_retired_iri_is_deprecated_and_replaced_in_the_graph(world: Path) -> None:
    retired, graph = NamedNode(f"{BASE}architecture/alfa-net"), NamedNode(GRAPHS["curation"])
    said = {(quad.predicate, quad.object) for quad in dataset_quads(world) if quad.subject == retired}
    assert (NamedNode(f"{DCTERMS}isReplacedBy"), NamedNode(f"{BASE}architecture/alpha-net")) in said
    assert (NamedNode(f"{OWL}deprecated"), Literal(value=True)) in said
    assert {quad.graph_name for quad in dataset_quads(world) if quad.subject == retired} == {graph}


@pytest.mark.parametrize(
    ("row", "line", "message", "cure"),
    [
        ("architecture/beta-net\tarchitecture/alpha-net\t2026-11-01\tx\tx\n", 2, "still has a record", "take the row"),
        ("derivation/beta-net--alpha-net\t\t2026-11-01\tx\tx\n", 2, "still has a record", "take the row away"),
        ("architecture/a\tarchitecture/alpha-nett\t2026-11-01\tx\tx\n", 2, "has no record", "'architecture/alpha-net'"),
        ("architecture/a\tzzz/qqq\t2026-11-01\tx\tx\n", 2, "has no record", "write its record first"),
        ("architecture/a\tarchitecture/alpha-net\t2026-11\tx\tx\n", 2, "'2026-11' is no day", "write the day"),
        ("architecture/a\tarchitecture/alpha-net\tsoon\tx\tx\n", 2, "'soon' is no day", "write the day"),
        (f"{BASE}architecture/a\t\t2026-11-01\tx\tx\n", 2, "is no IRI relative to", "write it as records do"),
        ("paper/a\t\t2026-11-01\tx\tx\npaper/a\t\t2026-11-01\tx\tx\n", 3, "retired on line 2 already", "make one row"),
        (
            "paper/a\tpaper/b\t2026-11-01\tx\tx\npaper/b\tpaper/doi-gamma\t2026-11-01\tx\tx\n",
            2,
            "the successor 'paper/b' is retired itself",
            "write its successor 'paper/doi-gamma'",
        ),
        ("architecture/a\tarchitecture/alpha-net\t2026-11-01\t\tx\n", 2, "column 'reason@en' is empty", "fill it"),
    ],
)
def test_a_row_that_is_wrong_is_refused_with_line_and_cure(
    row: str, line: int, message: str, cure: str, fabricated_root: Path
) -> None:
    retire(fabricated_root, row)
    with pytest.raises(SourcesRefused) as refusal:
        dataset_quads(fabricated_root)
    (finding,) = refusal.value.findings
    assert (finding.file, finding.line) == ("data/retired.tsv", line)
    assert message in finding.message
    assert cure in finding.cure


def test_a_record_that_refers_to_a_retired_iri_is_told_its_successor(world: Path) -> None:
    record = world / "data" / "architectures" / "beta-net.yaml"
    text = record.read_text(encoding="utf-8")
    assert "architecture/alpha-net" in text
    record.write_text(text.replace("architecture/alpha-net", "architecture/alfa-net"), encoding="utf-8")
    with pytest.raises(SourcesRefused) as refusal:
        dataset_quads(world)
    assert any("it is retired: write 'architecture/alpha-net'" in f.cure for f in refusal.value.findings)


def test_the_real_table_has_its_header_and_is_sound(real_root: Path) -> None:
    assert (real_root / "data" / "retired.tsv").read_text(encoding="utf-8").startswith(HEADER)
