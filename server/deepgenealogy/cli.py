"""The command line: each command is one call into the package, and says with an example how it is used."""

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from . import __version__
from .drawing import LINEAGE_FORMATS
from .engine.advice import advice_on
from .engine.binding import bound_text
from .engine.comparison import SHOWS, Show, compare
from .engine.embedded import EmbeddedEngine
from .engine.interface import Question
from .engine.lineage import DIRECTIONS, Lineage, lineage_of
from .engine.revisions import quads_of
from .engine.snapshot import Snapshot, fresh_snapshot
from .engine.supervised import SupervisedEngine
from .engine.tables import TABLE_FORMATS
from .errors import DeepGenealogyError
from .export import FILES, dump
from .graph.changes import as_words, changes
from .graph.formats import GRAPH_FORMATS
from .locations import sources_root
from .settings import SETTINGS, Settings
from .sources.questions import question_named, read_questions
from .sources.skeletons import KINDS, write_skeleton
from .vocabulary import GRAPHS

#: Steps of a build, for the length of its progress bar.
_BUILD_STEPS = 5

#: Steps of a check, likewise.
_CHECK_STEPS = 6


class _Group(click.Group):
    """Shows errors of ours as one line, or a line each finding, and exits with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DeepGenealogyError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="deepgenealogy")
def main() -> None:
    """The family tree of deep-learning architectures as linked data.

    \b
    Examples:
      deepgenealogy serve
      deepgenealogy query ancestors architecture=u-net
      deepgenealogy export curation.ttl
    """


def _setting(name: str) -> Callable[[Any], Any]:
    return click.option(f"--{name.replace('_', '-')}", name, default=None, help=SETTINGS[name].help)


def _snapshot(settings: Settings) -> Snapshot:
    """The fresh snapshot, with a progress bar on standard error while it is built."""
    bar = click.progressbar(length=_BUILD_STEPS, label="building the snapshot", file=sys.stderr, show_eta=False)
    shown: list[str] = []

    def step(name: str) -> None:
        if not shown:
            bar.__enter__()
        shown.append(name)
        bar.label = name
        bar.update(1)

    try:
        return fresh_snapshot(sources_root(), settings.store, step)
    finally:
        if shown:
            bar.__exit__(None, None, None)


def _engine(settings: Settings) -> EmbeddedEngine:
    return EmbeddedEngine(_snapshot(settings), sources_root(), default_graph=settings.default_graph)


@main.command()
@_setting("host")
@_setting("port")
@_setting("store")
@_setting("default_graph")
@_setting("threads")
@_setting("query_time_limit_s")
@_setting("worker_start")
@click.option("--allow-service", multiple=True, metavar="HOST", help="a host that SERVICE may call; may be given again")
@_setting("answer_cache_bytes")
@_setting("access_log")
@_setting("proxy_hops")
@click.option("--writable", is_flag=True, default=None, help=SETTINGS["writable"].help)
@_setting("token_file")
def serve(allow_service: tuple[str, ...], **options: Any) -> None:
    """Build the snapshot when the sources are newer, then serve it over HTTP.

    \b
    Example:
      deepgenealogy serve --port 8080
      deepgenealogy serve --writable --token-file /etc/deepgenealogy.token
    """
    from .web.app import create_app
    from .web.app import serve as run
    from .web.authority import token_of, writing_with

    settings = Settings.of(allow_service=",".join(allow_service) or None, **options)
    token = token_of(settings)
    with closing(SupervisedEngine(_snapshot(settings), sources_root(), settings)) as engine:
        app = create_app(engine, sources_root(), settings, writing_with(token, engine, settings))
        run(app, settings, lambda address: click.echo(f"Deep Genealogy answers at {address}", err=True))


@main.command()
@_setting("store")
def build(**options: Any) -> None:
    """Build the snapshot, unless the one in force was built from the same sources.

    \b
    Example:
      deepgenealogy build --store /var/lib/deepgenealogy
    """
    snapshot = _snapshot(Settings.of(**options))
    click.echo(f"{snapshot.name}: {snapshot.manifest.quads} quads in {snapshot.folder}")
    for graph, count in snapshot.manifest.graphs.items():
        click.echo(f"  {count:>7}  {graph}")


@main.command()
def check() -> None:
    """Run every check on ontology and data, and print each finding with its cure.

    \b
    Example:
      deepgenealogy check
    """
    from .graph.checks import run_checks

    with click.progressbar(length=_CHECK_STEPS, label="checking", file=sys.stderr, show_eta=False) as bar:
        report = run_checks(sources_root(), lambda name: bar.update(1))
    for finding in report.findings:
        click.echo(str(finding))
    rules = ", ".join(f"{count} {name}" for name, count in report.rules.items())
    click.echo(f"{sum(report.rules.values())} rules ({rules})")
    click.echo(f"{report.records} records, {report.derivations} derivations, {len(report.findings)} findings")
    raise SystemExit(1 if report.findings else 0)


@main.command()
@click.argument("question", metavar="NAME|FILE|-")
@click.argument("arguments", nargs=-1, metavar="[PARAMETER=VALUE]…")
@click.option("--format", "format_name", default=None, help="tsv, csv, json, xml, md; for graphs ttl, nt, rdf, jsonld")
@_setting("store")
def query(question: str, arguments: tuple[str, ...], format_name: str | None, **options: Any) -> None:
    """Answer a published question, a query in a file, or one from standard input.

    \b
    Examples:
      deepgenealogy query ancestors architecture=u-net
      deepgenealogy query my-question.rq --format csv
      echo 'ASK {}' | deepgenealogy query -
    """
    if format_name and format_name not in {**TABLE_FORMATS, **GRAPH_FORMATS}:
        raise click.UsageError(
            f"there is no format '{format_name}'; formats are {', '.join([*TABLE_FORMATS, *GRAPH_FORMATS])}"
        )
    engine = _engine(Settings.of(**options))
    text = _text_of(question, dict(_pair(argument) for argument in arguments))
    for advice in advice_on(text):
        click.echo(f"advice: {advice}", err=True)
    answer = engine.ask(
        Question(text, _one_of(format_name, TABLE_FORMATS, "tsv"), _one_of(format_name, GRAPH_FORMATS, "ttl"))
    )
    for piece in answer.pieces:
        sys.stdout.buffer.write(piece)


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
    return bound_text(question_named(read_questions(sources_root()), question), arguments)


def _one_of(name: str | None, formats: dict[str, Any], default: str) -> str | None:
    if name is None:
        return default
    return name if name in formats else None


@main.command()
@click.argument("slug")
@click.option("--direction", type=click.Choice(DIRECTIONS), default=None, help="ancestors unless given")
@click.option("--depth", type=click.IntRange(min=0), default=None, help="at most so many derivations away")
@click.option("--with", "other", metavar="SLUG", default=None, help="compare with another method")
@click.option("--show", type=click.Choice(SHOWS), default=None, help="what to compare; common unless given")
@click.option("--format", "format_name", type=click.Choice(list(LINEAGE_FORMATS)), default="txt", show_default=True)
@_setting("store")
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
    engine = _engine(Settings.of(**options))
    if other:
        found: Lineage = compare(engine, slug, other, show=show or "common")
    else:
        found = lineage_of(engine, slug, direction=bounds["direction"] or "ancestors", depth=bounds["depth"])
    click.echo(LINEAGE_FORMATS[format_name][1](found), nl=False)


@main.command()
@click.argument("target", metavar="GRAPH.FORMAT|FILE")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="file to write; standard output unless given")
@_setting("store")
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
    engine = _engine(Settings.of(**options))
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


@main.command()
@click.argument("path")
@click.option("--accept", default="*/*", help="the Accept header to send")
@_setting("store")
def get(path: str, accept: str, **options: Any) -> None:
    """Make one HTTP request without a server, and print the answer's body.

    \b
    Example:
      deepgenealogy get /architecture/resnet --accept text/turtle
    """
    from .web.app import create_app

    settings = Settings.of(**options)
    response = (
        create_app(_engine(settings), sources_root(), settings).test_client().get(path, headers={"Accept": accept})
    )
    sys.stdout.buffer.write(response.get_data())
    if response.status_code >= 400:
        raise SystemExit(1)


@main.command()
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("slug")
def new(kind: str, slug: str) -> None:
    """Write the skeleton of a record; `check` then names exactly what is still to fill.

    \b
    Example:
      deepgenealogy new architecture my-net
    """
    click.echo(write_skeleton(sources_root(), kind, slug))


@main.command()
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
