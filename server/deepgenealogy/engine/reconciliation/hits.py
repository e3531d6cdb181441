"""Hits: which things a text may mean, by what, and how well. A table of grounds, from the surest down.

An exact hit is one of normal forms: case, hyphens, blanks, accents and width do not count. A near hit is one of
similarity; it is never sure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ...vocabulary import DCTERMS, SCHEMA, SKOS
from .gazetteer import Gazetteer, Thing
from .kinds import PROPERTIES
from .normalforms import arxiv_id, doi, local_id, normal, parts_of, without_version, words_of

#: Ground -> score out of 100. What a source calls a thing, and what its paper is called, is not its own name.
GROUNDS = {
    "identifier": 100,
    "label": 100,
    "fullName": 97,
    "alias": 95,
    "misspelling": 92,
    "statedName": 92,
    "parts": 90,
    "paperIdentifier": 88,
    "paperTitle": 88,
}

#: A near hit has its similarity (0 to 1) times this; so it stands below every exact one. ResNet-50 is near ResNet.
NEAR, NEAR_TITLE, OTHER_VERSION = 80, 70, 72

#: Names less similar than this are no candidates.
_LEAST_SIMILARITY = 0.6

#: Near hits that are looked at for one text.
_MOST_NEAR = 60

#: A name of fewer signs decides nothing: `M2`.
_SHORTEST_SURE = 3

_TITLE = f"{DCTERMS}title"


@dataclass(frozen=True)
class Hit:
    """One thing that a text may mean: the ground, the name that was hit, the score, and whether the hit is exact.

    `is_telling` says whether the text by itself tells the thing from namesakes that are known to exist elsewhere.
    """

    thing: str
    ground: str
    name: str
    score: float
    is_exact: bool
    is_telling: bool


class _Entry(NamedTuple):
    """One name as it is looked for: its thing, its ground when hit exactly, and the name."""

    thing: str
    ground: str
    text: str


class NameIndex:
    """Names and identifiers of all things, ready to be looked for; `grounds` can leave kinds of names out."""

    def __init__(self, gazetteer: Gazetteer, *, grounds: Iterable[str] = GROUNDS) -> None:
        self._gazetteer = gazetteer
        wanted = frozenset(grounds)
        self._identifiers = _gathered((key, entry) for key, entry in _identifiers(gazetteer) if entry.ground in wanted)
        entries = [entry for entry in _named(gazetteer) if entry.ground in wanted]
        self._exact = _gathered((normal(entry.text), entry) for entry in entries)
        self._forms = list(self._exact)
        words = {form: words_of(found[0].text) for form, found in self._exact.items()}
        self._words = {form: text for form, text in words.items() if " " in text}

    def hits(self, text: str) -> list[Hit]:
        """The hits of a text, one a thing, the best first."""
        best: dict[str, Hit] = {}
        for hit in (*self._by_identifier(text), *self._by_name(text), *self._by_parts(text), *self._near(text)):
            if hit.thing not in best or hit.score > best[hit.thing].score:
                best[hit.thing] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, len(hit.name), hit.thing))

    def beginning_with(self, prefix: str) -> list[str]:
        """The things of which a name or the id begins with a prefix, then those that hold it; the shortest first."""
        sought, identity = normal(prefix), local_id(prefix).lower()
        ranks: dict[str, tuple[bool, int, bool]] = {}
        for form, entries in self._exact.items():
            for entry in entries if sought in form else ():
                rank = (not form.startswith(sought), len(form), entry.ground == "paperTitle")
                ranks[entry.thing] = min(rank, ranks.get(entry.thing, rank))
        for thing in self._gazetteer.things:
            if identity and (thing.startswith(identity) or thing.partition("/")[2].startswith(identity)):
                rank = (False, len(thing), False)
                ranks[thing] = min(rank, ranks.get(thing, rank))
        return sorted(ranks, key=lambda thing: (ranks[thing], thing))

    def _by_identifier(self, text: str) -> Iterator[Hit]:
        for key in _identifier_forms(text):
            for entry in self._identifiers.get(key, ()):
                yield Hit(entry.thing, entry.ground, text, GROUNDS[entry.ground], is_exact=True, is_telling=True)

    def _by_name(self, text: str) -> Iterator[Hit]:
        form = normal(text)
        is_telling = len(form) >= _SHORTEST_SURE and form not in self._gazetteer.doubtful
        for entry in self._exact.get(form, ()) if form else ():
            # A name as its source writes it stands before one that only has the same normal form.
            score = GROUNDS[entry.ground] - (0 if entry.text == text.strip() else 1)
            yield Hit(entry.thing, entry.ground, entry.text, score, is_exact=True, is_telling=is_telling)

    def _by_parts(self, text: str) -> Iterator[Hit]:
        """A composite name means a thing if each of its parts does; surely, if one part tells it apart."""
        parts = [{hit.thing: hit for hit in self._by_name(part)} for part in parts_of(text)]
        if not parts or not all(parts):
            return
        for thing in parts[0].keys() & parts[-1].keys():
            is_telling = any(part[thing].is_telling for part in parts)
            yield Hit(thing, "parts", text, GROUNDS["parts"], is_exact=True, is_telling=is_telling)

    def _near(self, text: str) -> Iterator[Hit]:
        for hit in self._by_name(without_version(text)):
            yield replace(hit, ground="near", score=OTHER_VERSION, is_exact=False, is_telling=False)
        for form, similarity in self._similar(normal(text), words_of(text)).items():
            for entry in self._exact[form]:
                most = NEAR_TITLE if entry.ground == "paperTitle" else NEAR
                yield Hit(
                    entry.thing, "near", entry.text, round(most * similarity, 1), is_exact=False, is_telling=False
                )

    def _similar(self, form: str, words: str) -> dict[str, float]:
        """Normal forms like `form`, with their similarities: by letters, and for several words by words too."""
        if not form:
            return {}
        by_letters = process.extract(
            form,
            self._forms,
            scorer=OSA.normalized_similarity,
            processor=None,
            score_cutoff=_LEAST_SIMILARITY,
            limit=_MOST_NEAR,
        )
        found = {name: similarity for name, similarity, _ in by_letters}
        if " " in words:
            for _, share, name in process.extract(
                words, self._words, scorer=fuzz.token_set_ratio, processor=None, score_cutoff=75, limit=_MOST_NEAR
            ):
                # All words of the one in the other is much, but the same words in both is more.
                similarity = (0.7 * share + 0.3 * fuzz.token_sort_ratio(words, self._words[name])) / 100
                found[name] = max(found.get(name, 0.0), similarity)
        return {name: similarity for name, similarity in found.items() if similarity >= _LEAST_SIMILARITY}


def _gathered(pairs: Iterable[tuple[str, _Entry]]) -> dict[str, list[_Entry]]:
    found: dict[str, list[_Entry]] = {}
    for key, entry in pairs:
        found.setdefault(key, []).append(entry)
    found.pop("", None)
    return found


def _named(gazetteer: Gazetteer) -> Iterator[_Entry]:
    """Every name, and for a method the titles of the papers that introduce it."""
    for name in gazetteer.names:
        yield _Entry(name.thing, name.kind, name.text)
    for thing in gazetteer.things.values():
        for paper in gazetteer.papers(thing):
            yield from (_Entry(thing.id, "paperTitle", value.text) for value in paper.values.get(_TITLE, ()))


def _identifiers(gazetteer: Gazetteer) -> Iterator[tuple[str, _Entry]]:
    for thing in gazetteer.things.values():
        for key in _identifiers_of(thing):
            yield key, _Entry(thing.id, "identifier", key)
        for paper in gazetteer.papers(thing):
            for key in _identifiers_of(paper):
                yield key, _Entry(thing.id, "paperIdentifier", key)


def _identifiers_of(thing: Thing) -> set[str]:
    """Id, arXiv id and DOI, and the addresses of the very same thing elsewhere."""
    numbers = {
        value.text.lower() for key in ("arxiv", "doi") for value in thing.values.get(PROPERTIES[key].predicate, ())
    }
    elsewhere = (
        value.text for name in (f"{SKOS}exactMatch", f"{SCHEMA}identifier") for value in thing.values.get(name, ())
    )
    return {thing.id, *numbers, *(form for address in elsewhere for form in _identifier_forms(address))}


def _identifier_forms(text: str) -> set[str]:
    """The forms in which a text may be the identifier of something."""
    return {form for form in (arxiv_id(text), doi(text), local_id(text)) if form}
