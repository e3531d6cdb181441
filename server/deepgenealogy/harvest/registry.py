"""The sources that can be harvested, by name."""

from ..errors import NotFound
from ..vocabulary import nearest
from . import openmmlab, pytorchcv, timm, transformers
from .interface import Source

SOURCES: dict[str, Source] = {
    module.SOURCE.name: module.SOURCE for module in (openmmlab, pytorchcv, timm, transformers)
}


def source_named(name: str) -> Source:
    """The source with this name. Raises NotFound with those that are near."""
    if name not in SOURCES:
        raise NotFound("source", name, nearest(name, SOURCES) or list(SOURCES))
    return SOURCES[name]
