"""The process that reads files of the user's own: it may be killed by what it reads, and nobody else is.

Run as `python -m deepgenealogy.engine.reading_process ORDER`, with an order in JSON: `files` (names and syntaxes),
`graph`, `folder` for the runs and `memory_bytes`. Standard input is the user's. It writes lines of JSON: how far it is,
which runs are written, at the end what it found, or the one thing that is wrong.
"""

import gc
import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from ..errors import FileRefused, StorageRefused
from .confinement import Gauge, end_with_parent
from .reading import Runs, format_of, read_into


def main(order: dict[str, Any]) -> int:
    """Reads every file, or says which cannot be read; the exit status."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    end_with_parent()
    _limit(order["memory_bytes"])
    gc.disable()  # millions of quads come and go, none of them in a circle
    runs = Runs(Path(order["folder"]), order["graph"], lambda path: _say(run=str(path)))
    at = ""
    try:
        for number, (name, syntax) in enumerate(order["files"]):
            at, tell = name, _teller(number)
            tell(0, runs.quads)
            read_into(runs, name, format_of(name, syntax), tell)
        runs.settle()
    except FileRefused as refusal:
        return _say(refused=[refusal.file, refusal.words, refusal.line, refusal.column])
    except StorageRefused as refusal:
        return _say(storage=str(refusal))
    except MemoryError:
        return _say(memory=at)
    return _say(quads=runs.quads, graphs=sorted(runs.graphs))


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if held := Gauge().virtual_bytes():
        resource.setrlimit(resource.RLIMIT_AS, (held + memory_bytes,) * 2)


def _teller(number: int) -> Any:
    def tell(position: int, quads: int) -> None:
        _say(file=number, bytes=position, read=quads)

    return tell


def _say(**told: Any) -> int:
    print(json.dumps(told), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
