"""Deep Genealogy: the family tree of deep-learning architectures as linked data.

Data flows one way through the layers, and no layer knows a later one:

    sources (files -> records) -> graph (records -> quads -> snapshot) -> engine (questions -> answers) -> web, cli

For Python users this module is the door to `api`, which it imports when it is first asked for one of its names:

    >>> import deepgenealogy
    >>> with deepgenealogy.open() as genealogy:
    ...     genealogy.architecture("u-net").names["en"]
    'U-Net'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import (
        Architecture,
        Comparison,
        DeepGenealogyError,
        DependencyMissing,
        Derivation,
        Genealogy,
        Lineage,
        Paper,
        draw,
        open,  # noqa: A004
    )

__version__ = "0.1.0"

__all__ = [
    "Architecture",
    "Comparison",
    "DeepGenealogyError",
    "DependencyMissing",
    "Derivation",
    "Genealogy",
    "Lineage",
    "Paper",
    "__version__",
    "draw",
    "open",
]


def __getattr__(name: str) -> Any:
    """A name of the API. Raises AttributeError for any other."""
    if name not in __all__:
        raise AttributeError(f"module 'deepgenealogy' has no attribute '{name}'")
    return getattr(import_module(".api", __name__), name)


def __dir__() -> list[str]:
    """The public names, for completion."""
    return [*__all__]
