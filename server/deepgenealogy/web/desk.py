"""What every view works with: the engine, the published questions, the sources' root, and the settings in force."""

from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from ..engine.interface import Engine, Question
from ..settings import Settings
from ..sources.questions import PublishedQuestion
from ..vocabulary import BASE


@dataclass
class Desk:
    """Handed to the application factory, and to views by `desk()`."""

    engine: Engine
    root: Path
    settings: Settings
    questions: dict[str, PublishedQuestion]
    _things: dict[str, frozenset[str]] = field(default_factory=dict)

    def things(self) -> frozenset[str]:
        """The IRIs relative to the base (`architecture/resnet`) of everything that has a description."""
        version = self.engine.version
        if version not in self._things:
            query = f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}")) }}'
            lines = self.engine.ask(Question(query, table_format="tsv")).whole().decode().splitlines()[1:]
            found = frozenset(line.strip("<>").removeprefix(BASE).partition("#")[0] for line in lines)
            self._things = {version: found}
        return self._things[version]


def desk() -> Desk:
    """The desk of the application that answers the present request."""
    found: Desk = current_app.extensions["deepgenealogy"]
    return found
