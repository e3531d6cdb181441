"""The command line: each command is one call into the package, and says with an example how it is used.

A new command is a function in one of the modules here, or in a new one, and a name in the module's `COMMANDS`.
"""

from typing import Any

import click

from .. import __version__
from ..errors import DeepGenealogyError
from . import agents, asking, curating, exporting, harvesting, linking, loading, publishing, releasing, serving

__all__ = ["main"]

_MODULES = (serving, asking, exporting, releasing, publishing, curating, loading, linking, harvesting, agents)


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


for _module in _MODULES:
    for _command in _module.COMMANDS:
        main.add_command(_command)
