"""`export`: dumps, tables and bibliographies as files."""

import sys
from pathlib import Path
from typing import Any

import click

from ..export import FILES, dump
from ..graph.formats import GRAPH_FORMATS
from ..locations import sources_root
from ..settings import Settings
from ..vocabulary import GRAPHS
from .common import engine_for, setting


@click.command()
@click.argument("target", metavar="GRAPH.FORMAT|FILE")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="file to write; standard output unless given")
@setting("store")
@setting("engine")
def export(target: str, output: Path | None, **options: Any) -> None:
    """Write a named graph, or 'all', in a format of RDF; or a table, a bibliography, the graph of descent.

    \b
    Examples:
      deepgenealogy export all.trig -o genealogy.trig
      deepgenealogy export curation.jsonld
      deepgenealogy export papers.bib -o papers.bib
    """
    name, _, suffix = target.rpartition(".")
    if target not in FILES and (name not in ("all", *GRAPHS) or suffix not in GRAPH_FORMATS):
        raise click.UsageError(
            f"'{target}': graphs are all, {', '.join(GRAPHS)}; formats are {', '.join(GRAPH_FORMATS)}; "
            f"files are {', '.join(FILES)}"
        )
    engine = engine_for(Settings.of(**options))
    is_file = target in FILES
    pieces = FILES[target].write(engine) if is_file else dump(engine, sources_root(), graph=name, format_name=suffix)
    if output is None:
        sys.stdout.buffer.writelines(pieces)
        return
    if not output.parent.is_dir():
        raise click.UsageError(f"there is no folder {output.parent}; make it first, or choose another --output")
    partial = output.with_name(output.name + ".partial")
    try:
        with partial.open("wb") as file:
            file.writelines(pieces)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


COMMANDS = (export,)
