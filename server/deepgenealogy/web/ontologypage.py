"""The ontology as a page: its own template with the site's frame, so that nothing is fetched from another host.

pyLODE writes such pages too, but with scripts and styles in the page, which the content security policy refuses.
"""

from collections.abc import Iterable

from flask import render_template
from pyoxigraph import Literal, NamedNode, Quad

from ..graph.partitions import DOCUMENT
from ..vocabulary import GRAPHS, PREFIXES
from .addresses import address_of
from .classdiagram import class_diagram
from .desk import desk
from .terminology import Terminology

_VOID = PREFIXES["void"]


#: (name of a format, media type, address).
Alternate = tuple[str, str, str]


def ontology_page(identity: str, quads: Iterable[Quad], *, alternates: Iterable[Alternate], data: str) -> str:
    """The page for the ontology or one of its versions: contents, picture of the classes, every term by its anchor.

    `data` is JSON-LD for the page to hold, `alternates` the other forms in which it can be had.
    """
    terminology = Terminology.of(quads, _uses())
    return render_template(
        "ontology.html",
        ontology=terminology,
        diagram=class_diagram(terminology.above),
        identity=identity,
        alternates=list(alternates),
        data=data,
        address_of=address_of,
    )


def _uses() -> dict[str, int]:
    """How many members each class and how many triples each property has, as the description counts them."""
    totals = {f"{_VOID}class": f"{_VOID}entities", f"{_VOID}property": f"{_VOID}triples"}
    about: dict[str, str] = {}
    numbers: dict[tuple[str, str], int] = {}
    for quad in desk().engine.quads(GRAPHS["meta"]):
        subject, predicate = str(getattr(quad.subject, "value", "")), quad.predicate.value
        if f"{DOCUMENT}#all--" not in subject:
            continue
        if predicate in totals and isinstance(quad.object, NamedNode):
            about[subject] = quad.object.value
        elif isinstance(quad.object, Literal) and predicate in totals.values():
            numbers[subject, predicate] = int(quad.object.value)
    return {
        iri: number
        for subject, iri in about.items()
        for predicate in totals.values()
        if (number := numbers.get((subject, predicate)))
    }
