"""`publish`: the snapshot put into an engine elsewhere."""

import sys
from contextlib import closing
from typing import Any

import click

from ..engine.remote import Publisher, remote_engine
from ..errors import SettingRefused
from ..locations import sources_root
from ..settings import Settings
from .common import setting, snapshot_for


@click.command()
@setting("engine")
@setting("store")
def publish(**options: Any) -> None:
    """Put every graph of the snapshot into an engine elsewhere, count what arrived, and name the snapshot there.

    Graphs of a former publication that are gone are deleted there; other graphs of that engine are left alone.

    \b
    Examples:
      deepgenealogy publish --engine http://127.0.0.1:7878
      DEEPGENEALOGY_ENGINE_USER=dba DEEPGENEALOGY_ENGINE_PASSWORD=… \\
        deepgenealogy publish --engine http://127.0.0.1:8890/sparql
    """
    settings = Settings.of(**options)
    if not settings.engine:
        raise SettingRefused("engine", "", "say where to publish: --engine URL")
    snapshot = snapshot_for(settings)
    with closing(remote_engine(settings, sources_root())) as engine:
        length = Publisher(engine).steps(snapshot)
        with click.progressbar(length=length, label="publishing", file=sys.stderr, show_eta=False) as bar:
            published = Publisher(engine, lambda step, graph: bar.update(1)).publish(snapshot)
    for graph, count in published.graphs.items():
        click.echo(f"{count:>9}  {graph}")
    click.echo(f"{settings.engine} holds snapshot {published.name}", err=True)


COMMANDS = (publish,)
