"""The query page over HTTP: who gets it, what a browser without scripts sees, and what its script is given."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from deepgenealogy.engine.advice import ADVICE
from deepgenealogy.vocabulary import GRAPHS
from deepgenealogy.web.language import table
from deepgenealogy.web.querypage import MOST_ROWS
from tests.protocol.asking import BROWSER, RESULTS, ask

SELECT = "SELECT ?parent { <https://w3id.org/deepgenealogy/architecture/resnet> dgo:derivesFrom ?parent }"
OPENED = {"Accept": BROWSER, "Upgrade-Insecure-Requests": "1"}
FRONTEND = Path(__file__).parents[2] / "server" / "frontend" / "src" / "query"


def opened(client: FlaskClient, query: str, **more: str) -> TestResponse:
    """What a browser gets that opens the address with a query."""
    return client.get("/sparql", query_string={"query": query, **more}, headers=OPENED)


def text_of(response: TestResponse) -> str:
    """The page without its tags, white space made even."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.get_data(as_text=True)).split())


# Who gets it


def test_a_link_with_a_query_opens_the_page_with_the_query_in_it(client: FlaskClient) -> None:
    response = opened(client, "ASK { ?s ?p '<&' }")
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert "ASK { ?s ?p &#39;&lt;&amp;&#39; }</textarea>" in response.get_data(as_text=True)


@pytest.mark.parametrize("accept", [BROWSER, RESULTS, "*/*"])
def test_a_program_gets_the_answer_whatever_it_accepts(accept: str, client: FlaskClient) -> None:
    assert client.get("/sparql", query_string={"query": "ASK {}"}, headers={"Accept": accept}).mimetype == RESULTS


def test_a_browser_gets_the_answer_too_where_the_link_names_a_format(client: FlaskClient) -> None:
    assert opened(client, SELECT, format="csv").mimetype == "text/csv"


def test_the_page_and_the_answer_are_told_apart_by_caches(client: FlaskClient) -> None:
    page, answer = (
        opened(client, SELECT),
        client.get("/sparql", query_string={"query": SELECT}, headers=OPENED | {"Upgrade-Insecure-Requests": ""}),
    )
    assert (page.mimetype, answer.mimetype) == ("text/html", RESULTS)
    for response in (page, answer):
        assert "Upgrade-Insecure-Requests" in response.vary
    assert page.headers["ETag"] != answer.headers["ETag"]


def test_opening_the_page_evaluates_nothing(client: FlaskClient) -> None:
    response = opened(client, "SELECT * { nonsense }")
    assert (response.status_code, 'role="alert"' in response.get_data(as_text=True)) == (200, False)


# Without scripts


def test_without_scripts_a_link_leads_to_the_table_by_itself(client: FlaskClient) -> None:
    query = "ASK { <https://w3id.org/deepgenealogy/architecture/u-net> dgo:derivesFrom+ ?o }"
    page = opened(client, query).get_data(as_text=True)
    (target,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]*)"', page)
    response = client.get(target.replace("&amp;", "&"))
    assert (response.status_code, "<pre>true</pre>" in response.get_data(as_text=True)) == (200, True)
    assert 'http-equiv="refresh"' not in response.get_data(as_text=True)


def test_the_table_links_our_things_to_this_server(client: FlaskClient) -> None:
    page = opened(client, SELECT, show="table").get_data(as_text=True)
    assert '<td><a href="/architecture/vggnet">architecture/vggnet</a>' in page


def test_a_browser_that_knows_no_such_header_gets_the_table_by_the_forms_button(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT, "show": "table"}, headers={"Accept": "text/*"})
    assert response.mimetype == "text/html"


def test_a_graph_is_shown_as_turtle(client: FlaskClient) -> None:
    page = text_of(opened(client, SELECT.replace("SELECT ?parent", "CONSTRUCT WHERE"), show="table"))
    assert "&lt;architecture/resnet&gt; dgo:derivesFrom &lt;architecture/vggnet&gt;" in page


def test_a_table_ends_after_so_many_rows_and_says_so(client: FlaskClient) -> None:
    page = opened(client, f"SELECT * {{ ?s ?p ?o }} LIMIT {MOST_ROWS + 7}", show="table").get_data(as_text=True)
    assert page.count("<tr>") == MOST_ROWS + 1
    assert f"The first {MOST_ROWS} of {MOST_ROWS + 7} rows" in page


def test_an_answer_beyond_the_spool_is_offered_for_download_only(served: str) -> None:
    much = f"SELECT * {{ GRAPH <{GRAPHS['curation']}> {{ ?s ?p ?o }} }}"
    page = ask(served, much, BROWSER, {"show": "table"})
    assert (page.status, b"The answer is too large to be shown here" in page.body) == (200, True)
    assert b'download="answer.csv"' in page.body


