"""A page of model documentation in Markdown: its heading, its dates, and the sentences that say what the model is.

Only the opening counts, in the page's own words: no code, no lists, no abstract (which speaks of rivals).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
#: Stands for a blank within a link, where no sentence ends.
_TIE = "\0"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\[])")
_DAY = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
#: The line of dates, in its two forms; either date may be missing.
_DATES = re.compile(
    rf"^\*This model was (?:released|published in HF papers) on (?:{_DAY}|[^*]*?)"
    rf" and (?:added|contributed) to Hugging Face Transformers on (?:{_DAY}|[^*]*?)\.?\*"
)
#: Sections whose text still says what the model is.
_OPENING = ("overview", "model details", "architecture")
#: How a line begins that is no text of the page's own: tags, notes, lists, tables, pictures.
_NO_PROSE = ("<", ">", "|", "- ", "!", "[[", "#", "1. ")


def as_read(marked: str) -> str:
    """A text as people read it: of each link its words.

    >>> as_read("based on [GPT-2](./gpt2), smaller")
    'based on GPT-2, smaller'
    """
    return _LINK.sub(lambda link: link[1], marked)


@dataclass(frozen=True)
class Link:
    """A link in a sentence: its words, where they begin and end in the plain text, and where it leads."""

    words: str
    start: int
    target: str

    @property
    def end(self) -> int:
        """Where its words end."""
        return self.start + len(self.words)


@dataclass(frozen=True)
class Sentence:
    """A sentence as people read it, with its links apart, and the line on which each of its words stands."""

    text: str
    links: tuple[Link, ...]
    lines: tuple[int, ...]

    def line(self, position: int) -> int:
        """The line on which the text at a position stands."""
        return self.lines[self.text.count(" ", 0, position)]


@dataclass(frozen=True)
class Page:
    """One page, by the name of its file without the ending."""

    name: str
    text: str

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def heading(self) -> str:
        """Its first heading; empty where it has none."""
        return next((line[2:].strip() for line in self._lines if line.startswith("# ")), "")

    @cached_property
    def dates(self) -> tuple[str, str, int]:
        """The day of release, the day on which it was added, and the line that says so; empty and 0 for unknown."""
        for number, line in enumerate(self._lines, start=1):
            if match := _DATES.match(line):
                return match[1] or "", match[2] or "", number
        return "", "", 0

    @property
    def sentences(self) -> Iterator[Sentence]:
        """The sentences of its opening."""
        for words in self._paragraphs():
            yield from _sentences(words)

    def _paragraphs(self) -> Iterator[list[tuple[str, int]]]:
        """The paragraphs of the opening, as words with their lines."""
        words: list[tuple[str, int]] = []
        for number, line in self._opening():
            if not line.strip():
                yield words
                words = []
            else:
                words += [(word, number) for word in line.split()]
        yield words

    def _opening(self) -> Iterator[tuple[int, str]]:
        """The lines of prose from the heading to the first example, or the first section about something else."""
        started = is_abstract = False
        for number, line in enumerate(self._lines, start=1):
            if re.match(r"##+ ", line) and line.lstrip("# ").strip().casefold() not in _OPENING:
                return
            if line.startswith(("```", "<hfoptions")):
                return
            started = started or line.startswith("# ")
            is_abstract = bool(line.strip()) and (is_abstract or bool(re.match(r"\*[^*]", line)))
            if started:
                yield number, "" if is_abstract or line.startswith(_NO_PROSE) else line


def _sentences(words: list[tuple[str, int]]) -> Iterator[Sentence]:
    """The sentences of a paragraph that is given as words with their lines."""
    done = 0
    whole = _LINK.sub(lambda link: link[0].replace(" ", _TIE), " ".join(word for word, _ in words))
    for tied in _SENTENCE_END.split(whole) if whole else ():
        marked = tied.replace(_TIE, " ")
        count = len(marked.split(" "))
        yield _sentence(marked, [line for _, line in words[done : done + count]])
        done += count


def _sentence(marked: str, lines: list[int]) -> Sentence:
    plain, links, last = "", [], 0
    for match in _LINK.finditer(marked):
        plain += marked[last : match.start()]
        links.append(Link(match[1], len(plain), match[2]))
        plain, last = plain + match[1], match.end()
    return Sentence(plain + marked[last:], tuple(links), tuple(lines))
