"""The real harvests in the graph: evidence for every claim, descent that keeps its invariants, reuse outside of it."""

import json
from pathlib import Path

from click.testing import CliRunner
from flask.testing import FlaskClient

from deepgenealogy.cli import main
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.lineage import rows_of
from deepgenealogy.sources.harvested import COLUMNS, read_harvests, read_reviews, unresolved

PREFIX = "PREFIX dgo: <https://w3id.org/deepgenealogy/ontology#> PREFIX owl: <http://www.w3.org/2002/07/owl#>\n"
HARVESTED = "GRAPH <https://w3id.org/deepgenealogy/graph/harvest/transformers>"


def count(engine: EmbeddedEngine, pattern: str) -> int:
    """How many solutions a pattern has."""
    (row,) = rows_of(engine, f"{PREFIX}SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    return int(row["n"])


def test_there_are_at_least_as_many_as_were_harvested_first(engine: EmbeddedEngine) -> None:
    assert count(engine, f"{HARVESTED} {{ ?method dgo:nameInSource ?name }}") >= 500
    assert count(engine, f"{HARVESTED} {{ ?method dgo:derivesFrom ?parent }}") >= 160


def test_every_asserted_edge_rests_on_evidence_in_code(engine: EmbeddedEngine) -> None:
    bare = f"""{HARVESTED} {{ ?child dgo:derivesFrom ?parent }} FILTER NOT EXISTS {{
      ?derivation dgo:child ?child ; dgo:parent ?parent ; dgo:evidence ?reuse . ?reuse dgo:locator ?place }}"""
    assert count(engine, bare) == 0


def test_reuse_is_no_part_of_any_ancestry(engine: EmbeddedEngine) -> None:
    inside = """VALUES ?reuse {
        dgo:candidateDerivation dgo:reusesImplementationOf dgo:reusesComponentOf dgo:hasDefaultComponent }
      ?reuse (<http://www.w3.org/2000/01/rdf-schema#subPropertyOf>|owl:inverseOf)+ ?above"""
    assert count(engine, inside) == 0


def test_nothing_descends_from_itself_or_from_what_came_later(engine: EmbeddedEngine) -> None:
    assert count(engine, "?method dgo:hasAncestor ?method") == 0
    late = "?child dgo:derivesFrom ?parent ; dgo:notAfter ?end . ?parent dgo:notBefore ?start FILTER(?end < ?start)"
    assert count(engine, late) == 0


def test_what_a_record_rejects_is_not_asserted_by_a_harvest(engine: EmbeddedEngine) -> None:
    assert count(engine, "?r a dgo:RejectedDerivation ; dgo:child ?c ; dgo:parent ?p . ?c dgo:derivesFrom ?p") == 0


def test_a_curated_architecture_is_not_described_a_second_time(engine: EmbeddedEngine) -> None:
    twice = f"?method dgo:nameInSource ?name ; dgo:memberOf ?family . {HARVESTED} {{ ?method dgo:introduced ?date }}"
    assert count(engine, twice) == 0


def test_the_page_of_a_harvested_architecture_answers(client: FlaskClient) -> None:
    assert client.get("/architecture/roberta-prelayernorm", headers={"Accept": "text/html"}).status_code == 200
    answer = client.get("/architecture/roberta-prelayernorm.jsonld")
    assert "transformers/roberta_prelayernorm" in json.dumps(answer.get_json())


def test_the_lineage_goes_on_through_harvested_derivations(client: FlaskClient) -> None:
    lineage = client.get("/lineage/longt5?depth=1").get_json()
    assert [edge["parent"] for edge in lineage["derivations"]] == ["t5"]


def test_what_was_read_for_a_decision_is_in_the_graph_with_its_address(engine: EmbeddedEngine) -> None:
    read = """?derivation a dgo:Derivation ; dgo:evidence ?reuse ; dgo:checkedAgainst ?how .
      ?reuse dgo:byRule "reviewed" FILTER(?how != "none")"""
    assert count(engine, read) > 20
    assert count(engine, f"{read} FILTER NOT EXISTS {{ ?derivation dgo:checkedAt ?address }}") == 0


def test_what_rests_on_knowledge_alone_has_tier_medium(engine: EmbeddedEngine) -> None:
    known = '?reuse dgo:byRule "reviewed" ; dgo:checkedAgainst "none" ; dgo:tier'
    assert count(engine, f'{known} "high"') == 0
    assert count(engine, f'{known} "medium"') > 0


def test_the_data_sets_of_a_harvest_are_in_the_graph_by_name(engine: EmbeddedEngine) -> None:
    mmlab = "GRAPH <https://w3id.org/deepgenealogy/graph/harvest/openmmlab>"
    assert count(engine, f"{mmlab} {{ ?method dgo:evaluatedOn ?name }}") > 500
    assert count(engine, f'{mmlab} {{ ?method dgo:nameInSource "openmmlab/3dssd" ; dgo:evaluatedOn "KITTI" }}') == 1


def test_every_task_of_open_mmlab_is_one_of_ours_or_has_a_reason(real_root: Path) -> None:
    (harvest,) = (harvest for harvest in read_harvests(real_root) if harvest.source == "openmmlab")
    judged = {row["task"]: row for row in read_reviews(real_root)["tasks"] if row["source"] == "openmmlab"}
    assert {row["task"] for row in harvest.rows("tasks")} <= judged.keys()
    assert [task for task, row in judged.items() if not (row.get("slug") or row.get("reason"))] == []


def test_every_row_names_harvested_architectures_and_a_place(real_root: Path) -> None:
    (harvest,) = (harvest for harvest in read_harvests(real_root) if harvest.source == "transformers")
    assert list(unresolved(harvest)) == []
    placed = [row for name in COLUMNS if name != "packages" for row in harvest.rows(name)]
    assert all(row.get("file") and int(row["line"]) > 0 for row in placed)


def test_every_verdict_has_a_reason_and_the_lists_are_long_enough(real_root: Path) -> None:
    reviews = read_reviews(real_root)
    assert (len(reviews["sample"]) >= 100, len(reviews["recall"]) >= 120) == (True, True)
    assert all(row.get("reason") for name in ("sample", "decisions", "identity") for row in reviews[name])


def test_candidates_are_listed_with_their_evidence(harvested_root: Path) -> None:
    listed = CliRunner().invoke(main, ["review"]).output
    assert "sand <- gravel: 2 of 2 core classes, 2 in all; transformers/models/x/modeling_x.py:" in listed
    assert "in releases since 2021-06-02" in listed
