"""The names that a code base gives to architectures: families, versions, and names within names.

Digits are never stripped: `gemma2` is not `gemma`, it is the family `gemma` in version 2.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

_TOKEN = re.compile(r"v?[0-9]+|[a-z]+")
#: Words that say what a member of a family is for, not which family it is.
_QUALIFIERS = frozenset(
    {"vl", "vlm", "vision", "text", "audio", "video", "moe", "omni", "asr", "tts", "ocr", "speech", "multimodal"}
    | {"docling", "next", "dense", "hybrid", "note", "xl", "xxl", "large", "small", "lite", "base", "plus", "hq"}
    | {"with", "registers", "of", "in", "dsa", "swa", "exp", "assistant", "unified", "edge", "detection", "tracker"}
    | {"streaming", "diffusion", "embedding", "prelayernorm", "conformer", "model"}
)

#: Of these, the ones that say that a network works on more than its namesake: the namesake is then often a mere part.
_MODALITIES = frozenset(
    {"vl", "vlm", "vision", "audio", "omni", "asr", "tts", "ocr", "speech", "multimodal", "docling", "v"}
)


@dataclass(frozen=True)
class Name:
    """A name in its parts: `qwen2_5_vl` is family `qwen`, version (2, 5), qualifiers {`vl`}."""

    family: str
    version: tuple[int, ...]
    qualifiers: frozenset[str]


def parsed(key: str) -> Name:
    """The parts of a key.

    >>> parsed("qwen2_5_vl").version, parsed("deepseek_v3").family, parsed("glm4_moe").qualifiers
    ((2, 5), 'deepseek', frozenset({'moe'}))
    """
    tokens = _TOKEN.findall(key.lower())
    family: list[str] = []
    version: list[int] = []
    qualifiers: set[str] = set()
    for token in tokens:
        if token.lstrip("v").isdigit():
            version.append(int(token.lstrip("v")))
        elif token == "v" and not version:
            continue
        elif version or (token in _QUALIFIERS and family):
            qualifiers.add(token)
        else:
            family.append(token)
    return Name("_".join(family).removesuffix("_v"), tuple(version), frozenset(qualifiers))


def is_next_of_family(child: str, parent: str, known: Collection[str]) -> bool:
    """Whether both are of one family, the child's version the next that there is, and its purpose the same.

    Members of one version stand side by side, and say nothing about who comes from whom.

    >>> is_next_of_family("qwen3", "qwen2_5_vl", []), is_next_of_family("qwen3_vl", "qwen3_omni", [])
    (True, False)
    >>> is_next_of_family("lcnet_v4", "lcnet", ["lcnet_v3"]), is_next_of_family("ocrv6_small", "ocrv5_server", [])
    (False, False)
    """
    ours, theirs = parsed(child), parsed(parent)
    if not ours.family or ours.family != theirs.family or ours.version <= theirs.version:
        return False
    if not theirs.qualifiers <= ours.qualifiers or adds_modality(child, parent):
        return False
    between = (parsed(name) for name in known)
    return not any(one.family == ours.family and theirs.version < one.version < ours.version for one in between)


def adds_modality(child: str, parent: str) -> bool:
    """Whether the child's name speaks of a modality that the parent's does not.

    >>> adds_modality("granite4_vision", "granite"), adds_modality("qwen3_vl", "qwen2_vl")
    (True, False)
    """
    return bool((parsed(child).qualifiers - parsed(parent).qualifiers) & _MODALITIES)


def are_versions(child: str, parent: str) -> bool:
    """Whether the two are versions of one family: then the versions say who comes after whom, not the names.

    >>> are_versions("lcnet_v4", "lcnet"), are_versions("qwen3_moe", "qwen3")
    (True, False)
    """
    ours, theirs = parsed(child), parsed(parent)
    return ours.family == theirs.family and ours.version != theirs.version


def holds_name(child: str, parent: str, known: Collection[str] = ()) -> bool:
    """Whether the child's name holds the parent's as a part, and no known name between the two does.

    >>> holds_name("mobilebert", "bert"), holds_name("detr", "detr"), holds_name("gemma2", "gemma")
    (True, False, False)
    >>> holds_name("xlm_roberta", "bert", ["roberta"])
    False
    """
    if not _is_part(parent, child):
        return False
    return not any(_is_part(parent, name) and _is_part(name, child) for name in known)


def _is_part(inner: str, outer: str) -> bool:
    if inner == outer or len(inner) < 3:
        return False
    before, found, after = outer.partition(inner)
    return bool(found) and not after[:1].isdigit() and not (before[-1:].isdigit() and inner[0].isdigit())