def test_every_format_of_the_answer_is_there_to_be_downloaded(client: FlaskClient) -> None:
    page = opened(client, SELECT, show="table")
    links = re.findall(r'href="([^"]*)" download="answer\.(\w+)"', page.get_data(as_text=True))
    assert [name for _, name in links] == ["json", "xml", "csv", "tsv", "md"]
    for address, name in links:
        answer = client.get(address.replace("&amp;", "&"), headers=OPENED)
        assert (answer.status_code, answer.mimetype == "text/html", name) == (200, False, name)


def test_an_error_keeps_the_query_and_shows_its_line_with_a_mark_under_the_column(client: FlaskClient) -> None:
    response = opened(client, "SELECT * {\n  ?s ?p ?o ] .\n  ?x ?y ?z .\n}", show="table")
    page = response.get_data(as_text=True)
    assert response.status_code == 400
    assert "?x ?y ?z .\n}</textarea>" in page
    assert "line 2, column 12" in page
    assert f"<pre>  ?s ?p ?o ] .\n{' ' * 11}^</pre>" in page


def test_a_refused_parameter_has_no_line_and_is_a_400(client: FlaskClient) -> None:
    response = opened(client, "ASK {}", show="table", timeout="soon")
    assert response.status_code == 400


def test_a_limit_that_was_hit_keeps_its_status_and_the_advice(served: str) -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    page = ask(served, heavy, BROWSER, {"show": "table", "timeout": "0.3"})
    assert page.status == 504
    assert b"The query took too long" in page.body
    assert b"triple patterns that share no variable" in page.body


# In two languages


def test_the_page_speaks_chinese(client: FlaskClient) -> None:
    page = text_of(opened(client, "ASK {}", show="table", lang="zh"))
    for key in ("heading", "lead", "questions", "ask", "advise", "answer", "download", "cite"):
        assert table()[f"query.{key}"]["zh"] in page
    assert "一个方法的祖先" in page


def test_advice_has_the_same_words_on_the_page_as_in_the_header() -> None:
    for row in ADVICE:
        words = table()[f"query.advice.{row.name}"]["en"].replace("{{", "{").replace("}}", "}")
        assert words == row.sentence


def test_every_word_of_the_page_is_used_by_it_or_its_script() -> None:
    template = FRONTEND.parents[2] / "deepgenealogy" / "web" / "templates" / "sparql.html"
    code = "".join(path.read_text(encoding="utf-8") for path in [*FRONTEND.glob("*.ts"), template])
    made = re.compile(r"(advice|problem|chart|graph|cure)\.")  # their last part is put together
    keys = [key.removeprefix("query.") for key in table() if key.startswith("query.")]
    unused = [key for key in keys if not re.search(rf"""["'](query\.)?{re.escape(key)}["']""", code)]
    assert [key for key in unused if not made.match(key)] == []


# What the script is given


def test_the_text_of_a_published_question_comes_with_its_arguments_in_place(client: FlaskClient) -> None:
    plain, filled = (client.get(f"/queries/ancestors.rq{more}") for more in ("", "?architecture=resnet"))
    assert "VALUES ?architecture { <architecture/u-net> }" in plain.get_data(as_text=True)
    assert "architecture/resnet> }" in filled.get_data(as_text=True)
    assert client.get("/queries/ancestors.rq?architecture=a%20b").status_code == 400


def test_the_terms_are_those_of_the_ontology_and_of_the_data_with_their_texts(client: FlaskClient) -> None:
    rows = {(row["name"], row["kind"]): row for row in json.loads(client.get("/sparql/terms").data)["terms"]}
    own = rows["dgo:derivesFrom", "property"]
    assert own["label"] == "derives from"
    assert own["definition"]
    assert own["used"] > 100
    assert ("dgo:Architecture", "class") in rows
    assert ("rdfs:label", "property") in rows


def test_the_terms_speak_the_language_of_the_page(client: FlaskClient) -> None:
    rows = json.loads(client.get("/sparql/terms?lang=zh").data)["terms"]
    label = next(row["label"] for row in rows if row["name"] == "dgo:derivesFrom")
    assert re.search(r"[\u4e00-\u9fff]", label)


def test_every_term_can_be_asked_for_as_it_is_named(client: FlaskClient) -> None:
    rows = json.loads(client.get("/sparql/terms").data)["terms"]
    used = [row["name"] for row in rows if row["kind"] == "property" and row["used"]]
    patterns = " UNION ".join(f"{{ ?s{n} {name} ?o{n} }}" for n, name in enumerate(used[:40]))
    answer = client.get("/sparql", query_string={"query": f"ASK {{ {patterns} }}"})
    assert json.loads(answer.data)["boolean"] is True


def test_advice_alone_is_had_as_json(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?a dgo:derivesFrom+ ?b }", "advise": "on"}
    response = client.get("/sparql", query_string=query, headers={"Accept": "application/json"})
    assert [row["name"] for row in json.loads(response.data)["advice"]] == ["free-path"]
