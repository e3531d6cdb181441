"""The application factory: views, errors and manners around one engine."""

from collections import Counter
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ..engine.interface import Engine
from ..engine.supervised import SupervisedEngine
from ..settings import Settings
from ..sources.explanations import read_explanations
from ..sources.federated import read_every_question
from .authority import EXTENSION, Writing
from .bundle import teach_bundle
from .caching import AnswerCache
from .citations import citations
from .desk import Desk
from .exports import exports
from .forms import teach_forms
from .journal import Journal
from .jsonld import jsonld
from .language import teach_words
from .lineage import lineage
from .listener import serve
from .lists import lists
from .manners import teach_manners
from .map import home, map_
from .markup import markup
from .metrics import metrics
from .openapi import openapi
from .problems import answer_errors
from .prompt import Prompt
from .questions import questions
from .reconciliation import reconciliation
from .repeats import Repeats
from .search import search
from .selfdescription import service
from .sparql import sparql
from .store import store
from .terms import terms
from .things import things
from .update import update
from .wellknown import wellknown

__all__ = ["create_app", "home", "serve"]

_BLUEPRINTS = (
    *(sparql, terms, things, lists, exports, questions, citations, lineage, search, reconciliation),
    *(jsonld, markup, service, metrics, openapi, update, store),
    wellknown,
    map_,
)

#: This part of the memory for answers is for those that are sent again as they are.
_REPEATED_PART = 4


def create_app(engine: Engine, root: Path, settings: Settings, writing: Writing | None = None) -> Flask:
    """The WSGI application over one engine; `root` is the folder of the sources, `writing` who writes, if anybody."""
    app = Flask("deepgenealogy.web", root_path=__file__.rpartition("/")[0])
    app.config["MAX_CONTENT_LENGTH"] = settings.request_size_limit_bytes
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    requests: Counter[tuple[str, int]] = Counter()
    app.extensions |= {
        "deepgenealogy": Desk(engine, root, settings, read_every_question(root), read_explanations(root)),
        "deepgenealogy.answers": AnswerCache(settings.answer_cache_bytes * (_REPEATED_PART - 1) // _REPEATED_PART),
        "deepgenealogy.requests": requests,
        EXTENSION: writing,
    }
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.add_url_rule("/", view_func=home)
    teach_bundle(app)
    teach_words(app)
    teach_manners(app, app.extensions["deepgenealogy.answers"], root)
    teach_forms(app)
    answer_errors(app)
    journal = Journal(app.wsgi_app, requests)
    app.extensions["deepgenealogy.prompt"] = _prompt(engine, settings, journal)
    app.wsgi_app = _around(journal, settings.proxy_hops)  # type: ignore[method-assign]
    return app


def _prompt(engine: Engine, settings: Settings, journal: Journal) -> Prompt | None:
    """Who answers in the thread that reads: for an engine that says at once which data are in force."""
    if not isinstance(engine, SupervisedEngine):
        return None
    limit_bytes = settings.answer_cache_bytes // _REPEATED_PART
    return Prompt(engine, Repeats(limit_bytes, lambda: engine.version, journal.note, settings.proxy_hops))


def _around(journal: Journal, proxy_hops: int) -> Journal | ProxyFix:
    if not proxy_hops:
        return journal
    return ProxyFix(journal, x_for=proxy_hops, x_proto=proxy_hops, x_host=proxy_hops, x_prefix=proxy_hops)
