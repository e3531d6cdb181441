"""The command line: each command is one call into the package, and says with an example how it is used.

A new command is a function in one of the modules here, or in a new one, with its name in the module's `COMMANDS` and in
the table below: only the module of the command that is called is imported.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from .. import __version__
from ..errors import DeepGenealogyError

__all__ = ["main"]

_MODULES = {
    "serving": ("serve", "build"),
    "asking": ("query", "lineage", "get"),
    "exporting": ("export",),
    "releasing": ("release",),
    "publishing": ("publish",),
    "curating": ("check", "new", "diff"),
    "loading": ("load", "unload"),
    "linking": ("link",),
    "harvesting": ("harvest", "review"),
    "agents": ("mcp",),
}
#: The module of each command.
MODULE_OF = {command: module for module, commands in _MODULES.items() for command in commands}


class _Commands(Mapping[str, click.Command]):
    """The commands by their names, each imported when it is looked up."""

    def __getitem__(self, name: str) -> click.Command:
        module = import_module(f"{__name__}.{MODULE_OF[name]}")
        commands: tuple[click.Command, ...] = module.COMMANDS
        return next(command for command in commands if command.name == name)

    def __iter__(self) -> Iterator[str]:
        return iter(MODULE_OF)

    def __len__(self) -> int:
        return len(MODULE_OF)


class _Group(click.Group):
    """Shows errors of ours as one line, or a line each finding, and exits with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DeepGenealogyError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, commands=_Commands(), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="deepgenealogy")
def main() -> None:
    """The family tree of deep-learning architectures as linked data.

    \b
    Examples:
      deepgenealogy serve
      deepgenealogy query ancestors architecture=u-net
      deepgenealogy export curation.ttl
    """
