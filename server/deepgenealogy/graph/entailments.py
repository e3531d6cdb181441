"""What the stated triples entail by the OWL 2 RL rules: ancestors, inverses, super-properties, the chain, classes.

The rules are applied by `reasonable` (OWL 2 RL in Rust) in a process of its own (see `reasoning_process`), so that what
is stated can be stored meanwhile; a test holds them against `owlrl`. Kept is what is said about our things; what only
restates the axioms (`owl:Thing`, reflexive `owl:sameAs`) is left out.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import Quad, RdfFormat, serialize

from ..errors import WorkerFailed
from ..locations import environment
from ..vocabulary import GRAPHS, RDF_TYPE, RDFS
from .statements import Statement, quads_from, statement_of

#: With these something is said of a property by which nothing follows for a subject from a literal.
_ABOUT_VALUES = frozenset({RDF_TYPE, f"{RDFS}range", f"{RDFS}isDefinedBy"})


class Reasoner:
    """A process that reasons: begun before there is anything to reason about, told once, asked once for the outcome.

    Leaving the context ends the process.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-m", f"{__package__}.reasoning_process"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True, encoding="utf-8"
        )
        self._folder = tempfile.TemporaryDirectory(prefix="deepgenealogy-")
        self._stated: set[Statement] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def begin(self, stated: Sequence[Statement]) -> None:
        """Lets the process reason about what is stated."""
        self._stated = set(stated)
        path = (
            Path(self._folder.name) / "stated.ttl"
        )  # N-Triples are Turtle; the reasoner tells formats by their ending
        path.write_text("".join(f"{s} <{p}> {o} .\n" for s, p, o in _telling(stated)), encoding="utf-8")
        assert self._process.stdin is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()

    def entailed(self) -> list[Statement]:
        """What is entailed about our things and was not stated already. Raises WorkerFailed."""
        said, _ = self._process.communicate()
        if self._process.returncode:
            raise WorkerFailed(f"the process that reasons ended with status {self._process.returncode}")
        found = map(statement_of, said.split("\n")[:-1])
        return [statement for statement in dict.fromkeys(found) if statement not in self._stated]


def entailed_quads(stated: Iterable[Quad]) -> list[Quad]:
    """The quads of `dg:graph/inferred`: entailed by `stated`, about our things, and not stated already."""
    triples = (serialize((quad.triple for quad in stated), format=RdfFormat.N_TRIPLES) or b"").decode()
    with Reasoner() as reasoner:
        reasoner.begin([statement_of(line.removesuffix(" .")) for line in triples.split("\n")[:-1]])
        return quads_from({GRAPHS["inferred"]: reasoner.entailed()})


def _telling(stated: Iterable[Statement]) -> Iterator[Statement]:
    """The statements from which something about our things can follow.

    A literal says nothing more than that its subject has the property, which matters to axioms about that property
    (rules prp-dom, prp-spo1 and cls-hv of the OWL 2 RL profile): one is enough, and none where there are no axioms but
    those about the literal itself.
    """
    of_axioms = {term for s, p, o in stated if o[0] != '"' for term in (o, *(() if p in _ABOUT_VALUES else (s,)))}
    held = set()
    for subject, predicate, value in stated:
        if value[0] != '"':
            yield subject, predicate, value
        elif f"<{predicate}>" in of_axioms and (place := (subject, predicate)) not in held:
            held.add(place)
            yield subject, predicate, value
