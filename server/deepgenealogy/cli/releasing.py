"""`release`: a data package of everything."""

import sys
from pathlib import Path
from typing import Any

import click

from ..engine.revisions import held_quads_of
from ..export.release import Release, write_release
from ..locations import sources_root
from ..settings import Settings
from .common import engine_for, setting


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--since", metavar="STATE", help="the last release: its folder, a snapshot, or a revision of git")
@setting("store")
@setting("engine")
def release(folder: Path, since: str | None, **options: Any) -> None:
    """Write a data package of everything into a new folder: dumps, tables, context, ontology, changes, checksums.

    \b
    Examples:
      deepgenealogy release /tmp/deepgenealogy-0.1.0
      deepgenealogy release /tmp/deepgenealogy-0.2.0 --since /tmp/deepgenealogy-0.1.0
    """
    settings = Settings.of(**options)
    engine, root = engine_for(settings), sources_root()
    former = held_quads_of(since, root, settings.store) if since else ()
    named = Path(since).name if since and Path(since).is_dir() else since or ""
    planned = Release(engine, root, named, former)
    length = len(planned.contents()) + 2
    with click.progressbar(length=length, label="writing the release", file=sys.stderr, show_eta=False) as bar:
        packed = write_release(planned, folder, lambda path: bar.update(1))
    size = sum(file.size_bytes for file in packed)
    click.echo(f"{folder}: {len(packed)} files, {size} bytes, snapshot {engine.version}")


COMMANDS = (release,)
