"""The model zoos of open-mmlab: the collections of each package under their keys, and the classes of each."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .interface import Package
from .literature import normal, slug
from .metafiles import Collection, collections_of
from .networks import Code, Owned, Wanted, owned

#: Collections with a class of their own that are no architectures all the same -> what they are.
_NO_ARCHITECTURES = {
    **dict.fromkeys(
        ("softteacher", "labelassignmentdistillation", "localizationdistillation"), "a way to train a detector"
    ),
    **dict.fromkeys(("omnisource", "mocov2", "mocov3", "swav", "densecl", "simmim"), "a way to train"),
    **dict.fromkeys(("dreambooth", "textualinversion", "fastcomposer", "vico"), "a way to tune a network"),
    **dict.fromkeys(("arcface", "freeanchor", "rle", "generalizedfocalloss"), "a loss"),
    **dict.fromkeys(("csra", "dsnt", "ipr", "ae", "sabl"), "an output of any network"),
    **dict.fromkeys(("carafe", "groie", "guidedanchoring", "pisa"), "an operator for any network"),
    "discodiffusion": "a program",
    "audio": "a branch of another network",
    "fpn": "a branch of another network, under the name of a third",
}


@dataclass(frozen=True)
class Zoo:
    """One package: its collections under their keys, and the classes that belong to them."""

    package: Package
    collections: Mapping[str, Collection]

    @cached_property
    def code(self) -> Code:
        """Its classes."""
        return Code(self.package)

    @cached_property
    def owned(self) -> list[Owned]:
        """Its classes that belong to a collection; the paper counts where it is one collection's alone."""
        ids = Counter(collection.arxiv for collection in self.collections.values())
        wanted = [
            Wanted(key, collection.name, collection.arxiv if ids[collection.arxiv] == 1 else "")
            for key, collection in self.collections.items()
        ]
        return owned(self.code.networks, wanted)

    @cached_property
    def mains(self) -> dict[str, list[Owned]]:
        """Architecture -> the classes that are named after it or after its paper."""
        found: dict[str, list[Owned]] = defaultdict(list)
        for item in self.owned:
            if item.is_main:
                found[item.key].append(item)
        return found


def zoos_of(packages: list[Package]) -> Iterator[Zoo]:
    """The packages, their collections under keys that are the same where name and paper are."""
    ids: dict[str, str] = {}
    for package in packages:
        collections: dict[str, Collection] = {}
        for collection in collections_of(package):
            key = slug(collection.name)
            if ids.get(key) and collection.arxiv and ids[key] != collection.arxiv:
                key = f"{key}-{package.pin.package}"
            if _may_be_architecture(collection):
                collections.setdefault(key, collection)
                ids[key] = ids.get(key) or collection.arxiv
        yield Zoo(package, collections)


def _may_be_architecture(collection: Collection) -> bool:
    """Whether a collection is nothing else that is known, has no rotated boxes, and is not named by a whole title."""
    name, words = normal(collection.name), collection.name.split()
    is_titled = len(words) > 3 and name == normal(collection.title)
    return name not in _NO_ARCHITECTURES and not name.startswith("rotated") and not is_titled
