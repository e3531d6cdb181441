"""SPARQL 1.1 Protocol, queries (https://www.w3.org/TR/sparql11-protocol/, 2.1): one test a rule, over a real socket."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.vocabulary import BASE, GRAPHS
from tests.protocol.asking import BROWSER, DIRECT, FORM, RESULTS, ask, post_directly, post_form, send, server
from tests.waiting import wait_for

PARENTS = "SELECT ?parent { <https://w3id.org/deepgenealogy/architecture/resnet> dgo:derivesFrom ?parent }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
ARTICLE, META, LINKS = GRAPHS["article"], GRAPHS["meta"], GRAPHS["links"]
ABSENT = "https://example.org/graph/nowhere"

#: About 9 MB.
BEYOND_THE_SPOOL = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"

#: A product of all with all: more rows than can be counted before any deadline here.
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d && ?d != ?g) }"

by_each_order = pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])


@pytest.fixture(scope="module")
def sizes(real_snapshot: Snapshot) -> dict[str, int]:
    """The number of quads of each named graph."""
    return real_snapshot.manifest.graphs


@pytest.fixture(scope="module")
def strict(real_snapshot: Snapshot) -> Iterator[str]:
    """A server whose default graph is the store's own, and empty."""
    with server(real_snapshot.folder.parents[1], "--default-graph", "strict") as (address, _):
        yield address


# The three operations


def test_a_query_is_asked_by_get(served: str) -> None:
    assert ask(served, PARENTS).json()["results"]["bindings"][0]["parent"]["value"] == f"{BASE}architecture/vggnet"


def test_a_query_is_asked_by_a_posted_form(served: str) -> None:
    assert post_form(served, {"query": PARENTS}).body == ask(served, PARENTS).body


def test_a_query_is_asked_by_posting_it_directly(served: str) -> None:
    assert post_directly(served, PARENTS.encode()).body == ask(served, PARENTS).body


def test_a_query_in_chinese_is_the_same_by_all_three_ways(served: str) -> None:
    query = 'ASK { ?s rdfs:label "残差网络"@zh }'
    replies = ask(served, query), post_form(served, {"query": query}), post_directly(served, query.encode())
    assert [reply.json()["boolean"] for reply in replies] == [True, True, True]


def test_spaces_may_be_sent_as_plus_or_as_percent(served: str) -> None:
    as_percent = send(served, "GET", f"/sparql?query={quote(PARENTS)}", headers={"Accept": RESULTS})
    as_plus = send(
        served, "GET", f"/sparql?query={quote(PARENTS, safe=' ').replace(' ', '+')}", headers={"Accept": RESULTS}
    )
    assert as_percent.body == as_plus.body == ask(served, PARENTS).body


def test_a_plus_sign_in_a_query_posted_directly_stays_one(served: str) -> None:
    assert post_directly(served, b"SELECT (1+1 AS ?n) {}").number == 2


def test_a_query_that_is_too_long_for_an_address_is_posted(served: str) -> None:
    query = f"SELECT (1+1 AS ?n) {{}} # {'x' * 100_000}"
    assert post_form(served, {"query": query}).number == post_directly(served, query.encode()).number == 2


@by_each_order
def test_parameters_may_come_in_any_order(order: int, served: str, sizes: dict[str, int]) -> None:
    fields = [("default-graph-uri", META), ("query", COUNT), ("named-graph-uri", ARTICLE)][::order]
    by_get = send(served, "GET", f"/sparql?{urlencode(fields)}", headers={"Accept": RESULTS})
    assert by_get.number == post_form(served, fields).number == sizes[META]


def test_a_query_posted_directly_may_name_the_version_of_sparql(served: str) -> None:
    assert post_directly(served, b"ASK {}", content_type=f"{DIRECT}; version=1.1").json()["boolean"] is True


def test_a_parameter_that_is_not_known_changes_nothing(served: str) -> None:
    assert ask(served, PARENTS, parameters={"debug": "on"}).body == ask(served, PARENTS).body


def test_a_relative_iri_of_a_query_is_resolved(served: str) -> None:
    (row,) = ask(served, "SELECT ?x { BIND(<architecture/resnet> AS ?x) }").json()["results"]["bindings"]
    assert row["x"]["value"].endswith("/architecture/resnet")


