"""Light questions are answered in the thread that reads, and nobody can tell: the answers are as in the ordinary way.

The ordinary way is always taken where the connection is to be closed afterwards.
"""

import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from deepgenealogy.engine.asked import Whole
from deepgenealogy.engine.interface import Form, Question
from deepgenealogy.web.prompt import PLAIN_HEAD, Kind, Request
from deepgenealogy.web.repeats import head_of
from tests.protocol.asking import RESULTS, Reply
from tests.protocol.invented import figures, get, serving
from tests.protocol.test_repeats import lasting
from tests.protocol.writable import WritableServer, writable
from tests.waiting import wait_for

pytestmark = pytest.mark.embedded("answers in the thread that reads")

_numbers = count(1)

#: Questions by what is special about them; `{n}` becomes a number that no other question has.
PLAIN = {
    "rows": "SELECT ?s { ?s a dgo:Architecture FILTER(STRLEN(STR(?s)) != {n}) } ORDER BY ?s",
    "no rows": "SELECT ?s { ?s dgo:position {n} }",
    "yes": "ASK { ?s a dgo:Architecture FILTER(STRLEN(STR(?s)) != {n}) }",
    "no": "ASK { ?s dgo:position {n} }",
    "not ASCII": "SELECT ('谱系 é {n}' AS ?words) {}",
    "a comment": "SELECT ?s { ?s a dgo:Architecture } # LIMIT {n}",
}
GRAPHS = {
    "a graph": "CONSTRUCT { ?s a dgo:Architecture } { ?s a dgo:Architecture FILTER(STRLEN(STR(?s)) != {n}) }",
    "an empty graph": "CONSTRUCT { ?s ?p {n} } { ?s dgo:position {n} }",
}
ORDINARY = {
    "advice": "SELECT * { ?a dgo:derivesFrom+ ?b FILTER(STRLEN(STR(?a)) != {n}) }",
    "a clock": "SELECT (NOW() AS ?now) { FILTER({n} > 0) }",
    "dice": "SELECT (RAND() AS ?n) { FILTER({n} > 0) }",
    "no query": "SELECT ?s { ?s ?p {n}",
    "an update": "CLEAR ALL # {n}",
    "a long text": f"SELECT ?s {{ ?s a dgo:Architecture }} # {{n}} {'x' * 1_500}",
    "a call": "SELECT * { SERVICE <http://192.0.2.1/{n}> { ?s ?p ?o } }",
}


@pytest.fixture(scope="module")
def server(invented_root: Path, invented_store: Path) -> Iterator[str]:
    """The address of a server that has answered each form of question once."""
    with serving(invented_root, invented_store) as (address, _):
        for question, accept in (("ASK {}", RESULTS), ("SELECT * {}", RESULTS), ("CONSTRUCT {} {}", "text/turtle")):
            get(address, target(question), Accept=accept)
        yield address


def target(question: str) -> str:
    """The address of a question, new if there is `{n}` in it."""
    return f"/sparql?query={quote(question.replace('{n}', str(next(_numbers))))}"


def asked(address: str, question: str, **headers: str) -> tuple[Reply, float]:
    """The answer, and how many answers were prompt meanwhile."""
    before = made(address)
    return get(address, question, **headers), made(address) - before


def asked_promptly(address: str, question: str, more: str = "", **headers: str) -> tuple[str, Reply]:
    """A question like `question`, with `{n}` in it, whose answer was prompt: its address, and the answer.

    On a busy machine some answers come too late for that.
    """
    for _ in range(20):
        new = target(question) + more
        reply, prompt = asked(address, new, **headers)
        if prompt:
            assert prompt == 1
            return new, reply
    raise AssertionError("no answer was prompt")


def made(address: str) -> float:
    """How many answers were prompt so far."""
    return figures(address)["deepgenealogy_prompt_answers_total"]


def told(reply: Reply) -> tuple[int, list[tuple[str, str]], bytes]:
    """What must be the same whichever way an answer was made."""
    return reply.status, lasting(reply.headers), reply.body


