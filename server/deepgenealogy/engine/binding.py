"""Arguments become SPARQL terms in the VALUES blocks of a published question; nothing else of its text changes."""

import re
from collections.abc import Callable, Mapping

from pyoxigraph import Literal, NamedNode

from ..errors import ParameterRefused
from ..sources.questions import VALUES_BLOCK, Parameter, PublishedQuestion
from ..vocabulary import BASE, nearest

_LOCAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def bound_text(question: PublishedQuestion, arguments: Mapping[str, str]) -> str:
    """The text of `question` with `arguments` in place of its examples. Raises ParameterRefused.

    A thing may be named by slug (`resnet`), by relative IRI (`architecture/resnet`) or by IRI.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    terms: dict[str, str] = {}
    for name, value in arguments.items():
        if name not in known:
            near = nearest(name, known) or list(known)
            raise ParameterRefused(name, f"is not one of this query's; it has {', '.join(near) or 'none'}")
        terms[name] = term_of(known[name], value)

    def filled(block: re.Match[str]) -> str:
        name = block.group(1)
        return f"VALUES ?{name} {{ {terms[name]} }}" if name in terms else block.group()

    return VALUES_BLOCK.sub(filled, question.text)


def full_arguments(question: PublishedQuestion, arguments: Mapping[str, str]) -> dict[str, str]:
    """An argument for each parameter, in their order and in its shortest form; examples stand for what is not given.

    Raises ParameterRefused.
    """
    bound_text(question, arguments)
    return {
        parameter.name: _shortest(parameter, arguments.get(parameter.name, _plain(parameter.example)))
        for parameter in question.parameters
    }


def _plain(example: str) -> str:
    """The argument that an example stands for: what is within its brackets or quotes."""
    return example[1:-1] if example[:1] in ("<", '"') else example


def _shortest(parameter: Parameter, value: str) -> str:
    if parameter.kind in _TERMS:
        return value
    return value.removeprefix(BASE).removeprefix(f"{parameter.kind}/")


def term_of(parameter: Parameter, value: str) -> str:
    """`value` as a SPARQL term of the parameter's kind. Raises ParameterRefused.

    >>> term_of(Parameter("year", "integer", {}, "2015"), "2016")
    '2016'
    """
    return _TERMS.get(parameter.kind, _thing)(parameter, value)


def _thing(parameter: Parameter, value: str) -> str:
    local = value.removeprefix(BASE).removeprefix(f"{parameter.kind}/")
    if not _LOCAL.fullmatch(local):
        raise ParameterRefused(parameter.name, f"must be the slug or IRI of a {parameter.kind}, not '{value[:80]}'")
    return str(NamedNode(f"{BASE}{parameter.kind}/{local}"))


def _anything(parameter: Parameter, value: str) -> str:
    return str(NamedNode(BASE + value.removeprefix(BASE)))


def _integer(parameter: Parameter, value: str) -> str:
    if not re.fullmatch(r"-?\d{1,9}", value):
        raise ParameterRefused(parameter.name, f"must be a whole number, not '{value[:80]}'")
    return str(int(value))


def _text(parameter: Parameter, value: str) -> str:
    return str(Literal(value))


_TERMS: dict[str, Callable[[Parameter, str], str]] = {"integer": _integer, "text": _text, "thing": _anything}
