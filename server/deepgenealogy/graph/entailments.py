"""What the stated triples entail by the OWL 2 RL rules: ancestors, inverses, super-properties, the chain, classes.

The rules are applied by `reasonable` (OWL 2 RL in Rust) in a process of its own (see `reasoning_process`), so that what
is stated can be stored meanwhile; a test holds them against `owlrl`. Kept is what is said about our things; what only
restates the axioms (`owl:Thing`, reflexive `owl:sameAs`) is left out.
"""

import subprocess
import sys
import tempfile
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import Quad, RdfFormat, serialize

from ..errors import WorkerFailed
from ..locations import environment
from ..vocabulary import GRAPHS, OWL, PREFIXES, RDF_TYPE, RDFS
from .statements import Statement, quads_from, statement_of

#: The vocabularies that axioms are written in.
_OF_AXIOMS = (OWL, RDFS, PREFIXES["rdf"])

#: What is said by which nothing follows: words, where a term is defined, and that a property is one.
_ABOUT_NOTHING = frozenset(f"{RDFS}{name}" for name in ("label", "comment", "isDefinedBy", "seeAlso"))
_DECLARING = frozenset((RDF_TYPE, f"<{OWL}{kind}Property>") for kind in ("Object", "Datatype", "Annotation"))

#: What is said of a property by which nothing follows for a subject from a literal.
_ABOUT_VALUES = frozenset({RDF_TYPE, f"{RDFS}range"})


class Reasoner:
    """A process that reasons: begun before there is anything to reason about, told once, asked once for the outcome.

    Leaving the context ends the process.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-X", "utf8", "-m", f"{__package__}.reasoning_process"]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            encoding="utf-8",
            process_group=0,  # whoever is interrupted ends this process, too; the terminal need not
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
        # N-Triples are Turtle; the reasoner goes by the ending.
        path = Path(self._folder.name) / "stated.ttl"
        path.write_text("".join(f"{s} <{p}> {o} .\n" for s, p, o in _telling(stated)), encoding="utf-8")
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended, which is said when it is asked
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


def _telling(stated: Sequence[Statement]) -> Iterator[Statement]:
    """The statements from which something about our things can follow.

    By the rules of the OWL 2 RL profile nothing follows from a property of which no axiom tells anything, unless two
    things are the same; everything is told where that is stated, and no functional property of a record has two values.
    A literal says nothing more than that its subject has the property (rules prp-dom and prp-spo1): of those with
    properties of which the same is told, one is enough. A property that another term's axiom names (an inverse, a
    restriction, a chain) is told of in full.
    """
    axioms: dict[str, set[tuple[str, str]]] = {}
    named = set()
    for subject, predicate, value in stated:
        if value[0] != '"' and (predicate, value) not in _DECLARING and predicate not in _ABOUT_NOTHING:
            axioms.setdefault(subject, set()).add((predicate, value))
            named.add(value)

    says_same = any(predicate == f"{OWL}sameAs" for _, predicate, _ in stated)

    @cache
    def meaning(predicate: str, excepted: frozenset[str] = frozenset()) -> Hashable:
        if says_same or f"<{predicate}>" in named:
            return predicate
        told = frozenset(axiom for axiom in axioms.get(f"<{predicate}>", ()) if axiom[0] not in excepted)
        is_of_axioms = predicate.startswith(_OF_AXIOMS) and predicate not in _ABOUT_NOTHING
        return told or (predicate if is_of_axioms else None)

    held = set()
    for subject, predicate, value in stated:
        if value[0] != '"':
            if meaning(predicate):
                yield subject, predicate, value
        elif what := meaning(predicate, _ABOUT_VALUES):
            place = (subject, what)
            if what == predicate or place not in held:
                held.add(place)
                yield subject, predicate, value