# Exactly one query


@pytest.mark.parametrize("second", ["ASK {}", "SELECT * {}"])
def test_two_queries_in_an_address_are_a_400(second: str, served: str) -> None:
    assert ask(served, "ASK {}", parameters=[("query", second)]).status == 400


def test_two_queries_in_a_form_are_a_400(served: str) -> None:
    assert post_form(served, [("query", "ASK {}"), ("query", "ASK {}")]).status == 400


def test_a_query_in_a_form_and_another_in_its_address_are_a_400(served: str) -> None:
    assert post_form(served, {"query": "ASK {}"}, "/sparql?query=ASK%20%7B%7D").status == 400


def test_a_query_posted_directly_and_another_in_its_address_are_a_400(served: str) -> None:
    assert post_directly(served, b"ASK {}", {"query": "ASK {}"}).status == 400


def test_a_posted_form_without_a_query_is_a_400(served: str) -> None:
    assert post_form(served, {"default-graph-uri": META}).status == 400


def test_a_posted_form_with_its_query_in_the_address_only_is_a_400(served: str) -> None:
    assert post_form(served, {}, "/sparql?query=ASK%20%7B%7D").status == 400


def test_a_post_of_nothing_is_a_400(served: str) -> None:
    assert send(served, "POST", "/sparql", b"").status == 400


def test_an_empty_query_posted_directly_is_a_400(served: str) -> None:
    assert post_directly(served, b"").status == 400


def test_an_empty_query_in_the_address_is_a_400(served: str) -> None:
    assert ask(served, "").status == 400


def test_a_query_that_does_not_parse_is_a_400_with_line_and_column(served: str) -> None:
    reply = ask(served, "SELECT *\nWHERE {\n  ?s ?p")
    assert (reply.status, reply.media_type) == (400, "application/problem+json")
    assert (reply.json()["line"], reply.json()["column"]) == (3, 8)


def test_a_query_that_does_not_parse_is_told_so_even_if_its_answer_could_not_be_read(served: str) -> None:
    assert ask(served, "SELECT * { ?s ?p", accept="image/png").status == 400


# Methods


@pytest.mark.parametrize("accept", [RESULTS, "text/csv", "text/tab-separated-values", "application/sparql-results+xml"])
def test_head_has_the_status_and_headers_of_get_and_no_body(accept: str, served: str) -> None:
    head, get = ask(served, PARENTS, accept, method="HEAD"), ask(served, PARENTS, accept)
    assert (head.status, head.body) == (get.status, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert head.headers.get(name) == get.headers.get(name)
    assert head.headers["Content-Length"] == str(len(get.body))


@pytest.mark.parametrize(
    ("query", "accept", "status"), [("SELECT", RESULTS, 400), (PARENTS, "image/png", 406), (PARENTS, RESULTS, 200)]
)
def test_head_has_the_status_of_get(query: str, accept: str, status: int, served: str) -> None:
    assert ask(served, query, accept, method="HEAD").status == ask(served, query, accept).status == status


@pytest.mark.embedded("how workers hand over answers")
def test_an_answer_beyond_the_spool_is_sent_in_chunks(served: str) -> None:
    reply = ask(served, BEYOND_THE_SPOOL)
    assert (reply.status, len(reply.json()["results"]["bindings"])) == (200, 20_000)
    assert (reply.headers["Transfer-Encoding"], reply.headers["Content-Length"]) == ("chunked", None)


@pytest.mark.embedded("how workers hand over answers")
def test_head_of_answers_beyond_the_spool_leaves_places_for_others(served: str) -> None:
    statuses = [ask(served, f"{BEYOND_THE_SPOOL} OFFSET {n}", method="HEAD").status for n in range(1, 5)]
    assert [*statuses, ask(served, f"{BEYOND_THE_SPOOL} OFFSET 5").status] == [200] * 5


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_a_405_that_says_which_are_allowed(method: str, served: str) -> None:
    reply = send(served, method, "/sparql?query=ASK%20%7B%7D")
    assert (reply.status, reply.media_type) == (405, "application/problem+json")
    assert {"GET", "HEAD", "POST"} <= {name.strip() for name in reply.headers["Allow"].split(",")}


# Media types, charset and encoding of what is posted


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/sparql-results+json",
        "nonsense",
    ],
)
def test_a_posted_body_of_another_type_is_a_415(content_type: str, served: str) -> None:
    assert post_directly(served, b"ASK {}", content_type=content_type).status == 415


