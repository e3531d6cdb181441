"""What a request holds: a batch of questions or a data extension, from JSON; a mistake is named by its place."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from werkzeug.exceptions import RequestEntityTooLarge

from ...engine.reconciliation.agreement import Constraint
from ...engine.reconciliation.kinds import Property, path_of, type_of
from ...engine.reconciliation.scoring import NameQuestion
from ...errors import NotFound, ParameterRefused

#: Questions in a batch, and things in a data extension.
BATCH_SIZE = 500

#: Candidates for a question: unless it says otherwise, and at most.
_LIMIT, _MOST = 10, 100
_MOST_PROPERTIES, _MOST_VALUES, _MOST_COLUMNS = 10, 10, 20
_STRICTNESS = ("any", "should", "all")
_LANGUAGES = ("en", "zh", "all")

Json = dict[str, Any]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Column:
    """One property of a data extension, as it was named, and how its values are to be given."""

    id: str
    path: tuple[Property, ...]
    limit: int
    offset: int
    language: str


@dataclass(frozen=True)
class Extension:
    """A data extension: of which things, which properties."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


def read_batch(text: str) -> dict[str, NameQuestion]:
    """The questions of a batch by their keys. Raises ParameterRefused, RequestEntityTooLarge."""
    batch = _object(_json(text, "queries"), "queries", "the batch")
    _check_size(len(batch), "queries")
    return {key: _question(f"'{key[:40]}'", query) for key, query in batch.items()}


def read_extension(text: str) -> Extension:
    """A data extension. Raises ParameterRefused, RequestEntityTooLarge."""
    body = _object(_json(text, "extend"), "extend", "the extension")
    ids, columns = body.get("ids"), body.get("properties")
    if not isinstance(ids, list) or not all(isinstance(identity, str) for identity in ids):
        _refuse("extend", "must hold 'ids', a list of identifiers as strings")
    if not isinstance(columns, list):
        _refuse("extend", 'must hold \'properties\', a list of objects such as {"id": "year"}')
    _check_size(len(ids), "extend")
    if len(columns) > _MOST_COLUMNS:
        _refuse("extend", f"asks for {len(columns)} properties; at most {_MOST_COLUMNS} are given at a time")
    return Extension(tuple(ids), tuple(map(_column, columns)))


def _json(text: str, parameter: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise ParameterRefused(parameter, f"is no JSON: {problem.msg} at {where}") from problem
    except RecursionError as problem:
        raise ParameterRefused(parameter, "is nested too deeply; a batch needs five levels") from problem
    except ValueError as problem:  # a number that JSON does not know, or of thousands of digits
        raise ParameterRefused(parameter, f"holds a number that cannot be read: {str(problem)[:80]}") from problem


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


def _refuse(parameter: str, words: str) -> NoReturn:
    raise ParameterRefused(parameter, words)


def _object(value: Any, parameter: str, what: str) -> Json:
    if not isinstance(value, dict):
        _refuse(parameter, f"is not as it should be: {what} must be a JSON object")
    return dict(value)


def _check_size(size: int, parameter: str) -> None:
    if size > BATCH_SIZE:
        raise RequestEntityTooLarge(
            f"'{parameter}' holds {size} items; send at most {BATCH_SIZE} at a time (batchSize)"
        )


def _question(place: str, value: Any) -> NameQuestion:
    query = _object(value, "queries", f"query {place}")
    unknown = sorted(query.keys() - _FIELDS.keys())
    if unknown:
        _refuse("queries", f"in query {place}: there is no field '{unknown[0][:40]}'; use {', '.join(_FIELDS)}")
    name = query.get("query", "")
    if not isinstance(name, str):
        _refuse("queries", f"in query {place}: 'query' must be a string")
    if "query" not in query and not query.get("properties"):
        _refuse("queries", f"in query {place}: neither 'query' nor 'properties' is there; give one of them")
    given = {key: read(place, query[key]) for key, (field, read) in _FIELDS.items() if key in query and field}
    return NameQuestion(name, **{_FIELDS[key][0]: content for key, content in given.items()})


def _types(place: str, value: Any) -> tuple[str, ...]:
    """The ids of types; OpenRefine sends an empty one for none."""
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        _refuse("queries", f"in query {place}: 'type' must be the id of a type, or a list of them")
    return tuple(_known("queries", f"query {place}", type_of, name).id for name in names if name)


def _limit(place: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 1e9 or value != int(value):
        _refuse("queries", f"in query {place}: 'limit' must be a whole number from 1")
    return min(int(value), _MOST)


def _strictness(place: str, value: Any) -> str:
    if value not in _STRICTNESS:
        _refuse("queries", f"in query {place}: 'type_strict' must be one of {', '.join(_STRICTNESS)}")
    return str(value)


def _constraints(place: str, value: Any) -> tuple[Constraint, ...]:
    if not isinstance(value, list) or len(value) > _MOST_PROPERTIES:
        _refuse("queries", f"in query {place}: 'properties' must be a list of at most {_MOST_PROPERTIES} objects")
    return tuple(_constraint(place, item) for item in value)


def _constraint(place: str, item: Any) -> Constraint:
    if not isinstance(item, dict) or not isinstance(item.get("pid"), str) or "v" not in item:
        _refuse("queries", f"in query {place}: a property must have 'pid', a string, and 'v', its value or values")
    values = item["v"] if isinstance(item["v"], list) else [item["v"]]
    if len(values) > _MOST_VALUES:
        _refuse("queries", f"in query {place}: '{item['pid'][:40]}' has {len(values)} values; at most {_MOST_VALUES}")
    texts = tuple(filter(None, (_value_text(place, value) for value in values)))
    return Constraint(item["pid"], _known("queries", f"query {place}", path_of, item["pid"]), texts)


def _value_text(place: str, value: Any) -> str:
    """A value as text; empty cells are no values."""
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return str(value["id"])
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value).strip()
    if value is None:
        return ""
    return _refuse("queries", f"in query {place}: a value must be a string, a number, a boolean or an object with 'id'")


def _known(parameter: str, place: str, find: Callable[[str], Row], name: str) -> Row:
    """A row of a table; a name that it does not have is a mistake in the request, not a missing page."""
    try:
        return find(name)
    except NotFound as problem:
        raise ParameterRefused(parameter, f"in {place}: {problem}") from problem


def _column(item: Any) -> Column:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        _refuse("extend", "must name each property by an object with 'id', a string")
    settings = item.get("settings") or {}
    if not isinstance(settings, dict):
        _refuse("extend", f"property '{item['id'][:40]}': 'settings' must be an object")
    path = _known("extend", "'properties'", path_of, item["id"])
    language = settings.get("language") or "en"
    if language not in _LANGUAGES:
        _refuse("extend", f"setting 'language' must be one of {', '.join(_LANGUAGES)}")
    return Column(item["id"], path, _count(settings, "limit"), _count(settings, "offset"), language)


def _count(settings: Mapping[str, Any], name: str) -> int:
    """A setting that counts; OpenRefine sends what was typed as text. 0 is no limit, and no offset."""
    value = str(settings.get(name) or 0).removesuffix(".0")
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        _refuse("extend", f"setting '{name}' must be a whole number from 0, not '{value[:40]}'")
    return int(value)


#: Field of a query -> what it becomes in the question, and how it is read.
_FIELDS: Mapping[str, tuple[str, Callable[[str, Any], Any]]] = {
    "query": ("", lambda _, value: value),
    "type": ("types", _types),
    "type_strict": ("strictness", _strictness),
    "limit": ("limit", _limit),
    "properties": ("constraints", _constraints),
}
