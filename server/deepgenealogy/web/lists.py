"""`/architecture/`, `/paper/`, …: all things of a kind, sorted, narrowed, in pages; whole as RDF and as CSV."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import ceil
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from pyoxigraph import Quad

from ..errors import ParameterRefused
from ..graph.compact import Compactor
from ..graph.context import read_context
from ..graph.formats import GRAPH_FORMATS
from ..vocabulary import BASE, nearest
from .desk import Desk, desk
from .kinds import KINDS
from .language import LANGUAGES, carried, known, language, words
from .listings import LISTINGS, Column, Listing, Member, Members, labels_of, members_of, speech_of, triples_of
from .negotiation import MEDIA_TYPES, choose, content_type
from .phrases import Reference, Text
from .titles import Titles

lists = Blueprint("lists", __name__)

FORMATS = ["html", "jsonld", "ttl", "nt", "rdf", "csv"]

#: So many rows stand on a page.
PAGE = 50

_OWN = frozenset({"sort", "page", "lang", "format", "output", "spreadsheet"})


@dataclass(frozen=True)
class Wish:
    """What of a list is asked for: the column it is sorted by, backwards or not, the page, and what narrows it."""

    sort: str
    backwards: bool
    page: int
    only: tuple[tuple[Column, str], ...]

    def address(self, **changes: object) -> str:
        """The address, relative to the list, of the same with some changes."""
        wish = replace(self, **changes)  # type: ignore[arg-type]
        pairs = [(column.narrows, value) for column, value in wish.only]
        pairs += [("sort", f"{'-' if wish.backwards else ''}{wish.sort}")]
        pairs += [("page", str(wish.page))] if wish.page > 1 else []
        return carried(f"{request.path and request.script_root + request.path}?{urlencode(pairs)}")

    def sorted_by(self, name: str) -> str:
        """The address of the same sorted by a column; backwards when it is sorted by it already."""
        return self.address(sort=name, backwards=name == self.sort and not self.backwards, page=1)


def _of(segment: str) -> Response:
    wish = _wish(LISTINGS[segment])
    name = choose(request, FORMATS, default="html")
    members = everything(segment)
    rows = _sorted(_narrowed(members.rows, wish), wish)
    content = _WRITERS[name](members, rows, wish) if name in _WRITERS else _rdf(name, members.quads, rows)
    response = Response(content, content_type=content_type(name))
    response.vary.add("Accept")
    return response


for _segment in LISTINGS:
    lists.add_url_rule(f"/{_segment}/", _segment, _of, defaults={"segment": _segment})


def everything(segment: str) -> Members:
    """All members of a list in the language of the request; made once for each state of the data."""
    where, spoken = desk(), language()
    return where.made(f"list {segment} {spoken}", lambda: _made(where, segment, spoken))


def _made(where: Desk, segment: str, spoken: str) -> Members:
    listing = LISTINGS[segment]
    quads = where.made(f"triples {segment}", lambda: triples_of(listing, where))
    return members_of(listing, where, spoken, quads, _labels(where))


def _labels(where: Desk) -> dict[str, dict[str, str]]:
    return where.made("labels", lambda: labels_of(where))


def _wish(listing: Listing) -> Wish:
    """What is asked for. Raises ParameterRefused."""
    narrowing = {column.narrows: column for column in listing.columns if column.narrows}
    for name in request.args:
        if name not in _OWN and name not in narrowing:
            known = [*narrowing, "sort", "page"]
            near = nearest(name, known) or known
            raise ParameterRefused(name, f"is not known to this list; it has {', '.join(near)}")
    asked = request.args.get("sort", listing.order)
    sort = asked.removeprefix("-")
    if sort != "name" and listing.column(sort) is None:
        columns = ["name", *(column.name for column in listing.columns)]
        raise ParameterRefused("sort", f"must be one of {', '.join(columns)}, with - before it for backwards")
    only = tuple((column, request.args[name]) for name, column in narrowing.items() if name in request.args)
    return Wish(sort, asked.startswith("-"), _page_number(), only)


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) > 0):
        raise ParameterRefused("page", f"must be a whole number from 1 on, not '{text[:40]}'")
    return int(text)


def _narrowed(rows: Iterable[Member], wish: Wish) -> list[Member]:
    return [row for row in rows if all(_agrees(row.raw.get(column.key, ()), value) for column, value in wish.only)]


def _agrees(values: Iterable[str], wanted: str) -> bool:
    return any(value == wanted or value.partition("/")[2] == wanted for value in values)


def _sorted(rows: list[Member], wish: Wish) -> list[Member]:
    """Rows in order; what has nothing in the column stays at the end, backwards too."""
    found = sorted(rows, key=lambda row: row.sort_key(wish.sort), reverse=wish.backwards)
    return sorted(found, key=lambda row: bool(row.sort_key(wish.sort)[0]))


def _html(members: Members, rows: list[Member], wish: Wish) -> str:
    pages = max(1, ceil(len(rows) / PAGE))
    if wish.page > pages:
        raise ParameterRefused("page", f"must be at most {pages}: this list has {len(rows)} rows, {PAGE} on a page")
    first = (wish.page - 1) * PAGE
    listing = members.listing
    return render_template(
        "list.html",
        listing=listing,
        columns=[column for column in listing.columns if any(column.key in row.raw or column.counts for row in rows)],
        rows=rows[first : first + PAGE],
        first=first + 1,
        last=min(first + PAGE, len(rows)),
        total=len(rows),
        pages=pages,
        wish=wish,
        narrowed=[(name_of(column, value), wish.address(only=_without(wish, column))) for column, value in wish.only],
        others=[segment for segment in LISTINGS if segment != listing.segment],
        formats=[(name, MEDIA_TYPES[name], _as_format(wish, name)) for name in FORMATS[1:]],
    )


def _without(wish: Wish, column: Column) -> tuple[tuple[Column, str], ...]:
    return tuple(pair for pair in wish.only if pair[0] != column)


def _as_format(wish: Wish, name: str) -> str:
    address = wish.address(page=1)
    return f"{address}&format={name}"


def name_of(column: Column, value: str) -> Text | Reference:
    """What a list is narrowed to, in words: the name of the thing, or the value."""
    identity = value if "/" in value else f"{_TARGETS.get(column.narrows, column.narrows)}/{value}"
    if identity in desk().things():
        title = Titles({}, language(), _labels(desk())).of(identity)
        return Reference(identity, title.words, title.lang)
    code = f"value.{column.key}.{value}"
    return Text(words(code) if known(code) else value)


#: What a parameter names, where it is not called by the segment of its things.
_TARGETS = {"parent": "architecture", "child": "architecture", "component": "architecture"}


def _csv(members: Members, rows: list[Member], wish: Wish) -> bytes:
    """Every row, a column for each language of the name; several values in a cell are parted by semicolons."""
    listing, labels = members.listing, _labels(desk())
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(["iri", *(f"name_{name}" for name in LANGUAGES), *(column.name for column in listing.columns)])
    for row in rows:
        label = labels.get(row.iri) or {row.name.lang or language(): row.name.words}
        names = [label.get(name, "") for name in LANGUAGES]
        values = [_cell(row, column) for column in listing.columns]
        table.writerow([BASE + row.iri, *names, *values])
    return file.getvalue().encode()


def _cell(row: Member, column: Column) -> str:
    return str(row.count[column.name]) if column.counts else ";".join(row.raw.get(column.key, ()))


def _rdf(name: str, quads: Iterable[Quad], rows: Iterable[Member]) -> bytes:
    """The triples of the rows, in a syntax of RDF."""
    kept = {BASE + row.iri for row in rows}
    content = (quad for quad in quads if _ends(quad) & kept)
    return b"".join(GRAPH_FORMATS[name].write(content, Compactor(read_context(desk().root))))


def _ends(quad: Quad) -> set[str]:
    return {getattr(quad.subject, "value", ""), getattr(quad.object, "value", "")}


#: Format -> its writer; RDF is written by the table of its formats.
_WRITERS: dict[str, Callable[[Members, list[Member], Wish], str | bytes]] = {"html": _html, "csv": _csv}


@lists.app_template_global("column_words")
def column_words(key: str) -> Text:
    """What the column with this key is called in the language of the request."""
    return speech_of(desk(), language()).called(key)


@dataclass(frozen=True)
class Excerpt:
    """The first rows of a list narrowed to one thing: its columns, how many there are in all, and where they are."""

    columns: list[Column]
    rows: list[Member]
    total: int
    address: str


def part_of(segment: str, parameter: str, value: str) -> Excerpt:
    """The members of a list that belong to one thing, the oldest first."""
    members = everything(segment)
    column = next(column for column in members.listing.columns if column.narrows == parameter)
    rows = [row for row in members.rows if _agrees(row.raw.get(column.key, ()), value)]
    rows.sort(key=lambda row: row.sort_key("introduced"))
    columns = [one for one in members.listing.columns if one != column]
    address = carried(f"{request.script_root}/{segment}/?{urlencode({parameter: value, 'sort': 'introduced'})}")
    return Excerpt(columns, rows[:PAGE], len(rows), address)


def known_list(segment: str) -> bool:
    """Whether there is a list of the things of this segment."""
    return segment in LISTINGS


def counts() -> dict[str, int]:
    """How many things of each kind there are; a derivation that is rejected is none."""
    found: dict[str, int] = {}
    for thing in desk().things():
        segment = thing.partition("/")[0]
        if segment in KINDS:
            found[segment] = found.get(segment, 0) + 1
    rejected = sum(row.is_rejected for row in everything("derivation").rows)
    return {**found, "derivation": found.get("derivation", 0) - rejected} if rejected else found
