"""The model documentation of transformers: own papers, dates, and which architecture a model is said to come from.

It lies in the repository and not in the wheel, one page a model (`docs/source/en/model_doc/<name>.md`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .interface import Documentation, Fact, Facts, Package
from .literature import normal
from .origins import origins
from .pages import Page, Sentence, as_read

FOLDER = "docs/source/en/model_doc"
#: What the words of a row of lineage begin with that comes from here.
MARK = "documentation: "
_ARXIV = re.compile(r"https?://(?:huggingface\.co/papers|(?:www\.)?arxiv\.org/(?:abs|pdf))/([0-9]{4}\.[0-9]{4,5})")
#: What stands between the name of a model and the title of its own paper.
_PROPOSED = re.compile(
    r"(?: model| architecture)?s? (?:was|were) (?:proposed|introduced|presented) (?:in|by)(?: the paper)? "
)
_PAGE_LINK = re.compile(r"(?:\.{1,2}/|.*model_doc/)?([\w.-]+?)(?:\.md)?(?:#.*)?")
#: Page -> folder of the code, where they differ by more than a hyphen.
FOLDERS = {"openai-gpt": "openai", "xlm-roberta-xl": "xlm_roberta_xl", "transfo-xl": "transfo_xl"}


def folder_of_page(name: str) -> str:
    """The folder of the code that a page is about.

    >>> folder_of_page("big-bird"), folder_of_page("openai-gpt")
    ('big_bird', 'openai')
    """
    return FOLDERS.get(name, name.replace("-", "_"))


@dataclass(frozen=True)
class Pages:
    """The pages about the architectures that a harvest of the code has found, with all names of these."""

    package: Package
    #: Architecture -> its names: the key, the name for people, the name that its classes begin with.
    names: Mapping[str, set[str]]

    @cached_property
    def pages(self) -> dict[str, tuple[str, Page]]:
        """Architecture -> the path of its page, and the page."""
        found: dict[str, tuple[str, Page]] = {}
        for path in self.package.paths(FOLDER):
            name = path.rpartition("/")[2].removesuffix(".md")
            if (key := folder_of_page(name)) in self.names:
                found[key] = path, Page(name, self.package.text(path))
        return found

    @cached_property
    def named(self) -> dict[str, str]:
        """Name in normal form -> the one architecture that has it; names that two share are left out."""
        owners: dict[str, set[str]] = {}
        for key, names in self.names.items():
            for name in names:
                owners.setdefault(normal(name), set()).add(key)
        return {name: keys.pop() for name, keys in owners.items() if len(keys) == 1 and len(name) >= 3}

    def leads(self, target: str) -> str:
        """The architecture whose page a link leads to; empty for another link."""
        match = _PAGE_LINK.fullmatch(target)
        key = folder_of_page(match[1]) if match else ""
        return key if key in self.names else ""

    def own(self, key: str) -> set[str]:
        """The names of an architecture in normal form, that in the heading of its page included."""
        return {normal(name) for name in (*self.names[key], self.pages[key][1].heading)} - {""}


def read(package: Package, facts: Facts) -> Facts:
    """What the pages say about the architectures of a harvest; a paper only where the harvest has none."""
    names = {str(row[0]): {str(row[0]), str(row[1])} for row in facts["architectures"]}
    for row in facts["names"]:
        names.get(str(row[0]), set()).add(str(row[1]))
    documentation, listed = Pages(package, names), {row[0] for row in facts["papers"]}
    return {
        "papers": [row for row in _papers(documentation) if row[0] not in listed],
        "dates": list(_dates(documentation)),
        "lineage": list(_lineage(documentation)),
    }


def _papers(documentation: Pages) -> Iterator[Fact]:
    """The paper of which a page says that the model was proposed in it."""
    for key, (path, page) in documentation.pages.items():
        for sentence in page.sentences:
            if found := _proposed_in(sentence, documentation.own(key)):
                arxiv, title, position = found
                yield key, arxiv, title, path, sentence.line(position)
                break


def _proposed_in(sentence: Sentence, own: set[str]) -> tuple[str, str, int] | None:
    """The arXiv id, the title and its place, where a sentence says in which paper its model was proposed."""
    for link in sentence.links:
        match, before = _ARXIV.match(link.target), sentence.text[: link.start]
        said = _PROPOSED.search(before)
        if match and said and normal(re.sub(r"^The ", "", before[: said.start()])) in own:
            return match[1], link.words.strip("*_ "), link.start
    return None


def _dates(documentation: Pages) -> Iterator[Fact]:
    """The day of each: of the paper that the page is about, else the day on which the code was added or released."""
    for key, (path, page) in documentation.pages.items():
        released, added, line = page.dates
        papers = {match[1] for match in _ARXIV.finditer(page.text)}
        own = {arxiv for sentence in page.sentences for arxiv in _own_papers(sentence, documentation.own(key))}
        if released and any(released[2:4] + released[5:7] == arxiv[:4] for arxiv in own):
            yield key, released, "paper", path, line
        elif days := [day for day in (added, "" if papers else released) if day]:
            yield key, min(days), "contribution", path, line


def _own_papers(sentence: Sentence, own: set[str]) -> Iterator[str]:
    """The papers that a sentence is about: proposed in them, or the model's own name leads there."""
    if found := _proposed_in(sentence, own):
        yield found[0]
    for link in sentence.links:
        if (match := _ARXIV.match(link.target)) and normal(link.words) in own:
            yield match[1]


def _lineage(documentation: Pages) -> Iterator[Fact]:
    for child, (path, page) in documentation.pages.items():
        for sentence in page.sentences:
            for origin in origins(sentence, documentation.own(child), documentation.named, documentation.leads):
                if origin.key != child:
                    words, line = f"{MARK}{origin.words}: {origin.name}", sentence.line(origin.position)
                    yield child, origin.key, words, path, line


def anchors(table: str, row: Mapping[str, str]) -> Iterator[str]:
    """What must stand in the paragraph that begins on the line of a row."""
    if table == "papers":
        yield from (row["arxiv"], row["title"])
    elif table == "dates":
        yield row["date"]
    else:
        yield row["words"].rpartition(": ")[2]


def paragraph(lines: list[str], number: int) -> str:
    """The text from a line to the next blank one, blanks made one; as it stands, and as people read its links."""
    text = " ".join(" ".join(_until_blank(lines[number - 1 :])).split())
    return f"{text} {as_read(text)}"


def _until_blank(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.strip():
            return
        yield line


DOCUMENTATION = Documentation("transformers-docs", FOLDER, read, anchors, paragraph)