@pytest.mark.parametrize("body", [b"ASK {}", b"query=ASK%20%7B%7D"])
def test_a_posted_body_without_a_type_is_a_415(body: bytes, served: str) -> None:
    assert send(served, "POST", "/sparql", body).status == 415


def test_a_415_says_which_types_are_read(served: str) -> None:
    assert post_directly(served, b"ASK {}", content_type="text/plain").headers["Accept"] == f"{DIRECT}, {FORM}"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "us-ascii"])
@pytest.mark.parametrize(("media_type", "body"), [(DIRECT, b"ASK {}"), (FORM, b"query=ASK+%7B%7D")])
def test_utf_8_is_read_by_any_of_its_names(charset: str, media_type: str, body: bytes, served: str) -> None:
    assert post_directly(served, body, content_type=f"{media_type}; charset={charset}").json()["boolean"] is True


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "gb18030", "nonsense", "%00", "x" * 100])
@pytest.mark.parametrize("media_type", [DIRECT, FORM])
def test_another_charset_is_a_415(charset: str, media_type: str, served: str) -> None:
    content_type = f"{media_type}; charset={charset}"
    assert post_directly(served, "ASK {}".encode("utf-16"), content_type=content_type).status == 415


def test_a_coded_body_is_a_415(served: str) -> None:
    headers = {"Content-Type": DIRECT, "Content-Encoding": "gzip"}
    assert send(served, "POST", "/sparql", b"ASK {}", headers).status == 415


def test_a_query_posted_directly_that_is_not_utf_8_is_a_400(served: str) -> None:
    assert post_directly(served, b'ASK { ?s ?p "\xff" }').status == 400


@pytest.mark.parametrize("body", [b"query=ASK+%7B+%3Fs+%3Fp+%22%FF%22+%7D", b'query=ASK { ?s ?p "\xff" }'])
def test_a_posted_form_that_is_not_utf_8_is_a_400(body: bytes, served: str) -> None:
    assert send(served, "POST", "/sparql", body, {"Content-Type": FORM}).status == 400


def test_an_address_that_is_not_utf_8_is_a_400(served: str) -> None:
    assert send(served, "GET", "/sparql?query=ASK+%7B+%3Fs+%3Fp+%22%FF%22+%7D").status == 400


@pytest.mark.parametrize("send_it", [lambda a, q: post_directly(a, q.encode()), ask], ids=["directly", "by get"])
def test_a_byte_order_mark_before_a_query_is_not_part_of_it(send_it: Callable[..., object], served: str) -> None:
    assert send_it(served, "\ufeffASK {}").status == 200  # type: ignore[attr-defined]


# Updates do not belong here


@pytest.mark.parametrize("update", ["INSERT DATA { <urn:a> <urn:b> <urn:c> }", "PREFIX a: <urn:SELECT> CLEAR ALL"])
def test_an_update_sent_as_a_query_is_a_400_that_says_where_updates_go(update: str, served: str) -> None:
    reply = ask(served, update)
    assert reply.status == 400
    assert "/update" in reply.json()["detail"]


def test_the_parameter_update_is_a_400_that_says_where_updates_go(served: str) -> None:
    for reply in (
        send(served, "GET", "/sparql?update=DROP%20ALL"),
        post_form(served, {"update": "DROP ALL", "query": "ASK {}"}),
    ):
        assert reply.status == 400
        assert "/update" in reply.json()["detail"]


def test_an_update_posted_directly_is_a_415(served: str) -> None:
    assert post_directly(served, b"DROP ALL", content_type="application/sparql-update").status == 415


# The dataset (2.1.4)


def test_the_default_graph_is_the_union_of_all(served: str, strict: str) -> None:
    # Counted as distinct: pyoxigraph 0.5 gives a triple that two graphs share twice (oxigraph #1919).
    in_union = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
    in_graphs = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }"
    assert ask(served, in_union).number == ask(served, in_graphs).number == ask(strict, in_graphs).number > 0


