"""How pages get their scripts: by names that hold a hash, kept for ever; and what a page is without any."""

import json
from pathlib import Path

import pytest
from flask import Flask

from deepgenealogy.web import bundle as module
from deepgenealogy.web.bundle import Bundle, teach_bundle


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """A site with one page, and a folder for its static files."""
    made = Flask("site", static_folder=str(tmp_path), static_url_path="/static")
    teach_bundle(made)
    made.add_url_rule("/", "home", lambda: made.jinja_env.from_string("{{ bundle('page') }}").render())
    module._manifest.cache_clear()
    return made


def build(folder: Path) -> None:
    (folder / "bundle").mkdir()
    manifest = {"page": {"script": "page-X.js", "style": None}}
    (folder / "bundle" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "bundle" / "page-X.js").write_text("1", encoding="utf-8")


def test_without_a_build_a_page_has_no_script(app: Flask) -> None:
    assert app.test_client().get("/").text == "None"


def test_a_script_is_addressed_below_the_mount_point(app: Flask, tmp_path: Path) -> None:
    build(tmp_path)
    answer = app.test_client().get("/", environ_overrides={"SCRIPT_NAME": "/genealogy"}).text
    assert str(Bundle("/genealogy/static/bundle/page-X.js", None)).replace("'", "&#39;") == answer


def test_what_is_named_by_its_content_is_kept_for_ever(app: Flask, tmp_path: Path) -> None:
    build(tmp_path)
    with app.test_client().get("/static/bundle/page-X.js") as found:
        assert "immutable" in found.headers["Cache-Control"]
    with app.test_client().get("/static/bundle/page-Y.js") as missing:
        assert "immutable" not in missing.headers.get("Cache-Control", "")
