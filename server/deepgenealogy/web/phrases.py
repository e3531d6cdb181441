"""What a page shows of data: texts that know their language, and links with the words to show for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..vocabulary import BASE
from .addresses import address_of
from .language import LANGUAGES, carried
from .terminology import piece_of


@dataclass(frozen=True)
class Text:
    """Words in a language, '' for what is in none, as dates, numbers and identifiers are."""

    words: str
    lang: str = ""

    @property
    def href(self) -> str:
        """Nowhere: a text is no link."""
        return ""


@dataclass(frozen=True)
class Reference:
    """A link to another thing, with the words to show for it and their language."""

    iri: str
    words: str
    lang: str = ""

    @property
    def href(self) -> str:
        """Where it leads: below this server's mount point for our own things; '' where a page must not follow."""
        return carried(address_of(self.iri))


Phrase = Text | Reference


def in_language(texts: Mapping[str, Any], spoken: str) -> Text:
    """The text to show of those by language: in `spoken` where there is one, else in what there is.

    >>> in_language({"en": "network"}, "zh")
    Text(words='network', lang='en')
    """
    found = next((name for name in (spoken, *LANGUAGES, *texts) if texts.get(name)), "")
    text = texts[found] if found else ""
    return Text(str(text[0] if isinstance(text, list) else text), "" if found == "@none" else found)


def plain_name(iri: str) -> str:
    """The words for what has no label: our own by what follows the base, others by their compact IRI.

    >>> plain_name("https://w3id.org/deepgenealogy/task/game"), plain_name("http://www.w3.org/ns/prov#Entity")
    ('task/game', 'prov:Entity')
    """
    return iri.removeprefix(BASE) if iri.startswith(BASE) else piece_of(iri).words
