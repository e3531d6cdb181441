"""Cells of tables on pages: links to things, plain texts, nothing where nothing is bound."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..vocabulary import BASE
from .phrases import Phrase, Reference, Text

_UNBOUND = {"type": "literal", "value": ""}


def cells(row: Mapping[str, Any], names: Sequence[str]) -> list[Phrase | str]:
    """The cells of a row of SPARQL JSON, in the order of `names`."""
    return [cell(row.get(name, _UNBOUND)) for name in names]


def cell(term: Mapping[str, Any]) -> Phrase | str:
    """One term as a page shows it: a link, a text with its language, or a plain one."""
    if "xml:lang" in term:
        return Text(str(term["value"]), str(term["xml:lang"]))
    if term["type"] != "uri":
        return str(term["value"])
    identity = term["value"].removeprefix(BASE)
    return Reference(identity, identity.partition("ontology#")[2] or identity)
