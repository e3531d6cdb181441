"""`deepgenealogy mcp`: each tool, resource and prompt by the protocol's own client; hostile input; a clean end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import CallToolResult, TextContent, TextResourceContents

from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.vocabulary import BASE
from tests.conftest import CHECKOUT, store_of
from tests.engines.elsewhere import chosen
from tests.waiting import wait_for

COMMAND = ["-c", "from deepgenealogy.cli import main; main()", "mcp"]
TOOLS = {"search", "describe", "lineage", "compare", "questions", "ask", "schema", "sparql"}

Conversation = Callable[[Client], Awaitable[Any]]
Talk = Callable[[Conversation], Any]


@pytest.fixture
def environment(real_snapshot: Snapshot) -> dict[str, str]:
    """What the server's process finds around it."""
    return environment_of(real_snapshot)


def environment_of(real_snapshot: Snapshot) -> dict[str, str]:
    """The variables of a process that serves a snapshot."""
    store = store_of(real_snapshot)
    own = {"PYTHONPATH": str(CHECKOUT / "server"), "DEEPGENEALOGY_STORE": str(store)}
    return {**os.environ, **own, **chosen().variables(CHECKOUT, store)}


@contextmanager
def talking(environment: dict[str, str], time_limit_s: int = 60) -> Iterator[Talk]:
    """Brings what conversations with a server bring; in a thread that no other test's event loop runs in."""
    command = [*COMMAND, "--query-time-limit-s", str(time_limit_s)]
    parameters = StdioServerParameters(command=sys.executable, args=command, env=environment)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(parameters)) as client:
        yield lambda conversation: portal.call(conversation, client)


@pytest.fixture(scope="module")
def talk(real_snapshot: Snapshot) -> Iterator[Talk]:
    """Conversations with one server over the real snapshot."""
    with talking(environment_of(real_snapshot)) as talk:
        yield talk


def calls(talk: Talk, *wanted: tuple[str, dict[str, Any]]) -> list[CallToolResult]:
    """The answers to calls of tools, in one conversation."""

    async def conversation(client: Client) -> list[CallToolResult]:
        return [await client.call_tool(name, arguments) for name, arguments in wanted]

    answers: list[CallToolResult] = talk(conversation)
    return answers


def said(answer: CallToolResult) -> str:
    """The text of an answer."""
    (content,) = answer.content
    assert isinstance(content, TextContent)
    return content.text


def content_of(talk: Talk, tool: str, **arguments: Any) -> Any:
    """The JSON that one call of a tool brings."""
    (answer,) = calls(talk, (tool, arguments))
    assert not answer.is_error, said(answer)
    return json.loads(said(answer))


