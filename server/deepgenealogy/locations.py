"""Where the three folders of sources lie: in the installed package, or in the checkout around it."""

import os
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


def default_store() -> Path:
    """Where snapshots lie unless a setting says otherwise: `build/store` of a checkout, else the user's cache."""
    if is_complete(_CHECKOUT) and (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "build" / "store"
    return user_cache_path("deepgenealogy") / "store"