def test_the_strict_default_graph_is_empty(strict: str) -> None:
    assert ask(strict, COUNT).number == 0


def test_the_strict_server_has_the_named_graphs(strict: str, sizes: dict[str, int]) -> None:
    assert ask(strict, COUNT_NAMED).number == sum(sizes.values())


Way = Callable[[str, str, list[tuple[str, str]]], int]


def _by_get(address: str, query: str, dataset: list[tuple[str, str]]) -> int:
    return ask(address, query, parameters=dataset).number


def _by_form(address: str, query: str, dataset: list[tuple[str, str]]) -> int:
    return post_form(address, [("query", query), *dataset]).number


def _directly(address: str, query: str, dataset: list[tuple[str, str]]) -> int:
    return post_directly(address, query.encode(), dataset).number


by_each_way = pytest.mark.parametrize("way", [_by_get, _by_form, _directly])


@by_each_way
def test_a_request_names_its_default_graph(way: Way, served: str, sizes: dict[str, int]) -> None:
    assert way(served, COUNT, [("default-graph-uri", ARTICLE)]) == sizes[ARTICLE]


@by_each_way
def test_several_default_graphs_are_merged(way: Way, served: str, sizes: dict[str, int]) -> None:
    dataset = [("default-graph-uri", ARTICLE), ("default-graph-uri", META)]
    assert way(served, COUNT, dataset) == sizes[ARTICLE] + sizes[META]


@by_each_way
def test_a_default_graph_that_is_named_twice_counts_once(way: Way, served: str, sizes: dict[str, int]) -> None:
    assert way(served, COUNT, [("default-graph-uri", META), ("default-graph-uri", META)]) == sizes[META]


@by_each_way
def test_a_request_names_its_named_graphs(way: Way, served: str, sizes: dict[str, int]) -> None:
    dataset = [("named-graph-uri", ARTICLE), ("named-graph-uri", META)]
    assert way(served, COUNT_NAMED, dataset) == sizes[ARTICLE] + sizes[META]


@by_each_way
def test_default_and_named_graphs_are_apart(way: Way, served: str, sizes: dict[str, int]) -> None:
    dataset = [("default-graph-uri", ARTICLE), ("named-graph-uri", META)]
    assert way(served, COUNT, dataset) == sizes[ARTICLE]
    assert way(served, COUNT_NAMED, dataset) == sizes[META]


@by_each_way
def test_with_named_graphs_only_the_default_graph_is_empty(way: Way, served: str) -> None:
    assert way(served, COUNT, [("named-graph-uri", META)]) == 0


@by_each_way
def test_with_default_graphs_only_there_are_no_named_graphs(way: Way, served: str) -> None:
    assert way(served, COUNT_NAMED, [("default-graph-uri", META)]) == 0


def test_from_names_the_default_graph(served: str, sizes: dict[str, int]) -> None:
    assert ask(served, f"SELECT (COUNT(*) AS ?n) FROM <{META}> {{ ?s ?p ?o }}").number == sizes[META]


def test_from_named_names_the_named_graphs(served: str, sizes: dict[str, int]) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{META}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert ask(served, query).number == sizes[META]


@by_each_way
def test_the_default_graph_of_the_request_holds_over_from(way: Way, served: str, sizes: dict[str, int]) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{META}> {{ ?s ?p ?o }}"
    assert way(served, query, [("default-graph-uri", ARTICLE)]) == sizes[ARTICLE]


@by_each_way
def test_the_named_graphs_of_the_request_hold_over_from_named(way: Way, served: str, sizes: dict[str, int]) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{META}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert way(served, query, [("named-graph-uri", ARTICLE)]) == sizes[ARTICLE]


@by_each_way
def test_of_a_dataset_of_the_request_nothing_is_added_to_by_the_query(way: Way, served: str) -> None:
    by_from = f"SELECT (COUNT(*) AS ?n) FROM <{META}> {{ ?s ?p ?o }}"
    by_from_named = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{META}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert way(served, by_from, [("named-graph-uri", ARTICLE)]) == 0
    assert way(served, by_from_named, [("default-graph-uri", ARTICLE)]) == 0


@by_each_way
def test_a_dataset_of_the_request_holds_on_a_strict_server(way: Way, strict: str, sizes: dict[str, int]) -> None:
    assert way(strict, COUNT, [("default-graph-uri", META)]) == sizes[META]


