"""Every path and its operations, from the tables that the server itself works from, by kind of path."""

from collections.abc import Callable

from ...drawing import LINEAGE_FORMATS
from ...engine.comparison import SHOWS
from ...engine.lineage import DIRECTIONS
from ...engine.tables import TABLE_FORMATS
from ...graph.formats import GRAPH_FORMATS
from ...vocabulary import GRAPHS
from ..desk import desk
from ..kinds import KINDS
from ..listings import LISTINGS
from ..lists import FORMATS as LIST_FORMATS
from ..things import FORMATS
from .forms import wishes
from .pieces import (
    ARRAY,
    TEXT,
    Json,
    body,
    format_of,
    in_header,
    in_path,
    in_query,
    media,
    one_of,
    operation,
    slug,
    written,
)
from .pinning import PINS, pinning
from .reconciling import reconciling


def _protocol() -> dict[str, Json]:
    """SPARQL 1.1 Protocol and the reads of the Graph Store HTTP Protocol."""
    formats = [*media(TABLE_FORMATS), *media(GRAPH_FORMATS)]
    dataset = [in_query("default-graph-uri", ARRAY), in_query("named-graph-uri", ARRAY)]
    asked = [in_query("query", TEXT), *dataset, in_query("format", one_of([*TABLE_FORMATS, *GRAPH_FORMATS])), *PINS]
    shown = {**in_query("show", one_of(["table"])), "description": "the query page, with the answer as a table"}
    graph = [in_query("graph", TEXT), in_query("default", {"type": "string", "maxLength": 0})]
    posted = {**operation("queryByPost", "SPARQL query", formats, dataset), "requestBody": body("query")}
    changed = {**operation("update", "SPARQL update", []), "requestBody": body("update"), "security": [{"token": []}]}
    return {
        "/sparql": {
            "get": operation(
                "query", "SPARQL query; without one, the service description", [*formats, "text/html"], [*asked, shown]
            ),
            "post": posted,
        },
        "/update": {"post": changed},
        "/store": {
            "get": operation("readGraph", "A graph of the store", media(GRAPH_FORMATS), graph),
            "put": _write("replaceGraph", "Replace a graph by the body", graph),
            "post": _write("extendGraph", "Add the body to a graph; without a name, to a new one", graph),
            "delete": _write("removeGraph", "Remove a graph", graph, has_body=False),
        },
    }


def _write(name: str, summary: str, parameters: list[Json], *, has_body: bool = True) -> Json:
    """A write of the Graph Store Protocol; the conditions are those of RFC 9110."""
    row = operation(name, summary, [], [*parameters, in_header("If-Match"), in_header("If-None-Match")])
    row["responses"] = {**written(), **{s: r for s, r in row["responses"].items() if s not in ("200", "304")}}
    row["security"] = [{"token": []}]
    if has_body:
        row["requestBody"] = {"content": {media_type: {"schema": TEXT} for media_type in media(GRAPH_FORMATS)}}
    return row


def _pages() -> dict[str, Json]:
    formats = media(FORMATS)
    things = {
        f"/{segment}/{{slug}}": {
            "get": operation(
                f"describe-{segment}",
                f"One thing: {kind.words}",
                formats,
                [slug(segment), format_of(FORMATS), *wishes()],
            )
        }
        for segment, kind in KINDS.items()
    }
    chosen, version = format_of(FORMATS), in_path("version")
    return {
        **things,
        "/dataset": {"get": operation("dataset", "The dataset, described", formats, [chosen])},
        "/.well-known/void": {"get": operation("void", "All that the dataset says of itself", formats, [chosen])},
        "/ontology": {"get": operation("ontology", "The ontology", formats, [chosen])},
        "/ontology/{version}": {"get": operation("ontologyVersion", "A version of it", formats, [version, chosen])},
        "/": {"get": operation("home", "The front page: the map of the genealogy", ["text/html"])},
    }


