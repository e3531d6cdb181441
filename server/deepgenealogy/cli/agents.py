"""`mcp`: the server for agents."""

import signal
from contextlib import closing
from typing import Any

import click

from ..locations import sources_root
from ..settings import Settings
from .common import allow_service, public_engine_for, setting


@click.command()
@setting("store")
@setting("engine")
@setting("query_time_limit_s")
@setting("worker_start")
@allow_service
def mcp(**options: Any) -> None:
    """Serve the genealogy to agents: the Model Context Protocol on standard input and output, read-only.

    \b
    Example, as an agent's configuration names it:
      deepgenealogy mcp
    """
    from ..agents.server import server_over

    # Who reads standard input cannot be interrupted; and the workers end with this process, however it ends.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    settings = Settings.of(**options)
    with closing(public_engine_for(settings)) as engine:
        server_over(engine, sources_root()).run("stdio")


COMMANDS = (mcp,)