@by_each_way
def test_a_graph_that_does_not_exist_is_empty(way: Way, served: str) -> None:
    assert way(served, COUNT, [("default-graph-uri", ABSENT)]) == 0
    assert way(served, COUNT_NAMED, [("named-graph-uri", ABSENT)]) == 0


def test_from_a_graph_that_does_not_exist_is_empty(served: str) -> None:
    assert ask(served, f"SELECT (COUNT(*) AS ?n) FROM <{ABSENT}> {{ ?s ?p ?o }}").number == 0


def test_from_is_never_dereferenced(served: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.5)
        graph = f"http://127.0.0.1:{other.getsockname()[1]}/graph"
        assert ask(served, f"SELECT (COUNT(*) AS ?n) FROM <{graph}> {{ ?s ?p ?o }}").number == 0
        assert ask(served, COUNT, parameters={"default-graph-uri": graph}).number == 0
        with pytest.raises(TimeoutError):
            other.accept()


@by_each_way
def test_an_empty_graph_name_of_a_browsers_form_is_none(way: Way, served: str) -> None:
    assert way(served, COUNT, [("default-graph-uri", ""), ("named-graph-uri", "")]) == ask(served, COUNT).number


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("value", ["no iri", "relative", "http://[", "urn:x\ny", "<urn:x>", "urn:\0"])
def test_a_graph_that_is_no_absolute_iri_is_a_400_that_names_the_parameter(name: str, value: str, served: str) -> None:
    reply = ask(served, "ASK {}", parameters={name: value})
    assert (reply.status, reply.json()["parameter"]) == (400, name)


# The time limit of a request


def test_the_time_limit_of_a_request_holds(served: str) -> None:
    reply = ask(served, HEAVY, parameters={"timeout": "0.6"})
    assert (reply.status, reply.json()["limit"]) == (504, "query_time_limit_s")


def test_a_request_cannot_raise_the_time_limit(real_snapshot: Snapshot) -> None:
    with server(real_snapshot.folder.parents[1], "--query-time-limit-s", "1") as (address, _):
        assert ask(address, HEAVY, parameters={"timeout": "50"}).status == 504


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "soon", "", "1e999"])
def test_a_time_limit_that_is_no_number_of_seconds_is_a_400(value: str, served: str) -> None:
    reply = ask(served, "ASK {}", parameters={"timeout": value})
    assert (reply.status, reply.json()["parameter"]) == (400, "timeout")


# An abandoned request


def computing(process: int) -> int:
    """How many descendants of a process compute right now (state R)."""
    states = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            states[int(entry.name)] = (int(fields[1]), fields[0])
    family = {process}
    while more := {pid for pid, (parent, _) in states.items() if parent in family} - family:
        family |= more
    return sum(states[pid][1] == "R" for pid in family - {process})


@pytest.mark.embedded("workers and their limits")
@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")  # noqa: PTH110
@pytest.mark.parametrize("patience_s", [0.5, 2.0], ids=["in the quick lane", "in the slow lane"])
def test_an_abandoned_request_stops_its_query(patience_s: float, real_snapshot: Snapshot) -> None:
    store = real_snapshot.folder.parents[1]
    with server(store, "--query-time-limit-s", "300") as (address, process):
        host, port = str(urlsplit(address).hostname), urlsplit(address).port
        with socket.create_connection((host, port)) as asker:
            target = "/sparql?" + urlencode({"query": HEAVY})
            asker.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            wait_for(lambda: computing(process.pid) > 0)
            time.sleep(patience_s)
            wait_for(lambda: computing(process.pid) > 0)  # it may wait for a processor at this moment
        wait_for(lambda: computing(process.pid) == 0)
        assert ask(address, "ASK {}").status == 200


# Problems


def test_a_problem_is_a_page_for_a_browser(served: str) -> None:
    reply = ask(served, "SELECT", BROWSER)
    assert (reply.status, reply.content_type) == (400, "text/html; charset=utf-8")


def test_a_problem_repeats_its_status(served: str) -> None:
    body = json.loads(ask(served, "SELECT").body)
    assert (body["status"], body["title"]) == (400, "Bad Request")
