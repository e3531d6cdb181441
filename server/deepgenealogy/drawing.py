"""A lineage as text for people and for drawing programs: a tree, Graphviz DOT, Mermaid, JSON. A format is a row."""

import json
from collections.abc import Callable, Iterator

from .engine.lineage import Descent, Lineage, Member

#: Format name -> (media type, writer).
LINEAGE_FORMATS: dict[str, tuple[str, Callable[[Lineage], str]]]


def as_json(lineage: Lineage) -> str:
    """The lineage as JSON: start, direction, members, derivations."""
    return json.dumps(lineage.as_json(), ensure_ascii=False, indent=1) + "\n"


def as_tree(lineage: Lineage) -> str:
    """The lineage as an indented tree; what was shown already is named again, but not unfolded again."""
    names = {member.slug: member for member in lineage.members}
    ways = {"ancestors": ("ancestors",), "descendants": ("descendants",), "both": ("ancestors", "descendants")}
    lines: list[str] = []
    for way in ways[lineage.direction]:
        lines += [f"{way} of {_title(names[lineage.start])}", *_branches(lineage, names, way)]
    return "\n".join(lines) + "\n"


def _branches(lineage: Lineage, names: dict[str, Member], way: str) -> Iterator[str]:
    steps: dict[str, list[tuple[str, Descent]]] = {}
    for edge in lineage.derivations:
        near, far = (edge.child, edge.parent) if way == "ancestors" else (edge.parent, edge.child)
        steps.setdefault(near, []).append((far, edge))
    shown: set[str] = set()

    def below(near: str, indent: str) -> Iterator[str]:
        for far, edge in steps.get(near, ()):
            again = " …" if far in shown and far in steps else ""
            yield f"{indent}{edge.kind} {_title(names[far])}  [{edge.paper}, {edge.certainty}]{again}"
            if far not in shown:
                shown.add(far)
                yield from below(far, indent + "  ")

    yield from below(lineage.start, "  ")


def _title(member: Member) -> str:
    return f"{member.label.get('en', member.slug)} ({member.introduced})"


def as_dot(lineage: Lineage) -> str:
    """The lineage as a Graphviz digraph, from parent to child."""
    nodes = (f"  {_quoted(m.slug)} [label={_quoted(_title(m))}];" for m in lineage.members)
    edges = (f"  {_quoted(d.parent)} -> {_quoted(d.child)} [label={_quoted(d.kind)}];" for d in lineage.derivations)
    return "\n".join(["digraph lineage {", "  rankdir=TB;", "  node [shape=box];", *nodes, *edges, "}", ""])


def as_mermaid(lineage: Lineage) -> str:
    """The lineage as a Mermaid flow chart, from parent to child."""
    number = {member.slug: f"n{n}" for n, member in enumerate(lineage.members)}
    nodes = (f"  {number[m.slug]}[{_quoted(_title(m))}]" for m in lineage.members)
    edges = (f"  {number[d.parent]} -->|{d.kind}| {number[d.child]}" for d in lineage.derivations)
    return "\n".join(["flowchart TD", *nodes, *edges, ""])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


LINEAGE_FORMATS = {
    "json": ("application/json", as_json),
    "txt": ("text/plain", as_tree),
    "dot": ("text/vnd.graphviz", as_dot),
    "mmd": ("text/vnd.mermaid", as_mermaid),
}
