"""`serve` and `build`: the server, and the snapshot that it serves."""

from contextlib import closing
from importlib import import_module
from typing import Any

import click

from ..engine.supervised import SupervisedEngine
from ..locations import sources_root
from ..settings import SETTINGS, Settings
from .common import allow_service, public_engine_for, setting, snapshot_for


@click.command()
@setting("host")
@setting("port")
@setting("store")
@setting("engine")
@setting("default_graph")
@setting("threads")
@setting("query_time_limit_s")
@setting("worker_start")
@allow_service
@setting("answer_cache_bytes")
@setting("access_log")
@setting("proxy_hops")
@click.option("--writable", is_flag=True, default=None, help=SETTINGS["writable"].help)
@setting("token_file")
def serve(**options: Any) -> None:
    """Build the snapshot when the sources are newer, then serve it over HTTP; or serve what an engine elsewhere holds.

    \b
    Example:
      deepgenealogy serve --port 8080
      deepgenealogy serve --engine http://127.0.0.1:7878/query
      deepgenealogy serve --writable --token-file /etc/deepgenealogy.token
    """
    from ..web.authority import token_of, writing_with

    settings = Settings.of(**options)
    token = token_of(settings)
    with closing(public_engine_for(settings, _import_application)) as engine:
        from ..web.app import create_app
        from ..web.app import serve as run

        writing = writing_with(token, engine, settings) if isinstance(engine, SupervisedEngine) else None
        app = create_app(engine, sources_root(), settings, writing)
        run(app, settings, lambda address: click.echo(f"Deep Genealogy answers at {address}", err=True))


def _import_application() -> None:
    """The first import of the application takes half as long as the start of the processes that answer."""
    import_module("deepgenealogy.web.app")


@click.command()
@setting("store")
def build(**options: Any) -> None:
    """Build the snapshot, unless the one in force was built from the same sources.

    \b
    Example:
      deepgenealogy build --store /var/lib/deepgenealogy
    """
    snapshot = snapshot_for(Settings.of(**options))
    click.echo(f"{snapshot.name}: {snapshot.manifest.quads} quads in {snapshot.folder}")
    for graph, count in snapshot.manifest.graphs.items():
        click.echo(f"  {count:>7}  {graph}")


COMMANDS = (serve, build)
