"""timm: networks for images, each a class in a module whose docstrings name papers, and the names that they go by.

A module gives many papers, of weights and of tricks too. One is a network's own where its title names the class, where
class and module agree on it, or where the module gives no other. What is left uncertain is left out.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .classes import CORE, part_of
from .interface import Fact, Facts, Package, Pin, Source
from .literature import Citation, arxiv_ids, is_named, normal, own_papers, slug, titled_parents
from .modulefiles import ModuleFile
from .modules import uses
from .surroundings import surroundings

_PATH = re.compile(r"timm/models/([a-z]\w*)\.py")
#: `Title` - https://arxiv.org/abs/…
_REFERENCE = re.compile(r"[`'](?P<title>[^`'\n][^`]+?)[`']\s+-\s+(?P<link>https?://\S+)")
#: What follows in a docstring is about weights, not about the network.
_WEIGHTS = re.compile(r"^.*(additional|pretrained|weights).*:\s*$", re.IGNORECASE | re.MULTILINE)
#: Modules for several networks at once, or for a part of one that a paper introduces whole.
_SEVERAL = {"metaformer", "gemma4-vit", "mobilenetv5"}
#: A network can be given another classifier; layers and blocks cannot.
_MARK = "reset_classifier"


@dataclass(frozen=True)
class Module(ModuleFile):
    """One module of the package."""

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        """The classes at its margin."""
        return [node for node in self.tree.body if isinstance(node, ast.ClassDef)]

    @cached_property
    def network(self) -> ast.ClassDef | None:
        """The network of the module; None where it has none or several."""
        found = [node for node in self.classes if any(_is_mark(item) for item in node.body)]
        return found[0] if len(found) == 1 else None

    @property
    def key(self) -> str:
        """The architecture that it is."""
        return slug(self.stem)

    @cached_property
    def papers(self) -> list[tuple[str, str]]:
        """The papers in its docstring, those of weights left out: (title, arXiv id)."""
        return _references(_WEIGHTS.split(ast.get_docstring(self.tree, clean=False) or "")[0])

    def line_of(self, title: str) -> int:
        """The line on which a title begins where it is linked."""
        words = r"\s+".join(map(re.escape, title.split()))
        at = re.search(rf"[`']{words}[`']\s+-", self.text)
        return self.text[: at.start()].count("\n") + 1 if at else 1


def _is_mark(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == _MARK


def _references(text: str) -> list[tuple[str, str]]:
    found = {arxiv: " ".join(m["title"].split()) for m in _REFERENCE.finditer(text) for arxiv in arxiv_ids(m["link"])}
    return [(title, arxiv) for arxiv, title in found.items()]


def read(packages: list[Package]) -> Facts:
    """Every fact of the package; a network whose own paper is not certain is left out."""
    package = packages[0]
    every = [Module(path, package.text(path)) for path in package.paths() if _PATH.fullmatch(path)]
    modules = [module for module in every if module.network]
    papers = own_papers(citation for module in modules for citation in _citations(module))
    known = {citation.architecture for citation in papers}
    held = [module for module in modules if module.key in known]
    names = {module.key: _headings(module)[-1] for module in held}
    owners = {module.stem: module.key for module in held}
    return {
        "architectures": [row for module in held for row in _architecture(module)],
        "names": [(module.key, name, *_place(module, name)) for module in held for name in _headings(module)[-1:]],
        "aliases": [row for module in held for row in _aliases(module)],
        "papers": [citation.fact for citation in papers],
        "reuse": [row for module in held for row in _reuse(module, owners)],
        "lineage": list(titled_parents(papers, names)),
    }


def _line(module: Module) -> int:
    return module.network.lineno if module.network else 1


def _architecture(module: Module) -> Iterator[Fact]:
    if module.network:
        core = sum(part_of(node.name) in CORE for node in module.classes) or 1
        yield module.key, module.network.name, core, module.path, _line(module)


def _citations(module: Module) -> Iterator[Citation]:
    """The paper of the module's network, if it is certain."""
    if module.network and module.key not in _SEVERAL:
        stated = _references(ast.get_docstring(module.network) or "")
        opened = [paper for paper in [*module.papers, *stated] if _opens(paper[0], module)]
        first = [paper for paper in stated[:1] if module.papers[:1] and paper[1] == module.papers[0][1]]
        agreed = [paper for paper in first if len(stated) == 1 or is_named(paper[0], module.network.name)]
        alone = module.papers if len(module.papers) == 1 and not stated else []
        for title, arxiv in (opened or agreed or alone)[:1]:
            place = module.path, module.line_of(title)
            yield Citation(module.key, module.network.name, arxiv, title, *place, witness=bool(opened or agreed))


