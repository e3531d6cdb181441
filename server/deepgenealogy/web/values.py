"""The values of a node as a page shows them: references, texts in their language, codes by their words, parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..vocabulary import ONTOLOGY
from .language import known, words
from .phrases import Phrase, Reference, Text, in_language, plain_name
from .termwords import Words
from .titles import Node, Titles, id_of


@dataclass(frozen=True)
class Part:
    """A part of a thing that has no page of its own: where it stands on the page, and what is said of it."""

    anchor: str
    rows: "list[Row]"


@dataclass(frozen=True)
class Row:
    """A row of a table of facts: what the property is called, and its values."""

    name: Text
    values: "list[Phrase | Part]"


@dataclass(frozen=True)
class Speech:
    """What the keys and types of nodes are called in a language, and which keys lead to things."""

    spoken: str
    terms: Mapping[str, Words]
    links: frozenset[str]

    def called(self, key: str) -> Text:
        """What a page calls the property or type with this key: its words, else the key itself."""
        return in_language(self.terms[key], self.spoken) if key in self.terms else Text(key.rpartition(":")[2])


class Shown:
    """Shows the values of the nodes of one description."""

    def __init__(self, identity: str, nodes: Mapping[str, Node], titles: Titles, speech: Speech) -> None:
        self._own = f"{identity}#"
        self._nodes = nodes
        self._titles = titles
        self.speech = speech

    def rows(self, node: Node, keys: Iterable[str]) -> list[Row]:
        """The rows for these keys of a node, in their order."""
        return [Row(self.speech.called(key), self.values(key, node[key])) for key in keys if key in node]

    def values(self, key: str, value: Any) -> "list[Phrase | Part]":
        """The values of a key, as many as there are to show: of one text in several languages, one."""
        if isinstance(value, list) and value and all(isinstance(one, dict) and "@language" in one for one in value):
            return [in_language({one["@language"]: one["@value"] for one in value}, self.speech.spoken)]
        if isinstance(value, dict) and not any(name.startswith("@") and name != "@none" for name in value):
            return self._texts(value)
        return [self.value(key, one) for one in (value if isinstance(value, list) else [value])]

    def _texts(self, by_language: Mapping[str, Any]) -> "list[Phrase | Part]":
        found = in_language(by_language, self.speech.spoken)
        several = by_language.get(found.lang or "@none")
        return [Text(str(one), found.lang) for one in several] if isinstance(several, list) else [found]

    def value(self, key: str, value: Any) -> "Phrase | Part":
        """One value of a key."""
        if isinstance(value, dict) and "@value" in value:
            return Text(str(value["@value"]), value.get("@language", ""))
        if key in self.speech.links or isinstance(value, dict):
            return self.reference(id_of(value), key)
        if known(code := f"value.{key}.{value}"):
            return Text(words(code))
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return Reference(text, text) if text.startswith(("https://", "http://")) else Text(text)

    def text(self, texts: Any) -> Text:
        """A text of the data, in the language of the page where it is there; empty where there is none."""
        found = self.values("", texts)[0] if texts else Text("")
        return found if isinstance(found, Text) else Text("")

    def reference(self, iri: str, key: str = "") -> "Phrase | Part":
        """A link to a thing, or what is said of it where it is a part of this one."""
        node = self._nodes.get(iri, {})
        if key and iri.startswith(self._own) and len(node) > 1:
            names = sorted(name for name in node if not name.startswith("@"))
            return Part(iri.removeprefix(self._own), self.rows(node, names))
        if iri in self.speech.terms:  # of a key that is typed as @vocab: a term of ours
            called = self.speech.called(iri)
            return Reference(f"{ONTOLOGY}#{iri}", called.words, called.lang)
        title = self._titles.of(iri)
        return Reference(iri, title.words or plain_name(iri), title.lang)
