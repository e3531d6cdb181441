"""Hugging Face transformers: architectures, own papers, dates, tasks, default components, who takes whose classes.

The newest release is the code that is read. Older ones tell two things that it has lost: the list of all models with
their own papers (the README of 4.40, in its METADATA) and when each architecture was first released.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .classes import Taken, copied, core_classes, inherited
from .interface import Fact, Facts, Package, Pin, Source
from .modeldocs import DOCUMENTATION, folder_of_page
from .releases import first_releases

_MODELS = "transformers/models/"
_AUTO = f"{_MODELS}auto/modeling_auto.py"
#: Folders that wrap any two models, or another library's: no architectures of their own.
_WRAPPERS = {"auto", "deprecated", "encoder_decoder", "vision_encoder_decoder", "speech_encoder_decoder"}
_WRAPPERS |= {"vision_text_dual_encoder", "timm_backbone", "timm_wrapper"}
#: Maps of the code whose key is no task that somebody sets a network.
_NO_TASKS = {"MODEL", "MODEL_FOR_PRETRAINING", "MODEL_FOR_BACKBONE", "MODEL_FOR_TEXT_ENCODING", "MODEL_WITH_LM_HEAD"}
_NO_TASKS |= {"MODEL_FOR_IMAGE", "MODEL_TASK"}
_LISTED = re.compile(
    r"^1\. \*\*\[([^\]]+)\]\(https://huggingface\.co/docs/transformers/(?:\w+/)?model_doc/([\w.-]+)\)\*\* .*?"
    r"paper \[([^\]]+)\]\((?:https?://arxiv\.org/(?:abs|pdf)/)([0-9]{4}\.[0-9]{4,5})"
)


@dataclass(frozen=True)
class Code:
    """The models folder of a release."""

    package: Package

    @cached_property
    def files(self) -> dict[str, list[str]]:
        """Architecture -> the files that define it: the modular ones where there are any, else the modeling ones."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"modular": [], "modeling": []})
        for path in self.package.paths(_MODELS):
            match = re.fullmatch(rf"{_MODELS}(\w+)/(modular|modeling)_(\w+)\.py", path)
            if match and match[1] not in _WRAPPERS and not match[3].startswith(("tf_", "flax_")):
                found[match[1]][match[2]].append(path)
        return {key: kinds["modular"] or kinds["modeling"] for key, kinds in found.items()}

    @cached_property
    def texts(self) -> dict[str, str]:
        """Path -> text, of every defining file."""
        return {path: self.package.text(path) for paths in self.files.values() for path in paths}

    @cached_property
    def types(self) -> dict[str, str]:
        """Model type -> architecture: the name of its folder, or what the code itself maps it to."""
        tree = ast.parse(self.package.text(f"{_MODELS}auto/auto_mappings.py"))
        mapped = dict(entry[:2] for name, entry in mapping_entries(tree) if name == "SPECIAL_MODEL_TYPE_TO_MODULE_NAME")
        return {key: mapped.get(key, key.replace("-", "_")) for key in [*mapped, *self._config_types]}

    @cached_property
    def _config_types(self) -> list[str]:
        tree = ast.parse(self.package.text(f"{_MODELS}auto/auto_mappings.py"))
        return [entry[0] for name, entry in mapping_entries(tree) if name == "CONFIG_MAPPING_NAMES"]