def _opens(title: str, module: Module) -> bool:
    """Whether a title is of the form `Name: what it is` with the name of the module or of its network."""
    head, colon, _ = title.partition(":")
    return (
        bool(colon)
        and module.network is not None
        and normal(head) in {normal(module.stem), normal(module.network.name)}
    )


def _headings(module: Module) -> list[str]:
    """The names of a network, the best last: its class, how its module is headed, and what its paper's title calls it.

    A heading is `Pooling-based Vision Transformer (PiT) in PyTorch`, or a name alone.
    """
    heading = (ast.get_docstring(module.tree) or "").strip().partition("\n")[0]
    both = re.match(r"([A-Z][\w -]+?) \(([A-Z]\w*[A-Z]\w*)\)", heading)
    alone = re.match(r"((?!PyTorch)[A-Z][\w+-]*(?: (?!Model)[A-Z][\w+-]*){0,3})(?=$| Model$| - )", heading)
    match = both or alone
    titled = [title.partition(":")[0] for title, _ in module.papers[:1] if _opens(title, module)]
    return [*([module.network.name] if module.network else []), *(match.groups() if match else ()), *titled]


def _place(module: Module, name: str) -> tuple[str, int]:
    """Where a name of a network stands first: in the heading, or at its class."""
    at = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", module.text)
    return module.path, module.text[: at.start()].count("\n") + 1 if at else _line(module)


def _aliases(module: Module) -> Iterator[Fact]:
    """The names of a network besides the one in use."""
    *others, used = _headings(module)
    for name in others:
        if normal(name) != normal(used):
            yield module.key, name, *_place(module, name)


def _reuse(module: Module, owners: Mapping[str, str]) -> Iterator[Fact]:
    """The classes of others that the classes of a module inherit or instantiate, each at its first place."""
    imported: dict[str, tuple[str, str]] = {}
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and owners.get(node.module or "", module.key) != module.key:
            imported |= {alias.asname or alias.name: (owners[node.module or ""], alias.name) for alias in node.names}
    for inner in module.classes:
        seen: set[str] = set()
        for mechanism, name, line in uses(inner):
            if name in imported and name[:1].isupper() and name not in seen:
                seen.add(name)
                owner, original = imported[name]
                part = "model" if inner is module.network and mechanism == "inherits" else part_of(original)
                yield module.key, owner, mechanism, inner.name, name, part, module.path, line


Row = Mapping[str, str]
ANCHORS: dict[str, Callable[[Row], Iterator[str]]] = {
    "architectures": lambda row: iter((f"class {row['prefix']}(",)),
    "names": lambda row: iter((row["name"],)),
    "aliases": lambda row: iter((row["alias"],)),
    "papers": lambda row: iter((row["title"], row["arxiv"])),
    "reuse": lambda row: iter((f"class {row['childClass']}(", row["parentClass"])),
    "lineage": lambda row: iter((row["words"].removeprefix("title: "),)),
}

SOURCE = Source(
    name="timm",
    work="source/timm",
    pins=(Pin("timm", "1.0.31", "5bd50f7d0fe6d09bf9285ac2523234a1b7e6bf075c0be3e7aed09139fcb617c7"),),
    read=read,
    license="Apache-2.0",
    anchors=ANCHORS,
    surroundings=surroundings,
)