def test_the_server_offers_its_tools_as_read_only(talk: Talk) -> None:
    tools = talk(lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == TOOLS
    assert all(tool.annotations.read_only_hint and len(tool.description) > 50 for tool in tools)


def test_search_finds_a_network_by_its_english_and_chinese_name(talk: Talk) -> None:
    english, chinese = calls(talk, ("search", {"words": "resnet"}), ("search", {"words": "残差网络"}))
    first = [json.loads(said(answer))["hits"][0] for answer in (english, chinese)]
    assert [hit["iri"] for hit in first] == [f"{BASE}architecture/resnet"] * 2


def test_a_search_that_is_cut_says_so(talk: Talk) -> None:
    found = content_of(talk, "search", words="net", limit=3)
    assert (len(found["hits"]), "only the first 3 of" in found["cut"]) == (3, True)


def test_describe_gives_the_thing_first_then_its_evidence(talk: Talk) -> None:
    found = content_of(talk, "describe", thing="u-net")
    nodes = {node["@id"]: node for node in found["@graph"]}
    assert found["@graph"][0]["@id"] == "architecture/u-net"
    assert nodes["derivation/u-net--fcn"]["statedIn"] == "paper/arxiv-1505.04597"
    assert nodes["architecture/u-net"]["label"] == "U-Net"


@pytest.mark.parametrize("thing", ["paper/arxiv-1505.04597", f"{BASE}paper/arxiv-1505.04597"])
def test_describe_takes_an_id_and_an_iri(thing: str, talk: Talk) -> None:
    found = content_of(talk, "describe", thing=thing, language="all")
    assert found["@id"] == f"{BASE}paper/arxiv-1505.04597"


def test_lineage_names_paper_and_evidence_of_each_derivation(talk: Talk) -> None:
    found = content_of(talk, "lineage", architecture="u-net", depth=1)
    (derivation,) = found["derivations"]
    assert derivation["paper"] == f"{BASE}paper/arxiv-1505.04597"
    assert derivation["evidence"] == f"{BASE}derivation/u-net--fcn"


def test_compare_finds_the_nearest_common_ancestor(talk: Talk) -> None:
    found = content_of(talk, "compare", first="densenet", second="u-net")
    assert found["nearest"] == [f"{BASE}architecture/vggnet"]


def test_every_question_that_is_listed_is_answered_with_its_examples(talk: Talk) -> None:
    questions = content_of(talk, "questions")["questions"]
    assert {"parents", "ancestors"} <= {question["name"] for question in questions}
    answers = calls(talk, *(("ask", {"question": question["name"]}) for question in questions))
    assert [said(answer) for answer in answers if answer.is_error] == []


def test_ask_takes_arguments(talk: Talk) -> None:
    found = content_of(talk, "ask", question="parents", arguments={"architecture": "u-net"})
    assert found["total"] == 1
    assert found["rows"][0][found["columns"].index("parent")] == f"<{BASE}architecture/fcn>"


def test_rows_beyond_the_limit_are_cut_and_it_says_how_to_get_them(talk: Talk) -> None:
    found = content_of(talk, "sparql", query="SELECT ?s { ?s a dgo:Architecture } LIMIT 50", max_rows=7)
    assert (len(found["rows"]), found["total"]) == (7, 50)
    assert found["cut"].startswith("only the first 7 of 50 are shown; ask again with a larger max_rows")


def test_a_long_answer_is_cut_by_its_length_too(talk: Talk) -> None:
    rows, graph = calls(
        talk,
        ("sparql", {"query": "SELECT * { ?s ?p ?o } LIMIT 1000", "max_rows": 1000}),
        ("sparql", {"query": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"}),
    )
    assert len(said(rows)) < 100_000
    assert "only the first" in json.loads(said(rows))["cut"]
    assert json.loads(said(graph))["turtle"].endswith(" .\n")
    assert "cut" in json.loads(said(graph))


def test_sparql_answers_each_form(talk: Talk) -> None:
    asked, described = calls(
        talk,
        ("sparql", {"query": "ASK { ?x dgo:derivesFrom ?y }"}),
        ("sparql", {"query": f"DESCRIBE <{BASE}task/biomedical-image-segmentation>"}),
    )
    assert json.loads(said(asked)) == {"boolean": True}
    assert "biomedical-image-segmentation" in json.loads(said(described))["turtle"]


def test_the_schema_names_terms_with_their_meaning_and_examples_that_run(talk: Talk) -> None:
    schema = content_of(talk, "schema")
    terms = {row["term"] for row in schema["terms"]}
    assert {"dgo:derivesFrom", "dgo:Architecture", "dgo:statedIn"} <= terms
    answers = calls(talk, *(("sparql", {"query": text}) for text in schema["examples"].values()))
    assert len(answers) > 1
    assert not any(answer.is_error for answer in answers)


def test_a_query_that_will_be_slow_is_answered_with_advice(talk: Talk) -> None:
    query = "SELECT * { ?a a dgo:Task . ?b a dgo:Family } LIMIT 1"
    assert "cross-product" in content_of(talk, "sparql", query=query)["advice"][0]


#: What no three things fulfil, and no engine knows before it has tried all.
_NEVER = "FILTER(STR(?a) = CONCAT(STR(?d), STR(?g), STR(?i), 'x'))"

#: Tool, arguments, and what the error says; the last one works until it is ended.
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("describe", {"thing": "resnett"}, "architecture/resnet"),
    ("describe", {"thing": "a b> { ?s ?p ?o } #"}, "there is no thing"),
    ("lineage", {"architecture": "u-nett"}, "did you mean 'u-net'"),
    ("compare", {"first": "u-net", "second": "x"}, "there is no architecture 'x'"),
    ("ask", {"question": "parent"}, "did you mean 'parents'"),
    ("ask", {"question": "parents", "arguments": {"architektur": "x"}}, "architecture"),
    ("ask", {"question": "parents", "arguments": {"architecture": "} DROP ALL {"}}, "must be the slug or IRI"),
    ("search", {"words": " "}, "at most 200 characters"),
    ("search", {"words": "x" * 100_000}, "at most 200 characters"),
    ("sparql", {"query": "SELECT * {"}, "line 1"),
    ("sparql", {"query": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}, "only SELECT, ASK, CONSTRUCT and DESCRIBE"),
    ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, "SERVICE"),
    ("sparql", {"query": "SELECT * " + "{" * 9000 + "}" * 9000}, "query_depth_limit"),
    ("sparql", {"query": "#" * 300_000}, "query_length_limit_bytes"),
    ("sparql", {"query": "ASK {}", "max_rows": 10**9}, "from 1 to 1000"),
    ("sparql", {"query": f"ASK {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i {_NEVER} }}"}, "query_time_limit_s"),
]


@pytest.fixture(scope="module")
def refusals(talk: Talk, real_snapshot: Snapshot) -> list[tuple[CallToolResult, CallToolResult]]:
    """What becomes of each wrong call, and of a good one after it; the last one is put to a server of little time."""
    good = ("sparql", {"query": "ASK {}"})
    answers = calls(talk, *(call for row in WRONG[:-1] for call in (row[:2], good)))
    with talking(environment_of(real_snapshot), time_limit_s=5) as hurried:
        answers += calls(hurried, WRONG[-1][:2], good)
    return list(zip(answers[::2], answers[1::2], strict=True))


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_a_wrong_or_hostile_call_is_an_error_with_its_cure_and_the_next_is_answered(
    number: int, refusals: list[tuple[CallToolResult, CallToolResult]]
) -> None:
    refused, good = refusals[number]
    assert refused.is_error
    assert WRONG[number][2] in said(refused)
    assert len(said(refused)) < 1000
    assert not good.is_error


def test_the_resources_are_read(talk: Talk) -> None:
    async def conversation(client: Client) -> dict[str, str]:
        names = [str(resource.uri) for resource in (await client.list_resources()).resources]
        found = {}
        for name in [*names, "deepgenealogy://question/parents"]:
            (content,) = (await client.read_resource(name)).contents
            assert isinstance(content, TextResourceContents)
            found[name.removeprefix("deepgenealogy://")] = content.text
        return found

    found = talk(conversation)
    assert found["ontology"] == (CHECKOUT / "ontology" / "deepgenealogy.ttl").read_text(encoding="utf-8")
    assert "@context" in json.loads(found["context"])
    assert {"questions", "schema"} <= found.keys()
    assert found["question/parents"] == (CHECKOUT / "queries" / "parents.rq").read_text(encoding="utf-8")


def test_the_prompts_name_what_is_asked_for(talk: Talk) -> None:
    async def conversation(client: Client) -> tuple[set[str], Any]:
        names = {prompt.name for prompt in (await client.list_prompts()).prompts}
        return names, await client.get_prompt("relation", {"first": "U-Net", "second": "ResNet"})

    names, prompt = talk(conversation)
    assert names == {"origins", "relation"}
    assert "U-Net and ResNet" in prompt.messages[0].content.text


def descendants(process: int) -> set[int]:
    """The processes that descend from one, by the table of processes."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has just ended
            continue
    found, front = set(), {process}
    while front := {child for child, parent in parents.items() if parent in front}:
        found |= front
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("end", ["input", signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_when_the_server_ends_no_worker_is_left(end: str | signal.Signals, environment: dict[str, str]) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, *COMMAND], env=environment, **pipes) as process:  # type: ignore[call-overload]
        begin = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": begin}
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
        assert b"deepgenealogy" in process.stdout.readline()
        workers = descendants(process.pid)
        if end == "input":
            process.stdin.close()
            assert process.wait(120) == 0
        else:
            process.send_signal(end)
            process.wait(120)
    assert workers
    wait_for(lambda: not any(Path("/proc", str(worker)).exists() for worker in workers))


def test_other_commands_start_without_the_protocol() -> None:
    code = "import sys, deepgenealogy.cli; print('mcp' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "server")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert done.stdout == b"False\n"
