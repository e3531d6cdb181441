"""The table of exports beside RDF: file name -> media type and writer. A new export is a row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..engine.interface import Engine
from .bibtex import write_bibtex
from .csljson import write_csl_json
from .graph import write_lineage_graph
from .nested import write_catalogue
from .tables import write_architectures, write_derivations

Writer = Callable[[Engine], Iterator[bytes]]


@dataclass(frozen=True)
class FileExport:
    """One file: its media type, and what writes it, in pieces, from the answers of an engine.

    All is asked when `write` is called, so that a refusal comes before the first piece.
    """

    media_type: str
    write: Writer


FILES = {
    "architectures.csv": FileExport("text/csv", write_architectures),
    "derivations.csv": FileExport("text/csv", write_derivations),
    "papers.bib": FileExport("application/x-bibtex", write_bibtex),
    "papers.csl.json": FileExport("application/vnd.citationstyles.csl+json", write_csl_json),
    "catalogue.jsonld": FileExport("application/ld+json", write_catalogue),
    "lineage.graphml": FileExport("application/graphml+xml", write_lineage_graph),
}
