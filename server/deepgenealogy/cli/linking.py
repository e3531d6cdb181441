"""`link`: our papers and methods looked for in other graphs, and what a curator reviews."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..errors import DeepGenealogyError
from ..linking import Outcome, Terms, link, plan
from ..locations import default_store, sources_root
from ..sources.endpoints import Endpoint, endpoint_named, read_endpoints
from ..sources.records import Catalogue, read_catalogue

_COLUMNS = ("asked", "found", "new", "changed", "lost", "candidate", "refused", "look-alikes", "calls", "kept")


@click.command("link")
@click.option("--graph", "names", multiple=True, metavar="NAME", help="a graph of data/endpoints; may be given again")
@click.option("--dry-run", is_flag=True, help="tell what would be asked, ask nobody and write nothing")
@click.option("--output", type=click.Path(path_type=Path), default=None, help="folder of the files for review")
@click.option("--cache", type=click.Path(path_type=Path), default=None, help="folder where answers are kept for a week")
@click.option("--limit", type=click.IntRange(min=1), default=None, help="ask for the first so many things only")
@click.option("--endpoint", "address", metavar="URL", default=None, help="ask a mirror or stand-in of the one graph")
@click.option("--dump", type=click.Path(path_type=Path), default=None, help="ask a file of the one graph instead")
@click.option("--refresh", is_flag=True, help="ask again for what is kept")
@click.option("--contact", envvar="DEEPGENEALOGY_CONTACT", default="", help="your address, for those whom you ask")
def link_command(names: tuple[str, ...], dry_run: bool, **options: Any) -> None:
    """Look for our papers and methods in other graphs, and write what a curator reviews.

    Identifiers decide; titles and names only propose. Nothing is written into data/mappings or the graph. A run that
    was stopped goes on where it was: give the same command again.

    \b
    Examples:
      deepgenealogy link --dry-run
      deepgenealogy link --graph wikidata --graph dblp --contact me@example.org
      deepgenealogy link --graph mlso --dump mlso_ml_algorithms.ttl
    """
    endpoints, catalogue = _chosen(names, options.pop("address"), options["dump"]), read_catalogue(sources_root())
    terms = _terms(**options)
    if dry_run:
        for endpoint in endpoints:
            _tell_plan(catalogue, endpoint, terms)
        return
    click.echo("\t".join(("graph", *_COLUMNS)))
    failures = [endpoint.name for endpoint in endpoints if not _linked(catalogue, endpoint, terms)]
    raise SystemExit(1 if failures else 0)


def _terms(output: Path | None, cache: Path | None, **options: Any) -> Terms:
    beside = default_store().parent
    return Terms(cache or beside / "link-cache", output or beside / "links", tell=_tell, **options)


def _chosen(names: Sequence[str], address: str | None, dump: Path | None) -> list[Endpoint]:
    """The graphs to be linked: those named, else all that have an address to ask."""
    known = read_endpoints(sources_root())
    if (address or dump) and len(names) != 1:
        raise click.UsageError("--endpoint and --dump are of one graph; name it by --graph NAME")
    found = [endpoint_named(known, name) for name in names]
    for endpoint in found:
        if endpoint.protocol == "file" and not dump:
            words = f"{endpoint.name} has no endpoint; fetch {endpoint.dump} and give it by --dump FILE"
            raise click.UsageError(words)
        if dump and not endpoint.query:
            raise click.UsageError(f"{endpoint.name} is asked over REST, which no file answers; leave --dump out")
    if names:
        return [replace(endpoint, endpoint=address) for endpoint in found] if address else found
    for endpoint in known.values():
        if endpoint.protocol == "file":
            _tell(f"{endpoint.name} is left out, it has no endpoint: --graph {endpoint.name} --dump FILE")
    return [endpoint for endpoint in known.values() if endpoint.protocol != "file"]


def _linked(catalogue: Catalogue, endpoint: Endpoint, terms: Terms) -> bool:
    """Links one graph and tells what became of it; False when it could not be asked: the others still are."""
    with click.progressbar(length=0, label=endpoint.name, file=sys.stderr, show_eta=False) as bar:

        def progress(more: int, done: int) -> None:
            bar.length = (bar.length or 0) + more
            bar.update(done)

        try:
            outcome = link(catalogue, endpoint, terms, progress)
        except DeepGenealogyError as error:
            problem: DeepGenealogyError | None = error
        else:
            problem = None
    if problem is not None:
        click.echo(f"Error: {problem}", err=True)
        return False
    click.echo("\t".join((endpoint.name, *map(str, _figures(outcome)))))
    for path in outcome.files:
        _tell(f"  {path}")
    if outcome.compared.foreign:
        _tell(f"  {outcome.compared.foreign} matches lie outside of {endpoint.namespace} and are left out")
    return True


def _figures(outcome: Outcome) -> list[int]:
    compared = outcome.compared
    counts = [compared.count(status) for status in _COLUMNS[1:7]]
    return [outcome.subjects, *counts, compared.look_alikes, outcome.calls, outcome.kept]


def _tell_plan(catalogue: Catalogue, endpoint: Endpoint, terms: Terms) -> None:
    subjects, calls = plan(catalogue, endpoint, terms)
    kept = sum(is_kept for _, is_kept in calls)
    where = terms.dump or endpoint.endpoint
    click.echo(
        f"{endpoint.name}: {subjects} things in {len(calls)} requests to {where}, {kept} of them answered already"
    )
    if calls and calls[0][0].form:
        click.echo(dict(calls[0][0].form)["query"])


def _tell(words: str) -> None:
    click.echo(words, err=True)


COMMANDS = (link_command,)
