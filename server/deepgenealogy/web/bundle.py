"""The pages' scripts and styles: which files the build made for a page, or none where it was not run."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for

#: Names hold a hash of the content, so what they name never changes.
_FOREVER = "public, max-age=31536000, immutable"
_FOLDER = "bundle"


@dataclass(frozen=True)
class Bundle:
    """The script and the style of one page, as addresses; `style` is None where a page has none of its own."""

    script: str
    style: str | None


def teach_bundle(app: Flask) -> None:
    """Give templates `bundle(page)`: a Bundle, or None where the package was built without scripts."""
    folder = Path(app.static_folder or "") / _FOLDER

    def bundle(page: str) -> Bundle | None:
        row = _manifest(folder).get(page)
        return Bundle(_address(row["script"]), row["style"] and _address(row["style"])) if row else None

    app.jinja_env.globals["bundle"] = bundle
    app.after_request(_keep_forever)


@lru_cache(maxsize=1)
def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """Page -> what the build made for it; empty where it was not run."""
    try:
        found: dict[str, dict[str, Any]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _address(name: str) -> str:
    return url_for("static", filename=f"{_FOLDER}/{name}")


def _keep_forever(response: Response) -> Response:
    is_hashed = request.endpoint == "static" and request.path.partition("/static/")[2].startswith(f"{_FOLDER}/")
    if is_hashed and response.status_code in (200, 304):
        response.headers["Cache-Control"] = _FOREVER
    return response
