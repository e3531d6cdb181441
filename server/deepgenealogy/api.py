"""Deep Genealogy for Python: open the genealogy, ask it, take it away as rdflib, networkx or pandas.

    >>> import deepgenealogy
    >>> genealogy = deepgenealogy.open()
    >>> genealogy.architecture("u-net").parents
    ('fcn',)

Everything comes back as plain, frozen data. networkx and pandas are asked for only by what needs them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .drawing import LINEAGE_FORMATS
from .engine.binding import bound_text
from .engine.comparison import Comparison, Show, compare
from .engine.embedded import EmbeddedEngine
from .engine.interface import Engine, Question
from .engine.lineage import Direction, Lineage, lineage_of
from .engine.remote import remote_engine
from .engine.snapshot import Manifest, Snapshot, fresh_snapshot
from .errors import DeepGenealogyError, NotFound, SettingRefused
from .export import dump
from .export.catalogue import Derivation, Method, Paper, Texts, derivations, methods, papers
from .export.graph import lineage_graph
from .locations import FOLDERS, is_complete, sources_root
from .settings import Settings, resolve
from .sources.questions import PublishedQuestion, question_named, read_questions
from .vocabulary import GRAPHS, XSD, nearest

if TYPE_CHECKING:
    import networkx
    import pandas
    import rdflib

__all__ = [
    "Architecture",
    "Comparison",
    "DeepGenealogyError",
    "DependencyMissing",
    "Derivation",
    "Genealogy",
    "Lineage",
    "Paper",
    "draw",
    "open",
]

#: What a cell of an answer becomes: IRIs and texts are `str`; numbers, booleans and whole dates are Python's own.
Value = str | int | float | bool | Decimal | date | None
Rows = list[dict[str, Value]]

_INTEGERS = ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
_READERS: dict[str, Callable[[str], Value]] = {
    **{XSD + name: int for name in _INTEGERS},
    **{XSD + name: float for name in ("double", "float")},
    f"{XSD}decimal": Decimal,
    f"{XSD}boolean": lambda text: text in ("true", "1"),
    f"{XSD}date": date.fromisoformat,
}


class DependencyMissing(DeepGenealogyError, ImportError):
    """A package that only a part of this API needs is not installed; `name` says which."""

    def __init__(self, package: str, user: str) -> None:
        cure = f"'pip install {package}' in this environment"
        super().__init__(f"{user}() needs {package}, which is not installed; run {cure}", name=package)


@dataclass(frozen=True)
class Architecture:
    """An architecture or a learning algorithm, with its paper, derivations and what derives from it.

    Texts are by language (`en`, `zh`); `introduced` is as precise as is known, between `not_before` and `not_after`.
    """

    slug: str
    iri: str
    kind: str
    names: Texts
    full_names: Texts
    aliases: Mapping[str, tuple[str, ...]]
    definition: Texts
    introduced: str
    not_before: str
    not_after: str
    paper: Paper | None
    families: tuple[str, ...]
    tasks: tuple[str, ...]
    derivations: tuple[Derivation, ...]
    rejected: tuple[Derivation, ...]
    children: tuple[str, ...]

    @property
    def parents(self) -> tuple[str, ...]:
        """The slugs of what it derives from."""
        return tuple(row.parent for row in self.derivations)


class Genealogy:
    """The open genealogy. Get it from `open()`; it can be used in a `with` statement, and closes with it."""

    def __init__(self, engine: Engine, root: Path) -> None:
        self._engine, self._root = engine, root

    def __enter__(self) -> Genealogy:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Genealogy {self.version}>"

    def close(self) -> None:
        """Let go of everything that is held."""
        self._engine.close()

    @property
    def version(self) -> str:
        """The name of the state of the data, made from its content."""
        return self._engine.version

    def query(self, sparql: str) -> Rows | bool | rdflib.Graph:
        """The answer to a SPARQL query: rows of SELECT, the boolean of ASK, an rdflib graph of CONSTRUCT and DESCRIBE.

        The usual prefixes need not be declared. A row holds every variable; one without a value is None.

        >>> genealogy.query("SELECT ?title { ?paper fabio:hasArXivId '1512.03385' ; dcterms:title ?title }")
        [{'title': 'Deep Residual Learning for Image Recognition'}]
        >>> genealogy.query("ASK { ?method rdfs:label 'ResNet'@en }")
        True
        """
        answer = self._engine.ask(Question(sparql, table_format="json", graph_format="nt"))
        if answer.form == "graph":
            import rdflib

            return rdflib.Graph().parse(data=answer.whole(), format="nt")
        content = json.loads(answer.whole())
        return bool(content["boolean"]) if answer.form == "boolean" else _rows(content)

    def ask_published(self, name: str, /, **parameters: str | int) -> Rows | bool | rdflib.Graph:
        """The answer to a published question; things are named by slug, paper key or IRI.

        >>> [row["parentName"] for row in genealogy.ask_published("parents", architecture="pix2pix")]
        ['CGAN', 'Context Encoder', 'DCGAN', 'U-Net']
        """
        question = question_named(self._questions, name)
        return self.query(bound_text(question, {key: str(value) for key, value in parameters.items()}))

    def published(self) -> dict[str, str]:
        """The published questions: name -> English title.

        >>> genealogy.published()["parents"]
        'Direct parents of a method, with the evidence'
        """
        return {name: question.title["en"] for name, question in self._questions.items()}

    def lineage(self, slug: str, direction: Direction = "ancestors", depth: int | None = None) -> Lineage:
        """Ancestors, descendants or both, at most `depth` derivations away.

        >>> [member.slug for member in genealogy.lineage("u-net", depth=2).members]
        ['u-net', 'fcn', 'vggnet']
        """
        return lineage_of(self._engine, slug, direction=direction, depth=depth)

    def compare(self, first: str, second: str, show: Show = "common") -> Comparison:
        """The `common` ancestors of two methods, the shortest `line` between them, or the `difference` of ancestries.

        >>> genealogy.compare("densenet", "u-net").nearest
        ['vggnet']
        >>> genealogy.compare("u-net", "resnet", "line").found
        ['u-net', 'fcn', 'vggnet', 'resnet']
        """
        return compare(self._engine, first, second, show=show)

    def architecture(self, slug: str) -> Architecture:
        """One architecture or learning algorithm. Raises NotFound with the nearest slugs.

        >>> resnet = genealogy.architecture("resnet")
        >>> resnet.names["zh"], resnet.paper.arxiv, resnet.derivations[0].locator
        ('残差网络', '1512.03385', 'Section 3.3, Figure 3')
        """
        if slug not in self._methods:
            raise NotFound("architecture", slug, nearest(slug, self._methods))
        method = self._methods[slug]
        own = [row for row in self._derivations if row.child == slug]
        return Architecture(
            **{key: value for key, value in vars(method).items() if key != "paper"},
            iri=method.iri,
            paper=self._papers.get(method.paper),
            derivations=tuple(row for row in own if not row.rejected),
            rejected=tuple(row for row in own if row.rejected),
            children=tuple(row.child for row in self._derivations if row.parent == slug and not row.rejected),
        )

    def architectures(self) -> list[str]:
        """The slugs of all architectures and learning algorithms.

        >>> "resnet" in genealogy.architectures()
        True
        """
        return list(self._methods)

    def to_rdflib(self, graph: str | None = None) -> rdflib.Dataset | rdflib.Graph:
        """Everything as an rdflib Dataset, or one named graph (`curation`, `article`, …) as an rdflib Graph.

        >>> len(genealogy.to_rdflib("meta")) > 100
        True
        """
        import rdflib

        names = self._engine.graph_names()
        if graph is None:
            dataset = rdflib.Dataset()
            for name in names:
                dataset.graph(rdflib.URIRef(name)).parse(data=self._triples(name), format="nt")
            return dataset
        iri = GRAPHS.get(graph, graph)
        if iri not in names:
            raise NotFound("named graph", graph, nearest(graph, GRAPHS) or [*GRAPHS])
        return rdflib.Graph(identifier=iri).parse(data=self._triples(iri), format="nt")

    def _triples(self, graph: str) -> bytes:
        return b"".join(dump(self._engine, self._root, graph=graph, format_name="nt"))

    def to_networkx(self) -> networkx.DiGraph[str]:
        """Every method and every derivation that holds as a networkx DiGraph; an edge leads from parent to child.

        >>> sorted(genealogy.to_networkx().predecessors("pix2pix"))
        ['cgan', 'context-encoder', 'dcgan', 'u-net']
        """
        graph = _optional("networkx", "to_networkx").DiGraph(name="Deep Genealogy")
        nodes, edges = lineage_graph(self._engine)
        graph.add_nodes_from(nodes.items())
        graph.add_edges_from(edges)
        return graph  # type: ignore[no-any-return]

    def to_frame(self, sparql: str) -> pandas.DataFrame:
        """The rows of a SELECT as a pandas DataFrame.

        >>> genealogy.to_frame("SELECT ?task { ?task a dgo:Task }").columns.to_list()
        ['task']
        """
        pandas = _optional("pandas", "to_frame")
        answer = self._engine.ask(Question(sparql, table_format="json", graph_format=None))
        content = json.loads(answer.whole())
        if answer.form == "boolean":
            return pandas.DataFrame({"answer": [content["boolean"]]})  # type: ignore[no-any-return]
        return pandas.DataFrame(_rows(content), columns=content["head"]["vars"])  # type: ignore[no-any-return]

    @cached_property
    def _methods(self) -> dict[str, Method]:
        return methods(self._engine)

    @cached_property
    def _derivations(self) -> list[Derivation]:
        return derivations(self._engine)

    @cached_property
    def _papers(self) -> dict[str, Paper]:
        return papers(self._engine)

    @cached_property
    def _questions(self) -> dict[str, PublishedQuestion]:
        return read_questions(self._root)


def open(source: str | Path | None = None, *, store: str | Path | None = None) -> Genealogy:  # noqa: A001
    """The genealogy: of the installed package, a folder of sources, one snapshot, or a SPARQL engine elsewhere.

    An engine is named by its address (`http://…`); its credentials are in `DEEPGENEALOGY_ENGINE_USER` and
    `DEEPGENEALOGY_ENGINE_PASSWORD`, or in `DEEPGENEALOGY_ENGINE_TOKEN`. The snapshot is built when the sources are
    newer, in `store` (`DEEPGENEALOGY_STORE`) or where it lies by default.
    Raises SettingRefused for any other source, SourcesRefused when records break a rule.

    >>> with deepgenealogy.open() as genealogy:
    ...     genealogy.lineage("resnet", depth=1).members[1].label["en"]
    'VGGNet'
    """
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        return Genealogy(remote_engine(Settings.of(engine=source), sources_root()), sources_root())
    folder = Path(source).resolve() if source is not None else sources_root()
    if (folder / "manifest.json").is_file():
        manifest = Manifest(**json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
        return Genealogy(EmbeddedEngine(Snapshot(folder, manifest), sources_root()), sources_root())
    if not is_complete(folder):
        cure = f"it must be a snapshot, or a folder of sources with {', '.join(FOLDERS)}"
        raise SettingRefused("source", str(source), cure)
    snapshot = fresh_snapshot(folder, resolve("store", store))
    return Genealogy(EmbeddedEngine(snapshot, folder), folder)


def draw(lineage: Lineage, format_name: str = "svg") -> str:
    """A lineage or comparison as text: `svg`, `dot`, `mmd` (Mermaid), `graphml`, `json`, `jsonld` or `txt`.

    >>> print(deepgenealogy.draw(genealogy.lineage("resnet", depth=1), "txt"), end="")
    ancestors of ResNet (2015-12-10)
      extends VGGNet (2014-09-04)  [arxiv-1512.03385, high]
    """
    if format_name not in LINEAGE_FORMATS:
        raise NotFound("format of lineages", format_name, nearest(format_name, LINEAGE_FORMATS) or [*LINEAGE_FORMATS])
    return LINEAGE_FORMATS[format_name][1](lineage)


def _rows(content: Any) -> Rows:
    names = content["head"]["vars"]
    return [{name: _value(row.get(name)) for name in names} for row in content["results"]["bindings"]]


def _value(cell: dict[str, str] | None) -> Value:
    """A cell of SPARQL JSON as Python's own value, or its text where it is not within what Python can hold."""
    if cell is None:
        return None
    try:
        return _READERS.get(cell.get("datatype", ""), str)(cell["value"])
    except ValueError:
        return cell["value"]


def _optional(package: str, user: str) -> Any:
    try:
        return import_module(package)
    except ImportError as problem:
        raise DependencyMissing(package, user) from problem
