"""Exports: what leaves the project as files, the same from HTTP, from the command line and from Python.

Graphs are dumped in every RDF format (`dump`); tables, bibliographies and the graph of descent are rows of `FILES`.
"""

from .dumps import dump
from .files import FILES, FileExport

__all__ = ["FILES", "FileExport", "dump"]
