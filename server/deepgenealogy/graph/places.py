"""Where a thing of the graph was written: from its IRI back to the file and the line of its record."""

from collections.abc import Callable

from ..sources.records import Catalogue, Record, list_of
from ..vocabulary import BASE
from .links import mapping_id
from .nodes import heading_slug

Place = tuple[str, int]

_UNKNOWN: Place = ("data", 1)


def place_of(catalogue: Catalogue, iri: str, key: str = "") -> Place:
    """The file and line where the thing with this IRI, or one key of it, was written; `("data", 1)` when unknown.

    >>> place_of(catalogue, "https://w3id.org/deepgenealogy/derivation/resnet--vggnet", "kind")  # doctest: +SKIP
    ('data/architectures/resnet.yaml', 36)
    """
    identity = iri.removeprefix(BASE)
    segment, _, rest = identity.partition("/")
    rest = rest.partition("#")[0] if segment != "article" else rest
    return _FINDERS.get(segment, _record)(catalogue, segment, rest, key)


def _record(catalogue: Catalogue, segment: str, rest: str, key: str) -> Place:
    record = catalogue.records.get(f"{segment}/{rest}")
    return (record.document.file, record.document.line((key,))) if record else _UNKNOWN


def _relation(catalogue: Catalogue, segment: str, rest: str, key: str) -> Place:
    child, _, other = rest.partition("--")
    record = catalogue.records.get(f"architecture/{child}")
    if record is None:
        return _UNKNOWN
    groups = ("use",) if segment == "use" else ("derivation", "rejectedDerivation")
    for group in groups:
        for position, item in enumerate(list_of(record.fields.get(group))):
            if item.get("parent", item.get("component")) == f"architecture/{other}":
                return record.document.file, record.document.line((group, position, key))
    return record.document.file, 1


def _row(table: str, column: Callable[[dict[str, str]], str]) -> "_Finder":
    def find(catalogue: Catalogue, segment: str, rest: str, key: str) -> Place:
        for row in catalogue.tables[table]:
            if column(row.cells) == rest:
                return row.file, row.line
        return _UNKNOWN

    return find


def _part_of_section(catalogue: Catalogue, segment: str, rest: str, key: str) -> Place:
    for section in catalogue.of("sources/article/sections"):
        name = section.slug.partition("-")[2]
        for position, item in enumerate(list_of(section.fields.get(segment)), start=1):
            if rest == f"{name}-{item.get('id', position)}":
                return section.document.file, section.document.line((segment, position - 1, key))
    return _UNKNOWN


def _article(catalogue: Catalogue, segment: str, rest: str, key: str) -> Place:
    name = rest.partition("#")[2]
    sections = {section.slug.partition("-")[2]: section for section in catalogue.of("sources/article/sections")}
    found: Record | None = sections.get(name) or next(iter(catalogue.of("sources/article")), None)
    return (found.document.file, found.document.line((key,))) if found else _UNKNOWN


def _mapping(catalogue: Catalogue, segment: str, rest: str, key: str) -> Place:
    mappings = catalogue.mappings.get(rest.partition("/")[0])
    for row in mappings.rows if mappings else ():
        if mappings and mapping_id(mappings, row) == f"{segment}/{rest}":
            return row.file, row.line
    return (mappings.file, 1) if mappings else _UNKNOWN


_Finder = Callable[[Catalogue, str, str, str], Place]
_FINDERS: dict[str, _Finder] = {
    "derivation": _relation,
    "use": _relation,
    "entry": _row("entries", lambda cells: cells["entry"]),
    "repair": _row("repairs", lambda cells: f"{cells['entry']}--{cells['field']}"),
    "heading": _row("headings", lambda cells: heading_slug(cells.get("inSection", ""), cells["heading"])),
    "claim": _part_of_section,
    "picture": _part_of_section,
    "reading": _part_of_section,
    "article": _article,
    "mapping": _mapping,
}
