"""open-mmlab: networks by task, each a collection of a model zoo with its paper, and the classes that implement it.

A collection is an architecture where the code of its package holds a network of it: a loss, a way to train or to
augment has none. mmyolo is left out (GPL), as are packages without a zoo, superseded ones, and trackers.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from .interface import Fact, Facts, Package, Pin, Source
from .literature import Citation, are_one_title, normal, own_papers, slug, titled_parents
from .metafiles import Collection
from .networks import Owned
from .surroundings import surroundings
from .zoos import Zoo, zoos_of


def read(packages: list[Package]) -> Facts:
    """Every fact of all packages: what two of them call the same, with papers that do not differ, is one."""
    zoos = list(zoos_of(packages))
    held = [(zoo, key, collection) for zoo in zoos for key, collection in zoo.collections.items() if key in zoo.mains]
    own = own_papers(citation for zoo, key, collection in held for citation in _citations(zoo, key, collection))
    papers = [citation for citation in own if citation.arxiv[0].isdigit()]
    years = list(_years(own, held))
    known = {citation.architecture for citation in papers} | {str(row[0]) for row in years}
    there = [(zoo, key, collection) for zoo, key, collection in held if key in known]
    names = {key: collection.name for _, key, collection in reversed(there)}
    return {
        "architectures": list(_architectures(there)),
        "names": list(_first((key, c.name, c.file, c.line) for _, key, c in there)),
        "papers": [citation.fact for citation in papers],
        "dates": years,
        "tasks": [(key, slug(stated[0]), *stated) for _, key, c in there for stated in c.tasks],
        "datasets": [(key, *stated) for _, key, c in there for stated in c.datasets],
        "reuse": [row for row in _reuse(zoos) if row[0] in known and row[1] in known],
        "lineage": list(titled_parents(papers, names)),
    }


Held = tuple[Zoo, str, Collection]


def _citations(zoo: Zoo, key: str, collection: Collection) -> Iterator[Citation]:
    """The paper of a collection: of its metafile, unless the class of its name names another, else of that class.

    A paper without arXiv id goes by its title.
    """
    named = [item.network.arxiv for item in zoo.mains[key] if item.network.arxiv]
    is_witnessed = any(collection.arxiv in ids for ids in named)
    place = collection.file, collection.paper_line
    if collection.title and collection.arxiv and (is_witnessed or not named):
        yield Citation(key, collection.name, collection.arxiv, collection.title, *place, is_witnessed)
    elif collection.title and collection.arxiv:
        return
    elif found := [citation for item in zoo.mains[key] for citation in _in_docstring(zoo, item, collection)]:
        yield found[0]
    elif collection.title and not collection.arxiv:
        yield Citation(key, collection.name, f"T{normal(collection.title)}", collection.title, *place)


def _in_docstring(zoo: Zoo, item: Owned, collection: Collection) -> Iterator[Citation]:
    """The one paper that a class with the very name of the collection links by its title."""
    network = item.network
    if normal(network.name) == normal(collection.name) and len(network.papers) == len(network.arxiv) == 1:
        title, arxiv = network.papers[0]
        if not collection.title or are_one_title(title, collection.title):
            place = network.file, zoo.code.line_of(network, title)
            yield Citation(item.key, collection.name, arxiv, title, *place)


def _years(own: Iterable[Citation], held: Iterable[Held]) -> Iterator[Fact]:
    """The year of the venue, of networks whose own paper is known without an arXiv id."""
    titled = {citation.architecture for citation in own if not citation.arxiv[0].isdigit()}
    rows = [(key, c.year, "venue", c.file, c.paper_line) for _, key, c in held if key in titled and c.year]
    return _first(rows)


def _first(rows: Iterable[Fact]) -> Iterator[Fact]:
    """The first row of each architecture."""
    return iter({row[0]: row for row in reversed(list(rows))}.values())


def _architectures(held: Iterable[Held]) -> Iterator[Fact]:
    """Each network at the class that is named most like it; backbones and whole networks come before heads."""
    classes: dict[str, list[Owned]] = defaultdict(list)
    names: dict[str, str] = {}
    for zoo, key, collection in held:
        classes[key] += [item for item in zoo.owned if item.key == key]
        names.setdefault(key, collection.name)
    for key, items in classes.items():
        mains = [item for item in items if item.is_main]
        main = min(
            mains, key=lambda item: (normal(item.network.name) != normal(names[key]), "head" in item.network.path)
        )
        core = sum(item.is_core for item in items)
        yield key, main.network.name, core, main.network.file, main.network.line


def _reuse(zoos: list[Zoo]) -> Iterator[Fact]:
    """The classes whose base belongs to another collection, of whatever package."""
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for zoo in zoos:
        for item in zoo.owned:
            owners[item.network.root, item.network.name].add(item.key)
    for zoo in zoos:
        for item in zoo.owned:
            imported = zoo.code.imports(item.network.path)
            for base in item.network.bases:
                root, name = imported.get(base, (item.network.root, base))
                parents = owners[root, name] if base in imported else _here(zoo, item, base)
                if len(parents) == 1 and item.key not in parents:
                    place = item.part, item.network.file, item.network.line
                    yield item.key, next(iter(parents)), "inherits", item.network.name, base, *place


def _here(zoo: Zoo, item: Owned, base: str) -> set[str]:
    """Who owns a class of the same file."""
    return {other.key for other in zoo.owned if other.network.path == item.network.path and other.network.name == base}


Row = Mapping[str, str]
ANCHORS: dict[str, Callable[[Row], Iterator[str]]] = {
    "architectures": lambda row: iter((f"class {row['prefix']}",)),
    "names": lambda row: iter((f"Name: {row['name']}\n",)),
    "papers": lambda row: iter((row["arxiv"], *re.split(r"'|[^ -~]", row["title"]))),
    "dates": lambda row: iter((row["date"],)),
    "tasks": lambda row: iter((f"Task: {row['type']}\n",)),
    "datasets": lambda row: iter((f"Dataset: {row['dataset']}\n",)),
    "reuse": lambda row: iter((f"class {row['childClass']}(", row["parentClass"])),
    "lineage": lambda row: iter((row["words"].removeprefix("title: "),)),
}

_PINS = (
    Pin("mmpretrain", "1.2.0", "96156327c509cbf17fdc5867f7bc89142df6f63be38ecd67e91b41dc5e538933"),
    Pin("mmdet", "3.3.0", "2e23e291281ac57e7dccf8678e957da45fbe560ce78a1f5ded6afeccd3730f17"),
    Pin("mmsegmentation", "1.2.2", "dadf62bba00a65947d71b08471bc1fe2fee8e2d6eb740381eecd03991e204b47"),
    Pin("mmdet3d", "1.4.0", "ef5fc90ee2defff21ee76d45ef0adb8cf719ae1f19b111d0595ac0d978c5fdda"),
    Pin("mmaction2", "1.2.0", "4697af11801a7e7b45700a1d21cb27afb5350b28718c31ca19b65a927fde1614"),
    Pin("mmpose", "1.3.2", "70a77b4e5fc96a9295012ab0505b975f192b22372b2f59e3110200c1462576b6"),
    Pin("mmocr", "1.0.1", "772924e3ac8fb8b76443a70e7b8b41e12d16b22951d34daf41ec195cd2c197bf"),
    Pin("mmagic", "1.2.0", "efa91041097c40e452dd2037b596a5633a6a512447c28a71c970c24aca04039c"),
    Pin("mmflow", "0.5.2", "d77d3f677d1b681e9bb01b00bc698836b14d7a30fc88464b2c4efdcb3f2736c2"),
    Pin("mmrotate", "0.3.4", "812f5232b563b44132f2ebffa0255577b1e6598c1ae8f23fa34eea789fdbdd04"),
)

SOURCE = Source(
    name="openmmlab",
    work="source/openmmlab",
    pins=_PINS,
    read=read,
    license="Apache-2.0",
    anchors=ANCHORS,
    surroundings=surroundings,
)
