"""What commands share: options that are settings, the fresh snapshot with its progress, an engine over it."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import click

from ..engine.embedded import EmbeddedEngine
from ..engine.interface import Engine
from ..engine.snapshot import Snapshot, fresh_snapshot
from ..engine.supervised import SupervisedEngine
from ..locations import sources_root
from ..settings import SETTINGS, Settings

#: Steps of a build, for the length of its progress bar.
_BUILD_STEPS = 5


def setting(name: str) -> Callable[[Any], Any]:
    """The option for one setting of the table."""
    return click.option(f"--{name.replace('_', '-')}", name, default=None, help=SETTINGS[name].help)


def snapshot_for(settings: Settings) -> Snapshot:
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


#: The hosts that SERVICE may call; none unless given.
allow_service = click.option(
    "--allow-service",
    multiple=True,
    metavar="HOST",
    callback=lambda context, option, hosts: ",".join(hosts) or None,
    help="a host that SERVICE may call; may be given again",
)


def engine_for(settings: Settings) -> Engine:
    """The engine elsewhere that the settings name; else an engine over the fresh snapshot.

    It answers in this process, which calls nobody; where hosts are allowed, in workers, whose calls pass the guard.
    """
    if settings.engine:
        from ..engine.remote import remote_engine  # late: who serves a snapshot calls no engine elsewhere

        engine = remote_engine(settings, sources_root())
        click.get_current_context().call_on_close(engine.close)
        return engine
    if settings.allow_service:
        return SupervisedEngine(snapshot_for(settings), sources_root(), settings)
    return EmbeddedEngine(snapshot_for(settings), sources_root(), default_graph=settings.default_graph)


def public_engine_for(settings: Settings, meanwhile: Callable[[], object] = lambda: None) -> Engine:
    """The same for questions of others, which can be ended at any moment.

    `meanwhile` is called while the processes that answer are started; whether it fails is left to who needs it.
    """
    if settings.engine:
        from ..engine.remote import public_remote_engine

        return public_remote_engine(settings, sources_root())
    snapshot = snapshot_for(settings)
    with ThreadPoolExecutor(1) as aside:
        aside.submit(meanwhile)
        return SupervisedEngine(snapshot, sources_root(), settings)
