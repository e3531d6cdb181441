"""The kinds of things that have IRIs: a new kind is a new row, and routes, negotiation and descriptions follow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """The first segment of its IRIs, and what a thing of the kind is."""

    segment: str
    words: str


KINDS = {
    row.segment: row
    for row in (
        Kind("architecture", "an architecture or learning algorithm"),
        Kind("paper", "a paper"),
        Kind("task", "a task"),
        Kind("family", "a family of architectures"),
        Kind("modality", "a kind of data"),
        Kind("derivation", "a derivation, asserted or rejected, with its evidence"),
        Kind("use", "a use of a component or backbone, with its evidence"),
        Kind("reuse", "a finding that code is reused, with its place"),
        Kind("entry", "an entry of the genealogy list"),
        Kind("repair", "a repair of the genealogy list"),
        Kind("heading", "a heading of the genealogy list"),
        Kind("article", "the article"),
        Kind("claim", "a claim of the article"),
        Kind("picture", "a picture of the article"),
        Kind("reading", "a recommendation of the article"),
        Kind("source", "an outside work"),
        Kind("scheme", "a concept scheme"),
        Kind("mapping", "a mapping to another graph, or a set of them"),
        Kind("graph", "a named graph"),
        Kind("query", "a published query, as SPARQL"),
    )
}
