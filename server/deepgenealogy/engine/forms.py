"""The form of a query's answer, told from the query's tokens before anything is parsed; and whether it is a query."""

from typing import Literal

from .interface import Form
from .tokens import tokens

#: The words with which operations begin, after their prologue; `update` stands for every operation of SPARQL Update.
_FORMS: dict[str, Form | Literal["update"]] = {
    "SELECT": "bindings",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
    **dict.fromkeys(
        ("INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"),
        "update",
    ),
}
_PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})


def form_of(text: str) -> Form | Literal["update"] | None:
    """The form of the answer to a query, `update` for an update, None for what is neither.

    >>> form_of("PREFIX ask: <http://x/ASK> # SELECT\\nCONSTRUCT WHERE { ?s ?p ?o }")
    'graph'
    """
    words = (token.text.upper() for token in tokens(text) if token.kind == "word")
    return next((_FORMS.get(word) for word in words if word not in _PROLOGUE), None)
