"""The files in which the data can be had, as DCAT tells of them: every RDF format, tables and bibliographies."""

from ..vocabulary import BASE, GRAPHS
from .formats import GRAPH_FORMATS
from .nodes import Node

#: Files beside RDF -> media type. Those who write them sit in a higher layer; a test holds both tables together.
FILES = {
    "architectures.csv": "text/csv",
    "derivations.csv": "text/csv",
    "papers.bib": "application/x-bibtex",
    "papers.csl.json": "application/vnd.citationstyles.csl+json",
    "catalogue.jsonld": "application/ld+json",
    "lineage.graphml": "application/graphml+xml",
}

_REGISTRY = "https://www.iana.org/assignments/media-types/"


def distributions(name: str, licence: str) -> list[Node]:
    """The `dcat:Distribution`s of one named graph, or of `all`, which has those beside RDF too."""
    dumps = {f"{name}.{row.name}": row.media_type for row in GRAPH_FORMATS.values()}
    files = {**dumps, **(FILES if name == "all" else {})}
    owner = "dataset" if name == "all" else GRAPHS[name].removeprefix(BASE)
    return [_distribution(f"{owner}#{file}", file, media_type, licence) for file, media_type in files.items()]


def _distribution(identity: str, file: str, media_type: str, licence: str) -> Node:
    address = {"@id": f"export/{file}"}
    return {
        "@id": identity,
        "@type": ["dcat:Distribution", "schema:DataDownload"],
        "dcterms:title": file,
        "dcterms:license": {"@id": licence},
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": {"@id": _REGISTRY + media_type},
        "schema:contentUrl": address,
        "schema:encodingFormat": media_type,
    }


def dumps(name: str) -> list[Node]:
    """The addresses of the RDF dumps of one named graph, or of `all`."""
    return [{"@id": f"{BASE}export/{name}.{suffix}"} for suffix in GRAPH_FORMATS]
