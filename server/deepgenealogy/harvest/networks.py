"""The networks in the code of open-mmlab: every class of the `models` folders, and which collection each is part of.

A class belongs to a collection by its name, by the paper that its docstring names, or by the name of its file; the
other classes of a file belong to the one collection that it is for. Nothing is imported or run.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from .classes import CORE, part_of
from .interface import Package
from .literature import arxiv_ids, normal, references
from .metafiles import place_of

#: Folders below `models` that hold no networks.
_OTHERS = re.compile(
    r"/(losses|data_preprocessors|task_modules|test_time_augs|selfsup|mot|trackers|peft|vis|distillers|motion|utils)/"
)
#: What the name of a class or a file says besides the network that it is of.
_AFFIX = re.compile(
    r"(roihead|bboxhead|maskhead|clshead|head|backbone|detector|layers|layer|generator|encoder|decoder|neck|network|net|model"
    r"|transformer|vit|recognizer|localizer|block|3d)$"
)


@dataclass(frozen=True)
class Network:
    """One class: where it stands, its name and bases, and the arXiv ids and titled papers that its docstring names."""

    package: str
    root: str
    path: str
    file: str
    name: str
    line: int
    bases: tuple[str, ...]
    arxiv: tuple[str, ...]
    papers: tuple[tuple[str, str], ...]

    @property
    def stem(self) -> str:
        """What its name says of the network, in normal form: `pspnet` and `psphead` are `psp`."""
        return stem_of(self.name)


def stem_of(name: str) -> str:
    """A name in normal form without what says which part of the network it is.

    >>> stem_of("DeformableDETRHead"), stem_of("Deformable DETR"), stem_of("deformable_detr_layers")
    ('deformabledetr', 'deformabledetr', 'deformabledetr')
    """
    stem = normal(name)
    while (shorter := _AFFIX.sub("", stem)) != stem and len(shorter) >= 2:
        stem = shorter
    return stem


@dataclass(frozen=True)
class Code:
    """The classes of one package, and what each file imports."""

    package: Package

    @cached_property
    def _trees(self) -> dict[str, ast.Module]:
        paths = [
            path for path in self.package.paths() if re.match(r"\w+/models/.*\.py$", path) and not _OTHERS.search(path)
        ]
        return {path: ast.parse(self.package.text(path)) for path in paths if not path.endswith("__init__.py")}

    @cached_property
    def networks(self) -> list[Network]:
        """Every class at the margin of a file, but bases and mix-ins."""
        return [network for path, tree in self._trees.items() for network in self._classes(path, tree)]

    def _classes(self, path: str, tree: ast.Module) -> Iterator[Network]:
        root, file = path.partition("/")[0], place_of(self.package, path)
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not re.match(r"_?Base|.*Mixin$", node.name):
                bases = tuple(base.id for base in node.bases if isinstance(base, ast.Name))
                words = ast.get_docstring(node) or ""
                ids, papers = tuple(arxiv_ids(words)), tuple(references(words))
                yield Network(self.package.pin.package, root, path, file, node.name, node.lineno, bases, ids, papers)

    def line_of(self, network: Network, text: str) -> int:
        """The first line of a class on which a text stands that may be broken over several."""
        head = text.split(maxsplit=1)[0]
        lines = self.package.text(network.path).splitlines()[network.line :]
        return next((n for n, line in enumerate(lines, network.line + 1) if f"`{head}" in line), network.line)

    def imports(self, path: str) -> dict[str, tuple[str, str]]:
        """Name in a file -> where it comes from: the root of the package, and its name there."""
        found: dict[str, tuple[str, str]] = {}
        for node in self._trees[path].body:
            if isinstance(node, ast.ImportFrom):
                root = path.partition("/")[0] if node.level else (node.module or "").partition(".")[0]
                found |= {alias.asname or alias.name: (root, alias.name) for alias in node.names}
        return found


@dataclass(frozen=True)
class Wanted:
    """What a collection is known by: its key, its name, and the arXiv id of its paper if it is its alone."""

    key: str
    name: str
    arxiv: str


@dataclass(frozen=True)
class Owned:
    """A class that belongs to a collection; `is_main` where the collection is named after it or it names the paper."""

    key: str
    network: Network
    is_main: bool

    @property
    def part(self) -> str:
        """The part of the network that it makes: the model itself, or what its name says."""
        return "model" if self.is_main else part_of(self.network.name)

    @property
    def is_core(self) -> bool:
        """Whether it makes the design of the network."""
        return self.part in CORE


def owned(networks: Iterable[Network], collections: Iterable[Wanted]) -> list[Owned]:
    """The classes of one package that belong to a collection of it."""
    wanted = list(collections)
    files: dict[str, list[Network]] = defaultdict(list)
    for network in networks:
        files[network.path].append(network)
    return [found for classes in files.values() for found in _owned_in_file(classes, wanted)]


def _owned_in_file(classes: list[Network], wanted: list[Wanted]) -> Iterator[Owned]:
    mains = {network: key for network in classes if (key := _owner(network, wanted))}
    keys = set(mains.values())
    named = _only(item.key for item in wanted if stem_of(item.name) == stem_of(classes[0].path.rpartition("/")[2][:-3]))
    rest = named or (next(iter(keys)) if len(keys) == 1 else "")
    for network in classes:
        if key := mains.get(network) or rest:
            yield Owned(key, network, network in mains)


def _owner(network: Network, wanted: list[Wanted]) -> str:
    """The collection whose name the class has, else the one whose paper its docstring names first.

    None where the two disagree: that docstring names the paper of something else.
    """
    same = [item for item in wanted if normal(item.name) == normal(network.name)]
    alike = [item for item in wanted if stem_of(item.name) == network.stem and len(network.stem) >= 3]
    agreeing = [item for item in alike if not (item.arxiv and network.arxiv) or item.arxiv in network.arxiv]
    named = [item for item in wanted if item.arxiv and network.arxiv[:1] == (item.arxiv,)]
    if same or alike:
        return _only(item.key for item in same) or _only(item.key for item in agreeing)
    return _only(item.key for item in named)


def _only(keys: Iterable[str]) -> str:
    found = set(keys)
    return found.pop() if len(found) == 1 else ""
