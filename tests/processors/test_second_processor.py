"""Every entity, expanded, flattened, compacted and framed: jsonld.js makes what we serve, and the same triples."""

import json
from typing import Any
from urllib.parse import urljoin

import pytest
from pyoxigraph import Quad

from deepgenealogy.drawing import LINEAGE_FORMATS
from deepgenealogy.engine.comparison import SHOWS, compare
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.lineage import lineage_of
from deepgenealogy.export.nested import framed_things, selected_document
from deepgenealogy.graph.compact import Compactor
from deepgenealogy.graph.context import read_context
from deepgenealogy.graph.frames import read_frames
from deepgenealogy.graph.processing import Processor
from deepgenealogy.vocabulary import BASE
from tests.canonical import as_default, read_by_oxigraph, read_by_pyld
from tests.conftest import CHECKOUT
from tests.processors.conftest import Process
from tests.walk import walked

Json = Any

CONTEXT = read_context(CHECKOUT)
FRAMES = read_frames(CHECKOUT)


@pytest.fixture(scope="module")
def quads(engine: EmbeddedEngine, request: pytest.FixtureRequest) -> list[Quad]:
    """The quads about everything that is walked."""
    found = list(engine.quads())
    documents = {document_of(quad) for quad in found}
    chosen = set(walked(engine, documents, whole=request.config.getoption("--every-iri")))
    return [quad for quad in found if document_of(quad) in chosen]


def document_of(quad: Quad) -> str:
    """The document that describes the subject of a quad, relative to the base."""
    return str(getattr(quad.subject, "value", "")).removeprefix(BASE).partition("#")[0]


def things(quads: list[Quad], segment: str) -> list[str]:
    """Every thing of a kind, relative to the base."""
    return sorted({name for name in map(document_of, quads) if name.startswith(f"{segment}/")})


@pytest.fixture(scope="module")
def document(quads: list[Quad]) -> Json:
    """Every entity of every graph, as we compact it."""
    return {"@context": CONTEXT, "@graph": Compactor(CONTEXT).nodes({quad.triple for quad in quads})}


def full(reference: Json) -> Json:
    """A reference in full, however it was shortened."""
    if not isinstance(reference, str) or reference.startswith("_:"):
        return reference
    prefix, colon, local = reference.partition(":")
    if colon and isinstance(CONTEXT.get(prefix), str):
        return CONTEXT[prefix] + local
    return reference if colon else urljoin(BASE, reference)


def plain(value: Json, key: str = "") -> Json:
    """The same whichever processor wrote it: references in full, sets sorted, nothing that says nothing."""
    row: Json = CONTEXT.get(key) if isinstance(CONTEXT.get(key), dict) else {}
    if isinstance(value, dict):
        found = {name: plain(part, name) for name, part in value.items() if name != "@context"}
        return {name: part for name, part in sorted(found.items()) if part not in (None, [], {})}
    if isinstance(value, list):
        rows = [plain(part, key) for part in value]
        rows = (
            rows
            if row.get("@container") == "@list"
            else sorted(rows, key=lambda part: json.dumps(part, sort_keys=True))
        )
        return rows[0] if len(rows) == 1 else rows
    return full(value) if key == "@id" or row.get("@type") == "@id" else value


def by_iri(nodes: list[Json]) -> dict[str, Json]:
    """Nodes by their IRI."""
    return {full(node["@id"]): plain(node) for node in nodes}


def test_expanded_and_flattened_agree_on_every_entity(document: Json, process: Process) -> None:
    processor = Processor(CONTEXT)
    expanded, flattened = process([("expand", document, None), ("flatten", document, None)])
    assert plain(processor.expanded(document)) == plain(expanded)
    assert plain(processor.flattened(document)) == plain(flattened)


def test_compacted_agrees_on_every_entity(document: Json, process: Process) -> None:
    (compacted,) = process([("compact", Processor(CONTEXT).expanded(document), CONTEXT)])
    theirs, ours = by_iri(compacted["@graph"]), by_iri(document["@graph"])
    assert [iri for iri in ours if ours[iri] != theirs.get(iri)] == []
    assert len(theirs) == len(ours) > 2_000


def test_both_processors_read_the_triples_of_the_store(document: Json, process: Process, quads: list[Quad]) -> None:
    (nquads,) = process([("toRDF", document, None)])
    stored = as_default(quads)
    assert read_by_oxigraph(nquads.encode(), "nq") == stored
    assert read_by_pyld(json.dumps(document).encode()) == stored


@pytest.mark.parametrize("kind", ["architecture", "paper"])
def test_framed_agrees_on_every_thing_of_a_kind(
    kind: str, quads: list[Quad], engine: EmbeddedEngine, process: Process
) -> None:
    every = things(quads, kind)
    frame = {**FRAMES[kind].content, "@id": [BASE + name for name in every]}
    (framed,) = process([("frame", selected_document(engine, CHECKOUT, kind, every), frame)])
    ours = framed_things(engine, CHECKOUT, kind, every)
    assert [tree["@id"] for tree in ours] == every
    theirs = by_iri(framed["@graph"])
    assert [name for name in every if by_iri(ours)[BASE + name] != theirs[BASE + name]] == []


def test_the_catalogue_is_what_jsonld_js_frames_from_all_data_at_once(
    quads: list[Quad], engine: EmbeddedEngine, process: Process, written: dict[str, str]
) -> None:
    catalogue = json.loads(written["catalogue.jsonld"])
    every = things(quads, "architecture")
    catalogue["@graph"] = [tree for tree in catalogue["@graph"] if tree["@id"] in set(every)]
    assert len(catalogue["@graph"]) == len(every)
    whole = selected_document(engine, CHECKOUT, "architecture", every)
    framed, nquads = process([("frame", whole, FRAMES["catalogue"].content), ("toRDF", catalogue, None)])
    theirs = by_iri(framed["@graph"])
    ours = by_iri(catalogue["@graph"])
    assert [iri for iri in ours if ours[iri] != theirs[iri]] == []
    assert ours.keys() <= theirs.keys()  # what is embedded in them may be framed besides
    assert read_by_oxigraph(nquads.encode(), "nq") <= as_default(engine.quads())


def test_every_lineage_is_framed_as_it_is_written(quads: list[Quad], engine: EmbeddedEngine, process: Process) -> None:
    _, write = LINEAGE_FORMATS["jsonld"]
    slugs = [name.partition("/")[2] for name in things(quads, "architecture")]
    lineages = [lineage_of(engine, slug, direction="both") for slug in slugs]
    lineages += [compare(engine, "densenet", "u-net", show=show) for show in SHOWS]
    documents = [json.loads(write(lineage)) for lineage in lineages]
    tasks: list[tuple[str, Json, Json]] = [("frame", document, FRAMES["lineage"].content) for document in documents]
    for document, framed in zip(documents, process(tasks), strict=True):
        assert plain(framed) == plain(document)


def test_a_difference_is_seen(document: Json, process: Process) -> None:
    nodes = [{**node, "label": {"en": "Decoy"}} for node in document["@graph"][:1]]
    (compacted,) = process([("compact", {**document, "@graph": nodes}, CONTEXT)])
    assert by_iri(compacted["@graph"]) != by_iri(document["@graph"][:1])


def test_no_other_address_is_loaded_by_the_second_processor(process: Process) -> None:
    with pytest.raises(AssertionError, match="not loaded"):
        process([("expand", {"@context": "https://example.org/other.jsonld"}, None)])
