"""`/architecture/`, `/paper/`, …: all things of a kind, sorted, narrowed, in pages; whole as RDF and as CSV.

In a graph that is too large to go through, RDF and CSV come in pages too, each of which links to the next.
"""

import csv
import io
from collections.abc import Callable
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
from .desk import desk
from .kinds import KINDS
from .language import LANGUAGES, carried, known, language, words
from .listings import LISTINGS, Column, Listing, Member, labels_in, speech_of
from .negotiation import MEDIA_TYPES, choose, content_type
from .phrases import Reference, Text
from .shelves import PAGE, TARGETS, Choice, Chosen, Held, shelf_of
from .titles import Titles

lists = Blueprint("lists", __name__)

FORMATS = ["html", "jsonld", "ttl", "nt", "rdf", "csv"]

_OWN = frozenset({"sort", "page", "lang", "format", "output", "spreadsheet"})


@dataclass(frozen=True)
class Wish(Choice):
    """What of a list a request asks for: which page of it, too."""

    page: int

    def address(self, format_name: str = "", **changes: object) -> str:
        """The address, relative to the list, of the same with some changes, in a format of its own if one is named."""
        wish = replace(self, **changes)  # type: ignore[arg-type]
        pairs = [(column.narrows, value) for column, value in wish.only]
        pairs += [("sort", f"{'-' if wish.backwards else ''}{wish.sort}")] if wish.sort else []
        pairs += [("page", str(wish.page))] if wish.page > 1 else []
        pairs += [("format", format_name)] if format_name else []
        path = request.path and request.script_root + request.path
        return carried(f"{path}?{urlencode(pairs)}" if pairs else path)

    def sorted_by(self, name: str) -> str:
        """The address of the same sorted by a column; backwards when it is sorted by it already."""
        return self.address(sort=name, backwards=name == self.sort and not self.backwards, page=1)


def _of(segment: str) -> Response:
    listing = LISTINGS[segment]
    shelf = shelf_of(listing, desk(), language())
    wish, name = _wish(listing, listing.order if shelf.is_whole else ""), choose(request, FORMATS, default="html")
    is_page = name == "html" or not shelf.is_whole
    first = (wish.page - 1) * PAGE if is_page else 0
    chosen = shelf.chosen(wish, first, PAGE if is_page else None)
    pages = max(1, ceil(chosen.total / PAGE))
    if is_page and wish.page > pages:
        raise ParameterRefused("page", f"must be at most {pages}: this list has {chosen.total} rows, {PAGE} on a page")
    content = _WRITERS[name](listing, chosen, wish) if name in _WRITERS else _rdf(name, chosen)
    response = Response(content, content_type=content_type(name))
    response.vary.add("Accept")
    if name != "html" and is_page and wish.page < pages:
        response.headers.add("Link", f'<{wish.address(name, page=wish.page + 1)}>; rel="next"')
    return response


for _segment in LISTINGS:
    lists.add_url_rule(f"/{_segment}/", _segment, _of, defaults={"segment": _segment})


def _wish(listing: Listing, order: str) -> Wish:
    """What is asked for; `order` is what rows are sorted by without a word. Raises ParameterRefused."""
    narrowing = {column.narrows: column for column in listing.columns if column.narrows}
    for name in request.args:
        if name not in _OWN and name not in narrowing:
            known = [*narrowing, "sort", "page"]
            near = nearest(name, known) or known
            raise ParameterRefused(name, f"is not known to this list; it has {', '.join(near)}")
    asked = request.args.get("sort", order)
    sort = asked.removeprefix("-")
    if sort not in ("name", order) and listing.column(sort) is None:
        columns = ["name", *(column.name for column in listing.columns)]
        raise ParameterRefused("sort", f"must be one of {', '.join(columns)}, with - before it for backwards")
    only = tuple((column, request.args[name]) for name, column in narrowing.items() if name in request.args)
    return Wish(sort, asked.startswith("-"), only, _page_number())


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) > 0):
        raise ParameterRefused("page", f"must be a whole number from 1 on, not '{text[:40]}'")
    return int(text)


def _html(listing: Listing, chosen: Chosen, wish: Wish) -> str:
    first, rows = (wish.page - 1) * PAGE, chosen.rows
    return render_template(
        "list.html",
        listing=listing,
        columns=chosen.columns,
        rows=rows,
        first=first + 1,
        last=first + len(rows),
        total=chosen.total,
        pages=max(1, ceil(chosen.total / PAGE)),
        wish=wish,
        narrowed=[(name_of(column, value), wish.address(only=_without(wish, column))) for column, value in wish.only],
        others=[segment for segment in LISTINGS if segment != listing.segment],
        formats=[(name, MEDIA_TYPES[name], wish.address(name, page=1)) for name in FORMATS[1:]],
    )


def _without(wish: Wish, column: Column) -> tuple[tuple[Column, str], ...]:
    return tuple(pair for pair in wish.only if pair[0] != column)


def name_of(column: Column, value: str) -> Text | Reference:
    """What a list is narrowed to, in words: the name of the thing, or the value."""
    identity = value if "/" in value else f"{TARGETS.get(column.narrows, column.narrows)}/{value}"
    if identity in desk().things():
        title = Titles({}, language(), labels_in(desk(), [BASE + identity])).of(identity)
        return Reference(identity, title.words, title.lang)
    code = f"value.{column.key}.{value}"
    return Text(words(code) if known(code) else value)


def _csv(listing: Listing, chosen: Chosen, wish: Wish) -> bytes:
    """A column for each language of the name; several values in a cell are parted by semicolons."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(["iri", *(f"name_{name}" for name in LANGUAGES), *(column.name for column in listing.columns)])
    for row in chosen.rows:
        label = chosen.told.labels.get(row.iri) or {row.name.lang or language(): row.name.words}
        names = [label.get(name, "") for name in LANGUAGES]
        values = [_cell(row, column) for column in listing.columns]
        table.writerow([BASE + row.iri, *names, *values])
    return file.getvalue().encode()


def _cell(row: Member, column: Column) -> str:
    return str(row.count[column.name]) if column.counts else ";".join(row.raw.get(column.key, ()))


def _rdf(name: str, chosen: Chosen) -> bytes:
    """The triples of the rows, in a syntax of RDF."""
    kept = {BASE + row.iri for row in chosen.rows}
    content = (quad for quad in chosen.told.quads if _ends(quad) & kept)
    return b"".join(GRAPH_FORMATS[name].write(content, Compactor(read_context(desk().root))))


def _ends(quad: Quad) -> set[str]:
    return {getattr(quad.subject, "value", ""), getattr(quad.object, "value", "")}


#: Format -> its writer; RDF is written by the table of its formats.
_WRITERS: dict[str, Callable[[Listing, Chosen, Wish], str | bytes]] = {"html": _html, "csv": _csv}


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
    listing = LISTINGS[segment]
    column = next(column for column in listing.columns if column.narrows == parameter)
    chosen = shelf_of(listing, desk(), language()).chosen(Choice("introduced", False, ((column, value),)), 0, PAGE)
    columns = [one for one in listing.columns if one != column]
    address = carried(f"{request.script_root}/{segment}/?{urlencode({parameter: value, 'sort': 'introduced'})}")
    return Excerpt(columns, chosen.rows, chosen.total, address)


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
    rejected = sum(row.is_rejected for row in Held(LISTINGS["derivation"], desk(), language()).rows)
    return {**found, "derivation": found.get("derivation", 0) - rejected} if rejected else found
