"""A write, and what becomes of it: the one interface to whatever changes the dataset, and how it travels.

A write is sent to the writing process as one message with JSON, then one message for each body (see `wire`). It answers
`E` with what was written, or `X` with an error of ours.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ..errors import (
    BodyRefused,
    CallOutRefused,
    ConditionFailed,
    DeepGenealogyError,
    MemoryLimitReached,
    NotFound,
    ParameterRefused,
    QuerySyntax,
    QueryTooLong,
    QuestionRefused,
    SnapshotUnusable,
    StorageRefused,
    TooDeep,
)

#: What a write does: run a SPARQL update, or replace, extend or remove one graph.
Operation = Literal["update", "put", "post", "delete"]


#: In a condition: any state of the graph, as long as it exists.
ANY = "*"


@dataclass(frozen=True)
class Body:
    """An RDF document as it was sent: the name of its format (see `graph.formats`), and its bytes."""

    format: str
    content: bytes


@dataclass(frozen=True)
class Conditions:
    """What must be in force for a write to be made: names of snapshots, or ANY; None means that there is no condition.

    If-Match and If-None-Match of RFC 9110, 13.1.1 and 13.1.2.
    """

    if_match: Sequence[str] | None = None
    if_none_match: Sequence[str] | None = None

    def check(self, snapshot: str, *, exists: bool) -> None:
        """Nothing, if a write may be made over `snapshot`, where its graph `exists` or not. Raises ConditionFailed."""
        holding = {snapshot, ANY} if exists else set()
        if self.if_match is not None and holding.isdisjoint(self.if_match):
            what = f"snapshot {snapshot} is in force" if exists else "the graph does not exist"
            raise ConditionFailed(f"If-Match does not hold: {what}")
        if self.if_none_match is not None and not holding.isdisjoint(self.if_none_match):
            raise ConditionFailed(f"If-None-Match does not hold: the graph exists in snapshot {snapshot}")


@dataclass(frozen=True)
class Write:
    """One change of the dataset, made whole or not at all.

    `graph` is the IRI of the graph, empty for the default graph; `base` resolves relative IRIs. An update has its text
    as its one body, of format `update`, and may have a dataset of the request (`using`, `using_named`).
    """

    operation: Operation
    base: str
    graph: str = ""
    bodies: Sequence[Body] = ()
    using: Sequence[str] = ()
    using_named: Sequence[str] = ()
    conditions: Conditions = Conditions()


@dataclass(frozen=True)
class Written:
    """What was written: the name of the snapshot that holds it, and whether the graph did not exist before."""

    snapshot: str
    created: bool


def order_of(write: Write, deadline_s: float) -> dict[str, Any]:
    """A write as the JSON of its first message; the contents of its bodies follow."""
    order = asdict(write)
    order["bodies"] = [body.format for body in write.bodies]
    return {**order, "deadline_s": deadline_s}


def write_of(order: dict[str, Any], contents: Sequence[bytes]) -> Write:
    """The write that an order and its bodies tell of."""
    bodies = [Body(name, content) for name, content in zip(order["bodies"], contents, strict=True)]
    return Write(**{**order, "bodies": bodies, "conditions": Conditions(**order["conditions"])})


_REPORTED: dict[str, type[DeepGenealogyError]] = {
    kind.__name__: kind
    for kind in (
        BodyRefused,
        CallOutRefused,
        ConditionFailed,
        MemoryLimitReached,
        NotFound,
        ParameterRefused,
        QuerySyntax,
        QueryTooLong,
        QuestionRefused,
        SnapshotUnusable,
        StorageRefused,
        TooDeep,
    )
}


def report_of(error: DeepGenealogyError) -> dict[str, Any]:
    """An error as JSON."""
    arguments: list[Any] = [str(error)]
    if isinstance(error, QuerySyntax | BodyRefused):
        arguments = [error.words, error.line, error.column]
    elif isinstance(error, NotFound):
        arguments = [error.kind, error.name, list(error.near)]
    return {"error": type(error).__name__, "arguments": arguments}


def reported(report: dict[str, Any]) -> DeepGenealogyError:
    """The error that a report tells of."""
    return _REPORTED.get(report["error"], DeepGenealogyError)(*report["arguments"])
