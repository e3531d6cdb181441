"""Messages in the language of the request: each that an asker can meet has a template, and none is told half."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import default_exceptions

import deepgenealogy
from deepgenealogy.engine.advice import ADVICE
from deepgenealogy.web.language import known, table
from deepgenealogy.web.translation import CODE, Piece, told, told_whole

PACKAGE = Path(deepgenealogy.__file__).parent

#: What raises errors that an asker of the server meets, and what is for operators, curators or programs alone.
_ASKED = ("engine", "web", "graph")
_NOT_TOLD = (
    *(
        "engine/loading.py",
        "engine/dumps.py",
        "engine/revisions.py",
        "engine/reading.py",
        "web/openapi",
        "web/listener.py",
    ),
    *("web/reconciliation", "engine/reconciliation", "web/refusals.py", "engine/remote/wording.py"),
)
#: The errors whose messages an asker reads.
_REFUSALS = {
    *("QuestionRefused", "ParameterRefused", "QuerySyntax", "BodyRefused", "CallOutRefused", "ServiceUnanswered"),
    *("TooDeep", "QueryTooLong", "TimeLimitReached", "MemoryLimitReached", "AnswerTooLarge", "AnswerTooLargeToPin"),
    *("EngineLimitReached", "Busy", "ConditionFailed", "WriteInterrupted", "Unauthorized", "Forbidden"),
    *("WrongMediaType",),
}
#: Stands for whatever is filled in.
_SAMPLE = "7"


def messages() -> Iterator[tuple[str, str]]:
    """Where an error is made, and its message with a sample in each place that is filled in."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name.startswith(_ASKED) and not name.startswith(_NOT_TOLD):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            yield from ((f"{name}:{line}", message) for line, message in raised(tree))


def raised(tree: ast.Module) -> Iterator[tuple[int, str]]:
    constants = {
        node.targets[0].id: text
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if (text := sampled(node.value, {})) is not None
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _REFUSALS and node.args:
            is_parameter = node.func.id == "ParameterRefused"
            text = sampled(node.args[-1] if is_parameter else node.args[0], constants)
            if text is not None and re.search("[a-z]", text):
                yield node.lineno, f"parameter '{_SAMPLE}' {text}" if is_parameter else text


def sampled(node: ast.expr, constants: dict[str, str]) -> str | None:
    """The text of a string; None for what is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    if isinstance(node, ast.FormattedValue):
        return sampled(node.value, constants) or _SAMPLE
    if isinstance(node, ast.JoinedStr):
        return "".join(sampled(part, constants) or _SAMPLE for part in node.values)
    return None


def in_chinese(message: str) -> list[Piece]:
    with Flask("site").test_request_context("/?lang=zh"):
        return told(message)


@pytest.mark.parametrize(("place", "message"), list(messages()))
def test_every_message_has_a_template_in_the_table(place: str, message: str) -> None:
    english = [piece.text for piece in in_chinese(message) if piece.language == "en"]
    assert "".join(english).replace(_SAMPLE, "").strip(" ,;:") == "", place


def test_many_messages_were_found() -> None:
    assert len(list(messages())) > 80


def test_a_message_without_a_template_would_be_found() -> None:
    assert in_chinese("there is no such template") == [Piece("there is no such template", "en")]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 416, 429, 431, 500, 501, 503])
def test_what_flask_says_of_a_status_is_told(status: int) -> None:
    (piece,) = in_chinese(str(default_exceptions[status].description))
    assert piece.language == "zh"


def test_advice_has_its_words() -> None:
    assert all(known(f"query.advice.{advice.name}") for advice in ADVICE)


@pytest.mark.parametrize(
    ("message", "pieces"),
    [
        (
            "there is no architecture 'resnt'; did you mean 'resnet' or 'resnext'?",
            [("没有名为“resnt”的架构或算法。相近的名称：resnet、resnext。", "zh")],
        ),
        (
            "the query was not answered within 2.5 seconds; ask for less, or bind more (query_time_limit_s)",
            [("查询未能在 2.5 秒内完成；请缩小查询范围，或绑定更多的量（query_time_limit_s）", "zh")],
        ),
        (
            'the query does not parse: line 1, column 3: expected one of "(", Prefix not found',
            [("查询在第 1 行第 3 列有语法错误：此处应为下列之一：", "zh"), ('"(", 前缀未声明', CODE)],
        ),
        (
            "the query cannot be evaluated: words of another library",
            [("查询无法求值：", "zh"), ("words of another library", "en")],
        ),
    ],
    ids=["names", "limit", "code", "other words"],
)
def test_messages_are_told_with_what_is_filled_in(message: str, pieces: list[tuple[str, str]]) -> None:
    assert in_chinese(message) == pieces
    with Flask("site").test_request_context("/"):
        assert told(message) == [Piece(message, "en")]


def test_what_is_told_to_programs_is_never_half_translated() -> None:
    with Flask("site").test_request_context("/?lang=zh"):
        assert told_whole("there is no task 'x'") == "没有名为“x”的任务。"
        half = "the query cannot be evaluated: words of another library"
        assert told_whole(half) == half


@pytest.mark.parametrize("key", sorted(key for key in table() if key.startswith("said.")))
def test_each_template_is_found_for_its_own_words(key: str) -> None:
    filled = re.sub(r"\{(count|line|column|rows|page|most)\}", "7", table()[key]["en"])
    filled = re.sub(r"\{setting\}", "some_limit", filled).replace("{{", "{").replace("}}", "}")
    filled = re.sub(r"\{\w+\}", "it", filled)
    assert "".join(piece.text for piece in in_chinese(filled) if piece.language == "en").replace("it", "") == ""


def test_problem_details_are_in_english_unless_chinese_is_asked_for(client: FlaskClient) -> None:
    address = "/architecture/no-such-net"
    english = client.get(address)
    chinese = client.get(address, headers={"Accept-Language": "zh-CN"})
    assert (json.loads(english.data)["title"], english.headers["Content-Language"]) == ("Not Found", "en")
    assert (json.loads(chinese.data)["title"], chinese.headers["Content-Language"]) == ("未找到", "zh")
    assert json.loads(chinese.data)["detail"].startswith("没有名为“no-such-net”的架构或算法。")
    assert "Accept-Language" in english.headers["Vary"]
