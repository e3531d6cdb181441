"""Candidates, suggestions, values and property proposals as the JSON that the specification gives them."""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from ...engine.reconciliation.gazetteer import Gazetteer, Thing, Value
from ...engine.reconciliation.kinds import PROPERTIES, TYPES, Property
from ...engine.reconciliation.normalforms import local_id
from ...engine.reconciliation.scoring import Candidate, Matcher, NameQuestion
from ...vocabulary import DCTERMS, DGO, SKOS
from .reading import Column, Extension, Json

_ISSUED = f"{DCTERMS}issued"
_DATE_LENGTH = len("2015-12-10")


def results(matcher: Matcher, batch: Mapping[str, NameQuestion], go_on: Callable[[], None]) -> Json:
    """The result batch of a batch of questions; `go_on` is asked before each, and raises when time is up."""
    found: Json = {}
    for key, question in batch.items():
        go_on()
        found[key] = {"result": [candidate_json(matcher.gazetteer, row) for row in matcher.candidates(question)]}
    return found


def candidate_json(gazetteer: Gazetteer, candidate: Candidate) -> Json:
    """One candidate, with the features that its score is made from."""
    return {
        **_thing_json(gazetteer, candidate.thing, "type"),
        "score": candidate.score,
        "match": candidate.is_sure,
        "features": list(_features(candidate)),
    }


def _features(candidate: Candidate) -> Iterable[Json]:
    if candidate.hit:
        yield {"id": "name_score", "value": candidate.hit.score}
        yield {"id": f"name_{candidate.hit.ground}", "value": True}
        yield {"id": "name_exact", "value": candidate.hit.is_exact}
    for name, share in candidate.agreements.items():
        if share is not None:
            yield {"id": f"property_{name}", "value": share}


def suggestions(gazetteer: Gazetteer, ids: Iterable[str]) -> list[Json]:
    """Things as suggestions."""
    return [_thing_json(gazetteer, gazetteer.things[identity], "notable") for identity in ids]


def _thing_json(gazetteer: Gazetteer, thing: Thing, key: str) -> Json:
    types = [{"id": name, "name": TYPES[name].name} for name in thing.types]
    return {"id": thing.id, "name": thing.name, "description": description(gazetteer, thing), key: types}


def description(gazetteer: Gazetteer, thing: Thing) -> str:
    """What tells a thing from its namesakes: date and paper, or date and authors, else a definition."""
    date = thing.text_of(f"{DGO}introduced") or thing.text_of(_ISSUED)
    titles = [paper.name for paper in gazetteer.papers(thing)]
    authors = [value.text for value in gazetteer.values(thing, PROPERTIES["author"])] if not titles else []
    named = [f"{authors[0]} et al." if len(authors) > 1 else authors[0]] if authors else []
    kind = TYPES[thing.types[0]].name if thing.types else ""
    told = [*named, *titles] or [thing.text_of(f"{SKOS}definition")]
    return ", ".join(filter(None, [kind, date, *told]))


def property_json(row: Property) -> Json:
    """A property as clients get it."""
    return {"id": row.id, "name": row.name, "description": row.description}


def extension_json(gazetteer: Gazetteer, extension: Extension, go_on: Callable[[], None]) -> Json:
    """The values of each property of each thing; nothing of a thing that is not there. `go_on` as in `results`."""
    rows: Json = {}
    for identity in extension.ids:
        go_on()
        thing = gazetteer.things.get(local_id(identity))
        rows[identity] = {column.id: _cells(gazetteer, thing, column) for column in extension.columns}
    return {"meta": [_column_json(column) for column in extension.columns], "rows": rows}


def _column_json(column: Column) -> Json:
    last = column.path[-1]
    kind = {"type": {"id": last.range, "name": TYPES[last.range].name}} if last.range else {}
    return {"id": column.id, "name": ", ".join(row.name for row in column.path), **kind}


def _cells(gazetteer: Gazetteer, thing: Thing | None, column: Column) -> list[Json]:
    if thing is None:
        return []
    languages = {"", column.language}
    wanted = [
        value
        for value in gazetteer.follow(thing, column.path)
        if column.language == "all" or value.language in languages
    ]
    end = column.offset + column.limit if column.limit else None
    return [_cell(gazetteer, value, column) for value in islice(wanted, column.offset, end)]


def _cell(gazetteer: Gazetteer, value: Value, column: Column) -> Json:
    if value.is_thing:
        known = gazetteer.things.get(value.text)
        return {"id": value.text, "name": _name(known, column.language) if known else value.text}
    if column.path[-1].form == "year":
        return {"int": int(value.text[:4])}
    if column.path[-1].form == "date" and len(value.text) == _DATE_LENGTH:
        return {"date": f"{value.text}T00:00:00Z"}
    return {"str": value.text}


def _name(thing: Thing, language: str) -> str:
    return (thing.text_of(PROPERTIES["label"].predicate, "zh") if language == "zh" else "") or thing.name
