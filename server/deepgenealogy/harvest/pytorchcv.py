"""pytorchcv: classic networks, each in a module that names its paper and builds on the blocks of others.

What a module takes from another is a class that it instantiates or inherits, or a whole network as its backbone.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from .classes import CORE
from .interface import Fact, Facts, Package, Pin, Source
from .literature import Citation, arxiv_ids, own_papers, titled_parents
from .modules import Module, part_of, uses
from .surroundings import surroundings

_MODELS = "pytorchcv/models/"
#: Networks whose module gives the paper of a later form of them: One Weird Trick is not where AlexNet is introduced.
_LATER_PAPERS = {"alexnet"}
#: What a module says that its network is for -> the task that this is.
_TASKS = {
    **dict.fromkeys(("ImageNet-1K", "CIFAR/SVHN", "CIFAR", "CIFAR-10", "CUB-200-2011"), "image-classification"),
    "image segmentation": "semantic-segmentation",
    "CelebAMask-HQ": "semantic-segmentation",
    "COCO Keypoint": "pose-estimation",
    "ASR": "speech-recognition",
}


def read(packages: list[Package]) -> Facts:
    """Every fact: the first package is the code, the others are its releases, oldest first."""
    package, *releases = packages
    paths = [path for path in package.paths(_MODELS) if path.count("/") == 2]
    every = sorted(
        (Module(path, package.text(path)) for path in paths), key=lambda module: (len(module.stem), module.stem)
    )
    modules = [module for module in every if module.title]
    owners = {module.stem: module.key for module in modules}
    first = {module.key: module for module in reversed(modules)}
    papers = own_papers(_citations(modules))
    return {
        "architectures": [_architecture(module) for module in first.values()],
        "names": [(key, module.name, *_place(module)) for key, module in first.items()],
        "papers": [citation.fact for citation in papers],
        "dates": list(_dates([*releases, package], owners)),
        "tasks": list(_tasks(modules)),
        "components": list(_once(row for module in modules for row in _components(module, owners))),
        "reuse": [row for module in modules for row in _reuse(module, owners)],
        "lineage": list(titled_parents(papers, {key: module.name for key, module in first.items()})),
    }


def _place(module: Module) -> tuple[str, int]:
    return module.path, module.line_of(module.title) if module.title else 1


def _architecture(module: Module) -> Fact:
    """A network at its main class, the last in the module; where the classes are another's, at what the module says."""
    core = sum(part_of(node.name) in CORE for node in module.classes)
    if not module.classes:
        return module.key, module.name, core, *_place(module)
    return module.key, module.classes[-1].name, core, module.path, module.classes[-1].lineno


def _citations(modules: list[Module]) -> Iterator[Citation]:
    for module in modules:
        paper = module.paper
        if paper and module.key not in _LATER_PAPERS and (ids := arxiv_ids(paper["link"])):
            title = " ".join(paper["title"].split())
            yield Citation(module.key, module.name, ids[0], title, module.path, module.line_of(paper))


def _dates(releases: list[Package], owners: Mapping[str, str]) -> Iterator[Fact]:
    """For each network the first of the releases that holds a module of it."""
    found: set[str] = set()
    for package in releases:
        record = package.metadata("RECORD")
        for number, line in enumerate(package.text(record).splitlines(), start=1):
            match = re.match(rf"{_MODELS}(\w+)\.py,", line)
            key = owners.get(match[1], "") if match else ""
            if key and key not in found:
                found.add(key)
                yield key, package.built, "release", record, number


def _tasks(modules: list[Module]) -> Iterator[Fact]:
    for module in modules:
        if module.title and (task := _TASKS.get(module.title["use"] or "")):
            yield module.key, task, module.title["use"], *_place(module)


def _reuse(module: Module, owners: Mapping[str, str]) -> Iterator[Fact]:
    """The classes of others that the classes of a module inherit or instantiate, each at its first place."""
    imported = module.imports(owners)
    for node in module.classes:
        seen: set[str] = set()
        for mechanism, name, line in uses(node):
            if name in imported and name[:1].isupper() and name not in seen:
                seen.add(name)
                owner, original = imported[name]
                yield module.key, owner, mechanism, node.name, name, part_of(original), module.path, line


def _components(module: Module, owners: Mapping[str, str]) -> Iterator[Fact]:
    """The networks that a module builds whole, by the functions named after them, as the backbone of its own."""
    imported = module.imports(owners)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and re.search(r"^[a-z]+\d", node.func.id):
            owner, made = imported.get(node.func.id, ("", ""))
            if owner:
                yield module.key, owner, "backbone", made, module.path, node.lineno


def _once(rows: Iterator[Fact]) -> Iterator[Fact]:
    """The first row of each pair."""
    return iter({row[:2]: row for row in reversed(list(rows))}.values())


Row = Mapping[str, str]
ANCHORS: dict[str, Callable[[Row], Iterator[str]]] = {
    "architectures": lambda row: iter((row["prefix"],)),
    "names": lambda row: iter((row["name"],)),
    "papers": lambda row: iter((row["title"], row["arxiv"])),
    "dates": lambda row: iter((_MODELS, row["date"])),
    "tasks": lambda row: iter((f" for {row['type']}, implemented",)),
    "components": lambda row: iter((f"{row['type']}(",)),
    "reuse": lambda row: iter((f"class {row['childClass']}(", row["parentClass"])),
    "lineage": lambda row: iter((row["words"].removeprefix("title: "),)),
}

#: Releases that tell when a network was first in the package, oldest first.
_RELEASES = {
    "0.0.4": "7e95c9d320f936b6dee70a020be6f55d609da65521eb396359db34b36c08e316",
    "0.0.10": "4df2c223c4319ee816d0789ee33f33e09878e6d6f663f5804ff5b7c318cf874f",
    "0.0.16": "88085a2ef8346b4929ccedfd50c1766f02116049b591608f77db8fff81c276a0",
    "0.0.22": "c28d95c9dd14f73d7a0f5411095272e7c22467ea955269d270331a18908384d8",
    "0.0.28": "bf83dcca6420bbd38fe879ad8f2865d2d9e43a2cd074461ba194d426d808c2e9",
    "0.0.34": "0895edd98ba81cd77bc988e4042765ecec1831b3fb9b5f39fc358bf92eeb8800",
    "0.0.40": "7f95f5823d06b87ec79b1ae51d5e8d495cc15d880bd1f82082962afb1f2c3339",
    "0.0.46": "4f177b71e226df869e552f0644eeb64e5e34afced64d91ffbed2c03cb41aa17e",
    "0.0.52": "6783e7b95f3fbd7c72ff149e70d724aaebddfb338bd7e12100953a042ca71138",
    "0.0.58": "c401e3b4cf56dc9ac7d79730bdf41b5874bdefe4f04b6490d9949b88a708902e",
    "0.0.67": "c40fd3db1e9276010b0334c8f3c362d7f35e9e2409eee6a4b80c2e8846a97c4b",
}

SOURCE = Source(
    name="pytorchcv",
    work="source/pytorchcv",
    pins=(
        Pin("pytorchcv", "0.0.74", "9043ef0bd73870234361363522192be60a1938b836030415cc3dd85e254d3ac2"),
        *(Pin("pytorchcv", version, sha256, use="release") for version, sha256 in _RELEASES.items()),
    ),
    read=read,
    license="MIT",
    anchors=ANCHORS,
    surroundings=surroundings,
)