def mapping_entries(tree: ast.Module) -> Iterator[tuple[str, tuple[str, str, int]]]:
    """The pairs of texts in each `NAME = OrderedDict([(key, value), ...])`, as (NAME, (key, value, line))."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            for pair in ast.walk(node.value):
                if isinstance(pair, ast.Tuple) and len(pair.elts) == 2 and isinstance(pair.elts[0], ast.Constant):
                    value = ast.literal_eval(pair.elts[1])
                    value = value[0] if isinstance(value, tuple) else value
                    yield node.targets[0].id, (str(pair.elts[0].value), str(value), pair.elts[0].lineno)


#: Name, arXiv id, title, file and line of one row of the list of models.
Listed = tuple[str, str, str, str, int]


def read(packages: list[Package]) -> Facts:
    """Every fact: the first package is the code, the second holds the list of papers, the rest are its releases."""
    code, listed, *releases = packages
    models = Code(code)
    known = set(models.files)
    names: dict[str, Listed] = {row[0]: row[1:] for row in _listed(listed, known)}
    in_order = sorted([*releases, listed, code], key=lambda package: package.built)
    return {
        "architectures": list(_architectures(models)),
        "names": [*_listed_names(names), *_names(packages, known - set(names))],
        "papers": [(key, arxiv, title, file, line) for key, (_, arxiv, title, file, line) in names.items()],
        "dates": [*first_releases(in_order, known)],
        "tasks": list(_tasks(models)),
        "components": list(_components(models)),
        "inputs": list(_inputs([code, listed], models)),
        "reuse": list(_reuse(models)) + list(_former_reuse(listed, models)),
        "lineage": [*_titles(names), *_words(models)],
    }


def _architectures(models: Code) -> Iterator[tuple[str, str, int, str, int]]:
    for key, paths in models.files.items():
        path, line, prefix = _first_class(models, paths)
        if prefix:
            core = sum(core_classes(models.texts[path]) for path in paths)
            yield key, prefix, core, path, line


def _listed_names(names: dict[str, Listed]) -> Iterator[Fact]:
    """The names in the list of models."""
    for key, (name, _, _, path, line) in names.items():
        yield key, name, path, line


_NAMES_FILE = f"{_MODELS}auto/configuration_auto.py"


def _names(packages: list[Package], known: set[str]) -> Iterator[Fact]:
    """The full and cased names, from the last release whose code lists them."""
    last = next(package for package in packages if package.pin.version == _NAMED_LAST)
    lines = package_lines(last, _NAMES_FILE)
    start = next(number for number, line in enumerate(lines) if line.startswith("MODEL_NAMES_MAPPING"))
    where = f"{last.pin.package}-{last.pin.version}/{_NAMES_FILE}"
    for number, line in enumerate(lines[start:], start=start + 1):
        if line == ")":
            return
        if (match := _NAMED.match(line)) and (key := match[1].replace("-", "_")) in known:
            yield key, match[2], where, number


def package_lines(package: Package, path: str) -> list[str]:
    """The lines of one file of a package."""
    return package.text(path).splitlines()


_NAMED = re.compile(r'\s+\("([\w.-]+)", "([^"]+)"\),')


def _first_class(models: Code, paths: list[str]) -> tuple[str, int, str]:
    """Where the base class of an architecture stands, and the name that it and its other classes begin with."""
    folder = paths[0].rpartition("/")[0]
    generated = models.package.paths(f"{folder}/modeling_")
    for ending in ("PreTrainedModel", "Model", "Config", "ForConditionalGeneration", "Attention", "Layer", "Net"):
        for path in [*paths, *generated]:
            for number, line in enumerate(package_lines(models.package, path), start=1):
                if match := re.match(rf"class (\w+?){ending}\b", line):
                    return path, number, match[1]
    return "", 0, ""


def _reuse(models: Code) -> Iterator[Fact]:
    for key, paths in models.files.items():
        for path in paths:
            text = models.texts[path]
            for taken in [*inherited(text), *copied(text)]:
                parent = taken.parent
                if parent != key and parent in models.files:
                    yield _reuse_row(key, path, taken)


def _reuse_row(key: str, path: str, taken: Taken) -> Fact:
    return key, taken.parent, taken.mechanism, taken.child_class, taken.parent_class, taken.part, path, taken.line


def _former_reuse(former: Package, models: Code) -> Iterator[Fact]:
    """The marked copies of a release before the marks gave way to inheritance, of classes that the newest has too."""
    place = f"{former.pin.package}-{former.pin.version}/"
    old = Code(former)
    for key, paths in old.files.items():
        for path in paths if key in models.files else ():
            for taken in copied(old.texts[path]):
                if taken.parent != key and taken.parent in models.files:
                    yield _reuse_row(key, place + path, taken)


_INPUTS = ("tokenization", "feature_extraction", "image_processing")
_INPUT = re.compile(r"(\w+?)(?:Tokenizer|FeatureExtractor|ImageProcessor)(?:Fast)?")


def _inputs(packages: list[Package], models: Code) -> Iterator[Fact]:
    """Whose tokenizer or preprocessing an architecture takes its input from, where that is another's."""
    owners = {prefix.casefold(): key for key, prefix, *_ in _architectures(models)}
    for package in packages:
        start = "" if package is models.package else f"{package.pin.package}-{package.pin.version}/"
        for name in _INPUTS:
            path = f"{_MODELS}auto/{name}_auto.py"
            for key, kind, line in _class_pairs(ast.parse(package.text(path))):
                architecture = models.types.get(key, key.replace("-", "_"))
                owner = owners.get(match[1].casefold(), "") if (match := _INPUT.fullmatch(kind)) else ""
                if owner and owner != architecture and architecture in models.files:
                    yield architecture, owner, kind, start + path, line


