"""What changed between two states of the dataset, thing by thing, in plain words or in Markdown."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from ..vocabulary import BASE, DGO, GRAPHS, HARVESTED, RDF_TYPE, RDFS

_STATED = {
    GRAPHS[name]
    for name in ("article", "genealogy", "curation", "links", *(f"harvest-{source}" for source in HARVESTED))
}
_LABEL = f"{RDFS}label"


@dataclass(frozen=True, order=True)
class Change:
    """One thing that was added, removed or altered; `altered` holds (property, values before, values after)."""

    kind: str
    thing: str
    label: str
    what: str
    altered: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()


class _State:
    """The stated things of one dataset: properties by subject."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.things: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.labels: dict[str, str] = {}
        for quad in quads:
            if getattr(quad.graph_name, "value", "") in _STATED and isinstance(quad.subject, NamedNode):
                self.things[quad.subject.value][quad.predicate.value].add(_shown(quad.object))
                if quad.predicate.value == _LABEL and getattr(quad.object, "language", None) == "en":
                    self.labels[quad.subject.value] = quad.object.value  # type: ignore[union-attr]

    def kind(self, thing: str) -> str:
        types = sorted(value for value in self.things[thing][RDF_TYPE] if value.startswith("dgo:"))
        return types[0].removeprefix("dgo:") if types else "Thing"

    def label(self, thing: str) -> str:
        return self.labels.get(thing, thing.removeprefix(BASE))


def changes(before: Iterable[Quad], after: Iterable[Quad]) -> list[Change]:
    """Every change from one dataset to another among what is stated, sorted by kind and thing."""
    old, new = _State(before), _State(after)
    gone = [Change(old.kind(t), t, old.label(t), "removed") for t in old.things.keys() - new.things.keys()]
    come = [Change(new.kind(t), t, new.label(t), "added") for t in new.things.keys() - old.things.keys()]
    kept = old.things.keys() & new.things.keys()
    return sorted([*gone, *come, *_alterations(old, new, kept)])


def _alterations(old: _State, new: _State, kept: Iterable[str]) -> Iterator[Change]:
    for thing in kept:
        before, after = old.things[thing], new.things[thing]
        rows = tuple(
            (_short(name), tuple(sorted(before[name] - after[name])), tuple(sorted(after[name] - before[name])))
            for name in sorted(before.keys() | after.keys())
            if before[name] != after[name]
        )
        if rows:
            yield Change(new.kind(thing), thing, new.label(thing), "changed", rows)


def as_words(found: list[Change], *, markdown: bool = False) -> str:
    """The changes in English, a paragraph a kind; the same with Markdown headings and lists."""
    if not found:
        return "Nothing changed.\n"
    lines: list[str] = []
    for kind in dict.fromkeys(change.kind for change in found):
        own = [change for change in found if change.kind == kind]
        lines += ["", f"## {kind}" if markdown else f"{kind}: {_counted(own)}", ""]
        lines += [line for change in own for line in _told(change, "- " if markdown else "  ")]
    return "\n".join(lines[1:]) + "\n"


def _counted(own: list[Change]) -> str:
    counts = {what: sum(change.what == what for change in own) for what in ("added", "removed", "changed")}
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _told(change: Change, mark: str) -> Iterator[str]:
    yield f"{mark}{change.label} ({change.thing.removeprefix(BASE)}) was {change.what}"
    for name, before, after in change.altered:
        was, now = "; ".join(before) or "nothing", "; ".join(after) or "nothing"
        yield f"{' ' * len(mark)}{mark}{name}: {was} -> {now}"


def _short(iri: str) -> str:
    return iri.removeprefix(DGO).rpartition("#")[2].rpartition("/")[2]


def _shown(term: object) -> str:
    if isinstance(term, Literal):
        return f"{term.value!r}@{term.language}" if term.language else repr(term.value)
    value = str(getattr(term, "value", term))
    return f"dgo:{value.removeprefix(DGO)}" if value.startswith(DGO) else value.removeprefix(BASE)
