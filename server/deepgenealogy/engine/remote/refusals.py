"""What an engine elsewhere means by refusing, in the words of this one. One row a kind of refusal."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from ...errors import (
    Busy,
    DeepGenealogyError,
    EngineLimitReached,
    EngineUnanswered,
    QuestionRefused,
    TimeLimitReached,
)

#: Statuses after which the same request may be answered, and which say that the engine has too much to do.
BUSY = frozenset({429, 502, 503})

#: How much of an engine's own words is passed on.
_WORDS = 300

Told = Callable[[str, str], DeepGenealogyError]


@dataclass(frozen=True)
class _Row:
    statuses: range
    words: str
    told: Told


def _credentials(name: str, words: str) -> DeepGenealogyError:
    cure = "set DEEPGENEALOGY_ENGINE_USER and DEEPGENEALOGY_ENGINE_PASSWORD, or DEEPGENEALOGY_ENGINE_TOKEN"
    return EngineUnanswered(name, f"refuses this server's credentials; {cure}")


def _elsewhere(name: str, words: str) -> DeepGenealogyError:
    return EngineUnanswered(name, "answers, but not to SPARQL at this address; give the address of its queries")


def _late(name: str, words: str) -> DeepGenealogyError:
    return TimeLimitReached(f"{name} gave the query up after a time limit of its own: {words}")


def _large(name: str, words: str) -> DeepGenealogyError:
    return EngineLimitReached(f"{name} reached a limit of its own: {words}; ask for less, or have it raised there")


def _path(name: str, words: str) -> DeepGenealogyError:
    return QuestionRefused(f"{name} cannot walk a path of which no end is given first; write one end as an IRI")


def _not_understood(name: str, words: str) -> DeepGenealogyError:
    return QuestionRefused(f"{name} cannot evaluate this query, though it is SPARQL 1.1: {words}")


def _failed(name: str, words: str) -> DeepGenealogyError:
    return EngineUnanswered(name, f"failed: {words}")


#: Refusals with which whoever asks has nothing to do.
_FOR_OPERATORS = (_credentials, _elsewhere, _failed)

_ANY = range(400, 600)
_ROWS = (
    _Row(range(401, 402), "", _credentials),
    _Row(range(403, 404), "", _credentials),
    _Row(range(404, 406), "", _elsewhere),
    _Row(range(408, 409), "", _late),
    _Row(range(504, 505), "", _late),
    _Row(_ANY, r"S1T00|timed? ?out|estimated execution time|exceeds the limit", _late),
    _Row(_ANY, r"SR353|SR319|out of memory|Memory pool size", _large),
    _Row(_ANY, r"transitive start not given", _path),
    _Row(range(400, 401), "", _not_understood),
    _Row(_ANY, r"Error (?:SP|SQ)\d", _not_understood),
    _Row(_ANY, "", _failed),
)


def refusal(name: str, label: str, status: int, text: str) -> DeepGenealogyError:
    """What is raised for an answer with this status and these words.

    `name` tells where the engine stands, and is for its operator; `label` does not, and is for whoever asks.
    """
    words = " ".join(text.partition("SPARQL query:")[0].split())[:_WORDS] or f"status {status}"
    for row in _ROWS:
        if status in row.statuses and re.search(row.words, text, re.IGNORECASE):
            return row.told(name if row.told in _FOR_OPERATORS else label, words)
    return EngineUnanswered(name, f"answered with status {status}")


def busy(name: str, seconds: float) -> Busy:
    """What is raised when the engine has too much to do; it wants to be left alone for so many seconds."""
    words = f"{name} has too much to do; ask again later"
    return Busy(words, retry_after_s=max(1, round(seconds)), setting="engine")


def wanted_pause_s(headers: httpx.Headers) -> float:
    """The seconds for which a server wants to be left alone; a second when it does not say."""
    text = headers.get("Retry-After", "").strip()
    return float(text) if text.isdecimal() else 1.0
