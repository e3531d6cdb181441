"""The modules of pytorchcv: what each says that it is, its paper, its classes, and what it takes from the others."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .literature import slug
from .modulefiles import ModuleFile

_TITLE = re.compile(r"^ *(?P<name>\S.*?)(?: for (?P<use>.+?))?, implemented in \w+\.", re.MULTILINE)
_PAPER = re.compile(
    r"^ *Original (?:papers?|source):\s*(?:- )?'(?P<title>[^']+?),?'[,\s]*(?P<link>https?://\S+)", re.MULTILINE
)
#: What a module says when it is another form of a network, whose name is left: `ResNet(D) with dilation`.
_FORM = re.compile(r"\(\w+\)(?: with .*)?$")
#: Modules that are no network of their own: parts of one, ways of running it, and two networks at once.
_NO_NETWORK = re.compile(r"^Streaming mode| & |\([A-Z]\w+ [\w ]+\)$")
#: Part -> how the names of such classes end, the first that fits.
_PARTS = (
    ("embedding", r"(InitBlock|Stem\w*|Init\w+)$"),
    ("head", r"(FinalBlock|Final\w*|Head\w*|Output\w*|Classifier|Loss|ProdBlock)$"),
    ("layer", r"(Unit|Block|Bottleneck|Branch|Module|Stage|Cell|Layer|Body|Downsample\w*|Transition\w*)\w{0,4}$"),
)


@dataclass(frozen=True)
class Module(ModuleFile):
    """One module of the package: a network, in the form for some data."""

    @cached_property
    def title(self) -> re.Match[str] | None:
        """What its docstring says that it is, and what for; None where it is no network of its own."""
        match = _TITLE.search(self._docstring)
        return None if match is None or _NO_NETWORK.search(match["name"]) else match

    @property
    def name(self) -> str:
        """The name of the network, without that of its form."""
        return _FORM.sub("", self.title["name"]) if self.title else ""

    @property
    def key(self) -> str:
        """The architecture that it is."""
        return slug(self.name)

    @cached_property
    def paper(self) -> re.Match[str] | None:
        """What its docstring gives as the paper: title and link."""
        return _PAPER.search(self._docstring)

    @property
    def _docstring(self) -> str:
        return ast.get_docstring(self.tree, clean=False) or ""

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        """The classes at its margin."""
        return [node for node in self.tree.body if isinstance(node, ast.ClassDef)]

    def line_of(self, match: re.Match[str]) -> int:
        """The line on which a match in the docstring begins."""
        return self.text[: self.text.index(match[0].strip())].count("\n") + 1

    def imports(self, owners: Mapping[str, str]) -> dict[str, tuple[str, str]]:
        """Name in the module -> whose it is, and its name there; only what comes from another network."""
        found: dict[str, tuple[str, str]] = {}
        for node in self.tree.body:
            if (
                isinstance(node, ast.ImportFrom)
                and node.level == 1
                and owners.get(node.module or "", self.key) != self.key
            ):
                found |= {alias.asname or alias.name: (owners[node.module or ""], alias.name) for alias in node.names}
        return found


def part_of(name: str) -> str:
    """The part of a network that a class makes, by its name.

    >>> part_of("ResBottleneck"), part_of("ResInitBlock"), part_of("DenseNet")
    ('layer', 'embedding', 'model')
    """
    return next((part for part, ending in _PARTS if re.search(ending, name)), "model")


def uses(node: ast.ClassDef) -> Iterator[tuple[str, str, int]]:
    """The names that a class inherits and calls: mechanism, name, line."""
    for base in node.bases:
        if isinstance(base, ast.Name):
            yield "inherits", base.id, node.lineno
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name):
            yield "instantiates", inner.func.id, inner.lineno
