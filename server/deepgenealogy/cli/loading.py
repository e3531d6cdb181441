"""`load` and `unload`: RDF of the user's own, beside the genealogy."""

import sys
import time
from typing import Any

import click

from ..engine.loading import Load, Step, load, unload
from ..settings import Settings
from .common import setting, snapshot_for

#: Words of progress that are written to what is no terminal: one in so many seconds.
_PAUSE_S = 5.0


class _Progress:
    """Tells on standard error how far a load is: one line that changes on a terminal, now and then a line elsewhere."""

    def __init__(self) -> None:
        self._begun = self._last = time.monotonic()
        self._is_terminal = sys.stderr.isatty()

    def __call__(self, step: Step) -> None:
        now = time.monotonic()
        is_only_word = not (step.quads or step.total)  # of a step that is not told of again
        if is_only_word or now - self._last > (0.2 if self._is_terminal else _PAUSE_S):
            self._last = now
            words = f"{step.name}{_share(step)}"
            if step.quads:
                words += f": {step.quads:,} quads, {step.quads / (now - self._begun):,.0f} quads/s"
            click.echo(f"\r\033[K{words}" if self._is_terminal else words, err=True, nl=not self._is_terminal)

    def end(self) -> float:
        """Clears the line; the seconds since the beginning."""
        if self._is_terminal:
            click.echo("\r\033[K", err=True, nl=False)
        return time.monotonic() - self._begun


def _share(step: Step) -> str:
    file = f" {step.file}, {step.done:,} bytes" if step.file else ""
    return f"{file}, {min(step.done / step.total, 1):.0%}" if step.total else file


@click.command("load")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--graph", metavar="IRI", default="", help="graph that takes every statement; needed for triples")
@click.option(
    "--format", "syntax", default=None, help="ttl, nt, nq, trig, n3, rdf, jsonld; by the extension unless given"
)
@click.option("--replace", "replaces", is_flag=True, help="swap what the graph held before")
@setting("store")
def load_files(files: tuple[str, ...], graph: str, syntax: str | None, replaces: bool, **options: Any) -> None:
    """Load RDF files, compressed (gz, bz2, xz, zst) or not, into a graph beside the genealogy; '-' is standard input.

    Files with graphs of their own (nq, trig, jsonld) keep them unless --graph is given. All files are loaded, or none.

    \b
    Examples:
      deepgenealogy load works.nt.gz authors.ttl --graph https://semopenalex.org/
      curl -s https://example.org/slice.nt | deepgenealogy load - --format nt --graph urn:slice
    """
    settings = Settings.of(**options)
    snapshot_for(settings)
    progress = _Progress()
    try:
        loaded = load(Load(files, graph, syntax, replaces), settings, progress)
    finally:
        seconds = progress.end()
    rate = loaded.quads / seconds
    click.echo(
        f"read {loaded.quads} quads, {loaded.new} of them new, in {seconds:.1f} s ({rate:,.0f} quads/s)", err=True
    )
    for name in loaded.graphs:
        click.echo(f"{loaded.snapshot.manifest.graphs[name]:>9}  {name}")
    click.echo("a server that runs on this store needs a restart (or a write) to answer from it", err=True)


@click.command("unload")
@click.argument("graph", metavar="IRI")
@setting("store")
def unload_graph(graph: str, **options: Any) -> None:
    """Take a loaded graph away.

    \b
    Example:
      deepgenealogy unload https://semopenalex.org/
    """
    settings = Settings.of(**options)
    snapshot_for(settings)
    quads, _ = unload(graph, settings)
    click.echo(f"took {quads} quads away: {graph}")


COMMANDS = (load_files, unload_graph)
