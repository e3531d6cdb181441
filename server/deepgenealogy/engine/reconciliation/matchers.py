"""The matcher in force: made once a snapshot, and shared by all requests."""

import threading
from pathlib import Path

from ..interface import Engine
from .gazetteer import read_gazetteer
from .scoring import Matcher


class Matchers:
    """The matcher of the present snapshot, made anew when the engine has another. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[str, Matcher] | None = None

    def of(self, engine: Engine, root: Path) -> Matcher:
        """The matcher over what the engine holds now; `root` is the folder of the sources."""
        with self._lock:
            version = engine.version
            if self._kept is None or self._kept[0] != version:
                self._kept = version, Matcher(read_gazetteer(engine, root))
            return self._kept[1]
