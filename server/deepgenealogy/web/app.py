"""The application factory: views, errors and manners around one engine."""

from collections import Counter
from pathlib import Path

from flask import Flask, render_template
from werkzeug.middleware.proxy_fix import ProxyFix

from ..engine.interface import Engine
from ..settings import Settings
from ..sources.questions import read_questions
from .authority import EXTENSION, Writing
from .caching import AnswerCache
from .desk import Desk, desk
from .exports import exports
from .journal import Journal
from .lineage import lineage
from .listener import serve
from .manners import teach_manners
from .metrics import metrics
from .openapi import openapi
from .problems import answer_errors
from .questions import questions
from .search import search
from .selfdescription import service
from .sparql import sparql
from .store import store
from .things import things
from .update import update

__all__ = ["create_app", "home", "serve"]

_BLUEPRINTS = (sparql, things, exports, questions, lineage, search, service, metrics, openapi, update, store)


def create_app(engine: Engine, root: Path, settings: Settings, writing: Writing | None = None) -> Flask:
    """The WSGI application over one engine; `root` is the folder of the sources, `writing` who writes, if anybody."""
    app = Flask("deepgenealogy.web", root_path=__file__.rpartition("/")[0])
    app.config["MAX_CONTENT_LENGTH"] = settings.request_size_limit_bytes
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    requests: Counter[tuple[str, int]] = Counter()
    app.extensions |= {
        "deepgenealogy": Desk(engine, root, settings, read_questions(root)),
        "deepgenealogy.answers": AnswerCache(settings.answer_cache_bytes),
        "deepgenealogy.requests": requests,
        EXTENSION: writing,
    }
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.add_url_rule("/", view_func=home)
    teach_manners(app, app.extensions["deepgenealogy.answers"], root)
    answer_errors(app)
    app.wsgi_app = _around(app, requests, settings.proxy_hops)  # type: ignore[method-assign]
    return app


def _around(app: Flask, requests: "Counter[tuple[str, int]]", proxy_hops: int) -> Journal | ProxyFix:
    journal = Journal(app.wsgi_app, requests)
    if not proxy_hops:
        return journal
    return ProxyFix(journal, x_for=proxy_hops, x_proto=proxy_hops, x_host=proxy_hops, x_prefix=proxy_hops)


def home() -> str:
    """The front page."""
    counts: dict[str, int] = {}
    for thing in desk().things():
        segment = thing.partition("/")[0]
        counts[segment] = counts.get(segment, 0) + 1
    return render_template("home.html", counts=counts, questions=desk().questions.values())
