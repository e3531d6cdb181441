"""What the rows of an answer rest on: the reasons that the explanations of a published question give for each row.

One more question is asked for each explanation and every few hundred rows, under the same limits as any other; it holds
the things of the rows in its VALUES block, so that its work is bounded by theirs.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from ..errors import ParameterRefused
from ..sources.explanations import KEY_BLOCK, Explained, Explanation
from ..sources.questions import VALUES_BLOCK, PublishedQuestion
from ..vocabulary import BASE
from .interface import Answer, Question

#: A term as SPARQL 1.1 Query Results JSON writes it; and a row, by variable.
Term = Mapping[str, str]
Row = Mapping[str, Term]

Ask = Callable[[Question], Answer]

#: So many things are explained by one question.
_BATCH = 400


@dataclass(frozen=True)
class ExplainedAnswer:
    """The rows of an answer, and for each row its reasons, in the order of the explanations; a reason is a row, too."""

    names: Sequence[str]
    rows: Sequence[Row]
    reasons: Sequence[Sequence[Row]]
    version: str

    @property
    def reason_names(self) -> list[str]:
        """The variables that reasons have, in the order in which they first occur."""
        return list(dict.fromkeys(name for reasons in self.reasons for reason in reasons for name in reason))


def explained_answer(
    ask: Ask,
    question: PublishedQuestion,
    text: str,
    explanations: Mapping[str, Explanation],
    default_graphs: Sequence[str] | None = None,
) -> ExplainedAnswer:
    """The answer to `question`, whose arguments are bound in `text`, with reasons.

    Raises ParameterRefused when the question does not say how it is explained, and what `ask` raises.
    """
    if not question.explained:
        raise ParameterRefused("explain", f"cannot be had: the question '{question.name}' names no explanation")
    answer = ask(Question(text, "json", None, default_graphs))
    told = json.loads(answer.whole())
    rows: list[Row] = told["results"]["bindings"]
    given = dict(_arguments(text))
    reasons: list[list[Row]] = [[] for _ in rows]
    for explained in question.explained:
        explanation = explanations[explained.by]
        keys = [_key(row, given, explained, explanation) for row in rows]
        found = _reasons(ask, explanation, dict.fromkeys(key for key in keys if key), default_graphs)
        for own, key in zip(reasons, keys, strict=True):
            own += [reason for reason in found.get(key, ()) if reason not in own]
    return ExplainedAnswer(told["head"]["vars"], rows, reasons, answer.version)


def _arguments(text: str) -> Iterator[tuple[str, Term]]:
    """The things that the parameters of a bound text are, by name."""
    for name, value in VALUES_BLOCK.findall(text):
        if value.startswith("<") and value.endswith(">"):
            iri = value[1:-1]
            yield name, {"type": "uri", "value": iri if ":" in iri else BASE + iri}


def _key(row: Row, given: Row, explained: Explained, explanation: Explanation) -> tuple[str, ...]:
    """The IRIs of a row's things in the order of the explanation's key; empty where one is unbound or is no IRI."""
    terms = [row.get(explained.roles[name], given.get(explained.roles[name])) for name in explanation.key]
    values = tuple(term["value"] for term in terms if term and term["type"] == "uri")
    return values if len(values) == len(terms) else ()


def _reasons(
    ask: Ask, explanation: Explanation, keys: Iterable[tuple[str, ...]], default_graphs: Sequence[str] | None
) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = {}
    waiting = iter(keys)
    while batch := list(islice(waiting, _BATCH)):
        told = json.loads(ask(Question(bound_to(explanation, batch), "json", None, default_graphs)).whole())
        names = told["head"]["vars"]
        for row in told["results"]["bindings"]:
            key = tuple(row[name]["value"] for name in explanation.key)
            found.setdefault(key, []).append({name: row[name] for name in names if name in row})
    return found


def bound_to(explanation: Explanation, keys: Iterable[Sequence[str]]) -> str:
    """The text of an explanation that explains the things of `keys`, IRIs in the order of its key."""
    tuples = " ".join(f"({' '.join(str(NamedNode(iri)) for iri in key)})" for key in keys)
    variables = " ".join(f"?{name}" for name in explanation.key)
    return KEY_BLOCK.sub(lambda _: f"VALUES ({variables}) {{ {tuples} }}", explanation.text, count=1)
