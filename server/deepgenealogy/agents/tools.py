"""What agents can do: each tool is one method here, asks the engine, and says in its docstring what an agent gets.

Tools know no protocol; `server` offers them. Every answer carries IRIs, and the papers that state what it says.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pyoxigraph import NamedNode

from ..engine.advice import advice_on
from ..engine.binding import bound_text
from ..engine.comparison import compare
from ..engine.interface import Answer, Engine, Question
from ..engine.lineage import Descent, Lineage, Member, lineage_of, rows_of
from ..engine.naming import found_by_name
from ..errors import NotFound, ParameterRefused, QuerySyntax
from ..sources.questions import PublishedQuestion, question_named, read_question, read_questions
from ..vocabulary import BASE, GRAPHS, PREFIXES, nearest
from .answers import MOST_ROWS, ROWS, cut, fitting, in_language, iri_of, table, text, written

#: Hits of a search unless more are asked for, and at most; longest text to look for, in characters.
_HITS, _MOST_HITS, _LONGEST_WORDS = 10, 50, 200

_CONTEXT = f"{BASE}context.jsonld"
_SCHEMA = f"""
SELECT ?term ?kind ?comment ?domain ?range WHERE {{
  GRAPH <{GRAPHS["ontology"]}> {{
    VALUES ?kind {{ owl:Class owl:ObjectProperty owl:DatatypeProperty }}
    ?term a ?kind ; skos:definition|rdfs:comment ?comment . FILTER(LANG(?comment) = "en")
    OPTIONAL {{ ?term rdfs:domain ?domain FILTER(ISIRI(?domain)) }}
    OPTIONAL {{ ?term rdfs:range ?range FILTER(ISIRI(?range)) }}
  }}
}} ORDER BY ?kind ?term"""


class Tools:
    """The tools, over one engine and the sources in `root`."""

    def __init__(self, engine: Engine, root: Path) -> None:
        self._engine, self._root = engine, root
        self._questions = read_questions(root)

    def search(self, words: str, limit: int = _HITS) -> str:
        """Find architectures, papers, tasks and families by any of their names, in English or Chinese.

        Returns the best matches first, each with its `id` (which the other tools take), IRI, type and labels.
        """
        sought = " ".join(words.split())
        if not sought or len(sought) > _LONGEST_WORDS:
            raise ParameterRefused("words", f"must be words to look for, at most {_LONGEST_WORDS} characters")
        hits = found_by_name(self._engine, self._root, sought)
        most = _within("limit", limit, _MOST_HITS)
        return written({"hits": hits[:most], **cut(min(most, len(hits)), len(hits), "raise limit, or be more exact")})

    def describe(self, thing: str, language: Literal["en", "zh", "all"] = "en") -> str:
        """Everything that is stated about one thing: an architecture, paper, task, family or derivation.

        `thing` is a slug (`resnet`), an id (`paper/arxiv-1512.03385`) or an IRI. Returns compact JSON-LD: the thing,
        its derivations with paper (`statedIn`), place (`locator`), rationale and certainty, the derivations that were
        rejected, and what points at it.
        """
        iri = iri_of(thing)
        if not self._is_known(iri):
            raise self._unknown(iri)
        answer = self._engine.ask(Question(self._description_of(iri), None, "jsonld"))
        graph = in_language(json.loads(answer.whole())["@graph"], language)
        told = [node for node in graph if set(node) - {"@id", "label"}]
        ours = sorted(told, key=lambda node: node["@id"] != iri.removeprefix(BASE))
        kept = fitting(len(written(node)) for node in ours)
        labels = {node["@id"]: node["label"] for node in graph if node not in told}
        left_out = cut(kept, len(ours), "describe the derivations one by one")
        return written({"@id": iri, "@graph": ours[:kept], **left_out, "labels": labels, "@context": _CONTEXT})

    def lineage(
        self,
        architecture: str,
        direction: Literal["ancestors", "descendants", "both"] = "ancestors",
        depth: int | None = None,
    ) -> str:
        """What an architecture derives from, or what derives from it, generation by generation.

        Returns members (negative distance: ancestors) and derivations from child to parent, each with its kind,
        certainty, the paper that states it, and its IRI (`evidence`), which `describe` explains.
        """
        found = lineage_of(self._engine, _slug(architecture), direction=direction, depth=depth)
        return written({"start": iri_of(found.start), "direction": direction, **_told(found)})

    def compare(self, first: str, second: str, show: Literal["common", "line", "difference"] = "common") -> str:
        """How two architectures are related: their common ancestors, the shortest line of descent between them, or
        the ancestors that only the first has.

        Returns `found` (what was asked for), `nearest` common ancestors, members and derivations as `lineage` does.
        """
        found = compare(self._engine, _slug(first), _slug(second), show=show)
        named = {"found": [iri_of(slug) for slug in found.found], "nearest": [iri_of(slug) for slug in found.nearest]}
        return written({"first": iri_of(found.start), "second": iri_of(found.other), **named, **_told(found)})

    def questions(self) -> str:
        """List the published questions: ready-made queries with parameters, each to be asked by `ask`."""
        return written({"questions": [_outline(question) for question in self._questions.values()]})

    def ask(self, question: str, arguments: dict[str, str] | None = None, max_rows: int = ROWS) -> str:
        """Answer a published question, for example `parents` with {"architecture": "u-net"}; see `questions`.

        Returns columns and rows; cells are RDF terms as SPARQL writes them.
        """
        asked = question_named(self._questions, question)
        given = {name: str(value) for name, value in (arguments or {}).items()}
        return written(self._answered(bound_text(asked, given), max_rows))

    def sparql(self, query: str, max_rows: int = ROWS) -> str:
        """Run a read-only SPARQL 1.1 query. The default graph is the union of all; call `schema` first for the terms.

        The usual prefixes (dgo, dg, rdfs, skos, prov, fabio, dcterms …) need not be declared. SELECT returns columns
        and rows, ASK a boolean, CONSTRUCT and DESCRIBE Turtle. An answer of more than `max_rows` rows is cut, and says
        so. Updates are refused, and so is SERVICE unless the operator allowed the host.
        """
        try:
            answer = self._answered(query, max_rows)
        except QuerySyntax as error:
            cure = "only SELECT, ASK, CONSTRUCT and DESCRIBE are answered here"
            raise QuerySyntax(f"{error.words}; {cure}", error.line, error.column) from error
        advice = [str(row) for row in advice_on(query)]
        return written({**answer, **({"advice": advice} if advice else {})})

    def schema(self) -> str:
        """What to write SPARQL with: prefixes, named graphs, classes and properties with their meaning, examples."""
        terms = [
            {key: _short(value) for key, value in row.items() if key != "kind"} | {"kind": row["kind"].split("#")[1]}
            for row in rows_of(self._engine, _SCHEMA)
        ]
        examples = {
            name: self._questions[name].text for name in ("parents", "most-influential") if name in self._questions
        }
        graphs = self._engine.graph_sizes()
        return written({"prefixes": PREFIXES, "graphs": graphs, "terms": terms, "examples": examples})

    def text_of(self, name: str) -> str:
        """The SPARQL of a published question. Raises NotFound."""
        return question_named(self._questions, name).text

    def _answered(self, query: str, max_rows: int) -> dict[str, Any]:
        most = _within("max_rows", max_rows, MOST_ROWS)
        answer: Answer = self._engine.ask(Question(query, "tsv", "ttl"))
        if answer.form == "boolean":
            return {"boolean": answer.whole().strip() == b"true"}
        return table(answer, most) if answer.form == "bindings" else text(answer)

    def _description_of(self, iri: str) -> str:
        path = self._root / "queries" / "pages" / "describe.rq"
        return read_question(path, path.name, []).text.replace(f"<{BASE}architecture/resnet>", str(NamedNode(iri)))

    def _is_known(self, iri: str) -> bool:
        try:
            node = NamedNode(iri)
        except ValueError as problem:
            raise self._unknown(iri) from problem
        return bool(rows_of(self._engine, f"SELECT ?kind {{ {node} a ?kind }} LIMIT 1"))

    def _unknown(self, iri: str) -> NotFound:
        segment, _, slug = iri.removeprefix(BASE).partition("/")
        kin = rows_of(
            self._engine,
            f"SELECT DISTINCT ?thing {{ ?thing rdfs:label ?label FILTER(STRSTARTS(STR(?thing), '{BASE}')) }}",
        )
        slugs = [row["thing"].removeprefix(BASE) for row in kin]
        return NotFound("thing", f"{segment}/{slug}"[:200], nearest(f"{segment}/{slug}"[:200], slugs))


def _within(name: str, value: int, most: int) -> int:
    if not 0 < value <= most:
        raise ParameterRefused(name, f"must be a whole number from 1 to {most}, not {value}")
    return value


def _slug(architecture: str) -> str:
    return iri_of(architecture).removeprefix(BASE).partition("/")[2][:200]


def _told(found: Lineage) -> dict[str, Any]:
    members = list(map(_member, found.members))
    kept = fitting(2 * len(written(member)) for member in members)
    near = {member["slug"] for member in members[:kept]}
    edges = [_descent(edge) for edge in found.derivations if {edge.child, edge.parent} <= near]
    return {
        **cut(kept, len(members), "ask again with a smaller depth"),
        "members": members[:kept],
        "derivations": edges,
    }


def _member(member: Member) -> dict[str, Any]:
    return {**asdict(member), "iri": iri_of(member.slug)}


def _descent(edge: Descent) -> dict[str, str]:
    papers = {"paper": BASE + edge.basis, "evidence": f"{BASE}derivation/{edge.child}--{edge.parent}"}
    return {**asdict(edge), **papers}


def _outline(question: PublishedQuestion) -> dict[str, Any]:
    parameters = {
        row.name: {"kind": row.kind, "meaning": row.meaning["en"], "example": row.example}
        for row in question.parameters
    }
    title, summary = question.title["en"], question.summary["en"]
    return {"name": question.name, "title": title, "summary": summary, "parameters": parameters}


def _short(iri: str) -> str:
    for prefix, start in PREFIXES.items():
        if iri.startswith(start) and prefix != "dg":
            return f"{prefix}:{iri.removeprefix(start)}"
    return iri
