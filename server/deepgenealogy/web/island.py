"""The triples of a page within the page: JSON-LD in a script element, which no browser runs."""

import json
from collections.abc import Iterable

from pyoxigraph import Quad

from ..graph.compact import Compactor
from ..vocabulary import BASE, PREFIXES

#: Prefixes only, so that it is short and nothing has to be fetched.
_CONTEXT = {"@base": BASE, **{name: iri for name, iri in PREFIXES.items() if name != "dg"}}

#: Characters that would end a script or begin markup, as JSON may write them too.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def json_ld_island(quads: Iterable[Quad]) -> str:
    """`quads` as JSON-LD that is safe within a script element."""
    document = {"@context": _CONTEXT, "@graph": list(Compactor(_CONTEXT).members(set(quads)))}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
