"""The model zoo of an open-mmlab package: its collections, as `.mim/model-index.yml` and its metafiles say.

A collection is what a paper introduces: a network, but also a loss or a way to train; which it is, is not decided here.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..sources.documents import Document, Place, parse_yaml
from .interface import Package
from .literature import arxiv_ids

_INDEX = re.compile(r"^\w+/\.mim/model-index\.yml$")
_YEAR = re.compile(r"(?:CVPR|ICCV|ECCV|WACV|NeurIPS|ICML|AAAI|paper)[_/]?(20[0-9]{2})", re.IGNORECASE)

#: A statement and where it stands: value, file, line.
Stated = tuple[str, str, int]


@dataclass
class Collection:
    """One collection: where it is named, its paper, and what its models are made for and trained on."""

    package: str
    name: str
    file: str
    line: int
    url: str = ""
    title: str = ""
    paper_line: int = 0
    tasks: list[Stated] = field(default_factory=list)
    datasets: list[Stated] = field(default_factory=list)

    @property
    def arxiv(self) -> str:
        """The arXiv id of its paper, or the empty text."""
        return next(iter(arxiv_ids(self.url)), "")

    @property
    def year(self) -> str:
        """The year of the conference in the address of its paper, or the empty text."""
        match = _YEAR.search(self.url)
        return match[1] if match else ""


def place_of(package: Package, path: str) -> str:
    """A path as rows name it: the package and its version come first."""
    return f"{package.pin.package}-{package.pin.version}/{path}"


def collections_of(package: Package) -> list[Collection]:
    """The collections of one package, in the order of its index; each with what all its models state."""
    found: dict[str, Collection] = {}
    models: dict[str, list[tuple[Document, Place]]] = defaultdict(list)
    for document in _metafiles(package):
        for collection in _collections(package.pin.package, document):
            found.setdefault(collection.name, collection)
        for number, model in enumerate(_items(document.value.get("Models"))):
            models[str(model.get("In Collection", ""))].append((document, ("Models", number)))
    for name, places in models.items():
        if name in found:
            _add_results(found[name], places)
    return list(found.values())


def _metafiles(package: Package) -> Iterator[Document]:
    for index in filter(_INDEX.match, package.paths()):
        listed = parse_yaml(package.text(index), shown_as=index).value.get("Import", [])
        folder = index.rpartition("/")[0]
        known = set(package.paths(folder))
        for path in (f"{folder}/{path}" for path in listed):
            text = package.text(path) if path in known else ""
            if re.search(r"^(Collections|Models):", text, re.MULTILINE):
                yield parse_yaml(text, shown_as=place_of(package, path), with_aliases=True)


def _items(value: object) -> list[dict[str, Any]]:
    """The mappings of a list; nothing for what is none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _collections(package: str, document: Document) -> Iterator[Collection]:
    for number, item in enumerate(_items(document.value.get("Collections"))):
        place: Place = ("Collections", number)
        paper = item.get("Paper")
        stated = paper if isinstance(paper, dict) else {"URL": paper or ""}
        yield Collection(
            package,
            str(item["Name"]),
            document.file,
            document.line((*place, "Name")),
            str(stated.get("URL", "")),
            " ".join(str(stated.get("Title", "")).split()),
            document.line((*place, "Paper")),
        )


def _add_results(collection: Collection, models: list[tuple[Document, Place]]) -> None:
    """The tasks and data sets of the models' results, each at the first place that states it."""
    for document, place in models:
        for results in _results(document, place):
            for key, stated in (("Task", collection.tasks), ("Dataset", collection.datasets)):
                value = _at(document, (*results, key))
                # A dash stands where there is none.
                if isinstance(value, str) and value.strip("- ") and value not in [known for known, *_ in stated]:
                    stated.append((value, document.file, document.line((*results, key))))


def _results(document: Document, model: Place) -> Iterator[Place]:
    place = (*model, "Results")
    results = _at(document, place)
    if isinstance(results, list):
        yield from ((*place, number) for number in range(len(results)))
    elif isinstance(results, dict):
        yield place


def _at(document: Document, place: Place) -> Any:
    value: Any = document.value
    for step in place:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
        else:
            return None
    return value
