"""The application factory, and the server that runs the application."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, render_template
from waitress.server import create_server

from ..engine.interface import Engine
from ..settings import Settings
from ..sources.questions import read_questions
from .desk import Desk, desk
from .exports import exports
from .lineage import lineage
from .problems import answer_errors
from .questions import questions
from .selfdescription import service
from .sparql import sparql
from .things import things


def create_app(engine: Engine, root: Any, settings: Settings) -> Flask:
    """The WSGI application over one engine; `root` is the folder of the sources."""
    app = Flask("deepgenealogy.web", root_path=__file__.rpartition("/")[0])
    app.config["MAX_CONTENT_LENGTH"] = settings.request_size_limit_bytes
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["deepgenealogy"] = Desk(engine, root, settings, read_questions(root))
    for blueprint in (sparql, things, exports, questions, lineage, service):
        app.register_blueprint(blueprint)
    app.add_url_rule("/", view_func=home)
    app.after_request(_manners)
    answer_errors(app)
    return app


def home() -> str:
    """The front page."""
    counts: dict[str, int] = {}
    for thing in desk().things():
        segment = thing.partition("/")[0]
        counts[segment] = counts.get(segment, 0) + 1
    return render_template("home.html", counts=counts, questions=desk().questions.values())


def _manners(response: Response) -> Response:
    """What every response carries: any site may read it, and browsers must not guess its type."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    return response


def serve(app: Flask, settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve `app` until interrupted; `ready` is told the address once it answers."""
    server = create_server(app, host=settings.host, port=settings.port, threads=settings.threads)
    port = getattr(server, "effective_port", settings.port)
    ready(f"http://{settings.host}:{port}")
    try:
        server.run()
    finally:
        server.close()
