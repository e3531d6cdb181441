"""Citations of answers and explanations of their rows, over the real data, read back by readers that are not ours."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pybtex.database import parse_string
from pyoxigraph import Literal, QueryResultsFormat, QuerySolution, QuerySolutions, parse_query_results
from rdflib.query import Result
from werkzeug.test import TestResponse

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.export.reference import AUTHOR
from deepgenealogy.sources.questions import read_questions
from deepgenealogy.vocabulary import BASE
from tests.conftest import CHECKOUT

QUESTIONS = read_questions(CHECKOUT)
EXPLAINED = sorted(name for name, question in QUESTIONS.items() if question.explained)
PLAIN = sorted(set(QUESTIONS) - set(EXPLAINED))


@pytest.fixture(scope="module")
def things(engine: EmbeddedEngine) -> set[str]:
    """Everything that the data say something of."""
    return {quad.subject.value for quad in engine.quads() if hasattr(quad.subject, "value")}


def permalink(client: FlaskClient, target: str) -> str:
    """The IRI by which the answer is cited."""
    found = next(link for link in client.get(target).headers.getlist("Link") if "cite-as" in link)
    return found[1 : found.index(">")]


def solutions(text: bytes, results_format: QueryResultsFormat) -> list[QuerySolution]:
    """The rows of a text as Oxigraph reads it."""
    found = parse_query_results(text, format=results_format)
    assert isinstance(found, QuerySolutions)
    return list(found)


def explained(client: FlaskClient, target: str) -> dict[str, Any]:
    """The rows of an explained answer, and their reasons."""
    found = json.loads(client.get(target).data)
    return {"bindings": found["results"]["bindings"], "explanations": found["explanations"]}


@pytest.fixture(scope="module")
def pinned(application: Flask) -> Callable[[str], TestResponse]:
    """What the permalink of a question answers; each question is cited once, for that reads the data anew."""
    client = application.test_client()
    return cache(lambda name: client.get("/" + permalink(client, f"/queries/{name}/citation").removeprefix(BASE)))


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_published_question_can_be_cited_and_its_permalink_holds(
    name: str, pinned: Callable[[str], TestResponse]
) -> None:
    reply = pinned(name)
    assert (reply.status_code, reply.headers["X-Deepgenealogy-Verified"]) == (200, "same")


@pytest.mark.parametrize("name", QUESTIONS)
def test_arguments_in_full_ask_the_same_as_the_examples(
    name: str, client: FlaskClient, pinned: Callable[[str], TestResponse]
) -> None:
    assert pinned(name).get_json(force=True)["results"] == json.loads(client.get(f"/queries/{name}").data)["results"]


def test_all_names_of_a_thing_have_one_permalink(client: FlaskClient) -> None:
    names = ["u-net", "architecture/u-net", f"{BASE}architecture/u-net"]
    assert len({permalink(client, f"/queries/ancestors/citation?architecture={name}") for name in names}) == 1


def test_a_shell_can_make_the_digest(client: FlaskClient) -> None:
    link = permalink(client, "/queries/ancestors/citation")
    head, *rows = client.get("/queries/ancestors?format=tsv").data.splitlines(keepends=True)
    made = hashlib.sha256(head + b"".join(sorted(rows))).hexdigest()[:32]
    assert f"answer=sha256-{made}&" in link


def test_the_digest_does_not_depend_on_the_order_of_rows_without_order_by(client: FlaskClient) -> None:
    found = set()
    for values in ("1 2 3", "3 2 1"):
        link = permalink(client, f"/sparql/citation?query={quote(f'SELECT ?n {{ VALUES ?n {{ {values} }} }}')}")
        found.add(link.partition("snapshot=")[2])
    (pinned,) = found
    assert "order" not in pinned


def test_the_order_is_pinned_where_the_query_names_one(client: FlaskClient) -> None:
    orders = {}
    for way in ("ASC", "DESC"):
        query = quote(f"SELECT ?n {{ VALUES ?n {{ 1 2 3 }} }} ORDER BY {way}(?n)")
        link = permalink(client, f"/sparql/citation?query={query}")
        digest, order = re.findall(r"(?:answer|order)=([\w-]+)", link)
        orders[way] = (digest, order)
    assert orders["ASC"][0] == orders["DESC"][0]
    assert orders["ASC"][1] != orders["DESC"][1]


def test_a_repeated_row_counts(client: FlaskClient) -> None:
    links = {
        permalink(client, f"/sparql/citation?query={quote(f'SELECT ?n {{ VALUES ?n {{ {values} }} }}')}").partition(
            "&"
        )[2]
        for values in ("1", "1 1")
    }
    assert len(links) == 2


def test_blank_nodes_are_alike_whatever_their_labels(client: FlaskClient) -> None:
    query = quote("CONSTRUCT { ?s dcterms:relation [] } WHERE { ?s a dgo:Family }")
    link = permalink(client, f"/sparql/citation?query={query}")
    assert client.get("/" + link.removeprefix(BASE)).headers["X-Deepgenealogy-Verified"] == "same"


def test_the_bibtex_is_read_by_pybtex(client: FlaskClient) -> None:
    text = client.get("/queries/ancestors/citation?architecture=u-net&format=bib").text
    (entry,) = parse_string(text, "bibtex").entries.values()
    assert entry.fields["title"] == "Ancestors of a method (architecture: u-net)"
    assert entry.fields["url"] == permalink(client, "/queries/ancestors/citation?architecture=u-net")


def test_the_day_of_access_is_that_of_the_request(client: FlaskClient) -> None:
    before = datetime.now(UTC).date()
    reply = client.get("/queries/roots/citation?format=csl")
    (item,) = json.loads(reply.data)
    (parts,) = item["accessed"]["date-parts"]
    assert before <= date(*parts) <= before + timedelta(days=1)
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_csl_has_what_a_dataset_needs(client: FlaskClient) -> None:
    (item,) = json.loads(client.get("/queries/roots/citation?format=csl").data)
    keys = ("id", "title", "container-title", "version", "note", "URL")
    texts = {key: {"type": "string", "minLength": 1} for key in keys}
    schema = {"properties": {**texts, "type": {"const": "dataset"}}, "required": [*texts, "author", "accessed"]}
    jsonschema_rs.validate(schema, item)


def test_the_author_is_that_of_the_citation_file(real_root: Path) -> None:
    assert f'name: "{AUTHOR}"' in (real_root / "CITATION.cff").read_text(encoding="utf-8")


def test_the_plain_text_names_permalink_and_digest(client: FlaskClient) -> None:
    reply = client.get("/queries/roots/citation", headers={"Accept": "text/plain"})
    assert reply.mimetype == "text/plain"
    assert permalink(client, "/queries/roots/citation") in reply.text


def test_the_page_has_all_three_to_copy(client: FlaskClient) -> None:
    page = client.get("/queries/roots/citation", headers={"Accept": "text/html"}).text
    assert page.count("<pre ") == 3
    assert "@misc{" in page


def test_the_title_of_free_sparql_is_its_own(client: FlaskClient) -> None:
    query = quote("# title: All families\nSELECT ?f { ?f a dgo:Family }")
    assert "All families" in client.get(f"/sparql/citation?format=txt&query={query}").text


def test_an_unknown_format_is_a_400_with_those_on_offer(client: FlaskClient) -> None:
    reply = client.get("/queries/roots/citation?format=ris")
    assert reply.status_code == 400
    assert "bib, csl, txt, html" in json.loads(reply.data)["detail"]


def test_changes_without_a_snapshot_are_a_400(client: FlaskClient) -> None:
    reply = client.get("/queries/roots/changes")
    assert (reply.status_code, json.loads(reply.data)["parameter"]) == (400, "snapshot")


def test_the_page_of_a_question_leads_to_its_citation(client: FlaskClient) -> None:
    page = client.get("/queries/parents?architecture=resnet", headers={"Accept": "text/html"}).text
    assert 'href="/queries/parents/citation?architecture=resnet"' in page
    assert 'href="/queries/parents?architecture=resnet&amp;explain=1"' in page


@pytest.mark.parametrize("name", EXPLAINED)
def test_every_row_of_an_explained_answer_has_its_reasons(name: str, client: FlaskClient) -> None:
    results = explained(client, f"/queries/{name}?explain=1")
    assert len(results["explanations"]) == len(results["bindings"])
    unexplained = [
        row
        for row, reasons in zip(results["bindings"], results["explanations"], strict=True)
        if not reasons and {"parent", "ancestor", "descendant", "method", "user"} & row.keys()
    ]
    assert [row for row in unexplained if name != "introduced-by" or "parent" in row] == []


@pytest.mark.parametrize("name", EXPLAINED)
def test_every_reason_is_stated_in_the_data(name: str, client: FlaskClient, things: set[str]) -> None:
    results = explained(client, f"/queries/{name}?explain=1")
    named = {
        reason[role]["value"]
        for reasons in results["explanations"]
        for reason in reasons
        for role in ("derivation", "use", "paper")
        if role in reason
    }
    assert named
    assert named <= things


def test_the_reasons_of_an_ancestor_are_the_line_to_it(client: FlaskClient) -> None:
    results = explained(client, "/queries/nearest-common-ancestors?first=densenet&second=u-net&explain=1")
    (reasons,) = results["explanations"]
    derivations = {reason["derivation"]["value"].rpartition("/")[2] for reason in reasons}
    assert {"u-net--fcn", "fcn--vggnet", "resnet--vggnet"} <= derivations
    by_name = {reason["derivation"]["value"].rpartition("/")[2]: reason for reason in reasons}
    assert by_name["u-net--fcn"]["locator"]["value"] == "Section 1"
    assert by_name["u-net--fcn"]["paper"]["value"] == f"{BASE}paper/arxiv-1505.04597"


@pytest.mark.parametrize("more", ["explain=1", "snapshot={}"])
def test_readers_of_sparql_json_take_what_has_more_members_as_any_other(
    more: str, client: FlaskClient, engine: EmbeddedEngine
) -> None:
    text = client.get(f"/queries/parents?{more.format(engine.version)}").data
    rows = json.loads(client.get("/queries/parents").data)["results"]["bindings"]
    assert len(solutions(text, QueryResultsFormat.JSON)) == len(rows)
    assert len(Result.parse(io.BytesIO(text), format="json").bindings) == len(rows)


def test_the_flat_formats_have_columns_for_the_reasons(client: FlaskClient) -> None:
    text = client.get("/queries/nearest-common-ancestors?explain=1&format=csv").text
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    columns = [row[f"because_{name}"].split(" | ") for name in ("derivation", "paper", "certainty")]
    assert len({len(column) for column in columns}) == 1
    assert len(columns[0]) > 1


def test_the_explained_tsv_is_read_by_oxigraph(client: FlaskClient) -> None:
    text = client.get("/queries/descendants?architecture=gan&explain=1&format=tsv").data
    plain = client.get("/queries/descendants?architecture=gan&format=tsv").data
    first = json.loads(client.get("/queries/parents?architecture=resnet").data)["results"]["bindings"][0]
    single = client.get("/queries/parents?architecture=resnet&explain=1&format=tsv").data
    (solution,) = solutions(single, QueryResultsFormat.TSV)
    assert solution["rationale"] == Literal(first["rationale"]["value"], language="en")
    assert text.count(b"\n") == plain.count(b"\n") > 20


def test_the_page_shows_the_reasons_behind_a_fold(client: FlaskClient) -> None:
    page = client.get("/queries/parents?architecture=resnet&explain=1", headers={"Accept": "text/html"}).text
    assert "<details><summary>1</summary>" in page
    assert '<a href="/derivation/resnet--vggnet">' in page


@pytest.mark.parametrize("name", PLAIN)
def test_a_question_that_names_no_explanation_says_so(name: str, client: FlaskClient) -> None:
    reply = client.get(f"/queries/{name}?explain=1")
    assert (reply.status_code, json.loads(reply.data)["parameter"]) == (400, "explain")


def test_a_format_that_holds_no_reasons_is_a_406_with_those_that_do(client: FlaskClient) -> None:
    reply = client.get("/queries/parents?explain=1&format=xml")
    assert reply.status_code == 406
    assert "csv" in str(json.loads(reply.data)["offers"])


@pytest.mark.parametrize("name", QUESTIONS)
def test_citation_and_changes_of_every_question_are_described(name: str, client: FlaskClient) -> None:
    paths = json.loads(client.get("/openapi.json").data)["paths"]
    assert {f"/queries/{name}/citation", f"/queries/{name}/changes"} <= paths.keys()
