"""What a request of the SPARQL 1.1 Protocol holds: its operation and its parameters, decoded strictly.

Werkzeug's `args` and `form` replace what is not UTF-8. A query in which a letter was replaced is another query, so that
such a request is refused here. Source: https://www.w3.org/TR/sparql11-protocol/, 2.1 and 2.2.
"""

import codecs
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import Request
from pyoxigraph import NamedNode
from werkzeug.exceptions import UnsupportedMediaType

from ..errors import ParameterRefused, QuestionRefused

FORM = "application/x-www-form-urlencoded"

#: No request needs more parameters than this.
_MOST_PARAMETERS = 5_000

#: Charsets that are read: ASCII is UTF-8.
_CHARSETS = ("utf-8", "ascii")


class WrongMediaType(UnsupportedMediaType):
    """A body that cannot be read (415); the answer names the media types that can, in its Accept header."""

    def __init__(self, words: str, accepted: Iterable[str]) -> None:
        super().__init__(words)
        self._accepted = ", ".join(accepted)

    def get_headers(self, *around: Any) -> list[tuple[str, str]]:
        """The headers of the answer."""
        return [*super().get_headers(*around), ("Accept", self._accepted)]


@dataclass(frozen=True)
class Parameters:
    """The parameters of a request as (name, value), in their order, from its address and from its body."""

    pairs: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Every value of `name`."""
        return [value for own, value in self.pairs if own == name]

    def one(self, name: str) -> str | None:
        """The value of `name`, None when it is not given. Raises ParameterRefused when it is given twice."""
        values = self.all(name)
        if len(values) > 1:
            raise ParameterRefused(name, f"is given {len(values)} times; a request holds exactly one")
        return values[0] if values else None

    def graphs(self, name: str) -> list[str]:
        """The values of `name` as IRIs of graphs, each once; empty ones, which forms of browsers send, are none.

        Raises ParameterRefused.
        """
        return [_iri(name, value) for value in dict.fromkeys(self.all(name)) if value]

    def seconds(self, name: str) -> float | None:
        """The value of `name` as a number of seconds. Raises ParameterRefused."""
        value = self.one(name)
        if value is None:
            return None
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not 0 < seconds < math.inf:
            raise ParameterRefused(name, f"must be a number of seconds greater than zero, not '{value[:40]}'")
        return seconds


def parameters_of(request: Request, operation: str) -> Parameters:
    """The parameters of a request; a body that is posted directly becomes the parameter `operation` (query or update).

    Raises QuestionRefused for what is not UTF-8, ParameterRefused for a POST without `operation`, WrongMediaType.
    """
    in_address = _decoded(request.query_string, "the address")
    if request.method != "POST":
        return Parameters(tuple(in_address))
    in_body = _posted(request, operation)
    if all(name != operation for name, _ in in_body):
        raise ParameterRefused(operation, "is missing: a POST holds it in its body, as a form or directly")
    return Parameters((*in_address, *in_body))


def parameters_of_form(request: Request) -> Parameters:
    """The parameters in the address of a request and in the form that it posts, if any.

    Raises QuestionRefused for what is not UTF-8, WrongMediaType for a body that is no form.
    """
    in_address = _decoded(request.query_string, "the address")
    body = request.get_data() if request.method == "POST" else b""
    if not body:
        return Parameters(tuple(in_address))
    if request.mimetype != FORM:
        named = f"is '{request.mimetype[:80]}'" if request.mimetype else "is missing"
        raise WrongMediaType(f"the Content-Type {named}; POST the parameters as {FORM}", (FORM,))
    check_coding(request, (FORM,))
    return Parameters((*in_address, *_decoded(body, "the body")))


def parameters_in_address(request: Request) -> Parameters:
    """The parameters in the address of a request, whatever its body is. Raises QuestionRefused for other than UTF-8."""
    return Parameters(tuple(_decoded(request.query_string, "the address")))


def parameters_percent_decoded(request: Request) -> Parameters:
    """The same where a plus sign stands for itself, as in the IRIs of graphs (Graph Store HTTP Protocol, 4.2)."""
    return Parameters(tuple(_decoded(request.query_string.replace(b"+", b"%2B"), "the address")))


def _posted(request: Request, operation: str) -> list[tuple[str, str]]:
    direct = f"application/sparql-{operation}"
    if not request.content_type and not request.get_data():
        return []
    if request.mimetype not in (direct, FORM):
        named = f"is '{request.mimetype[:80]}'" if request.mimetype else "is missing"
        raise WrongMediaType(f"the Content-Type {named}; POST the {operation} as {FORM} or as {direct}", (direct, FORM))
    check_coding(request, (direct, FORM))
    body = request.get_data()
    if request.mimetype == FORM:
        return _decoded(body, "the body")
    return [(operation, _text(body, "the body"))]


def check_coding(request: Request, accepted: Iterable[str]) -> None:
    """Nothing, if the body is UTF-8 as far as its headers say, and not compressed. Raises WrongMediaType."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if _charset_name(charset) not in _CHARSETS:
        raise WrongMediaType(f"the charset '{charset[:40]}' is not read; send UTF-8", accepted)
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise WrongMediaType(f"the Content-Encoding '{encoding[:40]}' is not read; send the body plain", accepted)


def _charset_name(charset: str) -> str:
    try:
        return codecs.lookup(charset.strip()).name
    except (LookupError, ValueError):  # ValueError: characters that no name can hold
        return ""


def _decoded(raw: bytes, place: str) -> list[tuple[str, str]]:
    text = _text(raw, place)
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError as problem:
        raise _not_utf8(place) from problem
    except ValueError as problem:
        raise QuestionRefused(f"{place} holds more than {_MOST_PARAMETERS} parameters; send fewer") from problem
    return [(name, value.removeprefix("\ufeff")) for name, value in pairs]


def _text(raw: bytes, place: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise _not_utf8(place) from problem


def _not_utf8(place: str) -> QuestionRefused:
    return QuestionRefused(f"{place} is not UTF-8; encode it as UTF-8 and send it again")


def _iri(name: str, value: str) -> str:
    try:
        return NamedNode(value).value
    except ValueError as problem:
        raise ParameterRefused(name, f"must be an absolute IRI, not '{value[:80]}'") from problem