def _lists() -> dict[str, Json]:
    """The list of each kind of thing, with the parameters that narrow it."""
    found: dict[str, Json] = {}
    for segment, listing in LISTINGS.items():
        columns = ["name", *(column.name for column in listing.columns)]
        parameters = [
            in_query("sort", one_of([*columns, *(f"-{name}" for name in columns)])),
            in_query("page", {"type": "integer", "minimum": 1, "maximum": 999_999}),
            *(in_query(column.narrows, TEXT) for column in listing.columns if column.narrows),
            format_of(LIST_FORMATS),
        ]
        summary = f"All things of the kind: {KINDS[segment].words}; a page holds some, every other format all"
        found[f"/{segment}/"] = {"get": operation(f"list-{segment}", summary, media(LIST_FORMATS), parameters)}
    return found


def _questions() -> dict[str, Json]:
    """Each published question has an operation of its own, with its parameters and their examples."""
    formats = ["text/html", *media(TABLE_FORMATS), *media(GRAPH_FORMATS)]
    listed = operation("questions", "The published questions", ["application/json", "text/html"])
    paths: dict[str, Json] = {"/queries": {"get": listed}}
    for question in desk().questions.values():
        parameters = [
            {**in_query(parameter.name, TEXT), "description": parameter.meaning["en"]}
            for parameter in question.parameters
        ]
        explained = [in_query("explain", one_of("01"))] if question.explained else []
        parameters += [format_of(TABLE_FORMATS), *PINS, *explained]
        asked = operation(f"ask-{question.name}", question.title["en"], formats, parameters)
        paths[f"/queries/{question.name}"] = {"get": asked}
    return paths


def _search() -> dict[str, Json]:
    words = {**in_query("q", {"type": "string", "minLength": 1, "maxLength": 200}), "required": True}
    most = in_query("limit", {"type": "integer", "minimum": 1, "maximum": 200})
    summary = "Names, aliases and titles, in English and Chinese"
    return {"/search": {"get": operation("search", summary, ["application/json", "text/html"], [words, most])}}


def _files() -> dict[str, Json]:
    drawn = [row[0] for row in LINEAGE_FORMATS.values()]
    bounds = [
        in_query("direction", one_of(DIRECTIONS)),
        in_query("depth", {"type": "integer", "minimum": 0, "maximum": 999_999}),
        in_query("with", TEXT),
        in_query("show", one_of(SHOWS)),
        in_query("format", one_of(LINEAGE_FORMATS)),
        *wishes(),
    ]
    named = {**in_path("name"), "schema": one_of(["all", *GRAPHS])}
    suffix = {**in_path("suffix"), "schema": one_of(GRAPH_FORMATS)}
    return {
        "/lineage/{slug}": {
            "get": operation("lineage", "A method's line; two compared", drawn, [slug("architecture"), *bounds])
        },
        "/export/{name}.{suffix}": {
            "get": operation("export", "A dump", media(GRAPH_FORMATS), [named, suffix, *wishes()])
        },
        "/frames/{name}.jsonld": {
            "get": operation("frame", "A JSON-LD frame", ["application/ld+json"], [in_path("name")])
        },
        "/context/{version}.jsonld": {
            "get": operation(
                "contextVersion", "A version of the context", ["application/ld+json"], [in_path("version")]
            )
        },
    }


def _plain() -> dict[str, Json]:
    rows = {
        "/context.jsonld": ("context", "The JSON-LD context", "application/ld+json"),
        "/healthz": ("health", "200 when questions can be asked", "application/json"),
        "/map.json": ("map", "The map as data: places, names, families, links", "application/json"),
        "/map.svg": ("mapPicture", "The map as a still picture", "image/svg+xml"),
        "/metrics": ("metrics", "Figures in Prometheus form", "text/plain"),
        "/openapi.json": ("description", "This description", "application/json"),
        "/sparql/terms": ("terms", "Classes and properties, for completing queries", "application/json"),
    }
    return {path: {"get": operation(name, words, [media])} for path, (name, words, media) in rows.items()}


#: Each returns path -> operations; a new kind of path is a new row.
PATHS: tuple[Callable[[], dict[str, Json]], ...] = (
    _protocol,
    _pages,
    _lists,
    _questions,
    pinning,
    _search,
    _files,
    _plain,
    reconciling,
)
