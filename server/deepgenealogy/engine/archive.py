"""Former states of the data, as far as they are held: which there are, and questions put to one of them.

A state is named as in `Engine.version`. Whoever keeps former states is an Archivist; any other engine holds the present
state alone.
"""

from typing import Protocol, runtime_checkable

from ..errors import StateNotHeld
from .interface import Answer, Engine, HasLeft, Question, stays


@runtime_checkable
class Archivist(Protocol):
    """An engine that can also answer from former states."""

    def versions(self) -> list[str]:
        """The names of the states that are held, the latest first."""
        ...

    def ask_at(self, version: str, question: Question, has_left: HasLeft = stays) -> Answer:
        """The answer from a former state, under the same limits as any other. Raises StateNotHeld."""
        ...


def held_versions(engine: Engine) -> list[str]:
    """The names of the states that `engine` can answer from, the present one first."""
    former = engine.versions() if isinstance(engine, Archivist) else []
    return list(dict.fromkeys([engine.version, *former]))


def ask_at(engine: Engine, version: str, question: Question, has_left: HasLeft = stays) -> Answer:
    """The answer from the state `version`, be it the present one or a former one. Raises StateNotHeld."""
    if version == engine.version:
        answer = engine.ask(question, has_left) if has_left is not stays else engine.ask(question)
        if answer.version == version:  # no write came between
            return answer
    if not isinstance(engine, Archivist):
        raise StateNotHeld(version, [engine.version])
    return engine.ask_at(version, question, has_left)
