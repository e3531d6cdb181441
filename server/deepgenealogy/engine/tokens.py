"""The tokens of a SPARQL text: keywords are told from the same letters in strings, IRIs, comments, names and variables.

After the terminals of SPARQL 1.1 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar). A `<` that opens no IRI is an
operator. No keyword can hide in what is read as an IRI here and as operators by the engine: FROM, SERVICE, LOAD and the
rest are followed by white space, `<` or `{`, which an IRI cannot hold.
"""

import re
from collections.abc import Iterator

_TERMINALS = (
    ("comment", r"#[^\n\r]*"),
    ("iri", r'<[^<>"{}|^`\\\x00-\x20]*>'),
    ("string", r'"""(?:[^"\\]|\\.|"(?!""))*"""' r"|'''(?:[^'\\]|\\.|'(?!''))*'''"),
    ("string", r'"(?:[^"\\\n\r]|\\.)*"' r"|'(?:[^'\\\n\r]|\\.)*'"),
    ("variable", r"[?$][\w\u00b7]+"),
    ("language", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
    ("blank", r"_:[\w.\-\u00b7]+"),
    ("name", r"(?:[^\W\d_][\w.\-\u00b7]*)?:(?:[\w.:\-\u00b7]|%[0-9A-Fa-f]{2}|\\.)*"),
    ("word", r"[^\W\d_][\w]*"),
    ("number", r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"),
    ("space", r"\s+"),
    ("mark", r"."),
)
_TOKEN = re.compile("|".join(f"(?P<t{n}>{pattern})" for n, (_, pattern) in enumerate(_TERMINALS)), re.DOTALL)
_KINDS = tuple(kind for kind, _ in _TERMINALS)


def tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """The tokens of `text` as (kind, text, offset); white space and comments are left out.

    >>> [kind for kind, _, _ in tokens("ASK { ?from <http://x/FROM> 'FROM' } # FROM")]
    ['word', 'mark', 'variable', 'iri', 'string', 'mark']
    """
    for match in _TOKEN.finditer(text):
        kind = _KINDS[int((match.lastgroup or "t0")[1:])]
        if kind not in ("space", "comment"):
            yield kind, match.group(), match.start()


def keywords(text: str) -> set[str]:
    """The words of `text` that stand as words, in upper case: keywords, and the names of functions."""
    return {word.upper() for kind, word, _ in tokens(text) if kind == "word"}
