"""A module of a package as it lies in its wheel: the path, the text, and what is written in it."""

import ast
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class ModuleFile:
    """One module of a package."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What is written in it."""
        return ast.parse(self.text)

    @property
    def stem(self) -> str:
        """How the others import it: `resnet_cifar`."""
        return self.path.rpartition("/")[2].removesuffix(".py")
