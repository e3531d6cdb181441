"""Where the three folders of sources lie, in the installed package or in the checkout around it; and who must know."""

import os
import sys
from pathlib import Path

from platformdirs import user_cache_path

from .errors import SettingRefused

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent
FOLDERS = ("ontology", "data", "queries")


def is_complete(root: Path) -> bool:
    """Whether all three folders of sources lie below `root`."""
    return all((root / folder).is_dir() for folder in FOLDERS)


def sources_root() -> Path:
    """The folder that holds `ontology/`, `data/` and `queries/`.

    `DEEPGENEALOGY_SOURCES` names another one; else the wheel's own copy; else the checkout.
    """
    chosen = os.environ.get("DEEPGENEALOGY_SOURCES")
    candidates = [Path(chosen).resolve()] if chosen else [_PACKAGE, _CHECKOUT]
    for root in candidates:
        if is_complete(root):
            return root
    raise SettingRefused("sources", str(candidates[0]), f"it must hold the folders {', '.join(FOLDERS)}")


def document(name: str, root: Path) -> Path:
    """Where a document of the project (`LICENSE`, `CITATION.cff`) lies: by the sources, in the package, or above."""
    candidates = [folder / name for folder in (root, _PACKAGE, _CHECKOUT)]
    return next((path for path in candidates if path.is_file()), candidates[0])


def wheel_folder() -> Path:
    """Where packages that are harvested lie: in the user's cache, shared by all checkouts."""
    return user_cache_path("deepgenealogy") / "wheels"


def default_store() -> Path:
    """Where snapshots lie unless a setting says otherwise: `build/store` of a checkout, else the user's cache."""
    if is_complete(_CHECKOUT) and (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "build" / "store"
    return user_cache_path("deepgenealogy") / "store"


def environment() -> dict[str, str]:
    """What every process of ours is told by its environment, so that it finds the same modules.

    One arena of memory: others reserve address space for threads, which a ceiling would not count when it is used.
    """
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MALLOC_ARENA_MAX": "1"}
