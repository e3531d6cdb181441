"""Which classes of a file are another architecture's: by inheritance, or as a marked copy. Read, never run."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Part -> how the names of such classes end, the first that fits. A class is one part of a network.
_PARTS = (
    ("config", r"Config$"),
    ("processing", r"(Processor|Tokenizer|Extractor|Kwargs|Fast|Pil|Feature)$"),
    ("output", r"(Output|OutputWith\w+|Cache|SelfOutput)$"),
    ("norm", r"(Norm|NormGated|LayerScale|DropPath)$"),
    ("embedding", r"(Embedding|Embeddings|Embedder|Embed|Embedding\dD|Embeddings\dD)$"),
    ("base", r"PreTrainedModel$"),
    ("head", r"(For[A-Z]\w+|Head|Heads|Pooler|Pooling|Classifier|Predictor|Loss|LMHeadModel|DoubleHeadsModel)$"),
    ("projector", r"(Projector|Projection|Merger|Connector|Adapter|Neck|Router|Gate|Quantizer)$"),
    ("feed-forward", r"(MLP|Mlp|FeedForward|FFN|Experts|MoE|Moe|MoeBlock|MOE|Intermediate|DenseActDense)$"),
    ("attention", r"(Attention|SelfAttention|\w*Attention\dD|Mixer|DeltaNet|Attn)$"),
    ("layer", r"(Layer|Block|LayerFF|LayerCollection)$"),
    ("model", r"(Model|Encoder|Decoder|Backbone|Transformer|Stage|Stack|Trunk|MainLayer|Tower)$"),
)
#: The parts that make a design; the others are shared by networks that have nothing to do with each other.
CORE = ("feed-forward", "attention", "layer", "model")

_COPIED = re.compile(r"#\s*Copied from transformers\.models\.(\w+)\.\w+\.([\w.]+)")
_MODULE = re.compile(r"(?:^|\.)(\w+)\.(?:modeling|modular|configuration)_\w+$")


@dataclass(frozen=True)
class Taken:
    """One class that is taken from another architecture: by what mechanism, whose, which part, on which line."""

    mechanism: str
    child_class: str
    parent: str
    parent_class: str
    part: str
    line: int


def part_of(name: str) -> str:
    """The part of a network that a class makes, by its name.

    >>> part_of("Qwen2DecoderLayer"), part_of("LlamaRMSNorm"), part_of("LlamaForCausalLM")
    ('layer', 'norm', 'head')
    """
    return next((part for part, ending in _PARTS if re.search(ending, name)), "other")


def core_classes(text: str) -> int:
    """How many classes of a file make the design of a network."""
    nodes = ast.parse(text).body
    return sum(isinstance(node, ast.ClassDef) and part_of(node.name) in CORE for node in nodes)


def inherited(text: str) -> Iterator[Taken]:
    """The classes whose base comes from the module of another architecture."""
    tree = ast.parse(text)
    owners = dict(_imported(tree))
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                name = base.id if isinstance(base, ast.Name) else ""
                if name in owners:
                    yield Taken("inherits", node.name, owners[name], name, part_of(node.name), node.lineno)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Name -> the architecture whose module it is imported from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (match := _MODULE.search(node.module or "")):
            yield from ((alias.asname or alias.name, match[1]) for alias in node.names)


def copied(text: str) -> Iterator[Taken]:
    """The classes that a comment marks as copies. Copies of single functions and methods are none of a part."""
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if match := _COPIED.match(line):
            following = next(
                (text for text in lines[number:] if text and not text.startswith(("#", "@", " ", ")"))), ""
            )
            if found := re.match(r"class (\w+)", following):
                yield Taken("copies", found[1], match[1], match[2], part_of(found[1]), number)