@pytest.mark.parametrize("name", [*PLAIN, *GRAPHS])
def test_a_light_question_has_the_same_answer_promptly_and_in_the_ordinary_way(name: str, server: str) -> None:
    accept = RESULTS if name in PLAIN else "text/turtle"
    question, reply = asked_promptly(server, {**PLAIN, **GRAPHS}[name], Accept=accept)
    ordinary, again = asked(server, question, Accept=accept, Connection="close")
    assert again == 0
    assert told(reply) == told(ordinary)


@pytest.mark.parametrize("name", ORDINARY)
def test_what_is_out_of_the_ordinary_goes_the_ordinary_way(name: str, server: str) -> None:
    question = target(ORDINARY[name])
    reply, prompt = asked(server, question, Accept=RESULTS)
    ordinary, _ = asked(server, question, Accept=RESULTS, Connection="close")
    assert prompt == 0
    assert (reply.status, lasting(reply.headers)) == (ordinary.status, lasting(ordinary.headers))


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+xml", "*/*", "text/html;q=0.5, */*;q=0.1"])
def test_every_kind_of_request_is_learned_for_itself(accept: str, server: str) -> None:
    first, prompt = asked(server, target(PLAIN["rows"]), Accept=accept)
    replies = [first, *(asked_promptly(server, PLAIN["rows"], Accept=accept)[1] for _ in range(2))]
    assert prompt == 0
    assert len({reply.content_type for reply in replies}) == 1
    assert len({reply.body for reply in replies}) == 1
    assert len({reply.headers["ETag"] for reply in replies}) == 3


def test_a_format_that_is_named_is_learned_for_itself(server: str) -> None:
    reply, prompt = asked(server, target(PLAIN["rows"]) + "&format=csv")
    assert (reply.media_type, prompt) == ("text/csv", 0)
    for _ in range(2):
        assert asked_promptly(server, PLAIN["rows"], "&format=csv")[1].media_type == "text/csv"


def test_an_answer_worth_coding_is_coded_and_a_small_one_is_not(server: str) -> None:
    many = "SELECT ?s { ?s ?p ?o FILTER(STRLEN(STR(?s)) != {n}) } ORDER BY ?s LIMIT 100"
    for question, coding in ((PLAIN["yes"], None), (many, "gzip"), (PLAIN["yes"], None), (many, "gzip")):
        reply, _ = asked(server, target(question), Accept=RESULTS, Accept_Encoding="gzip")
        assert reply.headers["Content-Encoding"] == coding


def test_a_prompt_answer_is_revalidated_and_repeated_like_any(server: str) -> None:
    question, first = asked_promptly(server, PLAIN["rows"], Accept=RESULTS)
    second, again = asked(server, question, Accept=RESULTS)
    held, _ = asked(server, question, Accept=RESULTS, If_None_Match=first.headers["ETag"])
    assert (again, held.status) == (0, 304)
    assert told(second) == told(first)


def test_each_prompt_answer_has_its_id(server: str) -> None:
    _, reply = asked_promptly(server, PLAIN["yes"], Accept=RESULTS, X_Request_Id="job-7")
    assert reply.headers["X-Request-Id"] == "job-7"


REQUEST = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
WHOLE = Whole("boolean", "json", b"true")


@pytest.mark.parametrize(
    ("whole", "version", "is_sent"),
    [
        (WHOLE, "f00d", True),
        (WHOLE, "beef", False),
        (Whole("boolean", "xml", b"true"), "f00d", False),
        (Whole("bindings", "json", b"true"), "f00d", False),
        (Whole("boolean", "json", b"true" * 125), "f00d", False),
    ],
    ids=["as learned", "another version", "another format", "another form", "worth coding"],
)
def test_only_an_answer_of_the_kind_that_was_learned_is_sent(whole: Whole, version: str, is_sent: bool) -> None:
    heads: dict[Form, tuple[str, bytes]] = {"boolean": ("json", b"HTTP/1.1 200 OK")}
    kind = Kind("f00d", Question("ASK{}"), lambda query_string: f"f00d-{query_string}", 500, heads)
    head, plain = head_of(REQUEST), PLAIN_HEAD.match(REQUEST)
    assert head is not None
    assert plain is not None
    sent = Request(REQUEST, head, plain, kind, kind.question).answer(whole, version)
    assert bool(sent) is is_sent


