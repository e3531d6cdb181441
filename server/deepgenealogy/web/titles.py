"""What things without a label are called: a claim by its ends, an entry by its name, a repair by its values."""

from collections.abc import Callable, Mapping
from typing import Any

from .language import words
from .phrases import Text, in_language, plain_name

Node = Mapping[str, Any]

#: The keys by which a thing without a label is called something.
NAMING = (
    *("child", "parent", "component", "reusedFrom", "statedName", "statedValue", "repairedValue", "partOf", "title"),
    *("sssom:subject_id", "sssom:object_id", "sssom:subject_label", "sssom:object_label"),
)


class Titles:
    """The names of things in one language; `nodes` are by id, what else they mention is looked up in `labels`."""

    def __init__(self, nodes: Mapping[str, Node], spoken: str, labels: Mapping[str, Mapping[str, Any]]) -> None:
        self._nodes = nodes
        self._spoken = spoken
        self._labels = labels

    def of(self, iri: str) -> Text:
        """The name of a thing: its label, else what its kind is called by, else its IRI in short."""
        node = self._nodes.get(iri, {})
        if label := node.get("label") or self._labels.get(iri):
            return in_language(label, self._spoken)
        for kind in types_of(node):
            if kind in _MADE and (made := _MADE[kind](self, node)) and made.words:
                return made
        return Text(plain_name(iri))

    def words_of(self, iri: object) -> str:
        """The same without its language."""
        return self.of(str(iri)).words

    def text(self, texts: object) -> Text:
        """A text of the data, in this language where it is there."""
        return in_language(texts, self._spoken) if isinstance(texts, dict) else Text(str(texts or ""))


def types_of(node: Node) -> list[str]:
    """The types of a node; one or none come as a list as well."""
    kinds = node.get("@type", [])
    return kinds if isinstance(kinds, list) else [kinds]


def id_of(value: Any) -> str:
    """The IRI that a value is a reference to."""
    return str(value.get("@id", "") if isinstance(value, dict) else value or "")


def _between(key: str, *ends: str) -> Callable[[Titles, Node], Text | None]:
    """A sentence of the table about what stands at the ends of a claim."""

    def made(titles: Titles, node: Node) -> Text | None:
        if not all(end in node for end in ends):
            return None
        return Text(words(key, **{end: titles.words_of(id_of(node[end])) for end in ends}))

    return made


def _stated(key: str) -> Callable[[Titles, Node], Text | None]:
    return lambda titles, node: titles.text(node.get(key))


def _repair(titles: Titles, node: Node) -> Text | None:
    values = {"stated": node.get("statedValue", ""), "repaired": node.get("repairedValue", "")}
    return Text(words("title.repair", **values)) if all(values.values()) else None


def _within(key: str) -> Callable[[Titles, Node], Text | None]:
    return lambda titles, node: Text(words(key, section=titles.words_of(id_of(node.get("partOf")))))


def _mapping(titles: Titles, node: Node) -> Text | None:
    ends = {end: id_of(node.get(f"sssom:{end}_id")) for end in ("subject", "object")}
    named = {end: node.get(f"sssom:{end}_label") or _last(titles.words_of(iri)) for end, iri in ends.items()}
    return Text(words("title.mapping", **named)) if all(ends.values()) else None


def _last(words: str) -> str:
    """The end of an address, which is where it names something; all other words as they are."""
    return words.rstrip("/").rpartition("/")[2].rpartition("#")[2] if words.startswith("http") else words


#: Type -> what makes the name of a thing of the type.
_MADE: dict[str, Callable[[Titles, Node], Text | None]] = {
    "Derivation": _between("title.derivation", "child", "parent"),
    "RejectedDerivation": _between("title.rejected", "child", "parent"),
    "ComponentUse": _between("title.use", "child", "component"),
    "CodeReuse": _between("title.reuse", "child", "reusedFrom"),
    "SourceEntry": _stated("statedName"),
    "Heading": _stated("statedName"),
    "Repair": _repair,
    "Claim": _within("title.claim"),
    "Picture": _within("title.picture"),
    "Reading": _stated("title"),
    "Mapping": _mapping,
    "MappingSet": _stated("title"),
}
