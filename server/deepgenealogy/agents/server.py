"""The server of the Model Context Protocol: tools, resources and prompts, over standard input and output.

https://modelcontextprotocol.io; it refuses to know what a tool does (see `tools`).
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from .. import __version__
from ..engine.interface import Engine
from ..errors import DeepGenealogyError
from .tools import Tools

_INSTRUCTIONS = """The family tree of deep-learning architectures: which derives from which, who says so and where.
Begin with `search` to find the id of an architecture; `lineage` and `compare` follow descent; `describe` gives the
evidence of one thing. `questions` lists ready-made questions for `ask`. For anything else call `schema`, then `sparql`.
Name the papers (`statedIn`, `paper`) with what you say, and the certainty where it is not high."""

_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, destructive_hint=False, open_world_hint=False)
_OFFERED = ("search", "describe", "lineage", "compare", "questions", "ask", "schema", "sparql")


def server_over(engine: Engine, root: Path) -> MCPServer[Any]:
    """A server whose tools ask `engine`; `run("stdio")` serves until its standard input ends."""
    server: MCPServer[Any] = MCPServer(
        "deepgenealogy",
        title="Deep Genealogy",
        instructions=_INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
    )
    tools = Tools(engine, root)
    for name in _OFFERED:
        server.add_tool(_told(getattr(tools, name)), annotations=_READS, structured_output=False)
    _add_resources(server, tools, root)
    _add_prompts(server)
    return server


def _told(tool: Callable[..., str]) -> Callable[..., str]:
    """The same tool, whose errors reach the agent with their cure."""

    @wraps(tool)
    def told(*arguments: Any, **named: Any) -> str:
        try:
            return tool(*arguments, **named)
        except DeepGenealogyError as error:
            raise ToolError(str(error)) from error

    return told


def _add_resources(server: MCPServer[Any], tools: Tools, root: Path) -> None:
    @server.resource("deepgenealogy://ontology", title="The ontology, in Turtle", mime_type="text/turtle")
    def ontology() -> str:
        return (root / "ontology" / "deepgenealogy.ttl").read_text(encoding="utf-8")

    @server.resource("deepgenealogy://context", title="The JSON-LD context", mime_type="application/ld+json")
    def context() -> str:
        return (root / "ontology" / "context.jsonld").read_text(encoding="utf-8")

    @server.resource("deepgenealogy://questions", title="The published questions", mime_type="application/json")
    def questions() -> str:
        return tools.questions()

    @server.resource("deepgenealogy://schema", title="Terms and examples for SPARQL", mime_type="application/json")
    def schema() -> str:
        return tools.schema()

    @server.resource(
        "deepgenealogy://question/{name}", title="The SPARQL of a question", mime_type="application/sparql-query"
    )
    def question(name: str) -> str:
        return tools.text_of(name)


def _add_prompts(server: MCPServer[Any]) -> None:
    @server.prompt(title="Where does an architecture come from?")
    def origins(architecture: str) -> str:
        """Tell the line of descent of an architecture, with the papers that state it."""
        return (
            f"Tell where the architecture {architecture} comes from: search it, follow its lineage to the roots, and "
            "for each derivation say what was changed, which paper states it and where, and how certain it is."
        )

    @server.prompt(title="How are two architectures related?")
    def relation(first: str, second: str) -> str:
        """Tell how two architectures are related by descent, with the papers that state it."""
        return (
            f"Tell how {first} and {second} are related: compare them for common ancestors and for the shortest line "
            "between them, and name the paper of each derivation on the way."
        )
