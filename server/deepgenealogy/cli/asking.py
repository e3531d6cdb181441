"""`query`, `lineage` and `get`: questions that need no server."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from ..drawing import LINEAGE_FORMATS
from ..engine.advice import advice_on
from ..engine.binding import bound_text
from ..engine.comparison import SHOWS, Show, compare
from ..engine.explainedtables import EXPLAINED_FORMATS
from ..engine.explaining import explained_answer
from ..engine.interface import Question
from ..engine.lineage import DIRECTIONS, Lineage, lineage_of
from ..engine.tables import TABLE_FORMATS
from ..graph.formats import GRAPH_FORMATS
from ..locations import sources_root
from ..settings import Settings
from ..sources.explanations import read_explanations
from ..sources.federated import read_every_question
from ..sources.questions import question_named
from .common import allow_service, engine_for, setting


@click.command()
@click.argument("question", metavar="NAME|FILE|-")
@click.argument("arguments", nargs=-1, metavar="[PARAMETER=VALUE]…")
@click.option("--format", "format_name", default=None, help="tsv, csv, json, xml, md; for graphs ttl, nt, rdf, jsonld")
@click.option("--explain", is_flag=True, help="add to each row the derivations, papers and places that it rests on")
@allow_service
@setting("store")
@setting("engine")
def query(question: str, arguments: tuple[str, ...], format_name: str | None, explain: bool, **options: Any) -> None:
    """Answer a published question, a query in a file, or one from standard input.

    \b
    Examples:
      deepgenealogy query ancestors architecture=u-net
      deepgenealogy query parents architecture=resnet --explain
      deepgenealogy query my-question.rq --format csv
      echo 'ASK {}' | deepgenealogy query -
    """
    if format_name and format_name not in {**TABLE_FORMATS, **GRAPH_FORMATS}:
        raise click.UsageError(
            f"there is no format '{format_name}'; formats are {', '.join([*TABLE_FORMATS, *GRAPH_FORMATS])}"
        )
    given = dict(_pair(argument) for argument in arguments)
    if explain:
        click.echo(_explained(question, given, format_name or "tsv", options), nl=False)
        return
    text = _text_of(question, given)
    for advice in advice_on(text):
        click.echo(f"advice: {advice}", err=True)
    asked = Question(text, _one_of(format_name, TABLE_FORMATS, "tsv"), _one_of(format_name, GRAPH_FORMATS, "ttl"))
    with closing(engine_for(Settings.of(**options))) as engine:
        sys.stdout.buffer.writelines(engine.ask(asked).pieces)


def _explained(name: str, given: dict[str, str], format_name: str, options: dict[str, Any]) -> str:
    """The answer to a published question with the reasons of each row."""
    if format_name not in EXPLAINED_FORMATS:
        raise click.UsageError(f"with --explain the formats are {', '.join(EXPLAINED_FORMATS)}")
    settings, root = Settings.of(**options), sources_root()
    published = question_named(read_every_question(root), name)
    text = bound_text(published, given)
    with closing(engine_for(settings)) as engine:
        union = engine.graph_names() if settings.default_graph == "strict" else None
        found = explained_answer(engine.ask, published, text, read_explanations(root), union)
    return EXPLAINED_FORMATS[format_name](found)


def _pair(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not equals:
        raise click.UsageError(f"'{argument}' is not PARAMETER=VALUE")
    return name, value


def _text_of(question: str, arguments: dict[str, str]) -> str:
    if question == "-":
        return sys.stdin.read()
    if Path(question).is_file():
        return Path(question).read_text(encoding="utf-8")
    return bound_text(question_named(read_every_question(sources_root()), question), arguments)


def _one_of(name: str | None, formats: dict[str, Any], default: str) -> str | None:
    if name is None:
        return default
    return name if name in formats else None


@click.command()
@click.argument("slug")
@click.option("--direction", type=click.Choice(DIRECTIONS), default=None, help="ancestors unless given")
@click.option("--depth", type=click.IntRange(min=0), default=None, help="at most so many derivations away")
@click.option("--with", "other", metavar="SLUG", default=None, help="compare with another method")
@click.option("--show", type=click.Choice(SHOWS), default=None, help="what to compare; common unless given")
@click.option("--format", "format_name", type=click.Choice(list(LINEAGE_FORMATS)), default="txt", show_default=True)
@setting("store")
@setting("engine")
def lineage(slug: str, other: str | None, show: Show | None, format_name: str, **options: Any) -> None:
    """Show what a method derives from, or what derives from it; or compare it with another.

    With another method, show what both derive from (common), the shortest line between them (line), or the ancestors
    that only the first has (difference).

    \b
    Examples:
      deepgenealogy lineage u-net
      deepgenealogy lineage gan --direction descendants --depth 1 --format dot
      deepgenealogy lineage pix2pix --format svg > pix2pix.svg
      deepgenealogy lineage densenet --with u-net --show common
    """
    bounds = {name: options.pop(name) for name in ("direction", "depth")}
    if show and not other:
        raise click.UsageError(f"--show {show} compares two methods; name the other by --with SLUG")
    if other and any(value is not None for value in bounds.values()):
        raise click.UsageError("a comparison knows no --direction and no --depth; leave them out, or --with")
    engine = engine_for(Settings.of(**options))
    if other:
        found: Lineage = compare(engine, slug, other, show=show or "common")
    else:
        found = lineage_of(engine, slug, direction=bounds["direction"] or "ancestors", depth=bounds["depth"])
    click.echo(LINEAGE_FORMATS[format_name][1](found), nl=False)


@click.command()
@click.argument("path")
@click.option("--accept", default="*/*", help="the Accept header to send")
@setting("store")
@setting("engine")
def get(path: str, accept: str, **options: Any) -> None:
    """Make one HTTP request without a server, and print the answer's body.

    \b
    Example:
      deepgenealogy get /architecture/resnet --accept text/turtle
    """
    from ..web.app import create_app

    settings = Settings.of(**options)
    response = (
        create_app(engine_for(settings), sources_root(), settings).test_client().get(path, headers={"Accept": accept})
    )
    sys.stdout.buffer.write(response.get_data())
    if response.status_code >= 400:
        raise SystemExit(1)


COMMANDS = (query, lineage, get)
