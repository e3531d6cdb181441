"""A lineage as text: JSON, a tree or a list for people, Graphviz DOT and Mermaid for drawing programs."""

import json
from collections.abc import Iterator

from ..engine.comparison import Comparison
from ..engine.lineage import Descent, Lineage, Member
from .words import heading, name, sentence, title


def as_json(lineage: Lineage) -> str:
    """The lineage as JSON: start, direction, members, derivations."""
    return json.dumps(lineage.as_json(), ensure_ascii=False, indent=1) + "\n"


def as_tree(lineage: Lineage) -> str:
    """The lineage as an indented tree; what was shown already is named again, but not unfolded again."""
    if isinstance(lineage, Comparison):
        return "\n".join([heading(lineage), *_findings(lineage)]) + "\n"
    names = {member.slug: member for member in lineage.members}
    ways = {"ancestors": ("ancestors",), "descendants": ("descendants",), "both": ("ancestors", "descendants")}
    lines: list[str] = []
    for way in ways[lineage.direction]:
        lines += [f"{way} of {title(names[lineage.start])}", *_branches(lineage, names, way)]
    return "\n".join(lines) + "\n"


def _findings(comparison: Comparison) -> Iterator[str]:
    """What a comparison found: a line a method, or a line a derivation on the way from one method to the other."""
    by_slug = {member.slug: member for member in comparison.members}
    if not comparison.found:
        yield "  none"
    elif comparison.show == "line":
        names = {slug: name(member) for slug, member in by_slug.items()}
        place = {slug: number for number, slug in enumerate(comparison.found)}
        steps = sorted(comparison.derivations, key=lambda edge: min(place[edge.child], place[edge.parent]))
        yield from (f"  {sentence(edge, names)}" for edge in steps)
    else:
        for slug in comparison.found:
            yield f"  {title(by_slug[slug])}{'  nearest' if slug in comparison.nearest else ''}"


def _branches(lineage: Lineage, names: dict[str, Member], way: str) -> Iterator[str]:
    steps: dict[str, list[tuple[str, Descent]]] = {}
    for edge in lineage.derivations:
        near, far = (edge.child, edge.parent) if way == "ancestors" else (edge.parent, edge.child)
        steps.setdefault(near, []).append((far, edge))
    shown: set[str] = set()

    def below(near: str, indent: str) -> Iterator[str]:
        for far, edge in steps.get(near, ()):
            again = " …" if far in shown and far in steps else ""
            yield f"{indent}{edge.kind} {title(names[far])}  [{edge.paper}, {edge.certainty}]{again}"
            if far not in shown:
                shown.add(far)
                yield from below(far, indent + "  ")

    yield from below(lineage.start, "  ")


def as_dot(lineage: Lineage) -> str:
    """The lineage as a Graphviz digraph, from parent to child."""
    nodes = (f"  {_quoted(m.slug)} [label={_quoted(title(m))}];" for m in lineage.members)
    edges = (f"  {_quoted(d.parent)} -> {_quoted(d.child)} [label={_quoted(d.kind)}];" for d in lineage.derivations)
    return "\n".join(["digraph lineage {", "  rankdir=TB;", "  node [shape=box];", *nodes, *edges, "}", ""])


def as_mermaid(lineage: Lineage) -> str:
    """The lineage as a Mermaid flow chart, from parent to child."""
    number = {member.slug: f"n{n}" for n, member in enumerate(lineage.members)}
    nodes = (f"  {number[m.slug]}[{_quoted(title(m))}]" for m in lineage.members)
    edges = (f"  {number[d.parent]} -->|{d.kind}| {number[d.child]}" for d in lineage.derivations)
    return "\n".join(["flowchart TD", *nodes, *edges, ""])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
