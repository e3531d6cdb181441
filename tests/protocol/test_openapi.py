"""`/openapi.json` is true: every route is in it, and no request made from it is answered with a 5xx."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.settings import Settings
from deepgenealogy.web.app import create_app
from tests.protocol.invented import get, request

#: Routes that no program calls by themselves.
_LEFT_OUT = ("/static/",)

#: Pages that every question has, made by one view: one with parameters and one without stand for all.
_ALIKE = r"^/queries/(?!ancestors/|roots/)[^/]+/(citation|changes)$"


@pytest.fixture(scope="module")
def description(address: str) -> dict[str, Any]:
    """The description that the server gives."""
    found: dict[str, Any] = get(address, "/openapi.json").json()
    return found


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation of each."""
    for path, item in description["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def shape(path: str) -> str:
    """A path with its parameters made alike: `/paper/<slug>` and `/paper/{key}` have one shape."""
    return re.sub(r"<any\([^)]*\):[^>]*>|<[^>]*>|\{[^}]*\}", "{}", path)


def test_it_is_openapi_3_1_of_this_server(description: dict[str, Any], address: str) -> None:
    assert description["openapi"].startswith("3.1")
    assert description["servers"] == [{"url": address}]


def test_every_route_is_described(description: dict[str, Any], engine: EmbeddedEngine, real_root: Path) -> None:
    app: Flask = create_app(engine, real_root, Settings.of())
    described = {shape(path) for path in description["paths"]}
    routes = {shape(rule.rule) for rule in app.url_map.iter_rules() if not rule.rule.startswith(_LEFT_OUT)}
    # `/<any(architecture, …):segment>/<slug>` is described segment by segment, and a suffix as a part of the slug.
    suffixed = {f"{path}.{{}}" for path in ("/ontology", "/dataset", "/sparql", "/.well-known/void")}
    known = described | suffixed | {"/{}/{}", "/queries/{}", "/store/{}"}
    known |= {"/queries/{}/citation", "/queries/{}/changes"}  # described question by question
    assert sorted(routes - known) == []


def test_every_operation_has_a_name_of_its_own(description: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(description)]
    assert len(set(names)) == len(names)


def test_every_parameter_of_a_path_is_described(description: dict[str, Any]) -> None:
    for path, _, operation in operations(description):
        named = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path)), path


def test_every_path_without_parameters_is_there(description: dict[str, Any], address: str) -> None:
    for path, method, operation in operations(description):
        needed = path == "/store" or [p for p in operation["parameters"] if p["required"]]
        if method == "get" and not needed:
            status = get(address, path).status
            assert status < 500, path
            assert status != 404, path


def test_every_media_type_of_a_page_can_be_had(description: dict[str, Any], address: str) -> None:
    answer = description["paths"]["/architecture/{slug}"]["get"]["responses"]["200"]
    for media_type in answer["content"]:
        assert get(address, "/architecture/alpha-net", Accept=media_type).media_type == media_type


def test_every_example_is_there(description: dict[str, Any], address: str) -> None:
    examples = [
        path.replace("{slug}", parameter["example"])
        for path, _, operation in operations(description)
        for parameter in operation["parameters"]
        if "example" in parameter
    ]
    assert examples
    assert [path for path in examples if get(address, path).status != 200] == []


def test_every_published_question_has_its_parameters(description: dict[str, Any]) -> None:
    (parameter, *_) = description["paths"]["/queries/ancestors"]["get"]["parameters"]
    assert parameter["name"] == "architecture"
    assert parameter["description"]


def test_a_problem_has_the_shape_that_is_described(description: dict[str, Any], address: str) -> None:
    problem = get(address, "/nowhere").json()
    assert set(description["components"]["schemas"]["Problem"]["required"]) <= set(problem)


def test_a_method_that_is_not_described_is_a_405(description: dict[str, Any], address: str) -> None:
    for path in description["paths"]:
        if path != "/store":  # there DELETE is a write
            assert request("DELETE", address, path.replace("{", "").replace("}", "")).status == 405, path


def test_every_write_is_described_with_its_token_its_conditions_and_what_it_answers(
    description: dict[str, Any], address: str
) -> None:
    store = description["paths"]["/store"]
    for method in ("put", "post", "delete"):
        assert store[method]["security"] == [{"token": []}]
        assert {"If-Match", "If-None-Match"} <= {parameter["name"] for parameter in store[method]["parameters"]}
        assert {"201", "204", "401", "403", "412", "507"} <= set(store[method]["responses"])
        assert request(method.upper(), address, "/store?default").status == 403  # here they are off
    assert "text/turtle" in store["put"]["requestBody"]["content"]


@pytest.mark.slow
def test_no_request_made_from_it_is_answered_with_a_5xx(address: str, tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json"),
        *("--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", "3", "--seed", "1", "--generation-deterministic", "--no-color"),
        *("--exclude-path-regex", _ALIKE),
    ]
    # The requests are bounded, about a minute of them; the time only ends a server that hangs.
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout[-6_000:]
    assert "not_a_server_error" not in done.stdout.partition("Checks:")[0]
