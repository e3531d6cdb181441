"""`check`, `new` and `diff`: what a curator works with."""

import sys

import click

from ..engine.revisions import quads_of
from ..graph.changes import as_words, changes
from ..locations import sources_root
from ..sources.skeletons import KINDS, write_skeleton

#: Steps of a check, for the length of its progress bar.
_CHECK_STEPS = 6


@click.command()
def check() -> None:
    """Run every check on ontology and data, and print each finding with its cure.

    \b
    Example:
      deepgenealogy check
    """
    from ..graph.checks import run_checks

    with click.progressbar(length=_CHECK_STEPS, label="checking", file=sys.stderr, show_eta=False) as bar:
        report = run_checks(sources_root(), lambda name: bar.update(1))
    for finding in report.findings:
        click.echo(str(finding))
    rules = ", ".join(f"{count} {name}" for name, count in report.rules.items())
    click.echo(f"{sum(report.rules.values())} rules ({rules})")
    click.echo(f"{report.records} records, {report.derivations} derivations, {len(report.findings)} findings")
    raise SystemExit(1 if report.findings else 0)


@click.command()
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("slug")
def new(kind: str, slug: str) -> None:
    """Write the skeleton of a record; `check` then names exactly what is still to fill.

    \b
    Example:
      deepgenealogy new architecture my-net
    """
    click.echo(write_skeleton(sources_root(), kind, slug))


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--markdown", is_flag=True, help="write Markdown")
def diff(old: str, new: str, markdown: bool) -> None:
    """Tell what changed between two states: snapshot folders, N-Quads files, folders of sources, or git revisions.

    \b
    Example:
      deepgenealogy diff HEAD~1 HEAD --markdown
    """
    root = sources_root()
    click.echo(as_words(changes(quads_of(old, root), quads_of(new, root)), markdown=markdown), nl=False)


COMMANDS = (check, new, diff)