def _class_pairs(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """The names of classes in each `(key, …)` of a table, with the line of the name."""
    for pair in ast.walk(tree):
        if isinstance(pair, ast.Tuple) and len(pair.elts) == 2 and isinstance(pair.elts[0], ast.Constant):
            for node in ast.walk(pair.elts[1]):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield str(pair.elts[0].value), node.value, node.lineno


#: How the authors of an implementation say what it is a change of.
_CHANGE_OF = re.compile(
    r"\b(?:based on|variant of|extension of|extended version of|identical to|diff(?:erence)?s? (?:with|from|to)"
    r"|differs? from|modified (?:from|version of)|unlike|extends)\b",
    re.IGNORECASE,
)


def _words(models: Code) -> Iterator[Fact]:
    """Architectures whose own code says in words that it is another one changed."""
    prefixes = {key: prefix for key, prefix, *_ in _architectures(models) if len(prefix) >= 3}
    for child, paths in models.files.items():
        for path in paths:
            for number, line in enumerate(models.texts[path].splitlines(), start=1):
                if (match := _CHANGE_OF.search(line)) and "Copied from" not in line:
                    said = line[match.end() :]
                    for parent, prefix in prefixes.items():
                        if parent != child and re.match(rf"[\s`'\"]*(?:the |original )*{prefix}(?![\w])", said):
                            yield child, parent, f"{match[0]}: {prefix}", path, number


def _tasks(models: Code) -> Iterator[Fact]:
    tree = ast.parse(models.package.text(_AUTO))
    for name, (key, _, line) in mapping_entries(tree):
        task = name.removesuffix("_NAMES").removesuffix("_MAPPING")
        owner = models.types.get(key, key.replace("-", "_"))
        if task not in _NO_TASKS and owner in models.files:
            yield owner, _task(task), key, _AUTO, line


def _task(name: str) -> str:
    """`MODEL_FOR_CAUSAL_LM` is the task `causal-lm`."""
    return name.removeprefix("MODEL_FOR_").removeprefix("MODEL_").lower().replace("_", "-")


_DEFAULT = re.compile(r"[\"'](\w+)[\"']: SubConfigSpec\(")
_TYPE = re.compile(r"model_type=\"([\w-]+)\"")


def _components(models: Code) -> Iterator[Fact]:
    """The networks that a composed architecture is made of unless its configuration says otherwise."""
    for key in models.files:
        for path in models.package.paths(f"{_MODELS}{key}/configuration_"):
            role, start = "", 0
            for number, line in enumerate(package_lines(models.package, path), start=1):
                if match := _DEFAULT.search(line):
                    role, start = match[1], number
                if (found := _TYPE.search(line)) and role:
                    component = models.types.get(found[1], found[1])
                    if component != key and component in models.files:
                        yield key, component, role, found[1], path, start


def _listed(package: Package, known: set[str]) -> Iterator[tuple[str, str, str, str, str, int]]:
    """The list of models in the README: (architecture, name, arXiv id, title, file, line) of the model's own paper."""
    path = package.metadata("METADATA")
    for number, line in enumerate(package.text(path).splitlines(), start=1):
        if match := _LISTED.match(line):
            name, document, title, arxiv = match.groups()
            key = folder_of_page(document)
            if key in known:
                yield key, name, arxiv, title, path, number


def _titles(names: dict[str, Listed]) -> Iterator[Fact]:
    """Architectures whose own paper names another one in its title."""
    for child, (own, _, title, path, number) in names.items():
        for parent, (name, *_) in names.items():
            is_named = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w])", title)
            if parent != child and name != own and len(name) >= 3 and is_named:
                yield child, parent, f"title: {name}", path, number


_NAMED_LAST = "4.57.0"
_RELEASES = (
    "2.2.0 3.0.0 4.0.0 4.3.0 4.6.0 4.9.0 4.12.0 4.15.0 4.18.0 4.21.0 4.24.0 4.27.0 4.30.0 4.33.0 4.36.0 4.38.0 4.42.0 "
    "4.44.0 4.46.0 4.48.0 4.50.0 4.51.0 4.53.0 4.55.0 4.57.0 5.0.0 5.3.0 5.6.0 5.9.0 5.12.0 5.15.0 5.18.0 5.21.0"
)

SOURCE = Source(
    name="transformers",
    work="source/transformers",
    pins=(
        Pin("transformers", "5.23.0", "018e82fd07490ad5bb58414f65e31576033dc7f36bed10c574843f69b90991bf"),
        Pin("transformers", "4.40.2", use="list of papers"),
        *(Pin("transformers", version, use="release") for version in _RELEASES.split()),
    ),
    read=read,
    license="Apache-2.0",
    documentation=DOCUMENTATION,
)
