"""`/sparql/terms`: the classes and properties that a query can use, for whoever completes what is being typed.

Those that the ontology declares, with their texts, and those that the data uses besides; how often each is used is
what the dataset's own description counts.
"""

import json
from collections import defaultdict

from flask import Blueprint, Response

from ..engine.lineage import TRUE, rows_of
from ..graph.partitions import DOCUMENT
from ..vocabulary import GRAPHS, OWL, PREFIXES, RDF_TYPE, RDFS, SKOS, VOID
from .desk import desk
from .language import chosen
from .termwords import FOREIGN

terms = Blueprint("terms", __name__)

#: Each class and property that the ontology declares: ?term, and whether it `isClass`.
_DECLARED = f"""SELECT DISTINCT ?term ?isClass {{
  GRAPH <{GRAPHS["ontology"]}> {{ ?term <{RDF_TYPE}> ?type }}
  VALUES (?type ?isClass) {{
    (<{OWL}Class> true) (<{RDFS}Class> true)
    (<{OWL}ObjectProperty> false) (<{OWL}DatatypeProperty> false) (<{OWL}AnnotationProperty> false)
  }}
  FILTER(ISIRI(?term))
}}"""

#: Each class and property in use: ?term, whether it `isClass`, and how many members or triples it has.
_USED = f"""SELECT ?term ?isClass ?number {{
  VALUES (?names ?counts ?isClass) {{ (<{VOID}class> <{VOID}entities> true) (<{VOID}property> <{VOID}triples> false) }}
  GRAPH <{GRAPHS["meta"]}> {{ ?part ?names ?term ; ?counts ?number }}
  FILTER(CONTAINS(STR(?part), "{DOCUMENT}#all--"))
}}"""

_TEXTS = f"""SELECT ?term ?says ?text (LANG(?text) AS ?language) {{
  GRAPH <{GRAPHS["ontology"]}> {{ ?term ?says ?text }}
  FILTER(?says IN (<{RDFS}label>, <{SKOS}definition>) && ISIRI(?term))
}}"""


@terms.get("/sparql/terms")
def answer() -> Response:
    """Every class and property as JSON, those used most first, in the language of the request."""
    engine = desk().engine
    texts: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows_of(engine, _TEXTS):
        texts[row["term"], row["says"]][row["language"]] = row["text"]
    used = {(row["term"], row["isClass"]): int(row["number"]) for row in rows_of(engine, _USED)}
    known = dict.fromkeys(((row["term"], row["isClass"]) for row in rows_of(engine, _DECLARED)), 0) | used
    rows = [
        {
            "name": name,
            "kind": "class" if is_class in TRUE else "property",
            "label": chosen(texts[iri, f"{RDFS}label"] or FOREIGN.get(name, {}))[0],
            "definition": chosen(texts[iri, f"{SKOS}definition"])[0],
            "used": number,
        }
        for (iri, is_class), number in sorted(known.items(), key=lambda item: (-item[1], item[0]))
        if (name := _compact(iri))
    ]
    response = Response(json.dumps({"terms": rows}, ensure_ascii=False), content_type="application/json")
    response.vary.add("Accept-Language")
    return response


def _compact(iri: str) -> str:
    """The name of a term as a query writes it; empty where no prefix of ours fits.

    >>> _compact("http://www.w3.org/ns/prov#Entity")
    'prov:Entity'
    """
    fitting = ((prefix, iri.removeprefix(space)) for prefix, space in PREFIXES.items() if iri.startswith(space))
    return next((f"{prefix}:{local}" for prefix, local in fitting if local.isidentifier()), "")
