"""Answers kept on disk, so that a run that was stopped goes on, and nobody is asked the same thing twice in a week.

An answer is a file, named by the request and written whole or not at all. What cannot be read is asked again.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..errors import StorageRefused
from .calling import Call


@dataclass(frozen=True)
class Answers:
    """The answers of one graph below `folder`; those older than `keep` are asked again."""

    folder: Path
    keep: timedelta = timedelta(days=7)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def held(self, call: Call) -> tuple[bool, Any]:
        """Whether there is an answer to a call that is young enough, and the answer."""
        try:
            kept = json.loads(self._path(call).read_text(encoding="utf-8"))
            is_young = self.now() - datetime.fromisoformat(kept["on"]) < self.keep
            return is_young, kept["answer"]
        except (OSError, ValueError, KeyError, TypeError):
            return False, None

    def keep_answer(self, call: Call, answer: Any) -> None:
        """Keeps an answer. Raises StorageRefused."""
        text = json.dumps({"on": self.now().isoformat(), "asked": asdict(call), "answer": answer}, ensure_ascii=False)
        write_whole(self._path(call), text)

    def _path(self, call: Call) -> Path:
        digest = hashlib.sha256(json.dumps(asdict(call), sort_keys=True).encode()).hexdigest()
        return self.folder / f"{digest}.json"


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that it is there as a whole, or as it was before. Raises StorageRefused."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as problem:
        partial.unlink(missing_ok=True)
        cure = "choose another folder (--output, --cache), or make room"
        raise StorageRefused(f"{path} cannot be written: {problem.strerror}; {cure}") from problem