#: Works for more than a moment, and ends.
SLOW = "SELECT (COUNT(*) AS ?n) { ?a a ?b . ?c a ?d . ?e a dgo:Paper FILTER(STRLEN(STR(?a)) + STRLEN(STR(?e)) != {n}) }"
#: Has an answer of more than one piece.
LARGE = "SELECT * { ?a ?b ?c . ?d a dgo:Architecture FILTER(STRLEN(STR(?a)) != {n}) }"


@pytest.mark.parametrize("question", [SLOW, LARGE], ids=["slow", "large"])
def test_a_question_that_is_not_light_is_heard_on_and_begun_once(question: str, server: str) -> None:
    before = figures(server)["deepgenealogy_queries_total"]
    reply, prompt = asked(server, target(question), Accept=RESULTS)
    assert (reply.status, prompt) == (200, 0)
    assert figures(server)["deepgenealogy_queries_total"] - before == 1
    assert reply.json()["results"]["bindings"]


def test_questions_beside_each_other_get_their_own_answers(server: str) -> None:
    def value(number: int) -> str:
        reply = get(server, f"/sparql?query={quote(f'SELECT (({number} * 2) AS ?n) {{}}')}", Accept=RESULTS)
        return str(reply.number)

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(value, range(500))) == [str(number * 2) for number in range(500)]


def test_one_who_leaves_at_once_leaves_the_worker_for_the_next(server: str) -> None:
    place = urlsplit(server)
    for _ in range(50):
        with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=30) as peer:
            head = f"GET {target(SLOW)} HTTP/1.1\r\nHost: {place.netloc}\r\nAccept-Encoding: identity\r\n"
            peer.sendall(f"{head}Accept: {RESULTS}\r\n\r\n".encode())
    wait_for(lambda: figures(server)['deepgenealogy_lane_taken{lane="quick"}'] == 0)
    assert asked(server, target(PLAIN["yes"]), Accept=RESULTS)[0].json()["boolean"] is True


def test_a_worker_that_dies_is_replaced_and_its_asker_answered(invented_root: Path, invented_store: Path) -> None:
    with serving(invented_root, invented_store, DEEPGENEALOGY_ACCESS_LOG="off") as (address, process):
        get(address, target("ASK {}"), Accept=RESULTS)
        for _ in range(5):
            _kill_workers(process)
            assert get(address, target(PLAIN["yes"]), Accept=RESULTS).json()["boolean"] is True


def _kill_workers(process: "subprocess.Popen[str]") -> None:
    zygotes = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True)
    for zygote in zygotes.stdout.split():
        subprocess.run(["pkill", "-9", "-P", zygote], check=False)


@pytest.fixture
def written_to(invented_root: Path, tmp_path: Path) -> Iterator[WritableServer]:
    """A server that takes writes."""
    with writable(invented_root, tmp_path / "store") as server:
        yield server


def test_after_a_write_a_prompt_answer_sees_it(written_to: WritableServer) -> None:
    question = "SELECT ?o { <urn:s> <urn:p> ?o FILTER(STRLEN(STR(?o)) != 9{n}) }"
    for value in ("one", "two", "three"):
        written_to.put("urn:g", f'<urn:s> <urn:p> "{value}" .')
        first, prompt = asked(written_to.address, target(question), Accept=RESULTS)
        later = [asked_promptly(written_to.address, question, Accept=RESULTS)[1] for _ in range(3)]
        for reply in (first, *later):
            assert [row["o"]["value"] for row in reply.json()["results"]["bindings"]] == [value]
        assert prompt == 0
