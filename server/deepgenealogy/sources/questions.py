"""Published questions: `queries/*.rq`, each a SPARQL query that runs as it stands, with a header that describes it.

    # title: Ancestors of an architecture
    # title@zh: …
    # summary: … (and summary@zh)
    # parameter: architecture, architecture, whose line is asked for (and parameter@zh: architecture, …)

A parameter is a variable that the text binds by `VALUES ?name { … }`; the value there is its example and default.
A header may also say how the rows are explained (see `explanations`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import Finding, NotFound, SourcesRefused
from ..vocabulary import nearest
from .explanations import Explained, Explanation, explained_by, read_explanations

#: What a parameter may hold: a thing of one of our kinds, or a plain value.
PARAMETER_KINDS = ("architecture", "paper", "task", "family", "integer", "text")

#: Names that requests use for something else, so that no parameter can have them.
RESERVED = frozenset(
    {"format", "output", "spreadsheet", "explain", "wording", "snapshot", "answer", "order"}
    | {"profile", "frame", "context", "lang"}
)

#: A block that binds one variable; its groups are the variable's name and the terms.
VALUES_BLOCK = re.compile(r"VALUES\s+\?(\w+)\s*\{\s*(.*?)\s*\}", re.DOTALL)
_HEADER = re.compile(r"#\s*(title|summary|parameter)(@zh)?:\s*(.+)")


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name, kind, meaning by language, and the term that the text gives as example."""

    name: str
    kind: str
    meaning: Mapping[str, str]
    example: str


@dataclass(frozen=True)
class PublishedQuestion:
    """One `.rq` file: its name, title and summary by language, parameters in order, text, and how it is explained."""

    name: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    text: str
    explained: tuple[Explained, ...] = ()


def read_questions(root: Path) -> dict[str, PublishedQuestion]:
    """The published questions of `root/queries`, by name. Raises SourcesRefused with every breach."""
    paths = sorted((root / "queries").glob("*.rq"))
    findings: list[Finding] = []
    known = read_explanations(root)
    questions = {path.stem: read_question(path, path.relative_to(root).as_posix(), findings, known) for path in paths}
    if findings:
        raise SourcesRefused(findings)
    return questions


def read_question(
    path: Path, shown_as: str, findings: list[Finding], known: Mapping[str, Explanation] | None = None
) -> PublishedQuestion:
    """The question in one file; what is wrong with its header is added to `findings`."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        findings.append(Finding(shown_as, 1, "not-utf-8", "this is not UTF-8", "save it as UTF-8"))
        return PublishedQuestion(path.stem, {}, {}, (), "")
    header: dict[tuple[str, str], list[str]] = {}
    for match in map(_HEADER.match, text.splitlines()):
        if match:
            key, language, value = match.groups()
            header.setdefault((key, language.strip("@") if language else "en"), []).append(value.strip())
    texts = {
        key: {lang: header[key, lang][0] for lang in ("en", "zh") if (key, lang) in header}
        for key in ("title", "summary")
    }
    for key, by_language in texts.items():
        if set(by_language) != {"en", "zh"}:
            cure = f"add a line '# {key}: …' and a line '# {key}@zh: …'"
            findings.append(Finding(shown_as, 1, "question-header", f"the {key} is missing in a language", cure))
    parameters = tuple(_parameters(header, text, shown_as, findings))
    explained = tuple(explained_by(text, known or {}, shown_as, findings))
    return PublishedQuestion(path.stem, texts["title"], texts["summary"], parameters, text, explained)


def _parameters(
    header: dict[tuple[str, str], list[str]], text: str, shown_as: str, findings: list[Finding]
) -> Iterable[Parameter]:
    examples = dict(VALUES_BLOCK.findall(text))
    chinese = {
        name.strip(): meaning
        for name, _, meaning in (line.partition(",") for line in header.get(("parameter", "zh"), ()))
    }
    seen = set(RESERVED)
    for line in header.get(("parameter", "en"), ()):
        name, kind, meaning = (*(part.strip() for part in line.split(",", 2)), "", "")[:3]
        if kind not in PARAMETER_KINDS or not meaning or name not in examples or name in seen or name not in chinese:
            kinds = ", ".join(PARAMETER_KINDS)
            lines = "'# parameter: name, kind, meaning' and '# parameter@zh: name, meaning'"
            cure = f"write once {lines} (kinds: {kinds}), and VALUES ?name {{ … }}"
            findings.append(Finding(shown_as, 1, "question-parameter", f"parameter '{name}' is not whole", cure))
            continue
        seen.add(name)
        yield Parameter(name, kind, {"en": meaning, "zh": chinese[name].strip()}, examples[name])


def question_named(questions: Mapping[str, PublishedQuestion], name: str) -> PublishedQuestion:
    """The question called `name`. Raises NotFound with the nearest names."""
    if name not in questions:
        raise NotFound("published query", name, nearest(name, questions))
    return questions[name]
