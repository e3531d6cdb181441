"""Skeletons of records: every required key with nothing in it, so that `check` names exactly what is still to fill."""

from collections.abc import Iterator
from pathlib import Path

from ..errors import DeepGenealogyError, NotFound
from ..vocabulary import SEGMENTS
from .shapes import LANGUAGES, SHAPES, Key

#: Kind of thing -> folder below `data/` that a new record of it goes to.
KINDS = {segment: folder for folder, segment in SEGMENTS.items() if folder in SHAPES}


class RecordExists(DeepGenealogyError):
    """A record that is there already, and is not written over; `path` says where."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is there already; edit it, or choose another slug")


def skeleton(kind: str) -> str:
    """The text of a new record of `kind`, its required keys empty; a choice begins as its first value.

    >>> skeleton("family").splitlines()[0]
    'label:'
    """
    if kind not in KINDS:
        raise NotFound("kind of record", kind, sorted(KINDS))
    return "\n".join(_lines(SHAPES[KINDS[kind]])) + "\n"


def _lines(shape: dict[str, Key]) -> Iterator[str]:
    for name, key in shape.items():
        if not key.required:
            continue
        if key.form == "languages":
            yield from (f"{name}:", *(f"  {language}:" for language in LANGUAGES))
        elif key.form in ("texts", "references"):
            yield from (f"{name}:", "  -")
        elif name == "type":
            yield f"{name}: {key.choices[0]}"
        else:
            yield f"{name}:"


def write_skeleton(root: Path, kind: str, slug: str) -> Path:
    """Writes the skeleton of `kind` below `root` and says where. Raises RecordExists: nothing is written over."""
    text = skeleton(kind)
    path = root / "data" / KINDS[kind] / f"{slug}.yaml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as problem:
        raise RecordExists(path) from problem
    return path
