"""What a sentence of documentation says about the origin of its subject: the words, and the models that it names.

"BioGPT is a generative model based on GPT-2" names an origin. A part ("with a decoder based on"), a rival in a
benchmark ("improves on BERT by two points"), and what goes on after a name ("the GPT-2 tokenizer") name none.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from .literature import normal
from .pages import Sentence

#: How documentation says that the subject is another model changed.
_ORIGIN = re.compile(
    r"\b(?P<words>based (?:up)?on|buil[dt]s? (?:up)?on(?: top of)?|extends|refines|modifies|improves (?:up)?on"
    r"|adapted from|derived from|(?:variant|version|extension|adaptation|successor|modification) (?:of|to|in)"
    r"|follows the (?:same )?architecture of|(?:the )?(?:exact )?same architecture (?:as|of))\s+"
    r"(?:the |both |original |previous |base |standard |pretrained |pre-trained )*"
)
#: A part of a model: what is said of it is not said of the model. `decoder-only` says what a model is.
_PART = (
    r"(?<![\w-])(?:encoder|decoder|backbone|tower|tokenizer|head|processor|extractor|codec|vocabulary|embedding|dataset"
    r"|checkpoint|weight|loss|attention|layer|block|module|code|implementation|library|paper|framework|data)s?(?![\w-])"
)
_PART_BEFORE = re.compile(_PART)
_PART_AFTER = re.compile(
    rf"(?:'s)?(?: (?!(?:with|by|and|for|to|in|on|using|that|which|but)\b)[\w-]+){{0,2}}? {_PART}"
    r"|(?:'s)? (?:large )?(?:language model|LLM)s?\b"
)
#: Words of a sentence that measures, or says what is not so.
_RIVALRY = re.compile(
    r"\b(?:outperform|surpass|exceed|compar|benchmark|baseline|beat|unlike|percent)\w*\b"
    r"|\b(?:than|points?|instead|not)\b|%|n't"
)
_NEXT = re.compile(r"(?:, and |,? and |, )(?:the )?")
#: So many characters may lie between the subject and what is said of it.
_REACH = 160
#: A name has so many words at most.
_LONGEST = 4

#: The architecture that a link leads to, by its target; empty for any other link.
Leads = Callable[[str], str]


@dataclass(frozen=True)
class Origin:
    """One origin that a sentence names: the architecture, what is said of it, its name there, and where that stands."""

    key: str
    words: str
    name: str
    position: int


def origins(sentence: Sentence, own: Collection[str], named: Mapping[str, str], leads: Leads) -> Iterator[Origin]:
    """The architectures that a sentence names as what its subject comes from.

    `own` are the names of the subject in normal form, `named` leads from such a name to an architecture, `leads` from
    the target of a link.
    """
    subject = _subject(sentence.text, own)
    if subject < 0 or _RIVALRY.search(sentence.text):
        return
    for match in _ORIGIN.finditer(sentence.text, subject):
        between = sentence.text[subject : match.start()]
        if len(between) <= _REACH and not _PART_BEFORE.search(between):
            yield from _named(sentence, match.end(), match["words"], named, leads)


def _subject(text: str, own: Collection[str]) -> int:
    """Where the subject ends, if the sentence is about the model itself; else -1."""
    if match := re.match(r"(?:It|(?:This|The) model|(?:Its|The) architecture)\b", text):
        return match.end()
    match = re.match(r"(?:The |This )?(?:(?:architecture|model) of )?", text)
    return next((end for end, name in _beginnings(text, match.end() if match else 0) if name in own), -1)


def _beginnings(text: str, start: int) -> Iterator[tuple[int, str]]:
    """What begins at a position, the longest first: where each ends, and it in normal form."""
    words = list(re.finditer(r"[\w.+-]*[\w+]", text[start : start + 80]))
    for count in range(min(len(words), _LONGEST), 0, -1):
        end = words[count - 1].end()
        if re.fullmatch(r"[\w.+-]+(?: [\w.+-]+)*", text[start : start + end]):
            yield start + end, normal(text[start : start + end])


def _named(sentence: Sentence, start: int, words: str, named: Mapping[str, str], leads: Leads) -> Iterator[Origin]:
    """The names that stand at a position, one after the other."""
    while found := _at(sentence, start, named, leads):
        key, end = found
        if _PART_AFTER.match(sentence.text, end):
            return
        yield Origin(key, words, sentence.text[start:end], start)
        if not (joint := _NEXT.match(sentence.text, end)):
            return
        start = joint.end()


def _at(sentence: Sentence, start: int, named: Mapping[str, str], leads: Leads) -> tuple[str, int] | None:
    """The architecture that is named at a position, by a link or in words, and where its name ends."""
    link = next((link for link in sentence.links if link.start == start), None)
    if link and (key := leads(link.target)):
        return key, link.end
    for end, name in _beginnings(sentence.text, start):
        key = named.get(name, "") or named.get(name.removesuffix("model"), "")
        # A name in small letters is a word, and one that goes on with a number is that of another version.
        if key and re.search(r"[A-Z0-9]", sentence.text[start:end]) and not _goes_on(sentence.text, end):
            return key, end
    return None


def _goes_on(text: str, end: int) -> bool:
    return bool(re.match(r"[\s-]?v?[0-9]", text[end : end + 3]))
