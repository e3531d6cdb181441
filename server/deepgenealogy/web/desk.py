"""What every view works with: the engine, the published questions, the sources' root, and the settings in force."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app

from ..engine.interface import Engine
from ..settings import Settings
from ..sources.explanations import Explanation
from ..sources.questions import PublishedQuestion
from .inventory import Inventory, taken

Made = TypeVar("Made")


@dataclass
class Desk:
    """Handed to the application factory, and to views by `desk()`."""

    engine: Engine
    root: Path
    settings: Settings
    questions: dict[str, PublishedQuestion]
    explanations: dict[str, Explanation] = field(default_factory=dict)
    _made: dict[str, dict[str, Any]] = field(default_factory=dict)
    _inventories: dict[str, Inventory] = field(default_factory=dict)

    @property
    def union(self) -> list[str] | None:
        """The default graph that holds everything; None where that is the engine's own."""
        return self.engine.graph_names() if self.settings.default_graph == "strict" else None

    def inventory(self) -> Inventory:
        """What the graph holds now."""
        version = self.engine.version
        found = self._inventories.get(version)
        if found is None:
            found = taken(self.engine, self.union)
            self._inventories = {version: found}
        return found

    def made(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` makes of the present state of the data; made once for each state, and called by its name."""
        version = self.engine.version
        if version not in self._made:
            self._made = {version: {}}
        kept = self._made.setdefault(version, {})
        if name not in kept:
            kept[name] = make()
        found: Made = kept[name]
        return found

    def things(self) -> Inventory:
        """The IRIs relative to the base (`architecture/resnet`) of everything that has a description."""
        return self.inventory()


def desk() -> Desk:
    """The desk of the application that answers the present request."""
    found: Desk = current_app.extensions["deepgenealogy"]
    return found
