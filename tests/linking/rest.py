"""Stand-ins for the REST graphs: small servers that answer in the documented shape, from the works of one table.

Read: https://developers.openalex.org/api-reference (list of works: `meta`, `results`),
https://api.semanticscholar.org/api-docs/graph (POST /paper/batch: a list with null for what is not known; GET
/paper/search/match: 404 when there is none), https://api.crossref.org/swagger-ui (works: `message.items`). The works
are invented, but for the identifiers and titles of ours that they carry.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

RESNET = "Deep Residual Learning for Image Recognition"


@dataclass(frozen=True)
class Held:
    """One work that a stand-in holds."""

    number: int
    title: str
    year: int
    arxiv: str = ""
    doi: str = ""


#: Works of ours in other clothes, and look-alikes.
WORKS = (
    Held(1, RESNET, 2015, arxiv="1512.03385"),
    Held(2, "BERT", 2019, doi="10.18653/v1/n19-1423"),
    Held(3, "Mask R-CNN", 2017, arxiv="1703.06870"),
    Held(4, "Mask R-CNN", 2017, doi="10.1109/iccv.2017.322"),
    Held(5, "Long Short-Term Memory", 1997, doi="10.1162/neco.1997.9.8.1735"),
    Held(6, "Generative Adversarial Nets", 2014),
    Held(7, "Generative Adversarial Nets", 1999),
    Held(8, "Auto-Encoding Variational Bayes", 2013, arxiv="0000.00001"),
)

#: Path and parameters of a request, and its body, become status and JSON.
Answer = Callable[[str, dict[str, str], Any], tuple[int, Any]]


def openalex(path: str, asked: dict[str, str], body: Any) -> tuple[int, Any]:
    """GET /works?filter=doi:a|b and ?search=title."""
    if "search" in asked:
        found = [work for work in WORKS if work.title.lower() == asked["search"].lower()]
    else:
        wanted = asked["filter"].removeprefix("doi:").split("|")
        found = [work for work in WORKS if _doi(work).lower() in wanted and _doi(work)]
    page, size = int(asked.get("page", "1")), int(asked["per_page"])
    shown = found[(page - 1) * size : page * size]
    return 200, {"meta": {"count": len(found)}, "results": [_openalex(work) for work in shown]}


def _doi(work: Held) -> str:
    return work.doi or (f"10.48550/arxiv.{work.arxiv}" if work.arxiv else "")


def _openalex(work: Held) -> dict[str, Any]:
    doi = f"https://doi.org/{_doi(work)}" if _doi(work) else None
    identity = f"https://openalex.org/W990000000{work.number}"
    ids = {"openalex": identity, "doi": doi}
    return {"id": identity, "doi": doi, "ids": ids, "title": work.title, "publication_year": work.year}


def semantic_scholar(path: str, asked: dict[str, str], body: Any) -> tuple[int, Any]:
    """POST /graph/v1/paper/batch and GET /graph/v1/paper/search/match."""
    if path == "/graph/v1/paper/batch":
        by_key = {f"ARXIV:{work.arxiv}": work for work in WORKS if work.arxiv}
        by_key |= {f"DOI:{work.doi}".lower(): work for work in WORKS if work.doi}
        found = [by_key.get(key) or by_key.get(key.lower()) for key in body["ids"]]
        return 200, [_paper(work) if work else None for work in found]
    titles = {work.title.lower(): work for work in reversed(WORKS)}
    alike = titles.get(asked["query"].lower())
    return (200, {"data": [_paper(alike)]}) if alike else (404, {"error": "Title match not found"})


def _paper(work: Held) -> dict[str, Any]:
    external = {"ArXiv": work.arxiv, "DOI": work.doi, "CorpusId": work.number}
    known = {name: value for name, value in external.items() if value}
    return {"paperId": f"{work.number:040x}", "externalIds": known, "title": work.title, "year": work.year}


def crossref(path: str, asked: dict[str, str], body: Any) -> tuple[int, Any]:
    """GET /works?filter=doi:a,doi:b and ?query.bibliographic=title."""
    if "filter" in asked:
        wanted = {part.removeprefix("doi:") for part in asked["filter"].split(",")}
        found = [work for work in WORKS if work.doi in wanted]
    else:
        found = [work for work in WORKS if work.title.lower() == asked["query.bibliographic"].lower()]
    start, size = int(asked.get("offset", "0")), int(asked["rows"])
    items = [_item(work) for work in found[start : start + size]]
    return 200, {"status": "ok", "message-type": "work-list", "message": {"total-results": len(found), "items": items}}


def _item(work: Held) -> dict[str, Any]:
    doi = work.doi or f"10.5555/invented.{work.number}"
    return {"DOI": doi, "title": [work.title], "issued": {"date-parts": [[work.year, 6]]}}


@dataclass(frozen=True)
class Running:
    """A stand-in: its address, and what it was asked: path, parameters and headers of each request."""

    address: str
    asked: list[tuple[str, dict[str, str], dict[str, str]]]


@contextmanager
def standing_in(answer: Answer) -> Iterator[Running]:
    """A server that answers so, for a while."""
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: Any) -> None:
            parts = urlsplit(self.path)
            parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
            asked.append((parts.path, parameters, dict(self.headers)))
            status, found = answer(parts.path, parameters, body)
            content = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Running(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        server.server_close()
