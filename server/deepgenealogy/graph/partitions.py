"""What there is to count in triples: subjects, objects, and the partitions of VoID by class and property.

A property partition of a class tells which property its members have, how often, and to which classes or datatypes it
leads: the layout of `void-generator` (https://github.com/sib-swiss/void-generator), which SIB's query editor and
federation engines read. It refuses to know what the graphs are about.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..vocabulary import BASE, PREFIXES, RDF_TYPE, XSD
from .nodes import Node
from .statements import Statement

#: The document (RFC 8615) whose fragments partitions, links and prefixes are.
DOCUMENT = ".well-known/void"

#: Thing, as N-Triples writes it -> the IRIs of the classes that the dataset gives it, in any graph.
Classes = Mapping[str, frozenset[str]]

#: (class, property).
Use = tuple[str, str]

_NONE: frozenset[str] = frozenset()

#: The datatypes of literals that name none: without a language, and with one.
_STRING, _WORDS = f"{XSD}string", f"{PREFIXES['rdf']}langString"


def _sets() -> defaultdict[str, set[str]]:
    return defaultdict(set)


def _counters() -> defaultdict[Use, Counter[str]]:
    return defaultdict(Counter)


@dataclass
class Census:
    """Everything that was counted in one set of triples; made by `census`. Things are as N-Triples writes them."""

    triples: int = 0
    subjects: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    members: defaultdict[str, set[str]] = field(default_factory=_sets)
    properties: Counter[str] = field(default_factory=Counter)
    subjects_of: defaultdict[str, set[str]] = field(default_factory=_sets)
    objects_of: defaultdict[str, set[str]] = field(default_factory=_sets)
    uses: Counter[Use] = field(default_factory=Counter)
    to_classes: defaultdict[Use, Counter[str]] = field(default_factory=_counters)
    to_datatypes: defaultdict[Use, Counter[str]] = field(default_factory=_counters)

    @property
    def entities(self) -> int:
        """How many of our own things are described: subjects below the base of our IRIs."""
        return sum(subject.startswith(f"<{BASE}") for subject in self.subjects)


def classes_of(triples: Iterable[Statement]) -> Classes:
    """The classes of each thing, from every `rdf:type` among the triples of all graphs."""
    found = _sets()
    for subject, predicate, value in triples:
        if predicate == RDF_TYPE and value[0] == "<":
            found[subject].add(value[1:-1])
    known: dict[frozenset[str], frozenset[str]] = {}
    return {name: known.setdefault(own, own) for name, own in ((n, frozenset(c)) for n, c in found.items())}


def census(triples: Iterable[Statement], classes: Classes) -> Census:
    """The counts of distinct `triples`, whose things have the classes given."""
    counted = Census()
    uses: Counter[tuple[frozenset[str], str, frozenset[str] | str]] = Counter()  # few things have classes of their own
    for subject, predicate, value in triples:
        counted.triples += 1
        counted.subjects.add(subject)
        counted.objects.add(value)
        counted.properties[predicate] += 1
        counted.subjects_of[predicate].add(subject)
        counted.objects_of[predicate].add(value)
        if own := classes.get(subject):
            uses[own, predicate, _datatype(value) if value[0] == '"' else classes.get(value, _NONE)] += 1
    for subject in counted.subjects:
        for name in classes.get(subject, _NONE):
            counted.members[name].add(subject)
    for (own, predicate, end), number in uses.items():
        for use in ((name, predicate) for name in own):
            counted.uses[use] += number
            if isinstance(end, str):
                counted.to_datatypes[use][end] += number
            else:
                counted.to_classes[use].update(dict.fromkeys(end, number))
    return counted


def _datatype(literal: str) -> str:
    """The IRI of the datatype of a literal.

    >>> [_datatype(text) for text in ('"a"', '"a"@en', '"1"^^<urn:number>')] == [_STRING, _WORDS, "urn:number"]
    True
    """
    mark = literal.rpartition('"')[2]
    return mark[3:-1] if mark.startswith("^^") else _WORDS if mark else _STRING


def together(parts: Iterable[Census]) -> Census:
    """The counts of several sets of triples as one; no triple may stand in two of them."""
    whole = Census()
    for part in parts:
        whole.triples += part.triples
        whole.subjects |= part.subjects
        whole.objects |= part.objects
        whole.properties.update(part.properties)
        for mine, theirs in (
            (whole.members, part.members),
            (whole.subjects_of, part.subjects_of),
            (whole.objects_of, part.objects_of),
        ):
            for name, found in theirs.items():
                mine[name] |= found
    return whole


def size_keys(counted: Census) -> Node:
    """The keys of VoID that say how much there is."""
    return {
        "void:triples": counted.triples,
        "void:entities": counted.entities,
        "void:classes": len(counted.members),
        "void:properties": len(counted.properties),
        "void:distinctSubjects": len(counted.subjects),
        "void:distinctObjects": len(counted.objects),
    }


def flat_partitions(owner: str, counted: Census) -> Node:
    """The partitions of a whole dataset: the members of each class, the triples of each property."""
    classes = [
        {"@id": f"{owner}--{short(iri)}", "void:class": {"@id": iri}, "void:entities": len(members)}
        for iri, members in sorted(counted.members.items())
    ]
    properties = [
        {
            "@id": f"{owner}--{short(iri)}",
            "void:property": {"@id": iri},
            "void:triples": number,
            "void:distinctSubjects": len(counted.subjects_of[iri]),
            "void:distinctObjects": len(counted.objects_of[iri]),
        }
        for iri, number in sorted(counted.properties.items())
    ]
    return {"void:classPartition": classes, "void:propertyPartition": properties}


def nested_partitions(owner: str, counted: Census) -> list[Node]:
    """The class partitions of a graph; within each, the properties of its members and what they lead to."""
    properties: defaultdict[str, list[str]] = defaultdict(list)
    for own, predicate in sorted(counted.uses):
        properties[own].append(predicate)
    return [
        {
            "@id": f"{owner}--{short(iri)}",
            "void:class": {"@id": iri},
            "void:entities": len(members),
            "void:propertyPartition": [_use(owner, counted, (iri, predicate)) for predicate in properties[iri]],
        }
        for iri, members in sorted(counted.members.items())
    ]


def _use(owner: str, counted: Census, use: Use) -> Node:
    own, predicate = use
    identity = f"{owner}--{short(own)}--{short(predicate)}"
    return {
        "@id": identity,
        "void:property": {"@id": predicate},
        "void:triples": counted.uses[use],
        "void:classPartition": _ends(identity, "void:class", counted.to_classes[use]),
        "void-ext:datatypePartition": _ends(identity, "void-ext:datatype", counted.to_datatypes[use]),
    }


def _ends(identity: str, key: str, counts: Counter[str]) -> list[Node]:
    return [
        {"@id": f"{identity}--{short(iri)}", key: {"@id": iri}, "void:triples": number}
        for iri, number in sorted(counts.items())
    ]


def short(iri: str) -> str:
    """An IRI as a part of the IRI of a partition.

    >>> short("https://w3id.org/deepgenealogy/ontology#Paper")
    'dgo-Paper'
    """
    space, prefix = max(((space, name) for name, space in PREFIXES.items() if iri.startswith(space)), default=("", ""))
    words = f"{prefix}-{iri.removeprefix(space)}" if prefix else iri
    return "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in words)
